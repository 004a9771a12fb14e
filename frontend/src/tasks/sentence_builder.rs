//! Sentences to put in order: a tap adds a word to the end, a tap in the line sends it back.

use leptos::{html, prelude::*};
use serde_json::Value;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::sentence_builder::{Answer, Content, Sentence, SentenceView, View, written},
    text::{joined, parted_or_words},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::{
    AnswerRow, MarkShape, Outcome, Play, Ui,
    edit::{Edit, EditField, FaultLine, Items, Row, items_editor},
    keys, pictures,
    play::ShownShape,
    sheet::Shape,
};
use crate::{
    components::{Announcer, Each, Icon},
    i18n::{Words, t, t_with, tr},
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksSentenceBuilderName;
    const ABOUT: Key = Key::TasksSentenceBuilderAbout;
    const SEARCH: Key = Key::TasksSentenceBuilderSearch;
    const ITEMS: u32 = 5;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.sentences.iter().map(|sentence| sentence.id.clone()).collect()
    }

    fn is_done(view: &View, item: &ItemId, answer: &Value) -> bool {
        let chips = view.sentences.iter().find(|sentence| sentence.id == *item).map_or(0, |s| s.chips.len());
        answer.get("order").and_then(Value::as_array).is_some_and(|order| order.len() == chips)
    }

    fn player(view: View, play: Play) -> AnyView {
        let sentences = view.sentences.into_iter().enumerate();
        let rows = sentences.map(|(n, sentence)| sentence_view(n + 1, sentence, play)).collect_view();
        view! { <div class="sentences">{rows}</div> }.into_any()
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let items = Items {
            edit,
            path: "sentences",
            list: |content: &Content| &content.sentences,
            list_mut: |content| &mut content.sentences,
            id: |sentence| &sentence.id,
            fresh: |id| Sentence { id, orders: vec![Vec::new()], ending: ".".to_owned() },
        };
        items_editor(items, Key::TasksAddSentence, move |row| sentence_form(edit, row))
    }

    fn picture() -> AnyView {
        pictures::sentence()
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let all = |s: &Sentence| s.orders.iter().map(|order| written(order, &s.ending)).collect();
        self.sentences.iter().map(|s| AnswerRow { prompt: None, answers: all(s) }).collect()
    }
}

