//! Gaps filled with words from a box.

use serde::{Deserialize, Serialize};

use super::{
    ITEMS_MAX, Meta, SHORT_TEXT_MAX, Skill, Template, VARIANTS_MAX,
    gaps::{self, AnyGap, GapView, Part, distinct_variants},
};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintWords, number},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::{clean_answer, fold, looks},
};

/// One gap and the word that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::word_bank::Gap))]
pub struct Gap {
    /// Its id.
    pub id: ItemId,
    /// The word that is shown as the answer.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub key: String,
    /// Other words of the bank that are also right here.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ShortText>, max_items = 20))]
    pub variants: Vec<String>,
}

impl AnyGap for Gap {
    fn id(&self) -> &ItemId {
        &self.id
    }
    fn key(&self) -> &str {
        &self.key
    }
    fn has_hint(&self) -> bool {
        false
    }
}

/// A run of text, or a gap with its key.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema, Serialize)]
#[schema(as = tasks::word_bank::Part)]
#[serde(rename_all = "snake_case")]
pub enum PartSchema {
    /// Line breaks are kept on the page.
    Text(String),
    /// A gap.
    Gap(Gap),
}

/// A text with gaps, and a box of words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::word_bank::Content))]
pub struct Content {
    /// Text and gaps in order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<PartSchema>, min_items = 1, max_items = 400))]
    pub parts: Vec<Part<Gap>>,
    /// Words in the box that fit no gap.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ShortText>, max_items = 100))]
    pub distractors: Vec<String>,
}

/// The chip put into a gap, by its text: equal chips are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::word_bank::Answer))]
pub struct Answer {
    /// Text of the chip.
    pub text: String,
}

/// The text with empty gaps, and the box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::word_bank::View))]
pub struct View {
    /// Text and gaps in order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<super::gaps::PartViewSchema>))]
    pub parts: Vec<Part<GapView>>,
    /// The chips, shuffled. A chip that belongs in two gaps appears twice.
    pub bank: Vec<String>,
}

impl Content {
    fn gap(&self, item: &ItemId) -> Option<&Gap> {
        gaps::gaps(&self.parts).find(|gap| gap.id == *item)
    }

    /// Whether a chip is right for a gap. Chips are compared as they look. A variant, which an author types, also
    /// accepts a chip that merely folds to the same text, unless another chip looks like the variant.
    #[must_use]
    pub fn accepts(&self, gap: &Gap, chip: &str) -> bool {
        let given = looks(chip);
        looks(&gap.key) == given
            || gap.variants.iter().any(|variant| {
                let looks_so = looks(variant);
                looks_so == given
                    || fold(variant) == fold(chip) && !self.bank().iter().any(|other| looks(other) == looks_so)
            })
    }

    /// Every chip, in no particular order.
    #[must_use]
    pub fn bank(&self) -> Vec<String> {
        gaps::gaps(&self.parts).map(|gap| gap.key.clone()).chain(self.distractors.iter().cloned()).collect()
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "word_bank", skill: Skill::Vocabulary, icon: "selection", marked: true, generated: true };

    fn blank() -> Self {
        Self { parts: Vec::new(), distractors: Vec::new() }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        gaps::check(&mut check, &self.parts);
        check.count("distractors", self.distractors.len(), 0, ITEMS_MAX);
        let keys: std::collections::HashSet<String> = gaps::gaps(&self.parts).map(|gap| looks(&gap.key)).collect();
        for (n, word) in self.distractors.iter().enumerate() {
            check.text(format!("distractors.{n}"), word, SHORT_TEXT_MAX);
            if keys.contains(&looks(word)) {
                check.add(format!("distractors.{n}"), FieldCode::SameAsAnother);
            }
        }
        for (n, part) in self.parts.iter().enumerate() {
            let Part::Gap(gap) = part else { continue };
            check.count(format!("parts.{n}.gap.variants"), gap.variants.len(), 0, VARIANTS_MAX);
            for (v, variant) in gap.variants.iter().enumerate() {
                check.text(format!("parts.{n}.gap.variants.{v}"), variant, SHORT_TEXT_MAX);
            }
        }
        check.finish()
    }

    fn tidy(&mut self) {
        for part in &mut self.parts {
            let Part::Gap(gap) = part else { continue };
            gap.key = clean_answer(&gap.key);
            gap.variants = distinct_variants(&gap.key, &gap.variants, looks);
        }
        for word in &mut self.distractors {
            *word = clean_answer(word);
        }
    }

    fn items(&self) -> Vec<ItemId> {
        gaps::gaps(&self.parts).map(|gap| gap.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        View { parts: gaps::view(&self.parts), bank: Shuffler::new(seed, "bank").shuffled(self.bank()) }
    }

    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        let gap = self.gap(item)?;
        Some(Mark::all_or_nothing(self.accepts(gap, &answer.text)))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.gap(item).map(|gap| Answer { text: gap.key.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.text.clone()
    }

    fn print_form(&self, paper: Paper, seed: u64, words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => {
                let mut blocks = vec![Block::Chips(self.student_view(seed).bank)];
                blocks.extend(gaps::print(&self.parts, |_| None));
                blocks
            }
            Paper::Key => {
                let mut blocks = vec![Block::KeyLine(
                    gaps::gaps(&self.parts)
                        .enumerate()
                        .map(|(n, gap)| KeyEntry {
                            number: number(n),
                            answer: words
                                .any_of(&std::iter::once(&gap.key).chain(&gap.variants).cloned().collect::<Vec<_>>()),
                        })
                        .collect(),
                )];
                if !self.distractors.is_empty() {
                    blocks.push(Block::Note(format!("+ {}", self.distractors.join(", "))));
                }
                blocks
            }
        }
    }

    fn plain_text(&self) -> String {
        gaps::filled(&self.parts)
    }
}
