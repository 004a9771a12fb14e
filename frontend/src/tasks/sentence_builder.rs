//! Sentences to put in order: a tap adds a word to the end, a tap in the line sends it back.

use leptos::prelude::*;
use serde_json::Value;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::sentence_builder::{Content, Sentence, SentenceView, View, written},
    text::{joined, parted_or_words},
};
use web_sys::Element;

use super::{
    AnswerRow, Play, Ui,
    edit::{Edit, EditField, FaultLine, Items, Row, items_editor},
    line::{LineWords, PieceOrder, line_view},
    pictures,
};
use crate::{
    components::{Each, Icon},
    i18n::{Words, t_with, tr},
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
        let rows = sentences.map(|(n, sentence)| line_view(line(n + 1, sentence), play)).collect_view();
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

fn line(number: usize, sentence: SentenceView) -> PieceOrder {
    PieceOrder {
        id: sentence.id,
        number,
        pieces: sentence.chips,
        ending: sentence.ending,
        glue: " ",
        by_letters: false,
        words: LineWords {
            line: Key::TasksYourSentenceN,
            empty: Key::TasksYourSentence,
            left: Key::TasksWordsLeft,
            so_far: Key::TasksSentenceSoFar,
            partly: Some(Key::TasksWordsInOrder),
        },
        described_by: None,
    }
}

/// Formats chips as their author writes them, separated by bars.
fn to_line(order: &[String]) -> String {
    let line = joined(order, '|', " | ");
    // A single piece of several words would be read back as those words.
    if order.len() == 1 && line.contains(char::is_whitespace) { line + " |" } else { line }
}

/// Parses chips; without any bar, each word is a chip.
fn from_line(line: &str) -> Vec<String> {
    parted_or_words(line, '|')
}

fn sentence_form(edit: Edit<Content>, row: Row<Content, Sentence>) -> AnyView {
    let count = Memo::new(move |_| row.read(|sentence| sentence.orders.len()).unwrap_or_default());
    // A new list of orders renders new fields; otherwise a line stays as typed.
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
    fn a_sentence_is_cut_at_bars_or_else_at_words() {
        assert_eq!(from_line("Have you | ever | lost"), ["Have you", "ever", "lost"]);
        assert_eq!(from_line(" Have you ever "), ["Have", "you", "ever"]);
        for chips in [&["a b", "c"][..], &["a b"], &["a|b", "c \\ d"], &["|", "\\"], &[]] {
            assert_eq!(from_line(&to_line(&strings(chips))), chips);
        }
        assert!(from_line(" | ").is_empty());
    }
}
