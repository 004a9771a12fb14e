//! A text with gaps, each with a few words to choose from.

use serde::{Deserialize, Serialize};

use super::{
    Meta, SHORT_TEXT_MAX, Skill, Template,
    gaps::{self, AnyGap, Part},
};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, Inline, KeyEntry, Paper, PrintWords, number},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::{clean_answer, looks},
};

/// Most wrong options of a gap.
pub const DISTRACTORS_MAX: usize = 5;

/// A gap with its options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::inline_choice::Gap))]
pub struct Gap {
    /// Its id.
    pub id: ItemId,
    /// The right option.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub key: String,
    /// One to five wrong options.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ShortText>, min_items = 1, max_items = 5))]
    pub distractors: Vec<String>,
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

/// Makes a gap from what its author wrote in the brackets, given the gap that was there before and the ids in use.
#[must_use]
pub fn gap_of(key: String, before: Option<&Gap>, taken: &[ItemId]) -> Gap {
    match before {
        Some(gap) => Gap { key, ..gap.clone() },
        None => Gap { id: ItemId::fresh(taken), key, distractors: Vec::new() },
    }
}

/// A run of text, or a gap with its options.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema, Serialize)]
#[schema(as = tasks::inline_choice::Part)]
#[serde(rename_all = "snake_case")]
pub enum PartSchema {
    /// Line breaks are kept on the page.
    Text(String),
    /// A gap.
    Gap(Gap),
}

/// A text with gaps, each with a few words to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::inline_choice::Content))]
pub struct Content {
    /// Text and gaps in order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<PartSchema>, min_items = 1, max_items = 400))]
    pub parts: Vec<Part<Gap>>,
}

/// The option picked, by its text, as in `single_choice`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::inline_choice::Answer))]
pub struct Answer {
    /// Text of the option.
    pub option: String,
}

/// A gap as a student sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::inline_choice::GapView))]
pub struct GapView {
    /// Its id.
    pub id: ItemId,
    /// Shuffled.
    pub options: Vec<String>,
}

/// A run of text, or a gap as a student sees it.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema, Serialize)]
#[schema(as = tasks::inline_choice::PartView)]
#[serde(rename_all = "snake_case")]
pub enum PartViewSchema {
    /// Line breaks are kept on the page.
    Text(String),
    /// A gap.
    Gap(GapView),
}

/// The text with its gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::inline_choice::View))]
pub struct View {
    /// Text and gaps in order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<PartViewSchema>))]
    pub parts: Vec<Part<GapView>>,
}

impl Gap {
    fn options(&self, seed: u64) -> Vec<String> {
        let all = std::iter::once(&self.key).chain(&self.distractors).cloned().collect();
        Shuffler::new(seed, self.id.as_str()).shuffled(all)
    }
}

impl Content {
    fn gap(&self, item: &ItemId) -> Option<&Gap> {
        gaps::gaps(&self.parts).find(|gap| gap.id == *item)
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "inline_choice", skill: Skill::Grammar, icon: "caret-up-down", marked: true, generated: true };

    fn blank() -> Self {
        Self { parts: Vec::new() }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        gaps::check(&mut check, &self.parts);
        for (n, part) in self.parts.iter().enumerate() {
            let Part::Gap(gap) = part else { continue };
            let at = format!("parts.{n}.gap.distractors");
            check.count(&at, gap.distractors.len(), 1, DISTRACTORS_MAX);
            for (d, option) in gap.distractors.iter().enumerate() {
                check.text(format!("{at}.{d}"), option, SHORT_TEXT_MAX);
            }
            check.distinct(
                std::iter::once(&gap.key).chain(&gap.distractors).map(|text| looks(text)),
                |d| if d == 0 { format!("parts.{n}.gap.key") } else { format!("{at}.{}", d - 1) },
                FieldCode::SameAsAnother,
            );
        }
        check.finish()
    }

    fn tidy(&mut self) {
        for part in &mut self.parts {
            let Part::Gap(gap) = part else { continue };
            gap.key = clean_answer(&gap.key);
            for option in &mut gap.distractors {
                *option = clean_answer(option);
            }
        }
    }

    fn items(&self) -> Vec<ItemId> {
        gaps::gaps(&self.parts).map(|gap| gap.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        let part = |part: &Part<Gap>| match part {
            Part::Text(text) => Part::Text(text.clone()),
            Part::Gap(gap) => Part::Gap(GapView { id: gap.id.clone(), options: gap.options(seed) }),
        };
        View { parts: self.parts.iter().map(part).collect() }
    }

    /// Compares texts as they look, as `single_choice` does.
    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        let gap = self.gap(item)?;
        Some(Mark::all_or_nothing(looks(&gap.key) == looks(&answer.option)))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.gap(item).map(|gap| Answer { option: gap.key.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.option.clone()
    }

    /// On the worksheet the options stand in the text, to be underlined.
    fn print_form(&self, paper: Paper, seed: u64, _words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => {
                let options = |gap: &Gap| gap.options(seed).join(" / ");
                let mut blocks = gaps::print(&self.parts, |gap| Some(options(gap)));
                // They are no answers, which only a key has.
                for block in &mut blocks {
                    let Block::Paragraph(line) = block else { continue };
                    for inline in line {
                        if let Inline::Answer(text) = inline {
                            *inline = Inline::Strong(std::mem::take(text));
                        }
                    }
                }
                blocks
            }
            Paper::Key => {
                let entries = gaps::gaps(&self.parts).enumerate();
                let entry = |(n, gap): (usize, &Gap)| KeyEntry { number: number(n), answer: gap.key.clone() };
                vec![Block::KeyLine(entries.map(entry).collect())]
            }
        }
    }

    fn plain_text(&self) -> String {
        gaps::filled(&self.parts)
    }
}
