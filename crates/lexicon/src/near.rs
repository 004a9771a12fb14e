//! Real words that are a slip away from another, and so must not be accepted as a misspelling of it.

use std::{collections::BTreeSet, sync::OnceLock};

use types::{
    text::fold,
    typed::{edits, slips_allowed},
};

use crate::{forms, pack::pack};

/// Most neighbours returned for a word.
const MOST: usize = 60;

/// Every word and form we know, sorted.
fn vocabulary() -> &'static Vec<String> {
    static ALL: OnceLock<Vec<String>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = BTreeSet::new();
        let single = pack().entries().map(|entry| entry.lemma.as_str()).filter(|lemma| !lemma.contains(' '));
        for word in pack().words.all().map(|(word, _)| word).chain(single) {
            let word = word.to_lowercase();
            all.insert(forms::plural(&word));
            all.insert(forms::third_person(&word));
            all.extend(forms::past(&word));
            all.extend(forms::past_plural(&word));
            all.extend(forms::participles(&word));
            all.insert(forms::ing(&word));
            for form in [forms::comparative(&word), forms::superlative(&word)] {
                if !form.contains(' ') {
                    all.insert(form);
                }
            }
            all.insert(word);
        }
        all.into_iter().collect()
    })
}

/// Real words within the edit distance forgiven as a slip (one; two in words of over nine letters), nearest first.
/// Words of up to three letters have none: no slip is forgiven in them.
#[must_use]
pub fn neighbours(word: &str) -> Vec<String> {
    let word = fold(word);
    let length = word.chars().count();
    let most = slips_allowed(length);
    if most == 0 || word.contains(' ') {
        return Vec::new();
    }
    let mut near: Vec<(usize, &String)> = vocabulary()
        .iter()
        .filter(|other| other.chars().count().abs_diff(length) <= most && **other != word)
        .filter_map(|other| edits(&word, other, most).map(|n| (n, other)))
        .collect();
    near.sort();
    near.into_iter().take(MOST).map(|(_, other)| other.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_words_one_slip_away() {
        let near = neighbours("walk");
        assert!(near.contains(&"talk".to_owned()), "{near:?}");
        assert!(neighbours("quite").contains(&"quiet".to_owned()));
        assert!(neighbours("cat").is_empty());
        assert!(!neighbours("journey").contains(&"journey".to_owned()));
    }
}
