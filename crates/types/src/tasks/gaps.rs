//! Text with gaps, shared by the templates that use it.

use serde::{Deserialize, Serialize};

use super::{ITEM_TEXT_MAX, ITEMS_MAX, READING_TEXT_MAX};
use crate::{
    ids::ItemId,
    print::{Block, Inline, number},
    problem::{Checker, FieldCode},
    text::clean_answer,
};

/// A run of text, or a gap. A line end in the text is a line break on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<G> {
    Text(String),
    Gap(G),
}

/// A gap as a student sees it: always of the same width, so that it doesn't reveal the length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::GapView))]
pub struct GapView {
    /// Its id.
    pub id: ItemId,
    /// A hint is available.
    pub has_hint: bool,
}

/// A run of text, or a gap as a student sees it.
// A generic schema writes the gap out in place, and generators of clients want it by name.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema, Serialize)]
#[schema(as = tasks::PartView)]
#[serde(rename_all = "snake_case")]
pub enum PartViewSchema {
    /// Line breaks are kept on the page.
    Text(String),
    /// A gap.
    Gap(GapView),
}

/// What the shared functions need from a template's gap.
pub trait AnyGap {
    fn id(&self) -> &ItemId;
    fn key(&self) -> &str;
    fn has_hint(&self) -> bool;
    /// Takes over what is known of its key from an earlier gap with the same key.
    fn take_key_facts(&mut self, _earlier: &Self) {}
}

/// The gaps in order.
pub fn gaps<G>(parts: &[Part<G>]) -> impl Iterator<Item = &G> {
    parts.iter().filter_map(|part| match part {
        Part::Gap(gap) => Some(gap),
        Part::Text(_) => None,
    })
}

/// The cleaned variants of a key, without those that `reduced` maps to the same text as the key or an earlier variant.
pub fn distinct_variants(key: &str, variants: &[String], reduced: impl Fn(&str) -> String) -> Vec<String> {
    let mut seen = vec![reduced(key)];
    let mut kept = Vec::with_capacity(variants.len());
    for variant in variants {
        let variant = clean_answer(variant);
        let same = reduced(&variant);
        // Keep empty ones: they are reported to the author, not dropped.
        if variant.is_empty() || !seen.contains(&same) {
            seen.push(same);
            kept.push(variant);
        }
    }
    kept
}

/// The text without the keys.
pub fn view<G: AnyGap>(parts: &[Part<G>]) -> Vec<Part<GapView>> {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Part::Text(text.clone()),
            Part::Gap(gap) => Part::Gap(GapView { id: gap.id().clone(), has_hint: gap.has_hint() }),
        })
        .collect()
}

/// The text with its keys in place.
pub fn filled<G: AnyGap>(parts: &[Part<G>]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Gap(gap) => gap.key(),
        })
        .collect()
}

/// Checks what every gapped text must satisfy; the template checks its gaps' own fields.
pub fn check<G: AnyGap>(check: &mut Checker, parts: &[Part<G>]) {
    let all: Vec<&G> = gaps(parts).collect();
    check.count("parts", all.len(), 1, ITEMS_MAX);
    let total: usize = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.chars().count(),
            Part::Gap(_) => 0,
        })
        .sum();
    if total > READING_TEXT_MAX {
        check.add_limit("parts", FieldCode::TooLong, READING_TEXT_MAX);
    }
    if parts.len() > ITEMS_MAX * 4 {
        check.add_limit("parts", FieldCode::TooMany, ITEMS_MAX * 4);
    }
    let mut seen = std::collections::HashSet::new();
    for (n, part) in parts.iter().enumerate() {
        match part {
            // A reading text may be long as a whole, so the text between two gaps may be several paragraphs.
            Part::Text(text) => check.optional_text(format!("parts.{n}.text"), text, READING_TEXT_MAX),
            Part::Gap(gap) => {
                if !seen.insert(gap.id()) {
                    check.add(format!("parts.{n}.gap.id"), FieldCode::Duplicate);
                }
                check.text(format!("parts.{n}.gap.key"), gap.key(), super::SHORT_TEXT_MAX.min(ITEM_TEXT_MAX));
            }
        }
    }
}

/// The text as paragraphs on paper, with numbered gaps, or with what `answer` returns in their place.
pub fn print<G: AnyGap>(parts: &[Part<G>], answer: impl Fn(&G) -> Option<String>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut line = Vec::new();
    let mut count = 0;
    let end_line = |line: &mut Vec<Inline>, blocks: &mut Vec<Block>| {
        if !line.is_empty() {
            blocks.push(Block::Paragraph(std::mem::take(line)));
        }
    };
    for part in parts {
        match part {
            Part::Text(text) => {
                for (n, piece) in text.split('\n').enumerate() {
                    if n > 0 {
                        end_line(&mut line, &mut blocks);
                    }
                    if !piece.is_empty() {
                        line.push(Inline::text(piece));
                    }
                }
            }
            Part::Gap(gap) => {
                line.push(answer(gap).map_or_else(|| Inline::Gap(number(count)), Inline::Answer));
                count += 1;
            }
        }
    }
    end_line(&mut line, &mut blocks);
    blocks
}
