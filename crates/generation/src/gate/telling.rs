//! Whether a text gives an answer away.

use lexicon::{ing, lemmas_of, past, plural, third_person};
use types::{
    levels::Language,
    text::{fold, words},
};

use super::small_words;
use crate::prose::Haystack;

/// English grammar words in addition to those that identify the language: they occur in any text and mean nothing by
/// themselves.
const SMALL: &[&str] = &[
    "being",
    "having",
    "done",
    "doing",
    "could",
    "should",
    "must",
    "might",
    "may",
    "shall",
    "going",
    "won't",
    "then",
    "than",
    "every",
    "never",
    "always",
    "some",
    "any",
    "much",
    "many",
    "very",
    "too",
    "also",
    "into",
    "onto",
    "over",
    "under",
    "after",
    "before",
    "since",
    "until",
    "during",
    "between",
    "through",
    "without",
    "because",
    "although",
    "while",
    "which",
    "whose",
    "these",
    "those",
    "mine",
    "yours",
    "hers",
    "ours",
    "theirs",
    "myself",
    "himself",
    "herself",
    "itself",
    "themselves",
    "each",
    "both",
    "either",
    "neither",
    "another",
    "other",
    "others",
    "more",
    "most",
    "less",
    "least",
    "few",
    "lot",
    "lots",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "first",
    "second",
    "here",
    "near",
    "next",
    "out",
    "off",
    "up",
    "down",
    "back",
    "again",
    "just",
    "only",
    "even",
    "still",
    "yet",
    "ago",
    "yes",
    "all",
    "us",
    "such",
    "same",
    "own",
    "per",
    "half",
    "anyone",
    "someone",
    "everyone",
    "nobody",
    "anything",
    "something",
    "everything",
    "nothing",
    "am",
    "why",
    "get",
    "gets",
    "got",
    "let",
];

fn is_small(word: &str) -> bool {
    let word = fold(word);
    let word = word.strip_suffix("n't").unwrap_or(&word);
    SMALL.contains(&word) || small_words(Language::En).contains(&word)
}

/// Whether an answer is worth searching for elsewhere. Grammar words and answers of fewer than `letters` letters occur
/// everywhere.
pub(super) fn tells(answer: &str, language: Language, letters: usize) -> bool {
    answer.chars().count() >= letters
        && words(answer).next().is_some()
        && (language != Language::En || words(answer).any(|word| !is_small(word)))
}

/// The forms of an English word as a noun or a verb.
fn forms(word: &str) -> Vec<String> {
    let mut all = vec![plural(word), third_person(word), ing(word)];
    all.extend(past(word));
    all
}

/// Whether the two are forms of one English word. Derived words don't count: *flow* is not a form of *flower*.
pub(super) fn one_word(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    if a == b {
        return true;
    }
    // The cheap test first: forms of one word share a base.
    let (of_a, of_b) = (lemmas_of(&a), lemmas_of(&b));
    of_a.iter().any(|lemma| of_b.contains(lemma)) && (forms(&a).contains(&b) || forms(&b).contains(&a))
}

/// Most words in a phrase whose forms are searched for.
const PHRASE_MAX: usize = 4;

/// Whether the text contains the answer, as it is or, for an English word or phrase, in another form.
pub(super) fn told_in(text: &str, answer: &str, language: Language) -> bool {
    let haystack = Haystack::new(text);
    if haystack.holds(answer) {
        return true;
    }
    let count = words(answer).count();
    if language != Language::En || answer.chars().count() < 3 || count > PHRASE_MAX {
        return false;
    }
    // In a phrase the head changes: *check in*, *checking in*.
    forms(&fold(answer)).iter().any(|form| haystack.holds(form))
        || count == 1 && words(text).any(|word| one_word(word, answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_tell_and_grammar_words_do_not() {
        for (text, answer) in [
            ("Two tickets, please.", "ticket"),
            ("She booked a room.", "book"),
            ("It stops.", "stop"),
            ("checking in", "check in"),
            ("two night owls", "night owl"),
        ] {
            assert!(told_in(text, answer, Language::En), "{answer} in {text}");
        }
        for (text, answer) in [("The rivers flow.", "flower"), ("I lost a bet.", "better"), ("trainer", "train")] {
            assert!(!told_in(text, answer, Language::En), "{answer} in {text}");
        }
        assert!(!tells("did", Language::En, 3) && !tells("has been", Language::En, 3) && tells("tip", Language::En, 3));
        assert!(tells("Zug", Language::De, 3));
    }
}
