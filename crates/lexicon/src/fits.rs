//! Could a word stand in another word's gap? The rule that keeps a bank's answers single: see `docs/authoring-the-pack.md`.

use std::collections::HashSet;

use crate::{
    forms::{self, Form},
    lemmas::lemmas_of,
    pack::{Entry, Pos, pack},
};

/// Words beside a noun that fix its number, so that only nouns of that number fit.
const SINGULAR_BEFORE: &[&str] = &["a", "an", "one", "this", "that", "each", "every", "another", "either"];
const PLURAL_BEFORE: &[&str] = &["these", "those", "many", "few", "several", "both", "two", "three", "four", "five", "six"];
const SINGULAR_AFTER: &[&str] = &["is", "was", "has", "isn't", "wasn't", "hasn't", "does", "doesn't"];
const PLURAL_AFTER: &[&str] = &["are", "were", "have", "aren't", "weren't", "haven't", "do", "don't"];

fn is_plural(entry: &Entry) -> bool {
    entry.plural_only || forms::forms_of(&entry.lemma, entry.pos, &entry.example.target) == [Form::Plural]
}

/// Does `with`, in the form of its own example, agree with the gap of `gap`: part of speech, form, article, number?
#[must_use]
pub fn agrees(gap: &Entry, with: &Entry) -> bool {
    if gap.pos != with.pos {
        // An adverb and a fixed phrase can both stand at a sentence's end.
        let loose = |pos| matches!(pos, Pos::Adverb | Pos::Phrase);
        if !(loose(gap.pos) && loose(with.pos)) {
            return false;
        }
    }
    let before = gap.example.word_before();
    if matches!(before.as_str(), "a" | "an") && (forms::article(&with.example.target) != before || with.uncountable) {
        return false;
    }
    match gap.pos {
        Pos::Noun => {
            let after = gap.example.word_after();
            let plural = is_plural(with);
            let wants_one = SINGULAR_BEFORE.contains(&before.as_str()) || SINGULAR_AFTER.contains(&after.as_str());
            let wants_many = PLURAL_BEFORE.contains(&before.as_str()) || PLURAL_AFTER.contains(&after.as_str());
            !(wants_one && plural || wants_many && !plural)
        }
        Pos::Verb => {
            let forms = |entry: &Entry| forms::forms_of(&entry.lemma, entry.pos, &entry.example.target);
            let (a, b) = (forms(gap), forms(with));
            a.iter().any(|form| b.contains(form)) || a.is_empty() || b.is_empty()
        }
        Pos::Adjective | Pos::Adverb | Pos::Phrase => true,
    }
}

/// Words of definitions that say nothing of what is defined.
const EMPTY: &[&str] = &[
    "something", "someone", "somewhere", "place", "person", "people", "thing", "time", "way", "kind", "part", "use", "make",
    "have", "get", "be", "do", "go", "that", "give", "take", "say", "need", "want", "very", "work", "put", "place", "where",
    "when", "stop", "start", "not", "other", "one", "more", "small", "large", "big", "good", "bad", "long",
];

/// The words that carry a definition's meaning, as lemmas.
fn content(definition: &str) -> HashSet<String> {
    let function: HashSet<&str> = pack().words.function.iter().map(String::as_str).collect();
    types::text::words(definition)
        .map(|word| lemmas_of(word).into_iter().min_by_key(String::len).unwrap_or_default())
        .filter(|word| word.len() > 2 && !function.contains(word.as_str()) && !EMPTY.contains(&word.as_str()))
        .collect()
}

/// Do two definitions say nearly the same? Half of the shorter one's content words, and two at the least.
#[must_use]
pub fn near_in_meaning(a: &Entry, b: &Entry) -> bool {
    let (one, other) = (content(&a.definition), content(&b.definition));
    let common = one.intersection(&other).count();
    common >= 2 && common * 2 >= one.len().min(other.len())
}

/// Could a student put `with` into the gap of `gap` with good sense?
///
/// It agrees with the gap, and stands in its `also_fits`, or is of its class, or is near in meaning.
#[must_use]
pub fn could_fill(gap: &Entry, with: &Entry) -> bool {
    if gap.lemma == with.lemma {
        return true;
    }
    agrees(gap, with)
        && (gap.also_fits.contains(&with.lemma)
            || (gap.topic == with.topic && gap.class == with.class)
            || near_in_meaning(gap, with))
}
