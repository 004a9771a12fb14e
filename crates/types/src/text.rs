//! Compares what a student typed with what was meant, and splits text into words.
//!
//! The rule: NFC, trim, collapse inner white space, fold case, unify apostrophes, quotes and dashes, unify full-width
//! and half-width letters, drop invisible characters, ignore a final full stop; expand contractions on both sides
//! unless they are what is tested.

use std::borrow::Cow;

mod clean;
mod list;
mod unseen;

pub use clean::{clean, clean_answer, clean_json, cleaned, cleaned_if_any};
pub use list::{joined, pair_of, pairs_of, parted, parted_or_words};
pub use unseen::is_unseen;

/// Unicode's composed form (NFC), with full-width and half-width letters unified: 'é' is one character, however it was
/// typed. Without the `server` feature the text is unchanged.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    #[cfg(feature = "server")]
    {
        use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
        // The block of Halfwidth and Fullwidth Forms, which has nothing but width variants of ordinary letters.
        if text.chars().any(|c| matches!(c, '\u{FF00}'..='\u{FFEF}')) {
            let narrow = text.chars().map(|c| match c {
                '\u{FF00}'..='\u{FFEF}' => c.to_string().nfkd().collect(),
                c => c.to_string(),
            });
            return Cow::Owned(narrow.collect::<String>().nfc().collect());
        }
        if is_nfc_quick(text.chars()) != IsNormalized::Yes {
            return Cow::Owned(text.nfc().collect());
        }
    }
    Cow::Borrowed(text)
}

/// Unicode's decomposed form (NFD): letters and marks apart. Without the `server` feature the text is unchanged.
pub(crate) fn decomposed(text: &str) -> Cow<'_, str> {
    #[cfg(feature = "server")]
    {
        use unicode_normalization::UnicodeNormalization;
        if !text.is_ascii() {
            return Cow::Owned(text.nfd().collect());
        }
    }
    Cow::Borrowed(text)
}

/// The text without invisible characters.
pub(crate) fn seen(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unseen) {
        return Cow::Owned(text.chars().filter(|c| !is_unseen(*c)).collect());
    }
    Cow::Borrowed(text)
}

/// The text in its comparable form, by the rule of this module. Contractions stay.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in composed(&seen(text)).chars() {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{0060}' | '\u{00B4}' | '\u{2032}' => out.push('\''),
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{00AB}' | '\u{00BB}' | '\u{2033}' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    let trimmed = out.trim_end();
    let trimmed = if trimmed.len() > 1 { trimmed.strip_suffix('.').unwrap_or(trimmed) } else { trimmed };
    trimmed.trim_end().to_owned()
}

/// A text as it looks, for comparing what was picked among options. Capitals and punctuation count; white space and
/// invisible characters don't.
#[must_use]
pub fn looks(text: &str) -> String {
    composed(&seen(text)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Contractions with one reading. `'s` and `'d` have several, so [`readings`] tries them all.
const CONTRACTIONS: &[(&str, &str)] =
    &[("can't", "cannot"), ("won't", "will not"), ("shan't", "shall not"), ("let's", "let us"), ("ain't", "is not")];

/// All ways to read the contractions of a folded text, at most 32.
pub(crate) fn readings(folded: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in folded.split(' ') {
        let mut forms: Vec<String> = Vec::with_capacity(3);
        if let Some((_, long)) = CONTRACTIONS.iter().find(|(short, _)| *short == word) {
            forms.push((*long).to_owned());
        } else if word == "can" {
            forms.push(word.to_owned());
        } else if let Some(stem) = word.strip_suffix("n't") {
            forms.push(format!("{stem} not"));
        } else if let Some(stem) = word.strip_suffix("'re") {
            forms.push(format!("{stem} are"));
        } else if let Some(stem) = word.strip_suffix("'ve") {
            forms.push(format!("{stem} have"));
        } else if let Some(stem) = word.strip_suffix("'ll") {
            forms.push(format!("{stem} will"));
        } else if let Some(stem) = word.strip_suffix("'m") {
            forms.push(format!("{stem} am"));
        } else if let Some(stem) = word.strip_suffix("'d") {
            forms.push(format!("{stem} would"));
            forms.push(format!("{stem} had"));
        } else if let Some(stem) = word.strip_suffix("'s") {
            forms.push(word.to_owned());
            forms.push(format!("{stem} is"));
            forms.push(format!("{stem} has"));
        } else {
            forms.push(word.to_owned());
        }
        let mut next = Vec::with_capacity(all.len() * forms.len());
        for prefix in &all {
            for form in &forms {
                if next.len() < 32 {
                    next.push(if prefix.is_empty() { form.clone() } else { format!("{prefix} {form}") });
                }
            }
        }
        all = next;
    }
    for reading in &mut all {
        *reading = reading.replace("can not", "cannot");
    }
    all
}

/// The words of a text in order, as written: runs of letters and digits with inner apostrophes and hyphens.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .map(|word| word.trim_matches(|c| matches!(c, '\'' | '’' | '-')))
        .filter(|word| !word.is_empty())
}

/// The sentences of a text, approximately: split after `.`, `!`, `?` or a line end.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', '\n', '…']).map(str::trim).filter(|s| words(s).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_picked_is_compared_as_it_looks() {
        assert_ne!(looks("Polish"), looks("polish"));
        assert_ne!(looks("it's"), looks("its"));
        assert_ne!(looks("Yes."), looks("Yes"));
        assert_eq!(looks(" cafe\u{301}\u{200E} "), looks("café"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,40}") {
            let once = fold(&text);
            // Folding removes one of several final full stops at a time, so '...' is not a fixed point.
            prop_assume!(!once.ends_with('.'));
            prop_assert_eq!(fold(&once), once);
        }
    }
}
