//! Whether a word could fill another word's gap: the rule that gives a bank a single solution. See
//! `docs/authoring-the-pack.md`.

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

/// Words next to a noun that fix its number, so that only nouns of that number fit.
const SINGULAR_BEFORE: &[&str] = &["a", "an", "one", "this", "that", "each", "every", "another", "either"];
const PLURAL_BEFORE: &[&str] =
    &["these", "those", "many", "few", "several", "both", "two", "three", "four", "five", "six"];
const SINGULAR_AFTER: &[&str] = &["is", "was", "has", "isn't", "wasn't", "hasn't", "does", "doesn't"];
const PLURAL_AFTER: &[&str] = &["are", "were", "have", "aren't", "weren't", "haven't", "do", "don't"];

/// A gap as the grammar check sees it.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    pub pos: Pos,
    /// The forms that its key has there.
    pub forms: &'a [Form],
    /// The word right before it, lower case; empty at the start.
    pub before: &'a str,
    /// The word right after it, lower case; empty at the end.
    pub after: &'a str,
}

/// Whether `with`, spelt `surface`, agrees with the gap in part of speech, form, article and number.
#[must_use]
pub fn agrees_in(slot: &Slot<'_>, with: &Entry, surface: &str) -> bool {
    if slot.pos != with.pos {
        // Adverbs and fixed phrases can both end a sentence.
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

/// Whether `with`, in the form of its own example, agrees with the gap in `gap`'s example.
#[must_use]
pub fn agrees(gap: &Entry, with: &Entry) -> bool {
    let forms = forms::forms_of(&gap.lemma, gap.pos, &gap.example.target);
    let (before, after) = (gap.example.word_before(), gap.example.word_after());
    agrees_in(&Slot { pos: gap.pos, forms: &forms, before: &before, after: &after }, with, &with.example.target)
}

/// Words of definitions that carry no meaning of their own.
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

/// A definition's content words, as lemmas.
fn weigh(definition: &str) -> HashSet<String> {
    static FUNCTION: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let function = FUNCTION.get_or_init(|| pack().words.function.iter().map(String::as_str).collect());
    types::text::words(definition)
        .map(|word| lemmas_of(word).into_iter().min_by_key(String::len).unwrap_or_default())
        .filter(|word| word.len() > 2 && !function.contains(word.as_str()) && !EMPTY.contains(&word.as_str()))
        .collect()
}

/// Like [`weigh`], but cached for the pack's definitions: entries are compared in thousands of pairs.
fn content(definition: &str) -> Cow<'static, HashSet<String>> {
    static KNOWN: OnceLock<HashMap<&'static str, HashSet<String>>> = OnceLock::new();
    let known = KNOWN
        .get_or_init(|| pack().entries().map(|entry| (entry.definition.as_str(), weigh(&entry.definition))).collect());
    known.get(definition).map_or_else(|| Cow::Owned(weigh(definition)), Cow::Borrowed)
}

/// Whether two definitions mean nearly the same: they share at least two content words and at least half of the shorter
/// one's.
#[must_use]
pub fn near_in_meaning(a: &Entry, b: &Entry) -> bool {
    let (one, other) = (content(&a.definition), content(&b.definition));
    let common = one.intersection(&other).count();
    common >= 2 && common * 2 >= one.len().min(other.len())
}

/// Whether the two have the same topic and class, or are near in meaning.
#[must_use]
pub fn related(a: &Entry, b: &Entry) -> bool {
    (a.topic == b.topic && a.class == b.class) || near_in_meaning(a, b)
}

/// Whether a student could sensibly put `with` into the gap of `gap`'s example.
///
/// It must agree with the gap, and also be listed in its `also_fits`, share its class or be near in meaning.
#[must_use]
pub fn could_fill(gap: &Entry, with: &Entry) -> bool {
    gap.lemma == with.lemma || agrees(gap, with) && (gap.also_fits.contains(&with.lemma) || related(gap, with))
}
