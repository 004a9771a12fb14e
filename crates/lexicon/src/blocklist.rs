//! Words that no task may print.

use std::{collections::HashSet, sync::OnceLock};

use crate::{lemmas::lemmas_of, pack::pack};

/// Whether any word of the text, in any form, is vulgar or a slur.
#[must_use]
pub fn is_blocked(text: &str) -> bool {
    static BLOCKED: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let blocked = BLOCKED.get_or_init(|| pack().blocked.iter().map(String::as_str).collect());
    types::text::words(text).any(|word| lemmas_of(word).iter().any(|lemma| blocked.contains(lemma.as_str())))
}

#[cfg(test)]
mod tests {
    #[test]
    fn forms_are_found_and_innocent_words_are_not() {
        assert!(super::is_blocked("What the Fuck is this"));
        assert!(super::is_blocked("shitting"));
        for fine in [
            "The class passed the exam.",
            "She drinks a cocktail.",
            "We assess the assignment",
            "a cockpit in Scunthorpe",
        ] {
            assert!(!super::is_blocked(fine), "{fine}");
        }
    }
}
