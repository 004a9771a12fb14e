//! Words to put into columns: tap a word, then a column; dragging is extra.

use leptos::{html, prelude::*};
use types::{
    ids::ItemId,
    locale::Key,
    tasks::sorting::{Answer, COLUMNS_MAX, COLUMNS_MIN, Content, Entry, EntryView, View},
};
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::{
    AnswerRow, MarkShape, Play, Ui,
    drag::Drag,
    edit::{Edit, EditField, FaultLine, Items, Row, items_editor},
    keys, pictures,
    play::{SHOWN, ShownShape},
};
use crate::{
    components::{Announcer, Each, Icon},
    i18n::{Words, t_with, tr},
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksSortingName;
    const ABOUT: Key = Key::TasksSortingAbout;
    const SEARCH: Key = Key::TasksSortingSearch;
    const ITEMS: u32 = 9;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.entries.iter().map(|entry| entry.id.clone()).collect()
    }

    fn player(view: View, play: Play) -> AnyView {
        player(view, play)
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let items = Items {
            edit,
            path: "entries",
            list: |content: &Content| &content.entries,
            list_mut: |content| &mut content.entries,
            id: |entry| &entry.id,
            fresh: |id| Entry { id, text: String::new(), columns: vec![0] },
        };
        view! {
            {columns_form(edit)}
            {items_editor(items, Key::TasksAddWord, move |row| entry_form(edit, row))}
        }
        .into_any()
    }

    fn picture() -> AnyView {
        pictures::sorting()
    }

    fn head(&self, item: &ItemId) -> Option<String> {
        self.entries.iter().find(|entry| entry.id == *item).map(|entry| entry.text.clone())
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let title = |column: &u8| self.columns.get(usize::from(*column)).cloned();
        let row = |entry: &Entry| AnswerRow {
            prompt: Some(entry.text.clone()),
            answers: entry.columns.iter().filter_map(title).collect(),
        };
        self.entries.iter().map(row).collect()
    }
}

/// The words and columns on the page.
#[derive(Clone, Copy)]
struct Board {
    play: Play,
    columns: StoredValue<Vec<String>>,
    entries: StoredValue<Vec<EntryView>>,
    /// The word that is picked up.
    held: RwSignal<Option<ItemId>>,
    /// For each word, the index of its column.
    placed: Memo<Vec<Option<usize>>>,
    root: NodeRef<html::Div>,
    said: Option<Announcer>,
    drag: Drag,
}

impl Board {
    fn text(self, id: &ItemId) -> String {
        let found = self.entries.with_value(|all| all.iter().find(|e| e.id == *id).map(|entry| entry.text.clone()));
        found.unwrap_or_default()
    }

    fn say(self, what: Key, values: &[(&str, &str)]) {
        if let Some(said) = self.said {
            said.say(&t_with(what, values));
        }
    }

    fn focus(self, selector: impl Into<String>) {
        web::focus_later(self.root.get_untracked().map(|root| (*root).clone().into()), selector);
    }

    fn pick(self, id: &ItemId, by_key: bool) {
        if self.drag.swallows_click() || untrack(|| self.play.is_closed(id)) {
            return;
        }
        let is_held = self.held.with_untracked(|held| held.as_ref() == Some(id));
        self.held.set((!is_held).then(|| id.clone()));
        if !is_held {
            self.say(Key::TasksPicked, &[("word", &self.text(id))]);
            if by_key {
                self.focus(".col-put");
            }
        }
    }

    fn put(self, id: &ItemId, column: usize) {
        let Some(title) = self.columns.with_value(|columns| columns.get(column).cloned()) else { return };
        self.held.set(None);
        if untrack(|| self.play.is_closed(id)) {
            return;
        }
        self.say(Key::TasksSortedInto, &[("word", &self.text(id)), ("column", &title)]);
        self.play.put(id, Answer { column: title });
    }

