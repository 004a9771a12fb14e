//! Lines of a text, or turns of a dialogue, to put in order: each moves up and down by its buttons.

use leptos::{html, prelude::*};
use serde_json::Value;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::ordering::{Answer, Content, Passage, PassageLine, PassageView, SPEAKER_MAX, View},
};

use super::{
    AnswerRow, MarkShape, Play, Ui,
    edit::{Edit, EditField, Items, Row, items_editor},
    line::{in_order, places},
    pictures,
    play::{SHOWN, ShownShape},
};
use crate::{
    components::{Announcer, Each, Icon},
    i18n::{t_with, tr},
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksOrderingName;
    const ABOUT: Key = Key::TasksOrderingAbout;
    const SEARCH: Key = Key::TasksOrderingSearch;
    const ITEMS: u32 = 1;
    const KEEPS_ANSWERS: bool = true;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.passages.iter().map(|passage| passage.id.clone()).collect()
    }

    fn is_done(view: &View, item: &ItemId, answer: &Value) -> bool {
        let lines = view.passages.iter().find(|passage| passage.id == *item).map_or(0, |p| p.lines.len());
        answer.get("order").and_then(Value::as_array).is_some_and(|order| order.len() == lines)
    }

    fn player(view: View, play: Play) -> AnyView {
        let passages = view.passages.into_iter().enumerate();
        let all = passages.map(|(n, passage)| passage_view(n + 1, passage, play)).collect_view();
        view! { <div class="sentences">{all}</div> }.into_any()
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
        passage.lines.first().map(PassageLine::shown)
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let row = |passage: &Passage| {
            let lines = passage.lines.iter().enumerate().map(|(n, line)| format!("{}. {}", n + 1, line.shown()));
            AnswerRow { prompt: None, answers: vec![lines.collect::<Vec<_>>().join("\n")] }
        };
        self.passages.iter().map(row).collect()
    }
}

/// The lines of one passage, as they stand now.
#[derive(Clone, Copy)]
struct LineOrder {
    play: Play,
    id: StoredValue<ItemId>,
    lines: StoredValue<Vec<String>>,
    /// Indices into `lines`. Until the student moves one there is no answer: what was not touched earns nothing.
    order: Memo<Vec<usize>>,
    root: NodeRef<html::Ol>,
    said: Option<Announcer>,
}

impl LineOrder {
    fn text(self, line: usize) -> String {
        self.lines.with_value(|lines| lines.get(line).cloned()).unwrap_or_default()
    }

    fn is_closed(self) -> bool {
        self.id.with_value(|id| self.play.is_closed(id))
    }

    /// Moves a line by one place.
    fn shift(self, line: usize, down: bool) {
        let mut order = self.order.get_untracked();
        let Some(at) = order.iter().position(|n| *n == line) else { return };
        let Some(to) = (if down { at.checked_add(1) } else { at.checked_sub(1) }).filter(|to| *to < order.len()) else {
            return;
        };
        order.swap(at, to);
        self.put(&order);
        let is_at_end = to == 0 || to + 1 == order.len();
        if let Some(said) = self.said {
            let (place, of) = ((to + 1).to_string(), order.len().to_string());
            said.say(&t_with(Key::TasksLineMoved, &[("text", &self.text(line)), ("n", &place), ("of", &of)]));
        }
        // At either end the pressed button is disabled: the focus goes to the other.
        let button = if down != is_at_end { "down" } else { "up" };
        let root = self.root.get_untracked().map(|root| (*root).clone().into());
        web::focus_later(root, format!("[data-line='{line}'] .{button}"));
    }

    fn put(self, order: &[usize]) {
        let order = order.iter().map(|line| self.text(*line)).collect();
        self.id.with_value(|id| self.play.put(id, Answer { order }));
    }
}

