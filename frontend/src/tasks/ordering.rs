//! Lines of a text, or turns of a dialogue, to put in order: a tap adds a line to the end, a tap there sends it back.

use leptos::prelude::*;
use serde_json::Value;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::ordering::{Content, Line, Passage, PassageView, SPEAKER_MAX, View},
};

use super::{
    AnswerRow, Play, Ui,
    edit::{Edit, EditField, Items, Row, items_editor},
    line::{LineWords, PieceOrder, line_view},
    pictures,
};

impl Ui for Content {
    const NAME: Key = Key::TasksOrderingName;
    const ABOUT: Key = Key::TasksOrderingAbout;
    const SEARCH: Key = Key::TasksOrderingSearch;
    const ITEMS: u32 = 1;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.passages.iter().map(|passage| passage.id.clone()).collect()
    }

    fn is_done(view: &View, item: &ItemId, answer: &Value) -> bool {
        let lines = view.passages.iter().find(|passage| passage.id == *item).map_or(0, |p| p.lines.len());
        answer.get("order").and_then(Value::as_array).is_some_and(|order| order.len() == lines)
    }

    fn player(view: View, play: Play) -> AnyView {
        let passages = view.passages.into_iter().enumerate();
        let rows = passages.map(|(n, passage)| line_view(lines(n + 1, passage), play)).collect_view();
        view! { <div class="sentences">{rows}</div> }.into_any()
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let items = Items {
            edit,
            path: "passages",
            list: |content: &Content| &content.passages,
            list_mut: |content| &mut content.passages,
            id: |passage| &passage.id,
            fresh: |id| Passage { id, lines: Vec::new() },
        };
        items_editor(items, Key::TasksAddPassage, move |row| passage_form(edit, row))
    }

    fn picture() -> AnyView {
        pictures::ordering()
    }

    fn head(&self, item: &ItemId) -> Option<String> {
        let passage = self.passages.iter().find(|passage| passage.id == *item)?;
        passage.lines.first().map(Line::shown)
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let row = |passage: &Passage| {
            let lines = passage.lines.iter().enumerate().map(|(n, line)| format!("{}. {}", n + 1, line.shown()));
            AnswerRow { prompt: None, answers: vec![lines.collect::<Vec<_>>().join("\n")] }
        };
        self.passages.iter().map(row).collect()
    }
}

fn lines(number: usize, passage: PassageView) -> PieceOrder {
    PieceOrder {
        id: passage.id,
        number,
        parts: passage.lines.len().saturating_sub(1),
        pieces: passage.lines,
        ending: String::new(),
        glue: ". ",
        by_letters: false,
        stacked: true,
        words: LineWords {
            line: Key::TasksYourOrderN,
            empty: Key::TasksYourOrder,
            left: Key::TasksLinesLeft,
            so_far: Key::TasksOrderSoFar,
            partly: Some(Key::TasksNeighboursRight),
        },
        described_by: None,
    }
}

/// Parses lines as their author writes them; a speaker stands before a colon. Empty lines are left out.
fn from_text(text: &str) -> Vec<Line> {
    let line = |line: &str| match line.split_once(": ") {
        Some((speaker, said)) if is_speaker(speaker) && !said.trim().is_empty() => {
            Line { speaker: Some(speaker.trim().to_owned()), text: said.trim().to_owned() }
        }
        Some(_) | None => Line { speaker: None, text: line.to_owned() },
    };
    text.lines().map(str::trim).filter(|text| !text.is_empty()).map(line).collect()
}

/// A name, not half a sentence: “Anna”, “Shop assistant”.
fn is_speaker(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= SPEAKER_MAX && text.split_whitespace().count() <= 3
}

fn to_text(lines: &[Line]) -> String {
    lines.iter().map(Line::shown).collect::<Vec<_>>().join("\n")
}

fn passage_form(edit: Edit<Content>, row: Row<Content, Passage>) -> AnyView {
    let text = RwSignal::new(untrack(|| row.read(|passage| to_text(&passage.lines))).unwrap_or_default());
    // The text stays as typed while it still reads as the lines.
    let shown = Signal::derive(move || {
        let lines = row.read(|passage| passage.lines.clone()).unwrap_or_default();
        let typed = text.get();
        if from_text(&typed) == lines { typed } else { to_text(&lines) }
    });
    let (own, within) = (row.fault("lines"), row.fault_within("lines"));
    let fault = Signal::derive(move || own.get().or_else(|| within.get()));
    view! {
        <EditField
            label=Key::TasksLines
            hint=Key::TasksLinesHint
            lines=true
            lang=edit.target
            value=shown
            fault
            on_input=move |typed: String| {
                text.set(typed.clone());
                row.write(|passage| passage.lines = from_text(&typed));
            }
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(speaker: Option<&str>, text: &str) -> Line {
        Line { speaker: speaker.map(str::to_owned), text: text.to_owned() }
    }

    #[test]
    fn a_name_before_a_colon_is_a_speaker() {
        assert_eq!(
            from_text("Anna: Hi!\n\n  Shop assistant: Hello.  \nThen they left.\n"),
            [line(Some("Anna"), "Hi!"), line(Some("Shop assistant"), "Hello."), line(None, "Then they left.")]
        );
        assert_eq!(from_text("There were three things: a pen"), [line(None, "There were three things: a pen")]);
        assert_eq!(from_text("Anna:"), [line(None, "Anna:")]);
        assert_eq!(from_text(" : hi"), [line(None, ": hi")]);
    }

    #[test]
    fn lines_are_written_as_they_are_read() {
        let lines = [line(Some("Anna"), "Hi: how are you?"), line(None, "She smiled.")];
        assert_eq!(from_text(&to_text(&lines)), lines);
    }
}
