//! A text to read: the teacher's own, or one that a model writes.

use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    levels::CefrLevel,
    tasks::{TaskBody, Template, text::Content},
};

use crate::{
    cut::first_of,
    gate::{Piece, Role},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::Made,
    model::{Draft, DraftFault, Request, short, text},
    plan::TextPlan,
    tasks::Generated,
};

pub(crate) const READ: TaskVariant =
    TaskVariant::new(["Read the text", "Прочитайте текст"], ["Read the text.", "Прочитайте текст."]);

/// A teacher's text unchanged, with nothing in it treated as markup.
fn of_source(source: &str) -> Made {
    Made::new(READ, TaskBody::Text(Content { markdown: escaped(source) }))
}

fn escaped(source: &str) -> String {
    let mut markdown = String::with_capacity(source.len() + 16);
    for (n, line) in source.trim().lines().enumerate() {
        if n > 0 {
            // Keep the line breaks of the source.
            markdown.push_str(if line.trim().is_empty() { "\n" } else { "  \n" });
        }
        for c in line.trim().chars() {
            if matches!(c, '\\' | '*' | '_' | '`' | '#' | '[' | ']' | '<' | '>' | '|' | '~') {
                markdown.push('\\');
            }
            markdown.push(c);
        }
    }
    markdown
}

/// The words in bold in a text: those it was written around.
fn bold_words(content: &Content) -> Vec<String> {
    use types::tasks::text::{Passage, Piece, passages};
    passages(&content.markdown)
        .into_iter()
        .flat_map(|passage| match passage {
            Passage::Paragraph(line) => line,
            Passage::Heading(_) | Passage::List(_) => Vec::new(),
        })
        .filter_map(|piece| match piece {
            Piece::Strong(text) => Some(text),
            Piece::Text(_) | Piece::Emphasis(_) => None,
        })
        .collect()
}

impl Generated for Content {
    const VARIANT: TaskVariant = READ;
    const USUAL: Option<usize> = None;
    // Rules can't write a text to read.
    const FROM_PACK: bool = false;
    const IS_READING: bool = true;
    type Draft = TextDraft;

    fn from_text(_job: &PartJob, plan: &TextPlan, _attempt: u64) -> Result<Made, PartFailure> {
        Ok(of_source(&plan.text))
    }

    fn pieces(&self) -> Vec<Piece> {
        self.plain_text().lines().map(|line| Piece::free(Role::Phrase, line)).collect()
    }

    fn key_words(&self) -> Vec<String> {
        bold_words(self)
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TextDraft {
    title: String,
    paragraphs: Vec<String>,
    /// About ten words or short phrases of the text that a learner needs for the topic, exactly as they stand in it.
    key_words: Vec<String>,
}

/// The length of a reading text at a level, in words: minimum and maximum.
pub(crate) fn length(level: CefrLevel) -> (usize, usize) {
    match level {
        CefrLevel::A1 => (60, 90),
        CefrLevel::A2 => (90, 130),
        CefrLevel::B1 => (140, 200),
        CefrLevel::B2 => (200, 280),
        CefrLevel::C1 => (260, 360),
        CefrLevel::C2 => (300, 400),
    }
}

impl Draft for TextDraft {
    const KIND: &'static str = "text";

    fn instructions(request: &Request<'_>) -> String {
        let (from, to) = length(request.job.level);
        format!(
            "Write a text to read of {from} to {to} words in 2 to 4 paragraphs: a short story, an e-mail, a blog post or an article \
             about people in a situation that belongs to the topic. It has facts that questions can be asked about, and it \
             uses about ten words that a learner of this level needs for the topic. Plain sentences, no lists, no markup."
        )
    }

    fn into_made(self, _request: &Request<'_>) -> Result<Made, DraftFault> {
        let title = short("title", &self.title)?;
        let mut paragraphs = Vec::new();
        for paragraph in self.paragraphs.iter().take(12).filter(|paragraph| !paragraph.trim().is_empty()) {
            paragraphs.push(text("paragraphs", paragraph)?);
        }
        if paragraphs.iter().map(|paragraph| paragraph.chars().count()).sum::<usize>() < 80 {
            return Err(DraftFault::new("paragraphs", "the text is too short"));
        }
        let mut markdown = escaped(&paragraphs.join("\n\n"));
        // The words that the lesson builds on are in bold at their first occurrence.
        for word in self.key_words.iter().take(14) {
            let word = short("key_words", word)?;
            if let Some((before, key, after)) = first_of(&markdown, &word) {
                markdown = format!("{before}**{key}**{after}");
            }
        }
        let mut made = Made::new(READ, TaskBody::Text(Content { markdown }));
        made.title = Some(title);
        Ok(made)
    }
}
