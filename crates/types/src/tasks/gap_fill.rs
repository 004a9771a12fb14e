//! Typed gaps: the student writes the missing words.

use serde::{Deserialize, Serialize};

use super::{
    ITEM_TEXT_MAX, Meta, SHORT_TEXT_MAX, Skill, Template, VARIANTS_MAX,
    gaps::{self, AnyGap, GapView, Part, distinct_variants},
};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintWords, number},
    problem::{Checker, FieldCode, FieldError},
    text::{clean_answer, fold},
    typed::{self, Slips, Tested, Verdict},
};

/// One typed gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::gap_fill::Gap))]
pub struct Gap {
    /// Its id.
    pub id: ItemId,
    /// The answer that is shown.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub key: String,
    /// Other answers that count as right.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ShortText>, max_items = 20))]
    pub variants: Vec<String>,
    /// Shown when a student asks for it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub hint: Option<String>,
    /// The characters of the key, from and to (exclusive), in which no slip is forgiven.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<u32>>, min_items = 2, max_items = 2))]
    pub tested: Option<(u32, u32)>,
    /// Words of the language that look like the key: never accepted as slips. Filled in when the task is saved.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub neighbours: Vec<String>,
}

impl AnyGap for Gap {
    fn id(&self) -> &ItemId {
        &self.id
    }
    fn key(&self) -> &str {
        &self.key
    }
    fn has_hint(&self) -> bool {
        self.hint.is_some()
    }
    fn take_key_facts(&mut self, earlier: &Self) {
        self.tested = earlier.tested;
        self.neighbours.clone_from(&earlier.neighbours);
    }
}

/// The language whose words are known: a task that is saved gets the neighbours of its keys.
pub const NEIGHBOURS_LANGUAGE: Language = Language::En;

impl Gap {
    /// The tested letters, if they are the last ones of the key; else the whole key.
    fn ending(&self) -> &str {
        let Some((from, to)) = self.tested else { return "" };
        let is_last = to as usize >= self.key.chars().count();
        let from = if is_last { from as usize } else { 0 };
        self.key.char_indices().nth(from).map_or("", |(at, _)| &self.key[at..])
    }
}

/// Makes a gap from what its author wrote in the brackets, given the gap that was there before and the ids in use.
#[must_use]
pub fn gap_of(key: String, before: Option<&Gap>, taken: &[ItemId]) -> Gap {
    match before {
        Some(gap) if gap.key == key => gap.clone(),
        // What is known of the old key says nothing about the new one.
        Some(gap) => Gap { key, tested: None, neighbours: Vec::new(), ..gap.clone() },
        None => Gap {
            id: ItemId::fresh(taken),
            key,
            variants: Vec::new(),
            hint: None,
            tested: None,
            neighbours: Vec::new(),
        },
    }
}

/// A run of text, or a gap with its key.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema, Serialize)]
#[schema(as = tasks::gap_fill::Part)]
#[serde(rename_all = "snake_case")]
pub enum PartSchema {
    /// Line breaks are kept on the page.
    Text(String),
    /// A gap.
    Gap(Gap),
}

/// A text with gaps to type into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::gap_fill::Content))]
pub struct Content {
    /// Text and gaps in order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<PartSchema>, min_items = 1, max_items = 400))]
    pub parts: Vec<Part<Gap>>,
    /// A spelling mistake that makes no other word gets half a point.
    #[serde(default)]
    pub typos: bool,
    /// Short and long forms (`don’t`, `do not`) are different answers.
    #[serde(default)]
    pub contractions_matter: bool,
}

/// What was typed into a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::gap_fill::Answer))]
pub struct Answer {
    /// The text.
    pub text: String,
}

/// The text with empty gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::gap_fill::View))]
pub struct View {
    /// Text and gaps in order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<super::gaps::PartViewSchema>))]
    pub parts: Vec<Part<GapView>>,
}

impl Content {
    fn gap(&self, item: &ItemId) -> Option<&Gap> {
        gaps::gaps(&self.parts).find(|gap| gap.id == *item)
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta = Meta { kind: "gap_fill", skill: Skill::Grammar, icon: "textbox", marked: true, generated: true };

    fn blank() -> Self {
        Self { parts: Vec::new(), typos: false, contractions_matter: false }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        gaps::check(&mut check, &self.parts);
        for (n, part) in self.parts.iter().enumerate() {
            let Part::Gap(gap) = part else { continue };
            let at = |field: &str| format!("parts.{n}.gap.{field}");
            check.count(at("variants"), gap.variants.len(), 0, VARIANTS_MAX);
            for (v, variant) in gap.variants.iter().enumerate() {
                check.text(format!("{}.{v}", at("variants")), variant, SHORT_TEXT_MAX);
            }
            if let Some(hint) = &gap.hint {
                check.text(at("hint"), hint, ITEM_TEXT_MAX);
            }
            if let Some((from, to)) = gap.tested
                && (from >= to || to as usize > gap.key.chars().count())
            {
                check.add(at("tested"), FieldCode::NotAllowed);
            }
            check.count(at("neighbours"), gap.neighbours.len(), 0, 200);
        }
        check.finish()
    }

    /// Removes variants that compare equal to the key or to another variant: they have no effect.
    fn tidy(&mut self) {
        for part in &mut self.parts {
            let Part::Gap(gap) = part else { continue };
            let key = clean_answer(&gap.key);
            if key != gap.key {
                gap.tested = None;
                gap.key = key;
            }
            gap.variants = distinct_variants(&gap.key, &gap.variants, fold);
        }
    }

    fn items(&self) -> Vec<ItemId> {
        gaps::gaps(&self.parts).map(|gap| gap.id.clone()).collect()
    }

    fn student_view(&self, _seed: u64) -> View {
        View { parts: gaps::view(&self.parts) }
    }

    fn score(&self, item: &ItemId, answer: &Answer, language: Language) -> Option<Mark> {
        let gap = self.gap(item)?;
        let keys: Vec<&str> = std::iter::once(&gap.key).chain(&gap.variants).map(String::as_str).collect();
        let tested = Tested { ending: gap.ending(), contraction: self.contractions_matter, ..Tested::default() };
        // Without words to tell a slip from another word there is no credit for slips.
        let knows_words = language == NEIGHBOURS_LANGUAGE || !gap.neighbours.is_empty();
        let slips = if self.typos && knows_words { Slips::Half { neighbours: &gap.neighbours } } else { Slips::Wrong };
        Some(match typed::judge(&typed::Gap { language, keys: &keys, tested, slips }, &answer.text) {
            Verdict::Right => Mark::RIGHT,
            Verdict::Accent => Mark::ACCENT,
            Verdict::Misspelt => Mark::MISSPELT,
            Verdict::Wrong => Mark::WRONG,
        })
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.gap(item).map(|gap| Answer { text: gap.key.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.text.clone()
    }

    fn hint(&self, item: &ItemId) -> Option<String> {
        self.gap(item)?.hint.clone()
    }

    fn print_form(&self, paper: Paper, _seed: u64, words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => gaps::print(&self.parts, |_| None),
            Paper::Key => vec![Block::KeyLine(
                gaps::gaps(&self.parts)
                    .enumerate()
                    .map(|(n, gap)| KeyEntry {
                        number: number(n),
                        answer: words
                            .any_of(&std::iter::once(&gap.key).chain(&gap.variants).cloned().collect::<Vec<_>>()),
                    })
                    .collect(),
            )],
        }
    }

    fn plain_text(&self) -> String {
        gaps::filled(&self.parts)
    }
}