/// The chips of an answer by their places: equal chips are interchangeable, each takes the first that is free.
fn places(chips: &[String], order: &[String]) -> Vec<usize> {
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

/// Moves the `at`-th word of the line; `None` where there is nowhere to go.
fn shifted(mut order: Vec<usize>, at: usize, arrow: keys::Arrow) -> Option<Vec<usize>> {
    let to = keys::walk(at, order.len(), usize::MAX, arrow)?;
    let chip = order.remove(at);
    order.insert(to, chip);
    Some(order)
}

/// One sentence on the table.
#[derive(Clone, Copy)]
struct Table {
    play: Play,
    id: StoredValue<ItemId>,
    number: usize,
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
        self.id.with_value(|id| {
            if order.is_empty() { self.play.take_back(id) } else { self.play.put(id, Answer { order }) }
        });
    }

    /// The sentence so far.
    fn say(self, order: &[usize]) {
        let Some(said) = self.said else { return };
        let words: Vec<String> =
            self.chips.with_value(|chips| order.iter().filter_map(|n| chips.get(*n).cloned()).collect());
        let text = if words.is_empty() { t(Key::TasksNothingInLine).to_owned() } else { words.join(" ") };
        said.say(&t_with(Key::TasksSentenceSoFar, &[("n", &self.number.to_string()), ("text", &text)]));
    }

    fn is_closed(self) -> bool {
        self.id.with_value(|id| self.play.is_closed(id))
    }

    fn add(self, chip: usize, event: &MouseEvent) {
        let mut order = self.order.get_untracked();
        order.push(chip);
        let is_last = self.chips.with_value(Vec::len) == order.len();
        self.put(&order);
        self.focus(if is_last { ".tray .tile-w:last-of-type" } else { ".tiles .tile-w" }, keys::by_key(event));
    }

    fn send_back(self, chip: usize, by_key: bool) {
        let order: Vec<usize> = self.order.get_untracked().into_iter().filter(|n| *n != chip).collect();
        self.put(&order);
        self.focus(".tray .tile-w:last-of-type, .tiles .tile-w", by_key);
    }

    /// The pressed word has gone from where it was. Under a finger nothing scrolls for that.
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

fn sentence_view(number: usize, sentence: SentenceView, play: Play) -> AnyView {
    let outcome = play.outcome(&sentence.id);
    let answer = play.answer::<Answer>(&sentence.id);
    let chips = StoredValue::new(sentence.chips.clone());
    let order = Memo::new(move |_| {
        let order = answer.get().map(|answer| answer.order).unwrap_or_default();
        chips.with_value(|chips| places(chips, &order))
    });
    let id = StoredValue::new(sentence.id.clone());
    let table = Table { play, id, number, said: Announcer::here(), chips, order, root: NodeRef::new() };
    let count = sentence.chips.len();
    let is_shown = play.shown(&sentence.id);
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
    view! {
        <div class="sentence" node_ref=table.root>
            <div
                class=state
                role="group"
                aria-label=move || t_with(Key::TasksYourSentenceN, &[("n", &number.to_string())])
            >
                <Show when=move || order.with(Vec::is_empty)>
                    <span class="quiet sm tray-empty">{tr(Key::TasksYourSentence)}</span>
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
                {(!sentence.ending.is_empty())
                    .then(|| view! { <span class="ending">{sentence.ending.clone()}</span> })}
                {move || {
                    outcome
                        .get()
                        .map(|outcome| {
                            view! {
                                <span class="push row g-1">
                                    {in_order(outcome, count)} <MarkShape outcome />
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
                    aria-label=tr(Key::TasksWordsLeft)
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
                                    disabled=is_closed
                                    on:click=move |event| table.add(n, &event)
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

/// What a part of a point is for: so many of the words stand in the right order.
fn in_order(outcome: Outcome, chips: usize) -> Option<String> {
    let points = outcome.mark.points;
    let chips = u32::try_from(chips).ok().filter(|_| outcome.shape() == Shape::Partly)?;
    let n = points.num() * (chips / points.den());
    Some(t_with(Key::TasksWordsInOrder, &[("n", &n.to_string()), ("of", &chips.to_string())]))
}

/// Chips as their author writes them: apart by bars.
fn to_line(order: &[String]) -> String {
    let line = joined(order, '|', " | ");
    // One piece of several words would be read as the words.
    if order.len() == 1 && line.contains(char::is_whitespace) { line + " |" } else { line }
}

/// With no bar anywhere the words themselves are the chips.
fn from_line(line: &str) -> Vec<String> {
    parted_or_words(line, '|')
}

fn sentence_form(edit: Edit<Content>, row: Row<Content, Sentence>) -> AnyView {
    let count = Memo::new(move |_| row.read(|sentence| sentence.orders.len()).unwrap_or_default());
    // A new list of orders is a new row of fields: a line stays as it is typed otherwise.
    let version = RwSignal::new(0_u32);
    view! {
        <Each
            each=move || {
                let version = version.get();
                (0..count.get()).map(move |n| (version, n))
            }
            key=|key| *key
            children=move |(_, n)| order_field(edit, row, n, version)
        />
        <FaultLine fault=row.fault("orders") />
        <div class="row wrap g-3">
            <button
                class="btn sm quiet add-row"
                type="button"
                on:click=move |_| {
                    row.write(|sentence| {
                        let first = sentence.orders.first().cloned().unwrap_or_default();
                        sentence.orders.push(first);
                    });
                }
            >
                <Icon name="plus" />
                {tr(Key::TasksAddOrder)}
            </button>
            <EditField
                label=Key::TasksEnding
                class="ending-field"
                value=row.text(|sentence| sentence.ending.clone())
                fault=row.fault("ending")
                on_input=move |text| row.write(|sentence| sentence.ending = text.trim().to_owned())
            />
        </div>
    }
    .into_any()
}

fn order_field(edit: Edit<Content>, row: Row<Content, Sentence>, n: usize, version: RwSignal<u32>) -> AnyView {
    let read = untrack(|| row.read(|sentence| sentence.orders.get(n).map(|order| to_line(order))));
    let line = RwSignal::new(read.flatten().unwrap_or_default());
    let label = Words::made(move || {
        if n == 0 {
            crate::i18n::t(Key::TasksSentence).to_owned()
        } else {
            t_with(Key::TasksAlsoOrder, &[("n", &(n + 1).to_string())])
        }
    });
    let fault = row.fault_of_nth("orders", n);
    let within = row.fault_within("orders.0");
    let fault = Signal::derive(move || fault.get().or_else(|| if n == 0 { within.get() } else { None }));
    let on_input = move |text: String| {
        row.write(|sentence| {
            if let Some(order) = sentence.orders.get_mut(n) {
                *order = from_line(&text);
            }
        });
        line.set(text);
    };
    view! {
        <div class="with-tool">
            {if n == 0 {
                view! {
                    <EditField
                        label
                        hint=Key::TasksSentenceHint
                        lang=edit.target
                        value=line
                        fault
                        on_input
                    />
                }
                    .into_any()
            } else {
                view! {
                    <EditField label hint=Key::TasksAlsoOrderHint lang=edit.target value=line fault on_input />
                    <button
                        class="btn quiet icon sm"
                        type="button"
                        aria-label=move || t_with(Key::TasksRemoveOrder, &[("n", &(n + 1).to_string())])
                        title=tr(Key::CommonRemove)
                        on:click=move |event| {
                            let form = event_target::<Element>(&event).closest(".erow-form").ok().flatten();
                            web::focus_later(form, ".add-row");
                            row.write(|sentence| {
                                if n < sentence.orders.len() {
                                    sentence.orders.remove(n);
                                }
                            });
                            version.update(|version| *version += 1);
                        }
                    >
                        <Icon name="x" />
                    </button>
                }
                    .into_any()
            }}
        </div>
    }
    .into_any()
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
            in_order(Outcome { mark, tries: 1 }, chips)
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

    #[test]
    fn a_sentence_is_cut_at_bars_or_else_at_words() {
        assert_eq!(from_line("Have you | ever | lost"), ["Have you", "ever", "lost"]);
        assert_eq!(from_line(" Have you ever "), ["Have", "you", "ever"]);
        for chips in [&["a b", "c"][..], &["a b"], &["a|b", "c \\ d"], &["|", "\\"], &[]] {
            assert_eq!(from_line(&to_line(&strings(chips))), chips);
        }
        assert!(from_line(" | ").is_empty());
    }
}
