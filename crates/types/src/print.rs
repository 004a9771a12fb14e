//! Tasks on paper, as a small tree of blocks that the PDF renderer draws without knowing any template.

use serde::{Deserialize, Serialize};

use crate::{ids::FileId, levels::Language};

/// Which of a task's two papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// What students write on.
    Worksheet,
    /// The teacher's answers.
    Key,
}

/// A piece of inline text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "t", content = "v")]
pub enum Inline {
    Text(String),
    Strong(String),
    Emphasis(String),
    /// A gap to write in, with its number.
    Gap(u32),
    /// A right answer; appears only on the key.
    Answer(String),
}

impl Inline {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// A question with its options to tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintQuestion {
    pub number: u32,
    pub stem: Vec<Inline>,
    pub options: Vec<String>,
    /// The options have letters, and the key refers to them by letter.
    pub lettered: bool,
    /// Number of columns for the options; 0 puts them in one row beside the question.
    pub columns: usize,
}

impl PrintQuestion {
    /// A question with lettered options below it.
    #[must_use]
    pub fn lettered(index: usize, stem: &str, options: Vec<String>) -> Self {
        let columns = columns(&options);
        Self { number: number(index), stem: vec![Inline::text(stem)], options, lettered: true, columns }
    }

    /// A question with unlettered options beside it.
    #[must_use]
    pub fn beside(index: usize, stem: &str, options: Vec<String>) -> Self {
        Self { number: number(index), stem: vec![Inline::text(stem)], options, lettered: false, columns: 0 }
    }
}

/// Approximate width of a text, in letters: Chinese, Japanese and Korean characters count as two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{FFEF}') { 2 } else { 1 }).sum()
}

/// The largest number of columns that the options fit into. With four options or fewer, none may be alone in its row.
fn columns(options: &[String]) -> usize {
    let longest = options.iter().map(|option| width(option)).max().unwrap_or(0);
    let most = match longest {
        0..=10 => 4,
        11..=16 => 3,
        17..=28 => 2,
        29.. => 1,
    };
    let count = options.len();
    (1..=most.min(count.max(1))).rev().find(|by| count > 4 || count.is_multiple_of(*by) || count % by > 1).unwrap_or(1)
}

/// The fixed words that a printed task contains, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintWords {
    /// Separates two answers that are both right.
    pub or: &'static str,
    pub is_true: &'static str,
    pub is_false: &'static str,
    pub not_stated: &'static str,
}

impl PrintWords {
    #[must_use]
    pub fn of(language: Language) -> Self {
        let (or, is_true, is_false, not_stated) = match language {
            Language::En => ("or", "True", "False", "Not stated"),
            Language::Ru => ("или", "верно", "неверно", "не указано"),
            Language::De => ("oder", "richtig", "falsch", "nicht im Text"),
            Language::Fr => ("ou", "vrai", "faux", "non mentionné"),
            Language::Es => ("o", "verdadero", "falso", "no se dice"),
            Language::It => ("o", "vero", "falso", "non indicato"),
            Language::Pt => ("ou", "verdadeiro", "falso", "não consta"),
            Language::Tr => ("veya", "doğru", "yanlış", "belirtilmemiş"),
            Language::Pl => ("lub", "prawda", "fałsz", "brak informacji"),
            Language::Uk => ("або", "правильно", "неправильно", "не вказано"),
            Language::Zh => ("或", "对", "错", "未提及"),
            Language::Ja => ("または", "正しい", "誤り", "記述なし"),
            Language::Ko => ("또는", "맞음", "틀림", "언급 없음"),
            Language::Ar => ("أو", "صحيح", "خطأ", "غير مذكور"),
            Language::He => ("או", "נכון", "לא נכון", "לא צוין"),
        };
        Self { or, is_true, is_false, not_stated }
    }

    /// Joins several right answers into one line with "or": a slash would read as a fraction, or as part of an answer.
    #[must_use]
    pub fn any_of(&self, answers: &[String]) -> String {
        answers.join(&format!(" {} ", self.or))
    }
}

/// One row of a key: the item's number and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    pub number: u32,
    pub answer: String,
}

/// An entry of a word list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintWord {
    pub word: String,
    pub gloss: String,
    pub picture: Option<FileId>,
}

/// One side of a pair: its picture or, without one, its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintSide {
    pub text: String,
    pub picture: Option<FileId>,
}

/// One block of a task on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "t", content = "v")]
pub enum Block {
    Paragraph(Vec<Inline>),
    Heading(String),
    List {
        ordered: bool,
        items: Vec<Vec<Inline>>,
    },
    /// Words in a box.
    Chips(Vec<String>),
    Questions(Vec<PrintQuestion>),
    /// Two columns to join: numbers on the left with a line for the letter, letters on the right.
    Match {
        left: Vec<PrintSide>,
        right: Vec<PrintSide>,
    },
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// Word and meaning, in two columns of pairs.
    Words(Vec<PrintWord>),
    /// Pieces to put in order: first the clue, then the pieces, then a line to write on.
    Order {
        number: u32,
        clue: Option<String>,
        chips: Vec<String>,
    },
    /// Empty lines to write on.
    Lines(u32),
    /// The answers of a key, run together.
    KeyLine(Vec<KeyEntry>),
    /// Small print under a key.
    Note(String),
}

/// A 1-based number from a 0-based position.
#[must_use]
pub fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}

/// The letter of the option at a 0-based position: a, b, … z, then aa, ab…
#[must_use]
pub fn letter(index: usize) -> String {
    let last = char::from(b'a' + u8::try_from(index % 26).unwrap_or(0));
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn no_option_stands_alone_in_its_row() {
        let options = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(columns(&options(&["15 minutes", "50 minutes", "5 hours", "a day"])), 4);
        assert_eq!(columns(&options(&["fifteen minutes", "fifty minutes", "five hours", "a day"])), 2);
        assert_eq!(columns(&options(&["at the railway station", "at home", "in the park"])), 1);
        assert_eq!(columns(&options(&["a", "b", "c"])), 3);
        assert_eq!(columns(&options(&["在火车站等朋友", "在家", "在公园里", "在学校"])), 2);
        assert_eq!(columns(&[]), 1);
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 51, 52].map(super::letter), ["a", "z", "aa", "az", "ba"]);
    }
}
