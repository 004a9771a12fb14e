//! Pieces to put in order, shared by several templates: a tap adds a piece to the end of the line, a tap in the line
//! sends it back, arrows move it.

use leptos::{html, prelude::*};
use serde::{Deserialize, Serialize};
use types::{ids::ItemId, locale::Key};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

use super::{MarkShape, Outcome, Play, keys, play::ShownShape, sheet::Shape};
use crate::{
    components::{Announcer, Each},
    i18n::{t, t_with, tr},
    web,
};

/// The answer format of these templates.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    order: Vec<String>,
}

/// A template's texts for its line and its pieces.
#[derive(Clone, Copy)]
pub struct LineWords {
    /// “Your sentence {n}”.
    pub line: Key,
    /// Shown in the line while it is empty.
    pub empty: Key,
    /// Label of the pieces that are not in the line yet.
    pub left: Key,
    /// “Sentence {n}: {text}”.
    pub so_far: Key,
    /// “{n} of {of} words in order”, for templates that give points for a part.
    pub partly: Option<Key>,
}

/// One item, with its pieces in their initial order.
pub struct PieceOrder {
    pub id: ItemId,
    /// 1-based.
    pub number: usize,
    pub pieces: Vec<String>,
    /// Text after the line that is not a piece.
    pub ending: String,
    /// Separator between pieces when the line is read out.
    pub glue: &'static str,
    /// Typing a piece's letter adds it, Backspace sends the last one back.
    pub by_letters: bool,
    pub words: LineWords,
    /// The id of the element that says what to make of the pieces.
    pub described_by: Option<String>,
}

/// Maps an answer to chip indices: equal chips are interchangeable, each text takes the first free one.
pub(super) fn places(chips: &[String], order: &[String]) -> Vec<usize> {
    let mut taken = vec![false; chips.len()];
    order
        .iter()
        .filter_map(|text| {
            let n = (0..chips.len()).find(|n| !taken[*n] && chips[*n] == *text)?;
            taken[n] = true;
            Some(n)
        })
        .collect()
}

/// Moves the word at index `at`; `None` if there is nowhere to go.
fn shifted(mut order: Vec<usize>, at: usize, arrow: keys::Arrow) -> Option<Vec<usize>> {
    let to = keys::walk(at, order.len(), usize::MAX, arrow)?;
    let chip = order.remove(at);
    order.insert(to, chip);
    Some(order)
}

/// The state of one line.
#[derive(Clone, Copy)]
struct Table {
    play: Play,
    id: StoredValue<ItemId>,
    number: usize,
    glue: &'static str,
    words: LineWords,
    said: Option<Announcer>,
    chips: StoredValue<Vec<String>>,
    order: Memo<Vec<usize>>,
    root: NodeRef<html::Div>,
}

impl Table {
    fn put(self, order: &[usize]) {
        self.say(order);
        let order: Vec<String> =
            self.chips.with_value(|chips| order.iter().filter_map(|n| chips.get(*n).cloned()).collect());
        self.id.with_value(
            |id| {
                if order.is_empty() { self.play.take_back(id) } else { self.play.put(id, Order { order }) }
            },
        );
    }

    /// Announces the line so far.
    fn say(self, order: &[usize]) {
        let Some(said) = self.said else { return };
        let words: Vec<String> =
            self.chips.with_value(|chips| order.iter().filter_map(|n| chips.get(*n).cloned()).collect());
        let text = if words.is_empty() { t(Key::TasksNothingInLine).to_owned() } else { words.join(self.glue) };
        said.say(&t_with(self.words.so_far, &[("n", &self.number.to_string()), ("text", &text)]));
    }

    fn is_closed(self) -> bool {
        self.id.with_value(|id| self.play.is_closed(id))
    }

    fn add(self, chip: usize, by_key: bool) {
        let mut order = self.order.get_untracked();
        order.push(chip);
        let is_last = self.chips.with_value(Vec::len) == order.len();
        if by_key {
            self.leave(chip, ".tiles", |_| 0);
        }
        self.put(&order);
        self.focus(if is_last { ".tray .tile-w:last-of-type" } else { ".tiles .tile-w" }, by_key);
    }

