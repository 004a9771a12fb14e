//! Pairs to match: words and meanings, halves of sentences, questions and replies.

use serde::{Deserialize, Serialize};

use super::{ITEMS_MAX, Meta, SHORT_TEXT_MAX, Skill, Template};
use crate::{
    ids::{FileId, ItemId},
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintSide, PrintWords, letter, number},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::looks,
};

/// One side of a pair.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::matching::Side))]
pub struct Side {
    /// With a picture: what a screen reader says.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub text: String,
    /// Shown in place of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<FileId>,
}

impl From<String> for Side {
    fn from(text: String) -> Self {
        Self { text, picture: None }
    }
}

/// Two sides that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::matching::Pair))]
pub struct Pair {
    /// Its id.
    pub id: ItemId,
    /// The left side.
    pub left: Side,
    /// The right side that belongs to it.
    pub right: Side,
}

/// Pairs to join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::matching::Content))]
pub struct Content {
    /// In the author's order; the right sides are shuffled for students.
    #[cfg_attr(feature = "openapi", schema(min_items = 2, max_items = 100))]
    pub pairs: Vec<Pair>,
    /// Right sides that belong to no left one.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub extra: Vec<Side>,
}

/// The right side joined to the item's left one, by its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::matching::Answer))]
pub struct Answer {
    /// Text of the right side that was chosen.
    pub right: String,
}

/// A left side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::matching::LeftView))]
pub struct LeftView {
    /// Its id.
    pub id: ItemId,
    /// What it shows.
    pub side: Side,
}

/// Both columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::matching::View))]
pub struct View {
    /// In the author's order.
    pub left: Vec<LeftView>,
    /// Shuffled, the extra ones among them.
    pub right: Vec<Side>,
}

/// Whether the two sides are interchangeable.
fn is_same(one: &Side, other: &Side) -> bool {
    looks(&one.text) == looks(&other.text)
}

impl Content {
    fn pair(&self, item: &ItemId) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.id == *item)
    }

    fn rights(&self, seed: u64) -> Vec<Side> {
        let all = self.pairs.iter().map(|pair| &pair.right).chain(&self.extra).cloned().collect();
        Shuffler::new(seed, "right").shuffled(all)
    }
}

impl From<Side> for PrintSide {
    fn from(side: Side) -> Self {
        Self { text: side.text, picture: side.picture }
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "matching", skill: Skill::Vocabulary, icon: "arrows-left-right", marked: true, generated: true };

    fn blank() -> Self {
        let side = || Side::from(String::new());
        Self {
            pairs: (0..3).map(|n| Pair { id: ItemId::nth(n), left: side(), right: side() }).collect(),
            extra: Vec::new(),
        }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("pairs", self.pairs.len(), 2, ITEMS_MAX);
        check.count("extra", self.extra.len(), 0, ITEMS_MAX);
        check.distinct(self.pairs.iter().map(|p| &p.id), |n| format!("pairs.{n}.id"), FieldCode::Duplicate);
        for (n, pair) in self.pairs.iter().enumerate() {
            check.text(format!("pairs.{n}.left.text"), &pair.left.text, SHORT_TEXT_MAX);
            check.text(format!("pairs.{n}.right.text"), &pair.right.text, SHORT_TEXT_MAX);
        }
        let filled = self.pairs.iter().enumerate().filter(|(_, p)| !p.left.text.trim().is_empty());
        let (places, lefts): (Vec<usize>, Vec<String>) = filled.map(|(n, p)| (n, looks(&p.left.text))).unzip();
        check.distinct(lefts, |n| format!("pairs.{}.left.text", places[n]), FieldCode::SameAsAnother);
        let rights: std::collections::HashSet<String> = self.pairs.iter().map(|p| looks(&p.right.text)).collect();
        for (n, side) in self.extra.iter().enumerate() {
            check.text(format!("extra.{n}.text"), &side.text, SHORT_TEXT_MAX);
            if rights.contains(&looks(&side.text)) {
                check.add(format!("extra.{n}.text"), FieldCode::SameAsAnother);
            }
        }
        check.finish()
    }

    fn items(&self) -> Vec<ItemId> {
        self.pairs.iter().map(|pair| pair.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        let left = self.pairs.iter().map(|p| LeftView { id: p.id.clone(), side: p.left.clone() }).collect();
        View { left, right: self.rights(seed) }
    }

    /// Compares by value: two equal right sides are interchangeable.
    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        Some(Mark::all_or_nothing(looks(&self.pair(item)?.right.text) == looks(&answer.right)))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.pair(item).map(|pair| Answer { right: pair.right.text.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.right.clone()
    }

    fn files(&self) -> Vec<(String, FileId)> {
        let pairs = self.pairs.iter().enumerate();
        let sides = pairs.flat_map(|(n, p)| {
            [(format!("pairs.{n}.left.picture"), &p.left), (format!("pairs.{n}.right.picture"), &p.right)]
        });
        let extra = self.extra.iter().enumerate().map(|(n, side)| (format!("extra.{n}.picture"), side));
        sides.chain(extra).filter_map(|(path, side)| Some((path, side.picture?))).collect()
    }

    fn print_form(&self, paper: Paper, seed: u64, words: &PrintWords) -> Vec<Block> {
        let rights = self.rights(seed);
        match paper {
            Paper::Worksheet => vec![Block::Match {
                left: self.pairs.iter().map(|pair| pair.left.clone().into()).collect(),
                right: rights.into_iter().map(PrintSide::from).collect(),
            }],
            Paper::Key => vec![Block::KeyLine(
                self.pairs
                    .iter()
                    .enumerate()
                    .map(|(n, pair)| {
                        // Every right side that reads the same counts as right.
                        let same = rights.iter().enumerate().filter(|(_, side)| is_same(side, &pair.right));
                        KeyEntry {
                            number: number(n),
                            answer: words.any_of(&same.map(|(at, _)| letter(at)).collect::<Vec<_>>()),
                        }
                    })
                    .collect(),
            )],
        }
    }

    fn plain_text(&self) -> String {
        self.pairs.iter().map(|p| format!("{} — {}", p.left.text, p.right.text)).collect::<Vec<_>>().join("\n")
    }
}
