//! Words with their meanings: a list to read and cards to practise. Not marked.

use serde::{Deserialize, Serialize};

use super::{ITEM_TEXT_MAX, ITEMS_MAX, Meta, NoAnswer, SHORT_TEXT_MAX, Skill, Template};
use crate::{
    ids::{FileId, ItemId},
    levels::Language,
    marks::Mark,
    print::{Block, Paper, PrintWord, PrintWords},
    problem::{Checker, FieldCode, FieldError},
    text::fold,
};

/// What a word means; each field may be null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::word_list::Meaning))]
#[serde(default)]
pub struct Meaning {
    /// In the students' language.
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub translation: Option<String>,
    /// In the language taught.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub definition: Option<String>,
    /// IPA, without slashes.
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub transcription: Option<String>,
    /// A sentence with the word.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub example: Option<String>,
    /// A picture in a character.
    pub emoji: Option<String>,
    /// Shown beside the word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<FileId>,
}

/// A word with its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::word_list::Word))]
pub struct Word {
    /// Its id.
    pub id: ItemId,
    /// The word.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub word: String,
    /// What it means.
    #[serde(default)]
    pub meaning: Meaning,
}

/// Words to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::word_list::Content))]
pub struct Content {
    /// In order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub words: Vec<Word>,
}

impl Word {
    /// The text shown under the word: the translation or, without one, the definition.
    #[must_use]
    pub fn gloss(&self) -> &str {
        self.meaning.translation.as_deref().or(self.meaning.definition.as_deref()).unwrap_or_default()
    }
}

/// Nothing is hidden: it is there to be read.
pub type View = Content;
/// There is nothing to mark.
pub type Answer = NoAnswer;

impl Template for Content {
    type Answer = NoAnswer;
    type View = Self;

    const META: Meta =
        Meta { kind: "word_list", skill: Skill::Vocabulary, icon: "cards", marked: false, generated: true };

    fn blank() -> Self {
        Self { words: vec![Word { id: ItemId::nth(0), word: String::new(), meaning: Meaning::default() }] }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("words", self.words.len(), 1, ITEMS_MAX);
        check.distinct(self.words.iter().map(|w| &w.id), |n| format!("words.{n}.id"), FieldCode::Duplicate);
        for (n, word) in self.words.iter().enumerate() {
            check.text(format!("words.{n}.word"), &word.word, SHORT_TEXT_MAX);
            let meaning = &word.meaning;
            for (field, text, most) in [
                ("translation", &meaning.translation, SHORT_TEXT_MAX),
                ("definition", &meaning.definition, ITEM_TEXT_MAX),
                ("transcription", &meaning.transcription, SHORT_TEXT_MAX),
                ("example", &meaning.example, ITEM_TEXT_MAX),
                ("emoji", &meaning.emoji, 16),
            ] {
                if let Some(text) = text {
                    check.text(format!("words.{n}.meaning.{field}"), text, most);
                }
            }
        }
        let filled = self.words.iter().enumerate().filter(|(_, w)| !w.word.trim().is_empty());
        let (places, words): (Vec<usize>, Vec<(String, String)>) =
            filled.map(|(n, w)| (n, (fold(&w.word), fold(w.gloss())))).unzip();
        check.distinct(words, |n| format!("words.{}.word", places[n]), FieldCode::SameAsAnother);
        check.finish()
    }

    fn items(&self) -> Vec<ItemId> {
        Vec::new()
    }

    fn student_view(&self, _seed: u64) -> Self {
        self.clone()
    }

    fn score(&self, _item: &ItemId, _answer: &NoAnswer, _language: Language) -> Option<Mark> {
        None
    }

    fn key(&self, _item: &ItemId) -> Option<NoAnswer> {
        None
    }

    fn answer_text(_answer: &NoAnswer) -> String {
        String::new()
    }

    fn files(&self) -> Vec<(String, FileId)> {
        let pictures = self.words.iter().enumerate();
        pictures.filter_map(|(n, w)| Some((format!("words.{n}.meaning.picture"), w.meaning.picture?))).collect()
    }

    fn print_form(&self, paper: Paper, _seed: u64, _words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => {
                let print = |w: &Word| PrintWord {
                    word: w.word.clone(),
                    gloss: w.gloss().to_owned(),
                    picture: w.meaning.picture,
                };
                vec![Block::Words(self.words.iter().map(print).collect())]
            }
            // The worksheet has the list; the key has nothing to add.
            Paper::Key => Vec::new(),
        }
    }

    fn plain_text(&self) -> String {
        self.words
            .iter()
            .map(|w| {
                let extra = [&w.meaning.definition, &w.meaning.example];
                std::iter::once(w.word.as_str())
                    .chain(extra.into_iter().filter_map(Option::as_deref))
                    .collect::<Vec<_>>()
                    .join(". ")
            })
            .collect::<Vec<_>>()
            .join("\n")
    }
}
