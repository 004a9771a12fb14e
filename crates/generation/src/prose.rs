//! Text queries shared by the makers, the gate and the client.

use types::text::{fold, words};

/// The words of a text, folded, each surrounded by spaces: `" a b c "`.
fn padded(text: &str) -> String {
    let mut out = String::from(" ");
    for word in words(text) {
        out.push_str(&fold(word));
        out.push(' ');
    }
    out
}

/// A text prepared for repeated whole-word searches.
pub(crate) struct Haystack(String);

impl Haystack {
    pub fn new(text: &str) -> Self {
        Self(padded(text))
    }

    /// Whether it contains the phrase as whole words.
    pub fn holds(&self, phrase: &str) -> bool {
        let needle = padded(phrase);
        needle.len() > 2 && self.0.contains(&needle)
    }
}

/// Whether `text` contains `phrase` as whole words.
pub(crate) fn mentions(text: &str, phrase: &str) -> bool {
    Haystack::new(text).holds(phrase)
}

/// Whether `text` contains an English word in any form, or a phrase as it is.
pub(crate) fn mentions_form(text: &str, lemma: &str) -> bool {
    let wanted = fold(lemma);
    if wanted.contains([' ', '-']) {
        return mentions(text, lemma);
    }
    words(text).any(|word| lexicon::lemmas_of(word).contains(&wanted))
}

/// The text without what is in round brackets, such as cues.
pub(crate) fn without_brackets(text: &str) -> String {
    let (mut out, mut depth) = (String::with_capacity(text.len()), 0_u32);
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Capitalises the first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The last word of a text, folded; empty if anything but spaces follows it.
pub(crate) fn word_before(text: &str) -> String {
    let trimmed = text.trim_end();
    if !trimmed.ends_with(|c: char| c.is_alphanumeric()) {
        return String::new();
    }
    words(trimmed).last().map(fold).unwrap_or_default()
}

/// The first word of a text, folded; empty if anything but spaces precedes it.
pub(crate) fn word_after(text: &str) -> String {
    let trimmed = text.trim_start_matches(' ');
    if !trimmed.starts_with(|c: char| c.is_alphanumeric()) {
        return String::new();
    }
    words(trimmed).next().map(fold).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        assert!(mentions("We go by train.", "Train"));
        assert!(!mentions("We go by trainer.", "train"));
        assert!(mentions("to check in online", "check in"));
        assert!(!mentions("anything", ""));
        assert!(mentions_form("A place where planes come and go.", "plane"));
        assert!(!mentions_form("an airport", "port"));
        assert_eq!(without_brackets("She ___ (not / see) him."), "She ___  him.");
    }
}
