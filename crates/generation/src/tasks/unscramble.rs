//! Words whose letters must be put in order.

use std::collections::BTreeSet;

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

use crate::{
    builtin::MakerContext,
    gate::{Findings, Piece, Role},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short},
    plan::{PackPlan, WordsPlan},
    prose::mentions_form,
    source::{WordMaterial, too_short, with_meaning},
    tasks::Generated,
};

pub(crate) const LETTERS: TaskVariant = TaskVariant::new(
    ["Which word is it?", "Что это за слово?"],
    ["Put the letters in order to make words.", "Составьте слова из букв."],
);

const USUAL: usize = 6;
const LEAST: usize = 4;
const MOST: usize = 12;
/// Fewer letters are no puzzle, more are no fun.
const FITTING: std::ops::RangeInclusive<usize> = 4..=12;

fn is_fitting(word: &str) -> bool {
    FITTING.contains(&word.chars().count()) && word.chars().all(char::is_alphabetic)
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

/// By rules: single words, each with its translation if known, otherwise its meaning.
fn make(context: &MakerContext<'_>) -> Result<Made, PartFailure> {
    let count = context.count(USUAL, MOST);
    let mut chosen: Vec<&'static Entry> = Vec::new();
    for entry in &context.entries {
        let is_other = |other: &&'static Entry| sorted_letters(&other.lemma) == sorted_letters(&entry.lemma);
        let is_told = mentions_form(&entry.definition, &entry.lemma);
        if chosen.len() < count && is_fitting(&entry.lemma) && !is_told && !chosen.iter().any(is_other) {
            chosen.push(entry);
        }
    }
    if chosen.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    let words = chosen.into_iter().map(|entry| {
        let translation = if context.plan.translations { context.translation(entry) } else { None };
        (entry.lemma.clone(), Some(translation.unwrap_or_else(|| entry.definition.clone())))
    });
    Ok(Made::new(LETTERS, TaskBody::Unscramble(content(words))))
}

impl Generated for Content {
    const VARIANT: TaskVariant = LETTERS;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = UnscrambleDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&MakerContext::new(job, plan, attempt)?)
    }

    fn from_words(job: &PartJob, plan: &WordsPlan, attempt: u64) -> Result<Made, PartFailure> {
        let mut material = WordMaterial::read(job, plan, attempt);
        let mut words: Vec<(String, Option<String>)> = with_meaning(&material.all)
            .into_iter()
            .filter(|(word, _)| is_fitting(word))
            .map(|(word, meaning)| (word.to_owned(), Some(meaning.to_owned())))
            .collect();
        if words.len() < LETTERS_MIN {
            return Err(too_short());
        }
        material.shuffler.shuffle(&mut words);
        words.truncate(material.count(USUAL));
        Ok(Made::new(LETTERS, TaskBody::Unscramble(content(words))))
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
    fn check(&self, _language: Language, found: &mut Findings) -> Option<u32> {
        for word in &self.words {
            if word.clue.as_deref().is_some_and(|clue| mentions_form(clue, &word.word)) {
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
    /// One word of the lesson, of 4 to 12 letters, without spaces.
    word: String,
    /// Its meaning in the language taught, at most 12 easy words, without the word itself.
    clue: String,
}

impl Draft for UnscrambleDraft {
    const KIND: &'static str = "unscramble";

    fn instructions(request: &Request<'_>) -> String {
        format!(
            "Choose {} single words of 4 to 12 letters, words of the lesson where there are some, each with a short meaning \
             that fits no other word made of the same letters.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut words: Vec<(String, Option<String>)> = Vec::new();
        for draft in self.words.into_iter().take(request.items.unwrap_or(MOST).min(MOST)) {
            let (word, clue) = (short("words.word", &draft.word)?, short("words.clue", &draft.clue)?);
            if is_fitting(&word) && !words.iter().any(|(other, _)| sorted_letters(other) == sorted_letters(&word)) {
                words.push((word, Some(clue)));
            }
        }
        if words.len() < LETTERS_MIN {
            return Err(DraftFault::new("words", "at least 3 different single words of 4 to 12 letters are needed"));
        }
        Ok(Made::new(LETTERS, TaskBody::Unscramble(content(words))))
    }
}
