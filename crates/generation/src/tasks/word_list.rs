//! Words with their meanings.

use std::collections::BTreeSet;

use lexicon::{Entry, Pos};
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    tasks::{
        TaskBody,
        word_list::{Content, Meaning, Word},
    },
    text::fold,
};

use crate::{
    builtin::{LIST_WORDS, LIST_WORDS_MIN, MakerContext, draw_from},
    gate::{Piece, Role},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short},
    plan::{PackPlan, WordsPlan},
    source::{WordMaterial, too_short},
    tasks::Generated,
};

pub(crate) const WORDS: TaskVariant = TaskVariant::new(
    ["Words to know", "Слова урока"],
    ["Read the words and their meanings.", "Прочитайте слова и их значения."],
);

/// Most words in a list.
pub(crate) const MOST: usize = 20;

/// Nouns, verbs, adjectives, adverbs, phrases: the order of a coursebook's list.
fn rank(pos: Pos) -> u8 {
    match pos {
        Pos::Noun => 0,
        Pos::Verb => 1,
        Pos::Adjective => 2,
        Pos::Adverb => 3,
        Pos::Phrase => 4,
    }
}

/// By rules. Leaves the examples out: gap tasks of the lesson use exactly these sentences.
fn make(context: &MakerContext<'_>) -> Result<Made, PartFailure> {
    let count = context.count(LIST_WORDS, MOST);
    let mut words: Vec<&'static Entry> = if context.job.replaces.is_none() && !context.plan.words.is_empty() {
        context.entries.iter().copied().take(count.min(context.plan.words.len())).collect()
    } else {
        draw_from(context.entries.clone(), count)
    };
    if words.len() < LIST_WORDS_MIN.min(count) {
        return Err(not_enough());
    }
    words.sort_by_key(|entry| rank(entry.pos));
    let words = words
        .into_iter()
        .enumerate()
        .map(|(n, entry)| Word {
            id: ItemId::nth(n),
            word: entry.lemma.clone(),
            meaning: Meaning {
                translation: context.translation(entry),
                definition: Some(entry.definition.clone()),
                transcription: None,
                example: None,
                emoji: entry.emoji.clone(),
                picture: None,
            },
        })
        .collect();
    Ok(Made::new(WORDS, TaskBody::WordList(Content { words })))
}

impl Generated for Content {
    const VARIANT: TaskVariant = WORDS;
    const USUAL: Option<usize> = Some(LIST_WORDS);
    type Draft = WordListDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&MakerContext::new(job, plan, attempt)?)
    }

    fn from_words(job: &PartJob, plan: &WordsPlan, attempt: u64) -> Result<Made, PartFailure> {
        let material = WordMaterial::read(job, plan, attempt);
        if material.all.is_empty() {
            return Err(too_short());
        }
        let word = |(n, line): (usize, crate::source::WordLine)| {
            let (translation, definition) =
                if material.definitions { (None, line.meaning) } else { (line.meaning, None) };
            let meaning = Meaning { translation, definition, ..Meaning::default() };
            Word { id: ItemId::nth(n), word: line.word, meaning }
        };
        let words = material.all.into_iter().enumerate().map(word).collect();
        Ok(Made::new(WORDS, TaskBody::WordList(Self { words })))
    }

    fn entries(&self) -> usize {
        self.words.len()
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self { words: self.words.iter().filter(|word| !bad.contains(&word.id)).cloned().collect() })
    }

    fn pieces(&self) -> Vec<Piece> {
        let of_word = |word: &Word| {
            let meaning = [&word.meaning.definition, &word.meaning.example].into_iter().flatten();
            let texts = std::iter::once(&word.word).chain(meaning);
            texts.map(|text| Piece::of(&word.id, Role::Phrase, text)).collect::<Vec<_>>()
        };
        self.words.iter().flat_map(of_word).collect()
    }

    fn taught(&self) -> Vec<String> {
        self.words.iter().map(|word| word.word.clone()).collect()
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WordListDraft {
    words: Vec<WordDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct WordDraft {
    /// The word or phrase in its dictionary form, without article.
    word: String,
    /// Its translation into the students' language; empty where both languages are the same.
    translation: String,
    /// A learner's definition in the language taught, of at most 12 words, without the word itself.
    definition: String,
    /// One short sentence with the word.
    example: String,
}

fn optional(text: String) -> Option<String> {
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

impl Draft for WordListDraft {
    const KIND: &'static str = "word_list";

    fn instructions(request: &Request<'_>) -> String {
        let count = request.items.unwrap_or(LIST_WORDS);
        format!(
            "Choose {count} words or short phrases that a learner at this level needs to talk about the topic: about half \
             nouns, a third verbs, the rest adjectives and useful phrases. No names, no near synonyms of one another. \
             Each definition uses only easy words and never the word itself or a form of it."
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let same_language = request.job.target_language == request.job.students_language;
        let mut words: Vec<Word> = Vec::new();
        for draft in self.words.into_iter().take(request.most(MOST)) {
            let word = short("words.word", &draft.word)?;
            if words.iter().any(|other| fold(&other.word) == fold(&word)) {
                continue;
            }
            let translation = if same_language { None } else { optional(draft.translation) };
            let meaning = Meaning {
                translation,
                definition: optional(draft.definition),
                transcription: None,
                example: optional(draft.example),
                emoji: None,
                picture: None,
            };
            words.push(Word { id: ItemId::nth(words.len()), word, meaning });
        }
        let least = request.least(4);
        if words.len() < least {
            return Err(DraftFault::new("words", format!("at least {least} different words are needed")));
        }
        Ok(Made::new(WORDS, TaskBody::WordList(Content { words })))
    }
}
