//! Pairs to join: tap one side, then the other. Joined pairs share a row, so lines never cross.

use leptos::{html, prelude::*};
use types::{
    files::address,
    ids::ItemId,
    locale::Key,
    tasks::matching::{Answer, Content, Pair, Side, View},
};
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::{
    AnswerRow, MarkShape, Play, Ui,
    drag::Drag,
    edit::{Edit, EditField, Items, ListField, Row, items_editor, paste_rows},
    hand::{Hand, Tapped, placed, text_of},
    keys,
    picture_field::PictureField,
    pictures,
    play::{SHOWN, ShownShape},
};
use crate::{
    components::Announcer,
    i18n::{t_with, tr},
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksMatchingName;
    const ABOUT: Key = Key::TasksMatchingAbout;
    const SEARCH: Key = Key::TasksMatchingSearch;
    const ITEMS: u32 = 6;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.left.iter().map(|left| left.id.clone()).collect()
    }

    fn player(view: View, play: Play) -> AnyView {
        player(view, play)
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        editor(edit)
    }

    fn picture() -> AnyView {
        pictures::matching()
    }

    /// The left text: the right one is often a whole definition.
    fn head(&self, item: &ItemId) -> Option<String> {
        let pair = self.pairs.iter().find(|pair| pair.id == *item)?;
        [&pair.left, &pair.right].map(|side| side.text.clone()).into_iter().find(|text| !text.is_empty())
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let row =
            |pair: &Pair| AnswerRow { prompt: Some(pair.left.text.clone()), answers: vec![pair.right.text.clone()] };
        self.pairs.iter().map(row).collect()
    }
}

/// The row of each right side: that of its left side if joined; the rest fill the free rows in order.
fn rows_of_right(joined: &[Option<usize>], rights: usize) -> Vec<usize> {
    let mut rows = vec![None; rights];
    for (row, right) in joined.iter().enumerate() {
        if let Some(right) = right
            && let Some(slot) = rows.get_mut(*right)
        {
            *slot = Some(row);
        }
    }
    let mut free = (0..).filter(|row| joined.get(*row).is_none_or(Option::is_none));
    rows.into_iter().map(|row| row.or_else(|| free.next()).unwrap_or_default()).collect()
}

/// State shared by the two columns.
#[derive(Clone, Copy)]
struct Table {
    play: Play,
    lefts: StoredValue<Vec<ItemId>>,
    left_words: StoredValue<Vec<String>>,
    said: Option<Announcer>,
    rights: StoredValue<Vec<String>>,
    hand: RwSignal<Hand>,
    /// For each left side, the index of the right side joined with it.
    joined: Memo<Vec<Option<usize>>>,
    rows: Memo<Vec<usize>>,
    root: NodeRef<html::Div>,
    drag: Drag,
}

impl Table {
    fn carry_out(self, tapped: Tapped) {
        match tapped {
            Tapped::Nothing => {}
            Tapped::Put { place, word } => {
                if let Some(right) = self.rights.with_value(|rights| rights.get(word).cloned()) {
                    self.say(Key::TasksJoined, &place, &right);
                    self.play.put(&place, Answer { right });
                }
            }
            Tapped::Return(place) => self.take_back(&place),
        }
    }

    fn take_back(self, place: &ItemId) {
        let right = self.play.answers.with_untracked(|answers| text_of(answers, place, "right").map(str::to_owned));
        if let Some(right) = right {
            self.say(Key::TasksParted, place, &right);
        }
        self.play.take_back(place);
    }

    fn say(self, what: Key, place: &ItemId, right: &str) {
        let at = self.lefts.with_value(|lefts| lefts.iter().position(|left| left == place));
        let left = at.and_then(|n| self.left_words.with_value(|words| words.get(n).cloned())).unwrap_or_default();
        if let Some(said) = self.said {
            said.say(&t_with(what, &[("left", &left), ("right", right)]));
        }
    }

    /// Announces the right side that is picked up, if any.
    fn say_picked(self) {
        let word = self.hand.with_untracked(Hand::word);
        let word = word.and_then(|n| self.rights.with_value(|rights| rights.get(n).cloned()));
        if let (Some(said), Some(word)) = (self.said, word) {
            said.say(&t_with(Key::TasksPicked, &[("word", &word)]));
        }
    }