    /// Puts the word that is picked up into a column, and goes on to the next one.
    fn put_held(self, column: usize, by_key: bool) {
        if let Some(id) = self.held.get_untracked() {
            self.put(&id, column);
            if by_key {
                self.focus(".bank .tile-w, .col-put");
            }
        }
    }

    fn send_back(self, id: &ItemId, by_key: bool) {
        if untrack(|| self.play.is_closed(id)) {
            return;
        }
        self.held.set(None);
        self.say(Key::TasksSortedBack, &[("word", &self.text(id))]);
        self.play.take_back(id);
        if by_key {
            self.focus(format!(".bank [data-entry='{id}']"));
        }
    }

    fn on_key(self, event: &KeyboardEvent) {
        let target = event_target::<Element>(event);
        let entry = target.get_attribute("data-entry").and_then(|id| ItemId::new(id).ok());
        match event.key().as_str() {
            "Escape" if self.held.with_untracked(Option::is_some) => {
                event.stop_propagation();
                let held = self.held.try_update(Option::take).flatten();
                if let Some(id) = held {
                    self.focus(format!("[data-entry='{id}']"));
                }
            }
            "Escape" | "Backspace" | "Delete" if target.closest(".cols").ok().flatten().is_some() => {
                if let Some(id) = entry {
                    event.prevent_default();
                    event.stop_propagation();
                    self.send_back(&id, true);
                }
            }
            _ => {
                let in_bank = target.closest(".bank").ok().flatten().is_some();
                let is_column = target.class_list().contains("col-put");
                let group = if in_bank {
                    ".bank .tile-w"
                } else if is_column {
                    ".col-put"
                } else {
                    ".cols .tile-w"
                };
                keys::walk_focus(event, group);
            }
        }
    }
}

fn player(view: View, play: Play) -> AnyView {
    let columns = StoredValue::new(view.columns.clone());
    let entries = StoredValue::new(view.entries.clone());
    let placed = Memo::new(move |_| {
        play.answers.with(|answers| {
            let column = |entry: &EntryView| {
                let answer: Answer = types::json::from_value(answers.get(&entry.id)?.clone()).ok()?;
                columns.with_value(|columns| columns.iter().position(|title| *title == answer.column))
            };
            entries.with_value(|entries| entries.iter().map(column).collect::<Vec<_>>())
        })
    });
    let board = Board {
        play,
        columns,
        entries,
        held: RwSignal::new(None),
        placed,
        root: NodeRef::new(),
        said: Announcer::here(),
        drag: Drag::new(),
    };
    let count = view.entries.len();
    let of_column = move |column: Option<usize>| {
        placed.with(|placed| (0..count).filter(|n| placed.get(*n).copied().flatten() == column).collect::<Vec<_>>())
    };
    let bank = Memo::new(move |_| of_column(None));
    let cols = view.columns.into_iter().enumerate().map(|(n, title)| {
        let inside = Memo::new(move |_| of_column(Some(n)));
        let lang = play.lang_of(&title);
        let label = title.clone();
        let is_target = Memo::new(move |_| board.held.with(Option::is_some));
        let put_label = move || {
            let held = board.held.with(|held| held.as_ref().map(|id| board.text(id)));
            held.map_or_else(
                || label.clone(),
                |word| t_with(Key::TasksPutInto, &[("word", &word), ("column", &label)]),
            )
        };
        view! {
            <div class:target=move || is_target.get() data-column=n.to_string() on:click=move |_| board.put_held(n, false)>
                <button
                    class="col-put"
                    type="button"
                    lang=lang
                    aria-label=put_label
                    disabled=move || !is_target.get()
                    on:click=move |event: MouseEvent| {
                        event.stop_propagation();
                        board.put_held(n, keys::by_key(&event));
                    }
                >
                    {title}
                </button>
                <Each each=move || inside.get() key=|n| *n children=move |n| tile(n, board) />
            </div>
        }
    });
    view! {
        <div class="sort-task stack g-3" node_ref=board.root on:keydown=move |event| board.on_key(&event)>
            <Show when=move || !bank.with(Vec::is_empty)>
                <div class="bank">
                    <div class="tiles" role="group" aria-label=tr(Key::TasksWordsLeft)>
                        <Each each=move || bank.get() key=|n| *n children=move |n| tile(n, board) />
                    </div>
                </div>
            </Show>
            <div class="cols">{cols.collect_view()}</div>
        </div>
    }
    .into_any()
}

