//! Typed gaps: a grammar drill by the rules, words from a teacher's text, or whatever a model writes.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    shuffle::{Shuffler, mix},
    tasks::{
        TaskBody,
        gap_fill::{Content, Gap},
        gaps::Part,
    },
    text::fold,
};

use crate::drill::{Drill, Item};
use crate::{
    cut::cut_out,
    gate::{Findings, Piece, gaps as gap_rules, lines, neighbours, typing},
    job::{PartFailure, PartJob},
    labels::{self, TaskVariant},
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short, text},
    plan::{PackPlan, TextPlan},
    source::{GapSentence, gap_lines, shuffler},
    tasks::Generated,
    without_lines::without_lines,
};

/// Missing words of a text.
pub(crate) const WORDS: TaskVariant = TaskVariant::new(
    ["Write the missing words", "Напишите пропущенные слова"],
    ["Write the missing words.", "Напишите пропущенные слова."],
);
/// Forms of words in brackets.
pub(crate) const FORMS: TaskVariant = TaskVariant::new(
    ["Grammar practice", "Грамматика"],
    [
        "Complete the sentences with the right form of the words in brackets.",
        "Дополните предложения: поставьте слова в скобках в нужную форму.",
    ],
);

const USUAL: usize = 8;
const LEAST: usize = 4;
const MOST: usize = 12;

/// One line per item.
fn content(items: Vec<Item>, typos: bool) -> Content {
    let mut parts: Vec<Part<Gap>> = Vec::new();
    let mut text = String::new();
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            text.push('\n');
        }
        text.push_str(&item.before);
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        let mut variants: Vec<String> = Vec::new();
        for variant in item.variants {
            let known = fold(&variant) == fold(&item.key) || variants.iter().any(|other| fold(other) == fold(&variant));
            if !known {
                variants.push(variant);
            }
        }
        parts.push(Part::Gap(Gap {
            id: ItemId::nth(n),
            key: item.key,
            variants,
            hint: None,
            tested: item.tested,
            neighbours: Vec::new(),
        }));
        text.push_str(&item.after);
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Content { parts, typos, contractions_matter: false }
}

/// Gaps with the first letter as a hint, for words from a text.
pub(crate) fn with_hints(lines: Vec<GapSentence>) -> Content {
    let items = lines
        .into_iter()
        .map(|line| Item { before: line.before, key: line.key, variants: Vec::new(), tested: None, after: line.after })
        .collect();
    let mut made = content(items, true);
    for part in &mut made.parts {
        if let Part::Gap(gap) = part {
            let length = gap.key.chars().count();
            let first: String = gap.key.chars().take(1).collect();
            gap.hint = Some(format!("{first}{}", " _".repeat(length.saturating_sub(1))));
        }
    }
    made
}

/// By rules: a drill for the level.
fn make(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
    let mut shuffler = Shuffler::new(mix(job.seed, attempt), "drill");
    let drills = Drill::of_level(job.level);
    let drill = plan.drill.unwrap_or_else(|| drills[shuffler.below(drills.len())]);
    let count = plan.items.map_or(USUAL, |items| usize::try_from(items).unwrap_or(USUAL).clamp(1, MOST));
    let items = drill.items(count, &mut shuffler);
    if items.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    let (english, russian) = drill.instructions();
    let told = if labels::language_of_instructions(job.level, job.students_language) == Language::Ru {
        russian
    } else {
        english
    };
    let mut made = Made::new(FORMS, TaskBody::GapFill(content(items, true)));
    made.title = Some(drill.title().to_owned());
    made.instructions = Some(told.to_owned());
    Ok(made)
}

impl Generated for Content {
    const VARIANT: TaskVariant = FORMS;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = GapFillDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(job, plan, attempt)
    }

    fn from_text(job: &PartJob, plan: &TextPlan, attempt: u64) -> Result<Made, PartFailure> {
        let lines = gap_lines(job, plan, &mut shuffler(job, attempt))?;
        Ok(Made::new(WORDS, TaskBody::GapFill(with_hints(lines))))
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self { parts: without_lines(&self.parts, bad), ..self.clone() })
    }

    fn pieces(&self) -> Vec<Piece> {
        lines(&self.parts)
    }

    fn check(&self, language: Language, found: &mut Findings) -> Option<u32> {
        gap_rules::check(&self.parts, language, found);
        gap_rules::check_cues(&self.parts, language, found);
        typing::check(self, found);
        None
    }

    fn prepare(&mut self, language: Language) {
        neighbours::note(self, language);
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GapFillDraft {
    /// The name of the grammar point, short: 'Present perfect'.
    title: String,
    items: Vec<ItemDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ItemDraft {
    /// The whole sentence with the right form in it.
    sentence: String,
    /// The words to take out, exactly as they stand in the sentence.
    answer: String,
    /// What the student gets in brackets: the dictionary form, with 'not' or an adverb where the answer has one.
    cue: String,
    /// Every other answer that is right there; usually none.
    also_right: Vec<String>,
}

impl Draft for GapFillDraft {
    const KIND: &'static str = "gap_fill";

    fn instructions(request: &Request<'_>) -> String {
        format!(
            "Write a grammar exercise of {} sentences on one grammar point that belongs to this level and fits the topic. In each \
             sentence one form is taken out, and its dictionary form stands in brackets. Only that form is right in the \
             sentence: time words or the context decide it. Contractions need not be listed.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let title = short("title", &self.title)?;
        let mut items: Vec<Item> = Vec::new();
        for draft in self.items.into_iter().take(request.most(MOST)) {
            let (sentence, answer) = (text("items.sentence", &draft.sentence)?, short("items.answer", &draft.answer)?);
            let cue = short("items.cue", &draft.cue)?;
            let cue = cue.trim_matches(['(', ')', '[', ']', ' ']);
            // The sentence may contain the cue already; we put it after the gap.
            let sentence = sentence.replace(&format!(" ({cue})"), "");
            let Some((before, key, after)) = cut_out(&sentence, &answer) else { continue };
            let mut variants = Vec::new();
            for other in draft.also_right.iter().take(6) {
                variants.push(short("items.also_right", other)?);
            }
            items.push(Item { before, key, variants, tested: None, after: format!(" ({cue}){after}") });
        }
        let least = request.least(3);
        if items.len() < least {
            return Err(DraftFault::new(
                "items",
                format!("at least {least} sentences are needed that hold their own answer just once"),
            ));
        }
        let mut made = Made::new(FORMS, TaskBody::GapFill(content(items, false)));
        made.title = Some(title);
        Ok(made)
    }
}