    fn send_back(self, chip: usize, by_key: bool) {
        let order: Vec<usize> = self.order.get_untracked().into_iter().filter(|n| *n != chip).collect();
        if by_key {
            self.leave(chip, ".tray", |count| count - 1);
        }
        self.put(&order);
        self.focus(".tray .tile-w:last-of-type, .tiles .tile-w", by_key);
    }

    /// Moves the focus to another piece of the group before `chip` disappears from it, or to the whole line: a key that
    /// is pressed before the next frame would go to the page. `pick` chooses among the others by their count, which
    /// isn't 0.
    fn leave(self, chip: usize, group: &str, pick: impl FnOnce(u32) -> u32) {
        let Some(root) = self.root.get_untracked() else { return };
        let others = root.query_selector_all(&format!("{group} .tile-w:not([data-chip='{chip}'])"));
        let other =
            others.ok().filter(|others| others.length() > 0).and_then(|others| others.get(pick(others.length())));
        let to = other.and_then(|other| other.dyn_into::<HtmlElement>().ok()).unwrap_or_else(|| (*root).clone());
        let _ = to.focus();
    }

    /// Moves the focus, as the pressed word is gone. After a tap nothing scrolls for that.
    fn focus(self, selector: &'static str, by_key: bool) {
        let Some(root) = self.root.get_untracked() else { return };
        if by_key {
            web::focus_later(Some((*root).clone().into()), selector);
        } else {
            request_animation_frame(move || {
                let found = root.query_selector(selector).ok().flatten();
                if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
                    web::focus_still(&found);
                }
            });
        }
    }

    fn on_tray_key(self, chip: usize, event: &KeyboardEvent) {
        if untrack(|| self.is_closed()) {
            return;
        }
        if matches!(event.key().as_str(), "Escape" | "Backspace" | "Delete") {
            event.prevent_default();
            event.stop_propagation();
            self.send_back(chip, true);
            return;
        }
        let Some(arrow) = keys::arrow(event) else { return };
        event.prevent_default();
        let order = self.order.get_untracked();
        let Some(at) = order.iter().position(|n| *n == chip) else { return };
        if let Some(order) = shifted(order, at, arrow) {
            self.put(&order);
            if let Some(root) = self.root.get_untracked() {
                web::focus_later(Some((*root).clone().into()), format!(".tray [data-chip='{chip}']"));
            }
        }
    }
}

