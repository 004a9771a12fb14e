//! A text to read or talk about. Markdown, kept safe: it becomes blocks, never HTML.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::{Deserialize, Serialize};

use super::{Meta, NoAnswer, READING_TEXT_MAX, Skill, Template};
use crate::{
    ids::ItemId,
    marks::Mark,
    print::{Block, Inline, Paper},
    problem::{Checker, FieldError},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::text::Content))]
pub struct Content {
    /// CommonMark. HTML in it is shown as text, links as their words, pictures are left out.
    pub markdown: String,
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    line: Vec<Inline>,
    lists: Vec<(bool, Vec<Vec<Inline>>)>,
    strong: u32,
    emphasis: u32,
    heading: bool,
}

impl Builder {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let piece = text.to_owned();
        match (self.strong > 0, self.emphasis > 0) {
            (true, _) => self.line.push(Inline::Strong(piece)),
            (false, true) => self.line.push(Inline::Emphasis(piece)),
            (false, false) => match self.line.last_mut() {
                Some(Inline::Text(last)) => last.push_str(text),
                Some(Inline::Strong(_) | Inline::Emphasis(_) | Inline::Gap(_) | Inline::Answer(_)) | None => {
                    self.line.push(Inline::Text(piece));
                }
            },
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return;
        }
        if let Some((_, items)) = self.lists.last_mut() {
            items.push(line);
        } else if self.heading {
            self.blocks.push(Block::Heading(plain(&line)));
        } else {
            self.blocks.push(Block::Paragraph(line));
        }
    }
}

fn plain(line: &[Inline]) -> String {
    line.iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Strong(text) | Inline::Emphasis(text) | Inline::Answer(text) => text.as_str(),
            Inline::Gap(_) => "",
        })
        .collect()
}

/// Markdown as blocks: paragraphs, headings and lists with strong and emphasised words.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut out = Builder::default();
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Strong) => out.strong += 1,
            Event::End(TagEnd::Strong) => out.strong = out.strong.saturating_sub(1),
            Event::Start(Tag::Emphasis) => out.emphasis += 1,
            Event::End(TagEnd::Emphasis) => out.emphasis = out.emphasis.saturating_sub(1),
            Event::Start(Tag::Heading { .. }) => {
                out.end_line();
                out.heading = true;
            }
            Event::End(TagEnd::Heading(_)) => {
                out.end_line();
                out.heading = false;
            }
            Event::Start(Tag::List(start)) => {
                out.end_line();
                out.lists.push((start.is_some(), Vec::new()));
            }
            Event::End(TagEnd::List(_)) => {
                out.end_line();
                if let Some((ordered, items)) = out.lists.pop() {
                    match out.lists.last_mut() {
                        // A list inside a list goes on in the outer one: paper has one level.
                        Some((_, outer)) => outer.extend(items),
                        None => out.blocks.push(Block::List { ordered, items }),
                    }
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::BlockQuote(_)) | Event::Rule => {
                out.end_line()
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                out.text(&text);
            }
            Event::SoftBreak => out.text(" "),
            Event::HardBreak => out.end_line(),
            // Everything else is a wrapper whose text comes by itself.
            Event::Start(_)
            | Event::End(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }
    out.end_line();
    out.blocks
}

/// Nothing is hidden: it is there to be read.
pub type View = Content;
/// There is nothing to mark.
pub type Answer = NoAnswer;

impl Template for Content {
    type Answer = NoAnswer;
    type View = Self;

    const META: Meta = Meta { kind: "text", skill: Skill::Reading, icon: "article", marked: false, generated: false };

    fn blank() -> Self {
        Self { markdown: String::new() }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("markdown", &self.markdown, READING_TEXT_MAX);
        check.finish()
    }

    fn items(&self) -> Vec<ItemId> {
        Vec::new()
    }

    fn student_view(&self, _seed: u64) -> Self {
        self.clone()
    }

    fn score(&self, _item: &ItemId, _answer: &NoAnswer) -> Option<Mark> {
        None
    }

    fn key(&self, _item: &ItemId) -> Option<NoAnswer> {
        None
    }

    fn answer_text(_answer: &NoAnswer) -> String {
        String::new()
    }

    fn print_form(&self, paper: Paper, _seed: u64) -> Vec<Block> {
        match paper {
            Paper::Worksheet => blocks(&self.markdown),
            Paper::Key => Vec::new(),
        }
    }

    fn plain_text(&self) -> String {
        blocks(&self.markdown)
            .iter()
            .map(|block| match block {
                Block::Paragraph(line) => plain(line),
                Block::Heading(text) => text.clone(),
                Block::List { items, .. } => items.iter().map(|item| plain(item)).collect::<Vec<_>>().join("\n"),
                // Markdown makes no others.
                Block::Chips(_)
                | Block::Questions(_)
                | Block::Match { .. }
                | Block::Table { .. }
                | Block::Words(_)
                | Block::Lines(_)
                | Block::KeyLine(_)
                | Block::Note(_) => String::new(),
            })
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_text_and_links_are_their_words() {
        let made = blocks("Hello <script>alert(1)</script> [site](javascript:alert(1)) **bold**\n\n- one\n- two\n");
        assert_eq!(
            made,
            [
                Block::Paragraph(vec![
                    Inline::text("Hello <script>alert(1)</script> site "),
                    Inline::Strong("bold".into())
                ]),
                Block::List { ordered: false, items: vec![vec![Inline::text("one")], vec![Inline::text("two")]] },
            ]
        );
    }
}