    fn left_of(self, right: usize) -> Option<usize> {
        self.joined.with(|joined| joined.iter().position(|to| *to == Some(right)))
    }

    fn tap_left(self, n: usize, event: &MouseEvent) {
        let Some(id) = self.lefts.with_value(|lefts| lefts.get(n).cloned()) else { return };
        if untrack(|| self.play.is_closed(&id)) {
            return;
        }
        let is_joined = self.joined.with_untracked(|joined| joined.get(n).copied().flatten().is_some());
        let tapped = self.hand.try_update(|hand| hand.tap_place(&id, is_joined)).unwrap_or(Tapped::Nothing);
        self.carry_out(tapped);
        self.lead_on(event);
    }

    fn tap_right(self, n: usize, event: &MouseEvent) {
        if self.drag.swallows_click() {
            return;
        }
        // A joined right side is released first, unless its pair is marked.
        if let Some(left) = untrack(|| self.left_of(n)) {
            let Some(id) = self.lefts.with_value(|lefts| lefts.get(left).cloned()) else { return };
            if untrack(|| self.play.is_closed(&id)) {
                return;
            }
            self.take_back(&id);
            if self.hand.with_untracked(|hand| *hand == Hand::Empty) {
                return;
            }
        }
        let tapped = self.hand.try_update(|hand| hand.tap_word(n)).unwrap_or(Tapped::Nothing);
        self.carry_out(tapped);
        self.say_picked();
        self.lead_on(event);
    }

    /// Moves the focus after a key press: to the other column if something is picked up, else to the next free left
    /// side.
    fn lead_on(self, event: &MouseEvent) {
        if !keys::by_key(event) {
            return;
        }
        let selector = self.hand.with_untracked(|hand| match hand {
            Hand::Place(_) => ".r:not(.joined)",
            Hand::Word(_) | Hand::Empty => ".l:not(.joined)",
        });
        if let Some(root) = self.root.get_untracked() {
            web::focus_later(Some((*root).clone().into()), selector);
        }
    }
}

fn player(view: View, play: Play) -> AnyView {
    let lefts = StoredValue::new(view.left.iter().map(|left| left.id.clone()).collect::<Vec<_>>());
    let rights = StoredValue::new(view.right.iter().map(|side| side.text.clone()).collect::<Vec<_>>());
    let joined = Memo::new(move |_| {
        play.closed.with(|closed| {
            play.answers.with(|answers| {
                lefts.with_value(|lefts| rights.with_value(|all| placed(all, answers, lefts, closed, "right")))
            })
        })
    });
    let count = view.right.len();
    let rows = Memo::new(move |_| joined.with(|joined| rows_of_right(joined, count)));
    let table = Table {
        play,
        lefts,
        left_words: StoredValue::new(view.left.iter().map(|left| left.side.text.clone()).collect()),
        said: Announcer::here(),
        rights,
        hand: RwSignal::new(Hand::Empty),
        joined,
        rows,
        root: NodeRef::new(),
        drag: Drag::new(),
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            if table.hand.try_update(Hand::drop_it).unwrap_or_default() {
                event.stop_propagation();
            } else if let Some(id) = left_id(&event_target::<Element>(&event))
                && !untrack(|| play.is_closed(&id))
            {
                event.stop_propagation();
                table.take_back(&id);
            }
            return;
        }
        walk(&event, table);
    };
    let left_views = view.left.into_iter().enumerate().map(|(n, left)| left_view(n, left.id, left.side, table));
    let right_views = view.right.into_iter().enumerate().map(|(n, side)| right_view(n, side, table));
    view! {
        <div class="match placed" node_ref=table.root on:keydown=on_key>
            {left_views.collect_view()}
            {right_views.collect_view()}
        </div>
    }
    .into_any()
}

fn left_id(element: &Element) -> Option<ItemId> {
    element.get_attribute("data-item").and_then(|id| ItemId::new(id).ok())
}

