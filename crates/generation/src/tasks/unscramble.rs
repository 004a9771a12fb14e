//! Words whose letters must be put in order.

use std::{collections::BTreeSet, ops::RangeInclusive};

use lexicon::Entry;
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    evidence::{FindingCode, Severity},
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        unscramble::{Content, LETTERS_MIN, Word},
    },
    text::fold,
};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    builtin::MakerContext,
    gate::{Findings, Piece, Role, choices::tells_word},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short},
    plan::PackPlan,
    tasks::Generated,
};

pub(crate) const LETTERS: TaskVariant = TaskVariant::new(
    ["Which word is it?", "Что это за слово?"],
    ["Put the letters in order to make words.", "Составьте слова из букв."],
);

const USUAL: usize = 6;
const LEAST: usize = 4;
/// Fewest words to take from a model.
const LEAST_OF_MODEL: usize = 3;
const MOST: usize = 12;

/// Numbers of letters that make a puzzle. Words of languages written in syllables or characters are short.
fn fitting(language: Language) -> RangeInclusive<usize> {
    match language {
        Language::Zh | Language::Ja | Language::Ko => LETTERS_MIN..=12,
        Language::En
        | Language::Ru
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl
        | Language::Uk
        | Language::Ar
        | Language::He => 4..=12,
    }
}

/// Whether it is a single word of a fitting length, counted as readers count letters.
fn is_fitting(word: &str, language: Language) -> bool {
    let is_letter = |letter: &str| letter.chars().next().is_some_and(char::is_alphabetic);
    fitting(language).contains(&word.graphemes(true).count()) && word.graphemes(true).all(is_letter)
}

/// The letters, sorted: equal for anagrams.
fn sorted_letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = fold(word).chars().filter(|c| !c.is_whitespace()).collect();
    letters.sort_unstable();
    letters
}

/// Builds an item from each word and its clue.
fn content(words: impl IntoIterator<Item = (String, Option<String>)>) -> Content {
    let item = |(n, (word, clue))| Word { id: ItemId::nth(n), word, clue };
    Content { words: words.into_iter().enumerate().map(item).collect() }
}

/// By rules: single words, each with its meaning.
fn make(context: &MakerContext<'_>) -> Result<Made, PartFailure> {
    let count = context.count(USUAL, MOST);
    let mut chosen: Vec<&'static Entry> = Vec::new();
    for entry in &context.entries {
        let is_other = |other: &&'static Entry| sorted_letters(&other.lemma) == sorted_letters(&entry.lemma);
        let is_told = tells_word(&entry.definition, &entry.lemma, Language::En);
        if chosen.len() < count && is_fitting(&entry.lemma, Language::En) && !is_told && !chosen.iter().any(is_other) {
            chosen.push(entry);
        }
    }
    if chosen.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    let words = chosen.into_iter().map(|entry| (entry.lemma.clone(), Some(entry.definition.clone())));
    Ok(Made::new(LETTERS, TaskBody::Unscramble(content(words))))
}

impl Generated for Content {
    const VARIANT: TaskVariant = LETTERS;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = UnscrambleDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&MakerContext::new(job, plan, attempt)?)
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self { words: self.words.iter().filter(|word| !bad.contains(&word.id)).cloned().collect() })
    }

    fn pieces(&self) -> Vec<Piece> {
        let of_word = |word: &Word| {
            let texts = std::iter::once(&word.word).chain(&word.clue);
            texts.map(|text| Piece::of(&word.id, Role::Side, text)).collect::<Vec<_>>()
        };
        self.words.iter().flat_map(of_word).collect()
    }

    /// A clue must not contain the word.
    fn check(&self, language: Language, found: &mut Findings) -> Option<u32> {
        for word in &self.words {
            if word.clue.as_deref().is_some_and(|clue| tells_word(clue, &word.word, language)) {
                found.item(FindingCode::AnswerInStem, Severity::Fault, &word.id).text = Some(word.word.clone());
            }
        }
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UnscrambleDraft {
    words: Vec<WordDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct WordDraft {
    /// One word of the lesson, without spaces.
    word: String,
    /// Its meaning in the language taught, at most 12 easy words, without the word itself.
    clue: String,
}

impl Draft for UnscrambleDraft {
    const KIND: &'static str = "unscramble";

    fn instructions(request: &Request<'_>) -> String {
        let letters = fitting(request.job.target_language);
        format!(
            "Choose {} single words of {} to {} letters, words of the lesson where there are some, each with a short meaning \
             that fits no other word made of the same letters.",
            request.items.unwrap_or(USUAL),
            letters.start(),
            letters.end(),
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut words: Vec<(String, Option<String>)> = Vec::new();
        for draft in self.words.into_iter().take(request.most(MOST)) {
            let (word, clue) = (short("words.word", &draft.word)?, short("words.clue", &draft.clue)?);
            if is_fitting(&word, request.job.target_language)
                && !words.iter().any(|(other, _)| sorted_letters(other) == sorted_letters(&word))
            {
                words.push((word, Some(clue)));
            }
        }
        let (least, letters) = (request.least(LEAST_OF_MODEL), fitting(request.job.target_language));
        if words.len() < least {
            let (from, to) = (letters.start(), letters.end());
            let what = format!("at least {least} different single words of {from} to {to} letters are needed");
            return Err(DraftFault::new("words", what));
        }
        Ok(Made::new(LETTERS, TaskBody::Unscramble(content(words))))
    }
}
