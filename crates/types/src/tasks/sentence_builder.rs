//! Sentences cut into chips, to be put in order.

use serde::{Deserialize, Serialize};

use super::{ITEMS_MAX, Meta, SHORT_TEXT_MAX, Skill, Template};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintWords, number},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::{clean_answer, fold},
};

/// Fewest chips in a sentence, so that there is something to order.
pub const CHIPS_MIN: usize = 3;
/// Most chips in a sentence.
pub const CHIPS_MAX: usize = 40;
/// Most accepted orders of a sentence.
pub const ORDERS_MAX: usize = 24;

/// A sentence cut into chips.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sentence_builder::Sentence))]
pub struct Sentence {
    /// Its id.
    pub id: ItemId,
    /// The chips in every accepted order; the first is the one that is shown.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<crate::tasks::ShortText>>, min_items = 1, max_items = 24))]
    pub orders: Vec<Vec<String>>,
    /// What closes the sentence: `.`, `?` or `!`. It is not a chip.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 3))]
    pub ending: String,
}

/// Sentences to put in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sentence_builder::Content))]
pub struct Content {
    /// In order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub sentences: Vec<Sentence>,
}

/// The chips in the student's order, by their text: equal chips are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sentence_builder::Answer))]
pub struct Answer {
    /// Texts of the chips.
    pub order: Vec<String>,
}

/// The chips of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sentence_builder::SentenceView))]
pub struct SentenceView {
    /// Its id.
    pub id: ItemId,
    /// Shuffled.
    pub chips: Vec<String>,
    /// What closes the sentence; not a chip.
    pub ending: String,
}

/// Sentences to put in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sentence_builder::View))]
pub struct View {
    /// In order.
    pub sentences: Vec<SentenceView>,
}

fn folded(order: &[String]) -> Vec<String> {
    order.iter().map(|chip| fold(chip)).collect()
}

fn sorted(mut chips: Vec<String>) -> Vec<String> {
    chips.sort();
    chips
}

/// The chips joined into a written sentence: capitalised, with no space before a comma.
#[must_use]
pub fn written(order: &[String], ending: &str) -> String {
    let mut out = String::new();
    for chip in order {
        if !out.is_empty() && !chip.starts_with([',', ';', ':', '.', '?', '!']) {
            out.push(' ');
        }
        out.push_str(chip);
    }
    let mut chars = out.chars();
    let capital: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{capital}{}{ending}", chars.as_str())
}

impl Sentence {
    /// The first accepted order, joined into a sentence.
    #[must_use]
    pub fn shown(&self) -> String {
        self.orders.first().map(|order| written(order, &self.ending)).unwrap_or_default()
    }

    fn accepts(&self, order: &[String]) -> bool {
        let order = folded(order);
        self.orders.iter().any(|accepted| folded(accepted) == order)
    }

    /// A start order, uniform among the orders that are not accepted. The draws depend only on the chips and the seed,
    /// and the first that is not an answer is taken, so two keys over the same chips give the same start unless a draw
    /// is an answer to one of them.
    fn start(&self, seed: u64) -> Vec<String> {
        let mut chips = sorted(self.orders.first().cloned().unwrap_or_default());
        let mut shuffler = Shuffler::new(seed, self.id.as_str());
        for _ in 0..1_000 {
            shuffler.shuffle(&mut chips);
            if !self.accepts(&chips) {
                break;
            }
        }
        chips
    }
}

