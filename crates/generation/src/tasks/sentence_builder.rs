//! Sentences to put in order.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    tasks::{
        TaskBody,
        sentence_builder::{CHIPS_MIN, Content, Sentence},
    },
    text::fold,
};

use crate::{
    builtin::MakerContext,
    gate::{Piece, Role},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short, text},
    plan::{PackPlan, TextPlan},
    source::{sentences_to_build, shuffler},
    tasks::Generated,
};

/// Any right order is accepted.
pub(crate) const BUILD: TaskVariant = TaskVariant::new(
    ["Build the sentences", "Составьте предложения"],
    ["Put the words in order to make sentences.", "Составьте предложения из слов."],
);
/// Only the order of the text is accepted.
pub(crate) const AS_IN_TEXT: TaskVariant = TaskVariant::new(
    ["Sentences from the text", "Предложения из текста"],
    ["Put the words in order to make sentences, as in the text.", "Составьте предложения из слов, как в тексте."],
);

/// The number of sentences if none is requested.
pub(crate) const USUAL: usize = 5;
const LEAST: usize = 3;
const MOST: usize = 10;
/// Most chips in a sentence by a model.
const CHIPS_MOST: usize = 12;

/// By rules: the example's chunks, with every order that its author accepts.
fn make(context: &mut MakerContext<'_>) -> Result<Made, PartFailure> {
    context.spare_examples_of_other_tasks();
    let count = context.count(USUAL, MOST);
    let mut sentences: Vec<Sentence> = Vec::new();
    for entry in &context.entries {
        if sentences.len() < count && entry.example.chunks.len() >= CHIPS_MIN {
            sentences.push(Sentence {
                id: ItemId::nth(sentences.len()),
                orders: entry.accepted_orders(),
                ending: entry.example.ending.clone(),
            });
        }
    }
    if sentences.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    Ok(Made::new(BUILD, TaskBody::SentenceBuilder(Content { sentences })))
}

impl Generated for Content {
    const VARIANT: TaskVariant = BUILD;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = SentenceBuilderDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&mut MakerContext::new(job, plan, attempt)?)
    }

    fn from_text(job: &PartJob, plan: &TextPlan, attempt: u64) -> Result<Made, PartFailure> {
        let sentences = sentences_to_build(job, plan, &mut shuffler(job, attempt))?;
        Ok(Made::new(AS_IN_TEXT, TaskBody::SentenceBuilder(Self { sentences })))
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self {
            sentences: self.sentences.iter().filter(|sentence| !bad.contains(&sentence.id)).cloned().collect(),
        })
    }

    fn pieces(&self) -> Vec<Piece> {
        self.sentences.iter().map(|sentence| Piece::of(&sentence.id, Role::Sentence, sentence.shown())).collect()
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SentenceBuilderDraft {
    sentences: Vec<SentenceDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct SentenceDraft {
    /// The sentence cut into 4 to 7 natural chunks, in the right order, without the final stop.
    chunks: Vec<String>,
    /// What closes it: one of . ? !
    ending: String,
    /// Every other order of the same chunks that is also right; usually none.
    other_orders: Vec<Vec<String>>,
}

/// The chunk, in lower case at the sentence's start, so that the first chip is not obvious; a name keeps its capital.
fn opened(chunk: &str, first: bool) -> String {
    let word = chunk.split([' ', '\'', '’']).next().unwrap_or_default();
    // Only small words: a rule can't tell whether another word is a name.
    const OPENERS: &[&str] = &[
        "The", "A", "An", "My", "Our", "Your", "His", "Her", "Their", "We", "You", "He", "She", "It", "They", "This",
        "That", "These", "Those", "There", "Do", "Does", "Did", "Can", "Could", "Is", "Are", "Was", "Were", "What",
        "Where", "When", "How", "Why", "Who", "If", "In", "On", "At", "Please", "Let", "Some", "Many", "Every", "All",
        "Don", "Have", "Has",
    ];
    if first && OPENERS.contains(&word) {
        let mut chars = chunk.chars();
        return chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default();
    }
    chunk.to_owned()
}

fn sorted(order: &[String]) -> Vec<String> {
    let mut all: Vec<String> = order.iter().map(|chip| fold(chip)).collect();
    all.sort();
    all
}

impl Draft for SentenceBuilderDraft {
    const KIND: &'static str = "sentence_builder";

    fn instructions(request: &Request<'_>) -> String {
        format!(
            "Write {} natural sentences with words of the lesson, each cut into 4 to 7 chunks. Choose sentences whose chunks \
             have one right order; where another one is right too, list it. No commas between chunks.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut sentences: Vec<Sentence> = Vec::new();
        for draft in self.sentences.into_iter().take(request.most(MOST)) {
            let mut chips: Vec<String> = Vec::new();
            for (n, chunk) in draft.chunks.iter().enumerate() {
                let chunk = short("sentences.chunks", chunk)?;
                chips.push(opened(chunk.trim_end_matches(['.', '?', '!']).trim(), n == 0));
            }
            chips.retain(|chip| !chip.is_empty());
            if !(CHIPS_MIN..=CHIPS_MOST).contains(&chips.len()) {
                continue;
            }
            let mut orders = vec![chips.clone()];
            for other in draft.other_orders.iter().take(5) {
                let order: Vec<String> =
                    other.iter().map(|chunk| chunk.trim_end_matches(['.', '?', '!']).trim().to_owned()).collect();
                let known = orders.iter().any(|known| known.iter().map(|c| fold(c)).eq(order.iter().map(|c| fold(c))));
                if sorted(&order) == sorted(&chips) && !known {
                    // Keep the spelling of the chips, not that of the other order.
                    let chip_of = |text: &String| chips.iter().find(|chip| fold(chip) == fold(text)).cloned();
                    orders.push(order.iter().filter_map(chip_of).collect());
                }
            }
            let ending = text("sentences.ending", &draft.ending).unwrap_or_else(|_| ".".to_owned());
            let ending = if matches!(ending.as_str(), "." | "?" | "!" | "。" | "？" | "！" | "؟") {
                ending
            } else {
                ".".to_owned()
            };
            sentences.push(Sentence { id: ItemId::nth(sentences.len()), orders, ending });
        }
        let least = request.least(2);
        if sentences.len() < least {
            return Err(DraftFault::new(
                "sentences",
                format!("at least {least} sentences of 3 to 12 chunks are needed"),
            ));
        }
        Ok(Made::new(BUILD, TaskBody::SentenceBuilder(Content { sentences })))
    }
}