pub fn line_view(line: PieceOrder, play: Play) -> AnyView {
    let PieceOrder { id, number, pieces, ending, glue, by_letters, words, described_by } = line;
    let outcome = play.outcome(&id);
    let answer = play.answer::<Order>(&id);
    let count = pieces.len();
    let is_shown = play.shown(&id);
    let chips = StoredValue::new(pieces);
    let order = Memo::new(move |_| {
        let order = answer.get().map(|answer| answer.order).unwrap_or_default();
        chips.with_value(|chips| places(chips, &order))
    });
    let table = Table {
        play,
        id: StoredValue::new(id),
        number,
        glue,
        words,
        said: Announcer::here(),
        chips,
        order,
        root: NodeRef::new(),
    };
    let pool = Memo::new(move |_| order.with(|order| (0..count).filter(|n| !order.contains(n)).collect::<Vec<_>>()));
    let is_closed = move || table.is_closed();
    let text = move |n: usize| chips.with_value(|chips| chips.get(n).cloned()).unwrap_or_default();
    let state = move || match outcome.get().map(|outcome| outcome.shape()) {
        Some(Shape::First | Shape::Later(_)) => "tray done",
        Some(Shape::Partly) => "tray half",
        Some(Shape::Wrong) => "tray bad",
        Some(Shape::Waiting) | None if is_shown.get() => "tray shown",
        Some(Shape::Waiting) | None => "tray",
    };
    let lang = play.target.as_str();
    let on_letter = move |event: KeyboardEvent| {
        if !by_letters || event.ctrl_key() || event.meta_key() || event.alt_key() || untrack(is_closed) {
            return;
        }
        let typed = event.key().to_lowercase();
        if typed == "backspace" {
            if let Some(last) = order.with_untracked(|order| order.last().copied()) {
                event.prevent_default();
                table.send_back(last, true);
            }
            return;
        }
        let is_letter = typed.chars().all(char::is_alphabetic) && event.key().chars().count() == 1;
        let found = pool.with_untracked(|pool| pool.iter().copied().find(|n| text(*n).to_lowercase() == typed));
        // A letter that isn't left is a slip, not a shortcut of the page.
        if is_letter || found.is_some() {
            event.prevent_default();
        }
        if let Some(found) = found {
            table.add(found, true);
        }
    };
    view! {
        <div class="sentence" node_ref=table.root tabindex="-1" on:keydown=on_letter>
            <div
                class=state
                role="group"
                aria-label=move || t_with(words.line, &[("n", &number.to_string())])
                aria-describedby=described_by.clone()
            >
                <Show when=move || order.with(Vec::is_empty)>
                    <span class="quiet sm tray-empty">{tr(words.empty)}</span>
                </Show>
                <Each
                    each=move || order.get()
                    key=|n| *n
                    children=move |n| {
                        view! {
                            <button
                                class="tile-w"
                                type="button"
                                lang=lang
                                data-chip=n.to_string()
                                title=tr(Key::TasksInLine)
                                disabled=is_closed
                                on:click=move |event: MouseEvent| table.send_back(n, keys::by_key(&event))
                                on:keydown=move |event| table.on_tray_key(n, &event)
                            >
                                {text(n)}
                            </button>
                        }
                    }
                />
                {(!ending.is_empty()).then(|| view! { <span class="ending">{ending}</span> })}
                {move || {
                    outcome
                        .get()
                        .map(|outcome| {
                            view! {
                                <span class="push row g-1">
                                    {in_order(words.partly, outcome, count)} <MarkShape outcome />
                                </span>
                            }
                        })
                }}
                {move || is_shown.get().then(|| view! { <span class="push"><ShownShape /></span> })}
            </div>
            <Show when=move || !pool.with(Vec::is_empty) && outcome.with(Option::is_none)>
                <div
                    class="tiles"
                    role="group"
                    aria-label=tr(words.left)
                    aria-describedby=described_by.clone()
                    on:keydown=move |event| keys::walk_focus(&event, ".tile-w")
                >
                    <Each
                        each=move || pool.get()
                        key=|n| *n
                        children=move |n| {
                            view! {
                                <button
                                    class="tile-w"
                                    type="button"
                                    lang=lang
                                    data-chip=n.to_string()
                                    disabled=is_closed
                                    on:click=move |event: MouseEvent| table.add(n, keys::by_key(&event))
                                >
                                    {text(n)}
                                </button>
                            }
                        }
                    />
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Says how many pieces, or pairs of them, are in the right order, for a partial point.
pub(super) fn in_order(words: Option<Key>, outcome: Outcome, chips: usize) -> Option<String> {
    let words = words?;
    let points = outcome.mark.points;
    let chips = u32::try_from(chips).ok().filter(|_| outcome.shape() == Shape::Partly)?;
    let n = points.num() * (chips / points.den());
    Some(t_with(words, &[("n", &n.to_string()), ("of", &chips.to_string())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_part_of_a_point_is_told_in_words() {
        let words = |got, chips: usize| {
            let mark = types::marks::Mark::share(got, u32::try_from(chips).unwrap());
            in_order(Some(Key::TasksWordsInOrder), Outcome { mark, tries: 1 }, chips)
        };
        assert_eq!(words(4, 6).unwrap(), "4 of 6 words in order");
        assert_eq!(words(3, 5).unwrap(), "3 of 5 words in order");
        assert_eq!((words(6, 6), words(0, 6)), (None, None));
    }

    #[test]
    fn equal_chips_are_each_used_once() {
        let chips = strings(&["that", "I", "think", "that"]);
        assert_eq!(places(&chips, &strings(&["I", "that", "that"])), [1, 0, 3]);
        assert_eq!(places(&chips, &strings(&["that", "that", "that", "gone"])), [0, 3]);
    }

    #[test]
    fn arrows_move_a_word_within_its_line() {
        assert_eq!(shifted(vec![4, 5, 6], 0, keys::Arrow::Forth), Some(vec![5, 4, 6]));
        assert_eq!(shifted(vec![4, 5, 6], 2, keys::Arrow::First), Some(vec![6, 4, 5]));
        assert_eq!(shifted(vec![4, 5, 6], 0, keys::Arrow::Back), None);
    }
}