/// The length of the longest common subsequence.
fn common(a: &[String], b: &[String]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

impl Content {
    fn sentence(&self, item: &ItemId) -> Option<&Sentence> {
        self.sentences.iter().find(|sentence| sentence.id == *item)
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta = Meta {
        kind: "sentence_builder",
        skill: Skill::Grammar,
        icon: "text-align-left",
        marked: true,
        generated: true,
    };

    fn blank() -> Self {
        Self { sentences: vec![Sentence { id: ItemId::nth(0), orders: vec![Vec::new()], ending: ".".to_owned() }] }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("sentences", self.sentences.len(), 1, ITEMS_MAX);
        check.distinct(self.sentences.iter().map(|s| &s.id), |n| format!("sentences.{n}.id"), FieldCode::Duplicate);
        for (n, sentence) in self.sentences.iter().enumerate() {
            let at = |field: &str| format!("sentences.{n}.{field}");
            check.count(at("orders"), sentence.orders.len(), 1, ORDERS_MAX);
            check.optional_text(at("ending"), &sentence.ending, 3);
            let Some(first) = sentence.orders.first() else { continue };
            check.count(at("orders.0"), first.len(), CHIPS_MIN, CHIPS_MAX);
            for (c, chip) in first.iter().enumerate() {
                check.text(format!("{}.{c}", at("orders.0")), chip, SHORT_TEXT_MAX);
            }
            let chips = sorted(folded(first));
            if first.len() >= CHIPS_MIN && chips.iter().all(|chip| *chip == chips[0]) {
                check.add(at("orders.0"), FieldCode::SameAsAnother);
            }
            for (o, order) in sentence.orders.iter().enumerate().skip(1) {
                if sorted(folded(order)) != chips {
                    check.add(format!("{}.{o}", at("orders")), FieldCode::NotAllowed);
                }
            }
            check.distinct(
                sentence.orders.iter().map(|o| folded(o)),
                |o| format!("{}.{o}", at("orders")),
                FieldCode::Duplicate,
            );
        }
        check.finish()
    }

    /// Removes orders that repeat an earlier one.
    fn tidy(&mut self) {
        for sentence in &mut self.sentences {
            for chip in sentence.orders.iter_mut().flatten() {
                *chip = clean_answer(chip);
            }
            let mut seen: Vec<Vec<String>> = Vec::new();
            sentence.orders.retain(|order| {
                let order = folded(order);
                let is_new = !seen.contains(&order);
                seen.push(order);
                is_new
            });
        }
    }

    fn items(&self) -> Vec<ItemId> {
        self.sentences.iter().map(|sentence| sentence.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        let sentences = self
            .sentences
            .iter()
            .map(|s| SentenceView { id: s.id.clone(), chips: s.start(seed), ending: s.ending.clone() })
            .collect();
        View { sentences }
    }

    /// An accepted order gets full points. Any other gets the longest common subsequence with the nearest accepted
    /// order, as a share of the number of chips.
    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        let sentence = self.sentence(item)?;
        if sentence.accepts(&answer.order) {
            return Some(Mark::RIGHT);
        }
        let given = folded(&answer.order);
        let chips = sentence.orders.first().map_or(0, Vec::len);
        // Extra chips must not help: an answer with more chips than the sentence is wrong.
        if given.len() > chips {
            return Some(Mark::WRONG);
        }
        let best = sentence.orders.iter().map(|order| common(&folded(order), &given)).max().unwrap_or(0);
        // Not accepted, so never full points, whatever it has in common; a single chip is always in order with itself.
        let got = if best <= 1 { 0 } else { best.min(chips.saturating_sub(1)) };
        Some(Mark::share(u32::try_from(got).unwrap_or(0), u32::try_from(chips).unwrap_or(1).max(1)))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.sentence(item)?.orders.first().map(|order| Answer { order: order.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        written(&answer.order, "")
    }

    fn print_form(&self, paper: Paper, seed: u64, words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => self
                .sentences
                .iter()
                .enumerate()
                .map(|(n, s)| {
                    let mut chips = s.start(seed);
                    if !s.ending.is_empty() {
                        chips.push(s.ending.clone());
                    }
                    Block::Order { number: number(n), clue: None, chips }
                })
                .collect(),
            Paper::Key => vec![Block::KeyLine(
                self.sentences
                    .iter()
                    .enumerate()
                    .map(|(n, s)| {
                        let all: Vec<String> = s.orders.iter().map(|order| written(order, &s.ending)).collect();
                        KeyEntry { number: number(n), answer: words.any_of(&all) }
                    })
                    .collect(),
            )],
        }
    }

    fn plain_text(&self) -> String {
        self.sentences.iter().map(Sentence::shown).collect::<Vec<_>>().join("\n")
    }
}