fn tile(n: usize, board: Board) -> AnyView {
    let play = board.play;
    let Some(entry) = board.entries.with_value(|entries| entries.get(n).cloned()) else { return ().into_any() };
    let id = StoredValue::new(entry.id.clone());
    let outcome = play.outcome(&entry.id);
    let state = play.state(&entry.id);
    let is_held =
        Memo::new(move |_| board.held.with(|held| held.as_ref().is_some_and(|held| id.with_value(|id| id == held))));
    let lang = play.lang_of(&entry.text);
    view! {
        <button
            class="tile-w"
            type="button"
            lang=lang
            data-entry=entry.id.to_string()
            data-s=move || state.get()
            aria-pressed=move || is_held.get().then_some("true")
            disabled=move || id.with_value(|id| play.is_closed(id))
            on:click=move |event: MouseEvent| {
                // With another word in the hand, a tap on a column's word means the column.
                let other = board.held.with_untracked(|held| held.is_some()) && !is_held.get_untracked();
                if other && board.placed.with_untracked(|placed| placed.get(n).copied().flatten().is_some()) {
                    return;
                }
                event.stop_propagation();
                id.with_value(|id| board.pick(id, keys::by_key(&event)));
            }
            on:pointerdown=move |event| board.drag.down(&event)
            on:pointermove=move |event| {
                if board.drag.moved(&event) {
                    board.held.set(Some(id.get_value()));
                }
            }
            on:pointerup=move |event| {
                let Some(target) = board.drag.up(&event, "[data-column], .bank") else { return };
                board.held.set(None);
                let column = target
                    .as_ref()
                    .and_then(|target| target.get_attribute("data-column"))
                    .and_then(|n| n.parse().ok());
                match (column, target) {
                    (Some(column), _) => id.with_value(|id| board.put(id, column)),
                    (None, Some(_)) => id.with_value(|id| board.send_back(id, false)),
                    (None, None) => {}
                }
            }
            on:pointercancel=move |_| board.drag.let_go()
        >
            {entry.text}
            {move || outcome.get().map(|outcome| view! { <MarkShape outcome /> })}
            {move || (state.get() == Some(SHOWN)).then(|| view! { <ShownShape /> })}
        </button>
    }
    .into_any()
}

fn columns_form(edit: Edit<Content>) -> AnyView {
    let count = Memo::new(move |_| edit.with(|content| content.columns.len()));
    view! {
        <fieldset class="field">
            <legend class="label">{tr(Key::TasksColumns)}</legend>
            <Each
                each=move || 0..count.get()
                key=|n| *n
                children=move |n| {
                    view! {
                        <div class="with-tool">
                            <EditField
                                label=Words::made(move || t_with(Key::TasksColumnN, &[("n", &(n + 1).to_string())]))
                                hide_label=true
                                placeholder=Words::made(move || {
                                    t_with(Key::TasksColumnN, &[("n", &(n + 1).to_string())])
                                })
                                lang=edit.target
                                value=Signal::derive(move || {
                                    edit.with(|content| content.columns.get(n).cloned().unwrap_or_default())
                                })
                                fault=edit.fault(move || Some(format!("columns.{n}")))
                                on_input=move |text| {
                                    edit.change(|content| {
                                        if let Some(column) = content.columns.get_mut(n) {
                                            *column = text;
                                        }
                                    });
                                }
                            />
                            <button
                                class="btn quiet icon sm"
                                type="button"
                                aria-label=move || t_with(Key::TasksRemoveColumn, &[("n", &(n + 1).to_string())])
                                title=tr(Key::CommonRemove)
                                disabled=move || count.get() <= COLUMNS_MIN
                                on:click=move |_| edit.change(|content| remove_column(content, n))
                            >
                                <Icon name="x" />
                            </button>
                        </div>
                    }
                }
            />
            <FaultLine fault=edit.fault(|| Some("columns".to_owned())) />
            <button
                class="btn sm quiet add-row"
                type="button"
                disabled=move || { count.get() >= COLUMNS_MAX }
                on:click=move |_| edit.change(|content| content.columns.push(String::new()))
            >
                <Icon name="plus" />
                {tr(Key::TasksAddColumn)}
            </button>
        </fieldset>
    }
    .into_any()
}

