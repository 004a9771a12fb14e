//! Tasks on paper, as a small tree of blocks that the PDF draws without knowing any template.

use serde::{Deserialize, Serialize};

use crate::ids::FileId;

/// Which of the two papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// What students write on.
    Worksheet,
    /// The teacher's answers.
    Key,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "t", content = "v")]
pub enum Inline {
    Text(String),
    Strong(String),
    Emphasis(String),
    /// A gap to write in, with its number.
    Gap(u32),
    /// A right answer, on the key.
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
}

/// One row of a key: the item's number and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    pub number: u32,
    pub answer: String,
}

/// A word of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintWord {
    pub word: String,
    pub gloss: String,
    pub picture: Option<FileId>,
}

/// A side of a pair: its picture, else its text.
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
    /// Empty lines to write on.
    Lines(u32),
    /// The answers of a key, in one run.
    KeyLine(Vec<KeyEntry>),
    /// Small print under a key.
    Note(String),
}

/// A number from a position in a list, from 1.
#[must_use]
pub fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}

/// A letter for the n-th option: a, b, … z, then aa, ab…
#[must_use]
pub fn letter(index: usize) -> String {
    let last = char::from(b'a' + u8::try_from(index % 26).unwrap_or(0));
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 51, 52].map(super::letter), ["a", "z", "aa", "az", "ba"]);
    }
}
