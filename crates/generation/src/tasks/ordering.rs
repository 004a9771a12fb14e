//! Lines of a text, or turns of a dialogue, to put in order.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        ordering::{Content, LINES_MAX, LINES_MIN, Passage, PassageLine},
    },
    text::fold,
};

use crate::{
    gate::{Findings, Piece, Role},
    labels::TaskVariant,
    made::Made,
    model::{Draft, DraftFault, Request, short, text},
    tasks::Generated,
};

pub(crate) const DIALOGUE: TaskVariant = TaskVariant::new(
    ["Put the conversation in order", "Восстановите порядок реплик"],
    ["Put the lines in the right order.", "Расположите реплики в правильном порядке."],
);
pub(crate) const TEXT: TaskVariant = TaskVariant::new(
    ["Put the lines in order", "Восстановите порядок"],
    ["Put the lines in the right order.", "Расположите строки в правильном порядке."],
);

const USUAL: usize = 1;
const MOST: usize = 4;

impl Generated for Content {
    const VARIANT: TaskVariant = TEXT;
    const USUAL: Option<usize> = Some(USUAL);
    /// Which orders of sentences are wrong can't be told by rules.
    const FROM_PACK: bool = false;
    type Draft = OrderingDraft;

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self { passages: self.passages.iter().filter(|passage| !bad.contains(&passage.id)).cloned().collect() })
    }

    fn pieces(&self) -> Vec<Piece> {
        let of = |passage: &Passage| {
            let lines = passage.lines.iter().map(|line| Piece::of(&passage.id, Role::Phrase, &line.text));
            lines.collect::<Vec<_>>()
        };
        self.passages.iter().flat_map(of).collect()
    }

    /// A line that stands in two passages belongs to both; one that stands twice in a passage has two places, which the
    /// marking allows and a student doesn't expect.
    fn check(&self, _language: Language, found: &mut Findings) -> Option<u32> {
        use types::evidence::{FindingCode, Severity};
        for passage in &self.passages {
            let mut seen = BTreeSet::new();
            for line in &passage.lines {
                if !seen.insert(fold(&line.shown())) {
                    found.item(FindingCode::DuplicateOption, Severity::Warning, &passage.id).text = Some(line.shown());
                }
            }
        }
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct OrderingDraft {
    passages: Vec<PassageDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct PassageDraft {
    lines: Vec<LineDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct LineDraft {
    /// The speaker's name in a conversation; empty in a story.
    speaker: String,
    /// What is said, or one sentence of the story.
    text: String,
}

impl Draft for OrderingDraft {
    const KIND: &'static str = "ordering";

    fn instructions(request: &Request<'_>) -> String {
        let about = if request.text().is_some() { "of what happens in the text" } else { "about the topic" };
        format!(
            "Write {} short conversations or stories {about}, of 5 to 8 lines each, in their right order. Only one order \
             makes sense: each line answers the one before it, or takes up a word of it (he, then, this, because of that). \
             No line says what number it is.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut passages = Vec::new();
        for draft in self.passages.into_iter().take(request.most(MOST)) {
            let mut lines = Vec::new();
            for line in draft.lines.iter().take(LINES_MAX) {
                let speaker = line.speaker.trim();
                let speaker = if speaker.is_empty() { None } else { Some(short("passages.lines.speaker", speaker)?) };
                lines.push(PassageLine { speaker, text: text("passages.lines.text", &line.text)? });
            }
            if lines.len() >= LINES_MIN {
                passages.push(Passage { id: ItemId::nth(passages.len()), lines });
            }
        }
        if passages.is_empty() {
            return Err(DraftFault::new("passages", format!("a passage of at least {LINES_MIN} lines is needed")));
        }
        let is_spoken = passages.iter().flat_map(|passage| &passage.lines).any(|line| line.speaker.is_some());
        Ok(Made::new(if is_spoken { DIALOGUE } else { TEXT }, TaskBody::Ordering(Content { passages })))
    }
}
