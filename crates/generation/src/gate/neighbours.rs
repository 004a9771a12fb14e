//! Completes typed gaps before a task is saved: real words near the key that must not be forgiven as slips.

use std::collections::BTreeSet;

use lexicon::neighbours;
use types::{
    levels::Language,
    tasks::{gap_fill, gaps::Part},
    text::fold,
};

/// Most neighbours stored for a gap.
const NEIGHBOURS_MAX: usize = 120;

/// The words near a key; for a key of several words, the key with one word replaced by a near one.
fn near(key: &str) -> Vec<String> {
    let all: Vec<&str> = key.split(' ').collect();
    if all.len() == 1 {
        return neighbours(key);
    }
    let mut out = Vec::new();
    for (n, word) in all.iter().enumerate() {
        for other in neighbours(word) {
            let mut phrase: Vec<&str> = all.clone();
            phrase[n] = &other;
            out.push(phrase.join(" "));
        }
    }
    out
}

fn fill(gap: &mut gap_fill::Gap) {
    let right: BTreeSet<String> = std::iter::once(&gap.key).chain(&gap.variants).map(|text| fold(text)).collect();
    let mut all: Vec<String> = Vec::new();
    for text in std::iter::once(&gap.key).chain(&gap.variants) {
        for word in near(text) {
            if !right.contains(&fold(&word)) && !all.contains(&word) {
                all.push(word);
            }
        }
    }
    all.truncate(NEIGHBOURS_MAX);
    gap.neighbours = all;
}

/// Stores the neighbours of typed keys if slips are forgiven. If they are not, or the language has no word list, clears
/// them.
pub(crate) fn note(content: &mut gap_fill::Content, language: Language) {
    for part in &mut content.parts {
        if let Part::Gap(gap) = part {
            if content.typos && language == Language::En {
                fill(gap);
            } else {
                gap.neighbours.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use types::{ids::ItemId, marks::Mark, tasks::Template};

    use super::*;

    #[test]
    fn a_real_word_near_the_key_is_no_slip() {
        let gap = |key: &str| gap_fill::Gap {
            id: ItemId::nth(0),
            key: key.to_owned(),
            variants: Vec::new(),
            hint: None,
            tested: None,
            neighbours: Vec::new(),
        };
        let task = |key: &str| {
            let mut content =
                gap_fill::Content { parts: vec![Part::Gap(gap(key))], typos: true, contractions_matter: false };
            note(&mut content, Language::En);
            content
        };
        let score = |key: &str, typed: &str| {
            task(key).score(&ItemId::nth(0), &gap_fill::Answer { text: typed.to_owned() }, Language::En)
        };
        assert_eq!(score("walk", "talk"), Some(Mark::WRONG));
        assert_eq!(score("has lived", "has liked"), Some(Mark::WRONG));
        assert_eq!(score("luggage", "lugage"), Some(Mark::MISSPELT));
        assert_eq!(score("luggage", "luggage"), Some(Mark::RIGHT));
    }
}