fn passage_view(number: usize, passage: PassageView, play: Play) -> AnyView {
    let outcome = play.outcome(&passage.id);
    let is_shown = play.shown(&passage.id);
    let answer = play.answer::<Answer>(&passage.id);
    let count = passage.lines.len();
    let lines = StoredValue::new(passage.lines);
    let order = Memo::new(move |_| {
        let placed = answer.with(|answer| answer.as_ref().map(|a| lines.with_value(|lines| places(lines, &a.order))));
        placed.filter(|order| order.len() == count).unwrap_or_else(|| (0..count).collect())
    });
    let id = StoredValue::new(passage.id);
    let state = LineOrder { play, id, lines, order, root: NodeRef::new(), said: Announcer::here() };
    let place = move |line: usize| order.with(|order| order.iter().position(|n| *n == line)).unwrap_or_default();
    view! {
        <div class="stack g-2">
            <ol class="lines" node_ref=state.root aria-label=move || t_with(Key::TasksYourOrderN, &[("n", &number.to_string())])>
                <Each
                    each=move || order.get()
                    key=|line| *line
                    children=move |line| {
                        let text = state.text(line);
                        let lang = play.lang_of(&text);
                        let label = StoredValue::new(text.clone());
                        let move_label = move |key| label.with_value(|text| t_with(key, &[("text", text)]));
                        view! {
                            <li data-line=line.to_string() data-s=move || is_shown.get().then_some(SHOWN)>
                                <span class="pos num">{move || place(line) + 1}</span>
                                <span lang=lang dir="auto">
                                    {text}
                                </span>
                                <Show when=move || !state.is_closed()>
                                    <span class="moves">
                                        <button
                                            class="btn quiet icon up"
                                            type="button"
                                            aria-label=move || move_label(Key::TasksMoveLineUp)
                                            title=tr(Key::CommonMoveUp)
                                            disabled=move || place(line) == 0
                                            on:click=move |_| state.shift(line, false)
                                        >
                                            <Icon name="arrow-up" />
                                        </button>
                                        <button
                                            class="btn quiet icon down"
                                            type="button"
                                            aria-label=move || move_label(Key::TasksMoveLineDown)
                                            title=tr(Key::CommonMoveDown)
                                            disabled=move || place(line) + 1 == count
                                            on:click=move |_| state.shift(line, true)
                                        >
                                            <Icon name="arrow-down" />
                                        </button>
                                    </span>
                                </Show>
                            </li>
                        }
                    }
                />
            </ol>
            {move || {
                outcome
                    .get()
                    .map(|outcome| {
                        view! {
                            <span class="row g-1">
                                <MarkShape outcome />
                                {in_order(Some(Key::TasksNeighboursRight), outcome, count.saturating_sub(1))}
                            </span>
                        }
                    })
            }}
            {move || is_shown.get().then(|| view! { <ShownShape /> })}
        </div>
    }
    .into_any()
}

/// Parses lines as their author writes them; a speaker stands before a colon. Empty lines are left out.
fn from_text(text: &str) -> Vec<PassageLine> {
    let line = |line: &str| match line.split_once(": ") {
        Some((speaker, said)) if is_speaker(speaker) && !said.trim().is_empty() => {
            PassageLine { speaker: Some(speaker.trim().to_owned()), text: said.trim().to_owned() }
        }
        Some(_) | None => PassageLine { speaker: None, text: line.to_owned() },
    };
    text.lines().map(str::trim).filter(|text| !text.is_empty()).map(line).collect()
}

/// A name, not half a sentence: “Anna”, “Shop assistant”.
fn is_speaker(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= SPEAKER_MAX && text.split_whitespace().count() <= 3
}

fn to_text(lines: &[PassageLine]) -> String {
    lines.iter().map(PassageLine::shown).collect::<Vec<_>>().join("\n")
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

    fn line(speaker: Option<&str>, text: &str) -> PassageLine {
        PassageLine { speaker: speaker.map(str::to_owned), text: text.to_owned() }
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