/// Arrow keys: up and down within a column, sideways between the two, by the order on the page.
fn walk(event: &KeyboardEvent, table: Table) {
    let Some(arrow) = keys::arrow(event) else { return };
    let Some(root) = table.root.get_untracked() else { return };
    let lefts = keys::found(&root, ".l");
    let rights = keys::found(&root, ".r");
    let rows = table.rows.get_untracked();
    let by_row = |row: usize| rows.iter().position(|r| *r == row).and_then(|n| rights.get(n));
    let (row, is_left) = if let Some(n) = keys::focused_among(&lefts) {
        (n, true)
    } else if let Some(n) = keys::focused_among(&rights) {
        (rows.get(n).copied().unwrap_or_default(), false)
    } else {
        return;
    };
    event.prevent_default();
    let len = lefts.len().max(rows.iter().max().map_or(0, |row| row + 1));
    let to = match arrow {
        keys::Arrow::Back => lefts.get(row),
        keys::Arrow::Forth => by_row(row),
        keys::Arrow::Up | keys::Arrow::Down | keys::Arrow::First | keys::Arrow::Last => {
            keys::walk(row, len, 1, arrow).and_then(|row| if is_left { lefts.get(row) } else { by_row(row) })
        }
    };
    if let Some(to) = to {
        let _ = to.focus();
    }
}

/// A side's picture, else its text.
fn shown(side: Side, lang: &'static str) -> AnyView {
    match side.picture {
        Some(file) => view! { <img class="shot" src=address(file) alt=side.text lang=lang /> }.into_any(),
        None => view! {
            <span lang=lang dir="auto">
                {side.text}
            </span>
        }
        .into_any(),
    }
}

fn left_view(n: usize, id: ItemId, side: Side, table: Table) -> AnyView {
    let play = table.play;
    let state = play.state(&id);
    let partner = Memo::new(move |_| table.joined.with(|joined| joined.get(n).copied().flatten()));
    let is_picked = {
        let id = id.clone();
        move || table.hand.with(|hand| matches!(hand, Hand::Place(place) if *place == id))
    };
    let with_partner = move || {
        let right = partner.get()?;
        let right = table.rights.with_value(|rights| rights.get(right).cloned())?;
        Some(t_with(Key::TasksJoinedWith, &[("word", &right)]))
    };
    let lang = play.lang_of(&side.text);
    view! {
        <button
            class="l"
            class:joined=move || partner.with(Option::is_some)
            class:target=move || table.hand.with(|hand| hand.word().is_some()) && partner.with(Option::is_none)
            type="button"
            style:--row=(n + 1).to_string()
            data-item=id.to_string()
            data-s=move || state.get()
            aria-pressed=move || is_picked().then_some("true")
            disabled=move || play.disabled.get()
            on:click=move |event| table.tap_left(n, &event)
        >
            {shown(side, lang)}
            <span class="vh">{with_partner}</span>
        </button>
    }
    .into_any()
}

fn right_view(n: usize, side: Side, table: Table) -> AnyView {
    let play = table.play;
    let left = Memo::new(move |_| table.left_of(n));
    let outcome = Memo::new(move |_| {
        let left = left.get()?;
        let id = table.lefts.with_value(|lefts| lefts.get(left).cloned())?;
        play.outcomes.with(|outcomes| outcomes.get(&id).copied())
    });
    let is_shown = Memo::new(move |_| {
        let left = left.get().and_then(|left| table.lefts.with_value(|lefts| lefts.get(left).cloned()));
        left.is_some_and(|id| play.is_shown(&id))
    });
    let state = move || outcome.get().map(|outcome| outcome.state()).or_else(|| is_shown.get().then_some(SHOWN));
    let lang = play.lang_of(&side.text);
    let row = move || (table.rows.with(|rows| rows.get(n).copied().unwrap_or_default()) + 1).to_string();
    view! {
        <button
            class="r"
            class:joined=move || left.with(Option::is_some)
            class:target=move || {
                table.hand.with(|hand| matches!(hand, Hand::Place(_))) && left.with(Option::is_none)
            }
            type="button"
            style:--row=row
            data-s=state
            aria-pressed=move || table.hand.with(|hand| hand.word() == Some(n)).then_some("true")
            disabled=move || play.disabled.get()
            on:click=move |event| table.tap_right(n, &event)
            on:pointerdown=move |event| table.drag.down(&event)
            on:pointermove=move |event| {
                if left.with_untracked(Option::is_none) && table.drag.moved(&event) {
                    table.hand.set(Hand::Word(n));
                }
            }
            on:pointerup=move |event| {
                if let Some(target) = table.drag.up(&event, "[data-item]") {
                    table.hand.set(Hand::Empty);
                    let place = target.as_ref().and_then(left_id);
                    if let Some(place) = place.filter(|place| !untrack(|| play.is_closed(place))) {
                        table.carry_out(Tapped::Put { place, word: n });
                    }
                }
            }
            on:pointercancel=move |_| table.drag.let_go()
        >
            {shown(side, lang)}
            {move || outcome.get().map(|outcome| view! { <MarkShape outcome /> })}
            {move || is_shown.get().then(|| view! { <ShownShape /> })}
        </button>
    }
    .into_any()
}

