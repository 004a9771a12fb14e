//! A text to read or talk about. Its Markdown is converted to blocks, never to HTML, so it is safe.

use serde::{Deserialize, Serialize};

use super::{Meta, NoAnswer, READING_TEXT_MAX, Skill, Template};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, Inline, Paper, PrintWords},
    problem::{Checker, FieldError},
};

/// A text to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::text::Content))]
pub struct Content {
    /// CommonMark. HTML in it is shown as text, links as their words, pictures are left out.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20000))]
    pub markdown: String,
}

/// What Markdown becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::text::Passage))]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    Paragraph(Vec<Piece>),
    Heading(String),
    List(List),
}

/// A list in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::text::List))]
pub struct List {
    /// Its items are numbered.
    pub ordered: bool,
    /// In order, each in pieces.
    pub items: Vec<Vec<Piece>>,
}

/// Some words in one manner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::text::Piece))]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    Text(String),
    Strong(String),
    Emphasis(String),
}

impl Piece {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Strong(text) | Self::Emphasis(text) => text,
        }
    }
}

fn plain(line: &[Piece]) -> String {
    line.iter().map(Piece::text).collect()
}

/// Parses Markdown into passages. Without the `server` feature (in a browser, for unsaved text), passages are plain
/// paragraphs.
#[cfg(not(feature = "server"))]
#[must_use]
pub fn passages(markdown: &str) -> Vec<Passage> {
    let paragraphs = markdown.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    paragraphs.map(|text| Passage::Paragraph(vec![Piece::Text(text.to_owned())])).collect()
}

#[cfg(feature = "server")]
pub use markdown::passages;

#[cfg(feature = "server")]
mod markdown {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    use super::{Passage, Piece, plain};

    #[derive(Default)]
    struct Builder {
        passages: Vec<Passage>,
        line: Vec<Piece>,
        lists: Vec<(bool, Vec<Vec<Piece>>)>,
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
            match (self.strong > 0, self.emphasis > 0, self.line.last_mut()) {
                (true, _, _) => self.line.push(Piece::Strong(piece)),
                (false, true, _) => self.line.push(Piece::Emphasis(piece)),
                (false, false, Some(Piece::Text(last))) => last.push_str(text),
                (false, false, _) => self.line.push(Piece::Text(piece)),
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
                self.passages.push(Passage::Heading(plain(&line)));
            } else {
                self.passages.push(Passage::Paragraph(line));
            }
        }

        fn end_list(&mut self) {
            self.end_line();
            let Some((ordered, items)) = self.lists.pop() else { return };
            match self.lists.last_mut() {
                // Flatten a nested list into its parent: printed lists have one level.
                Some((_, outer)) => outer.extend(items),
                None => self.passages.push(Passage::List(super::List { ordered, items })),
            }
        }
    }

    /// Parses Markdown into paragraphs, headings and lists with strong and emphasised words.
    #[must_use]
    pub fn passages(markdown: &str) -> Vec<Passage> {
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
                Event::End(TagEnd::List(_)) => out.end_list(),
                Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::BlockQuote(_))
                | Event::Rule
                | Event::HardBreak => out.end_line(),
                Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => out.text(&text),
                Event::SoftBreak => out.text(" "),
                // Everything else is a wrapper whose text arrives as a separate event.
                Event::Start(_)
                | Event::End(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::TaskListMarker(_) => {}
            }
        }
        out.end_line();
        out.passages
    }
}

/// Nothing is hidden: it is there to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::text::View))]
pub struct View {
    /// In order.
    pub passages: Vec<Passage>,
}

/// There is nothing to mark.
pub type Answer = NoAnswer;

impl Template for Content {
    type Answer = NoAnswer;
    type View = View;

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

    fn student_view(&self, _seed: u64) -> View {
        View { passages: passages(&self.markdown) }
    }

    fn score(&self, _item: &ItemId, _answer: &NoAnswer, _language: Language) -> Option<Mark> {
        None
    }

    fn key(&self, _item: &ItemId) -> Option<NoAnswer> {
        None
    }

    fn answer_text(_answer: &NoAnswer) -> String {
        String::new()
    }

    fn print_form(&self, paper: Paper, _seed: u64, _words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => passages(&self.markdown).into_iter().map(print).collect(),
            Paper::Key => Vec::new(),
        }
    }

    fn plain_text(&self) -> String {
        let lines = passages(&self.markdown).into_iter().map(|passage| match passage {
            Passage::Paragraph(line) => plain(&line),
            Passage::Heading(text) => text,
            Passage::List(list) => list.items.iter().map(|item| plain(item)).collect::<Vec<_>>().join("\n"),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn print(passage: Passage) -> Block {
    let line = |pieces: Vec<Piece>| {
        let pieces = pieces.into_iter().map(|piece| match piece {
            Piece::Text(text) => Inline::Text(text),
            Piece::Strong(text) => Inline::Strong(text),
            Piece::Emphasis(text) => Inline::Emphasis(text),
        });
        pieces.collect::<Vec<_>>()
    };
    match passage {
        Passage::Paragraph(pieces) => Block::Paragraph(line(pieces)),
        Passage::Heading(text) => Block::Heading(text),
        Passage::List(List { ordered, items }) => Block::List { ordered, items: items.into_iter().map(line).collect() },
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn html_is_text_and_links_are_their_words() {
        let made = passages("Hello <script>alert(1)</script> [site](javascript:alert(1)) **bold**\n\n- one\n- two\n");
        assert_eq!(
            made,
            [
                Passage::Paragraph(vec![
                    Piece::Text("Hello <script>alert(1)</script> site ".into()),
                    Piece::Strong("bold".into())
                ]),
                Passage::List(List {
                    ordered: false,
                    items: vec![vec![Piece::Text("one".into())], vec![Piece::Text("two".into())]]
                }),
            ]
        );
    }
}