/// Removes a column. What was right in it alone goes to the first one, since it must be right somewhere.
fn remove_column(content: &mut Content, n: usize) {
    if n >= content.columns.len() || content.columns.len() <= COLUMNS_MIN {
        return;
    }
    content.columns.remove(n);
    for entry in &mut content.entries {
        entry.columns.retain(|column| usize::from(*column) != n);
        for column in &mut entry.columns {
            *column -= u8::from(usize::from(*column) > n);
        }
        if entry.columns.is_empty() {
            entry.columns.push(0);
        }
    }
}

fn entry_form(edit: Edit<Content>, row: Row<Content, Entry>) -> AnyView {
    let count = Memo::new(move |_| edit.with(|content| content.columns.len()));
    let title = move |n: usize| {
        let title = edit.with(|content| content.columns.get(n).cloned()).unwrap_or_default();
        if title.trim().is_empty() { t_with(Key::TasksColumnN, &[("n", &(n + 1).to_string())]) } else { title }
    };
    let is_in = move |n: usize| row.read(|entry| entry.columns.iter().any(|c| usize::from(*c) == n)).unwrap_or(false);
    let toggle = move |n: usize| {
        row.write(|entry| {
            let Ok(column) = u8::try_from(n) else { return };
            if entry.columns.contains(&column) {
                // It must be right somewhere.
                if entry.columns.len() > 1 {
                    entry.columns.retain(|other| *other != column);
                }
            } else {
                entry.columns.push(column);
            }
        });
    };
    view! {
        <EditField
            label=Key::TasksWord
            lang=edit.target
            value=row.text(|entry| entry.text.clone())
            fault=row.fault("text")
            on_input=move |text| row.write(|entry| entry.text = text)
        />
        <fieldset class="field">
            <legend class="label">{tr(Key::TasksRightIn)}</legend>
            <div class="row wrap g-3">
                <Each
                    each=move || 0..count.get()
                    key=|n| *n
                    children=move |n| {
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    prop:checked=move || is_in(n)
                                    on:change=move |event| {
                                        toggle(n);
                                        // The last one stays, whatever the browser has drawn.
                                        let input: web_sys::HtmlInputElement = event_target(&event);
                                        input.set_checked(untrack(|| is_in(n)));
                                    }
                                />
                                <span>{move || title(n)}</span>
                            </label>
                        }
                    }
                />
            </div>
            <FaultLine fault=row.fault_within("columns") />
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_in_a_removed_column_stays_in_one() {
        let entry = |columns: &[u8]| Entry { id: ItemId::nth(0), text: "a".into(), columns: columns.to_vec() };
        let columns = ["A", "B", "C"].map(str::to_owned).to_vec();
        let mut content = Content { columns, entries: vec![entry(&[0]), entry(&[1]), entry(&[2, 1])] };
        remove_column(&mut content, 1);
        assert_eq!(content.columns, ["A", "C"]);
        let left: Vec<_> = content.entries.iter().map(|entry| entry.columns.clone()).collect();
        assert_eq!(left, [vec![0], vec![0], vec![1]]);
        remove_column(&mut content, 0);
        assert_eq!(content.columns.len(), 2, "there are always two");
    }
}