fn editor(edit: Edit<Content>) -> AnyView {
    let items = Items {
        edit,
        path: "pairs",
        list: |content: &Content| &content.pairs,
        list_mut: |content| &mut content.pairs,
        id: |pair| &pair.id,
        fresh: |id| Pair { id, left: String::new().into(), right: String::new().into() },
    };
    let extra = Signal::derive(move || {
        edit.with(|content| content.extra.iter().map(|side| side.text.clone()).collect::<Vec<_>>())
    });
    view! {
        <div
            class="stack g-3"
            on:paste=paste_rows(
                items,
                |pair: &Pair| {
                    [&pair.left, &pair.right].iter().all(|side| side.text.trim().is_empty() && side.picture.is_none())
                },
                |pair, left, right| {
                    pair.left.text = left;
                    pair.right.text = right;
                },
            )
        >
            {items_editor(items, Key::TasksAddPair, move |row| pair_form(edit, row))}
            <p class="hint">{tr(Key::TasksPasteList)}</p>
        </div>
        <ListField
            label=Key::TasksExtraRight
            hint=Key::TasksExtraRightHint
            parts=extra
            fault=edit.fault_within(|| Some("extra".to_owned()))
            on_input=move |words| {
                edit.change(|content| content.extra = words.into_iter().map(Side::from).collect());
            }
        />
    }
    .into_any()
}

fn pair_form(edit: Edit<Content>, row: Row<Content, Pair>) -> AnyView {
    view! {
        <div class="two">
            <div class="pair-side">
                <EditField
                    label=Key::TasksLeft
                    lang=edit.target
                    value=row.text(|pair| pair.left.text.clone())
                    fault=row.fault("left.text")
                    on_input=move |text| row.write(|pair| pair.left.text = text)
                />
                <PictureField
                    label=Key::TasksPictureLeft
                    value=Signal::derive(move || row.read(|pair| pair.left.picture).flatten())
                    fault=row.fault("left.picture")
                    on_change=move |file| row.write(|pair| pair.left.picture = file)
                />
            </div>
            <div class="pair-side">
                <EditField
                    label=Key::TasksRightSide
                    lines=true
                    value=row.text(|pair| pair.right.text.clone())
                    fault=row.fault("right.text")
                    on_input=move |text| row.write(|pair| pair.right.text = text)
                />
                <PictureField
                    label=Key::TasksPictureRight
                    value=Signal::derive(move || row.read(|pair| pair.right.picture).flatten())
                    fault=row.fault("right.picture")
                    on_change=move |file| row.write(|pair| pair.right.picture = file)
                />
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_headed_by_the_word_on_the_left() {
        let pair = |n, left: &str, right: &str| Pair {
            id: ItemId::nth(n),
            left: left.to_owned().into(),
            right: right.to_owned().into(),
        };
        let content = Content {
            pairs: vec![pair(0, "gate", "where people wait for a plane"), pair(1, "", "an aisle")],
            extra: Vec::new(),
        };
        assert_eq!(content.head(&ItemId::nth(0)).as_deref(), Some("gate"));
        assert_eq!(content.head(&ItemId::nth(1)).as_deref(), Some("an aisle"), "a picture has no word");
        assert_eq!(content.head(&ItemId::nth(2)), None);
    }

    #[test]
    fn joined_pairs_stand_in_one_row() {
        assert_eq!(rows_of_right(&[None, None, None], 3), [0, 1, 2]);
        assert_eq!(rows_of_right(&[Some(2), None, None], 3), [1, 2, 0]);
        assert_eq!(rows_of_right(&[Some(2), Some(0), Some(1)], 3), [1, 2, 0]);
    }

    #[test]
    fn extra_right_sides_go_below() {
        assert_eq!(rows_of_right(&[None, Some(3)], 4), [0, 2, 3, 1]);
        assert_eq!(rows_of_right(&[Some(0), Some(1)], 4), [0, 1, 2, 3]);
    }
}
