//! Words with their meanings.

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
    builtin::{Bench, LIST_WORDS, LIST_WORDS_MIN, Made, draw_from, not_enough},
    generator::PartFailure,
    labels::Ask,
    model::{Draft, DraftFault, Request, short},
};

/// The most words that are asked for.
pub(crate) const MOST: usize = 20;

/// Nouns, verbs, describing words, phrases: the order of a coursebook's list.
fn rank(pos: Pos) -> u8 {
    match pos {
        Pos::Noun => 0,
        Pos::Verb => 1,
        Pos::Adjective => 2,
        Pos::Adverb => 3,
        Pos::Phrase => 4,
    }
}

/// By the rules. The examples stay out: gap tasks of the lesson ask for just these sentences.
pub(crate) fn make(bench: &Bench<'_>) -> Result<Made, PartFailure> {
    let count = bench.count(LIST_WORDS, MOST);
    let mut words: Vec<&'static Entry> = if bench.job.previous.is_none() && !bench.plan.words.is_empty() {
        bench.entries.iter().copied().take(count.min(bench.plan.words.len())).collect()
    } else {
        draw_from(bench.entries.clone(), count)
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
                translation: bench.translation(entry),
                definition: Some(entry.definition.clone()),
                transcription: None,
                example: None,
                emoji: entry.emoji.clone(),
                picture: None,
            },
        })
        .collect();
    Ok(Made::new(Ask::WordList, TaskBody::WordList(Content { words })))
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
        for draft in self.words.into_iter().take(request.items.unwrap_or(MOST).min(MOST)) {
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
        if words.len() < 4 {
            return Err(DraftFault::new("words", "at least 4 different words are needed"));
        }
        Ok(Made::new(Ask::WordList, TaskBody::WordList(Content { words })))
    }
}
