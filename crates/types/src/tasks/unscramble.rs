//! Words whose letters have to be put in order.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::{ITEM_TEXT_MAX, ITEMS_MAX, Meta, SHORT_TEXT_MAX, Skill, Template};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintWords, number},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::{clean_answer, fold},
};

/// Fewest letters in a word, so that there is something to order.
pub const LETTERS_MIN: usize = 3;
/// Most letters in a word.
pub const LETTERS_MAX: usize = 40;

/// A word, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::unscramble::Word))]
pub struct Word {
    /// Its id.
    pub id: ItemId,
    /// A word or a short phrase of 3 to 40 letters. Spaces don't count.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub word: String,
    /// Shown to students: a meaning, a translation.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub clue: Option<String>,
}

/// Words whose letters have to be put in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::unscramble::Content))]
pub struct Content {
    /// In order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub words: Vec<Word>,
}

/// The letters in the student's order: equal letters are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::unscramble::Answer))]
pub struct Answer {
    /// Letters as they were given.
    pub order: Vec<String>,
}

/// The letters of a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::unscramble::WordView))]
pub struct WordView {
    /// Its id.
    pub id: ItemId,
    /// Shuffled.
    pub letters: Vec<String>,
    /// How many letters each word of a phrase has.
    pub lengths: Vec<u32>,
    /// What the word means.
    pub clue: Option<String>,
}

/// Words whose letters have to be put in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::unscramble::View))]
pub struct View {
    /// In order.
    pub words: Vec<WordView>,
}

impl Word {
    /// The letters as shown. They are in lower case, since a capital would give away the first letter, unless the whole
    /// word is in capitals. `I` stays, as it is another letter in Turkish than in other languages. A letter is a
    /// grapheme, so it keeps its marks.
    fn letters(&self) -> Vec<String> {
        let lower = |c: char| if matches!(c, 'I' | 'İ') { c.to_string() } else { c.to_lowercase().to_string() };
        let shown = if self.word.chars().any(char::is_lowercase) {
            self.word.chars().map(lower).collect()
        } else {
            self.word.clone()
        };
        shown.graphemes(true).filter(|letter| !letter.trim().is_empty()).map(str::to_owned).collect()
    }

    fn lengths(&self) -> Vec<u32> {
        self.word
            .split_whitespace()
            .map(|part| u32::try_from(part.graphemes(true).count()).unwrap_or(u32::MAX))
            .collect()
    }

    fn accepts(&self, order: &[String]) -> bool {
        fold(&order.concat()) == fold(&self.letters().concat())
    }

    /// A start order, uniform among the orders that don't spell the word. The draws depend only on the letters and the
    /// seed.
    fn start(&self, seed: u64) -> Vec<String> {
        let mut letters = self.letters();
        letters.sort();
        let mut shuffler = Shuffler::new(seed, self.id.as_str());
        for _ in 0..1_000 {
            shuffler.shuffle(&mut letters);
            if !self.accepts(&letters) {
                break;
            }
        }
        letters
    }
}

impl Content {
    fn word(&self, item: &ItemId) -> Option<&Word> {
        self.words.iter().find(|word| word.id == *item)
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "unscramble", skill: Skill::Vocabulary, icon: "shuffle", marked: true, generated: true };

    fn blank() -> Self {
        Self { words: vec![Word { id: ItemId::nth(0), word: String::new(), clue: None }] }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("words", self.words.len(), 1, ITEMS_MAX);
        check.distinct(self.words.iter().map(|w| &w.id), |n| format!("words.{n}.id"), FieldCode::Duplicate);
        for (n, word) in self.words.iter().enumerate() {
            let at = format!("words.{n}.word");
            check.text(&at, &word.word, SHORT_TEXT_MAX);
            let letters = word.letters();
            if (1..LETTERS_MIN).contains(&letters.len()) {
                check.add_limit(&at, FieldCode::TooShort, LETTERS_MIN);
            } else if letters.len() > LETTERS_MAX {
                check.add_limit(&at, FieldCode::TooLong, LETTERS_MAX);
            } else if letters.windows(2).all(|two| fold(&two[0]) == fold(&two[1])) && !letters.is_empty() {
                check.add(&at, FieldCode::NotAllowed);
            }
            if let Some(clue) = &word.clue {
                check.text(format!("words.{n}.clue"), clue, ITEM_TEXT_MAX);
            }
        }
        let filled = self.words.iter().enumerate().filter(|(_, w)| !w.word.trim().is_empty());
        let (places, words): (Vec<usize>, Vec<String>) = filled.map(|(n, w)| (n, fold(&w.word))).unzip();
        check.distinct(words, |n| format!("words.{}.word", places[n]), FieldCode::SameAsAnother);
        check.finish()
    }

    fn tidy(&mut self) {
        for word in &mut self.words {
            word.word = clean_answer(&word.word);
        }
    }

    fn items(&self) -> Vec<ItemId> {
        self.words.iter().map(|word| word.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        let of_word = |w: &Word| WordView {
            id: w.id.clone(),
            letters: w.start(seed),
            lengths: w.lengths(),
            clue: w.clue.clone(),
        };
        View { words: self.words.iter().map(of_word).collect() }
    }

    /// All or nothing: having most letters in order is not a word.
    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        Some(Mark::all_or_nothing(self.word(item)?.accepts(&answer.order)))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.word(item).map(|word| Answer { order: word.letters() })
    }

    fn key_text(&self, item: &ItemId) -> Option<String> {
        self.word(item).map(|word| word.word.clone())
    }

    fn answer_text(answer: &Answer) -> String {
        answer.order.concat()
    }

    fn print_form(&self, paper: Paper, seed: u64, _words: &PrintWords) -> Vec<Block> {
        let words = self.words.iter().enumerate();
        match paper {
            Paper::Worksheet => words
                .map(|(n, w)| Block::Order { number: number(n), clue: w.clue.clone(), chips: w.start(seed) })
                .collect(),
            Paper::Key => vec![Block::KeyLine(
                words.map(|(n, w)| KeyEntry { number: number(n), answer: w.word.clone() }).collect(),
            )],
        }
    }

    fn plain_text(&self) -> String {
        let of_word = |w: &Word| match &w.clue {
            Some(clue) => format!("{}: {clue}", w.word),
            None => w.word.clone(),
        };
        self.words.iter().map(of_word).collect::<Vec<_>>().join("\n")
    }
}
