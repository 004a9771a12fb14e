//! Could a word stand in another word's gap? The rule that keeps a bank's answers single: see `docs/authoring-the-pack.md`.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use crate::{
    forms::{self, Form},
    lemmas::lemmas_of,
    pack::{Entry, Pos, pack},
};

/// Words beside a noun that fix its number, so that only nouns of that number fit.
const SINGULAR_BEFORE: &[&str] = &["a", "an", "one", "this", "that", "each", "every", "another", "either"];
const PLURAL_BEFORE: &[&str] =
    &["these", "those", "many", "few", "several", "both", "two", "three", "four", "five", "six"];
const SINGULAR_AFTER: &[&str] = &["is", "was", "has", "isn't", "wasn't", "hasn't", "does", "doesn't"];
const PLURAL_AFTER: &[&str] = &["are", "were", "have", "aren't", "weren't", "haven't", "do", "don't"];

/// A gap as grammar sees it.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    pub pos: Pos,
    /// The forms that its own word has there.
    pub forms: &'a [Form],
    /// The word right before it, lower case; empty at the start.
    pub before: &'a str,
    /// The word right after it, lower case; empty at the end.
    pub after: &'a str,
}

/// Does `with`, spelt `surface`, agree with the gap: part of speech, form, article, number?
#[must_use]
pub fn agrees_in(slot: &Slot<'_>, with: &Entry, surface: &str) -> bool {
    if slot.pos != with.pos {
        // An adverb and a fixed phrase can both stand at a sentence's end.
        let loose = |pos| matches!(pos, Pos::Adverb | Pos::Phrase);
        if !(loose(slot.pos) && loose(with.pos)) {
            return false;
        }
    }
    if matches!(slot.before, "a" | "an") && (forms::article(surface) != slot.before || with.uncountable) {
        return false;
    }
    let own = forms::forms_of(&with.lemma, with.pos, surface);
    match slot.pos {
        Pos::Noun => {
            let plural = with.plural_only || own == [Form::Plural];
            let wants_one = SINGULAR_BEFORE.contains(&slot.before) || SINGULAR_AFTER.contains(&slot.after);
            let wants_many = PLURAL_BEFORE.contains(&slot.before) || PLURAL_AFTER.contains(&slot.after);
            !(wants_one && plural || wants_many && !plural)
        }
        Pos::Verb => slot.forms.iter().any(|form| own.contains(form)) || slot.forms.is_empty() || own.is_empty(),
        Pos::Adjective | Pos::Adverb | Pos::Phrase => true,
    }
}

/// Does `with`, in the form of its own example, agree with the gap of `gap`'s example?
#[must_use]
pub fn agrees(gap: &Entry, with: &Entry) -> bool {
    let forms = forms::forms_of(&gap.lemma, gap.pos, &gap.example.target);
    let (before, after) = (gap.example.word_before(), gap.example.word_after());
    agrees_in(&Slot { pos: gap.pos, forms: &forms, before: &before, after: &after }, with, &with.example.target)
}

/// Words of definitions that say nothing of what is defined.
const EMPTY: &[&str] = &[
    "something",
    "someone",
    "somewhere",
    "place",
    "person",
    "people",
    "thing",
    "time",
    "way",
    "kind",
    "part",
    "use",
    "make",
    "have",
    "get",
    "be",
    "do",
    "go",
    "that",
    "give",
    "take",
    "say",
    "need",
    "want",
    "very",
    "work",
    "put",
    "place",
    "where",
    "when",
    "stop",
    "start",
    "not",
    "other",
    "one",
    "more",
    "small",
    "large",
    "big",
    "good",
    "bad",
    "long",
];

/// The words that carry a definition's meaning, as lemmas.
fn weigh(definition: &str) -> HashSet<String> {
    static FUNCTION: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let function = FUNCTION.get_or_init(|| pack().words.function.iter().map(String::as_str).collect());
    types::text::words(definition)
        .map(|word| lemmas_of(word).into_iter().min_by_key(String::len).unwrap_or_default())
        .filter(|word| word.len() > 2 && !function.contains(word.as_str()) && !EMPTY.contains(&word.as_str()))
        .collect()
}

/// As [`weigh`], remembered for what stands in the pack: pairs of entries are compared by the thousand.
fn content(definition: &str) -> Cow<'static, HashSet<String>> {
    static KNOWN: OnceLock<HashMap<&'static str, HashSet<String>>> = OnceLock::new();
    let known = KNOWN
        .get_or_init(|| pack().entries().map(|entry| (entry.definition.as_str(), weigh(&entry.definition))).collect());
    known.get(definition).map_or_else(|| Cow::Owned(weigh(definition)), Cow::Borrowed)
}

/// Do two definitions say nearly the same? Half of the shorter one's content words, and two at the least.
#[must_use]
pub fn near_in_meaning(a: &Entry, b: &Entry) -> bool {
    let (one, other) = (content(&a.definition), content(&b.definition));
    let common = one.intersection(&other).count();
    common >= 2 && common * 2 >= one.len().min(other.len())
}

/// Are the two of one class of one topic, or near in meaning?
#[must_use]
pub fn related(a: &Entry, b: &Entry) -> bool {
    (a.topic == b.topic && a.class == b.class) || near_in_meaning(a, b)
}

/// Could a student put `with` into the gap of `gap`'s example with good sense?
///
/// It agrees with the gap, and stands in its `also_fits`, or is of its class, or is near in meaning.
#[must_use]
pub fn could_fill(gap: &Entry, with: &Entry) -> bool {
    gap.lemma == with.lemma || agrees(gap, with) && (gap.also_fits.contains(&with.lemma) || related(gap, with))
}
