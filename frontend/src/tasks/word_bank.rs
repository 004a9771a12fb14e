//! Gaps filled with words from a box: pick a word, tap a gap.

use leptos::{html, prelude::*};
use types::{
    ids::ItemId,
    locale::Key,
    tasks::{
        gaps::{self, GapView},
        word_bank::{Answer, Content, Gap, View},
    },
};
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::{
    AnswerRow, Play, Ui,
    drag::Drag,
    edit::{Edit, ListField},
    gapped::{Gapped, gap_ids, gap_path, marked_gap, markup_field, prose, read_gap, shown_gap, write_gap},
    hand::{Hand, Tapped, placed, text_of},
    keys, pictures,
    play::gap_label,
    prose,
};
use crate::{
    components::{Announcer, Each},
    i18n::{t_with, tr},
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksWordBankName;
    const ABOUT: Key = Key::TasksWordBankAbout;
    const SEARCH: Key = Key::TasksWordBankSearch;
    const ITEMS: u32 = 6;

    fn items_of(view: &View) -> Vec<ItemId> {
        prose::gap_ids(&view.parts)
    }

    fn player(view: View, play: Play) -> AnyView {
        player(view, play)
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        editor(edit)
    }

    fn picture() -> AnyView {
        pictures::word_bank()
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let all = |gap: &Gap| std::iter::once(&gap.key).chain(&gap.variants).cloned().collect();
        gaps::gaps(&self.parts).map(|gap| AnswerRow { prompt: None, answers: all(gap) }).collect()
    }
}

/// State shared by the chips and the gaps.
#[derive(Clone, Copy)]
struct Table {
    play: Play,
    bank: StoredValue<Vec<String>>,
    places: StoredValue<Vec<ItemId>>,
    said: Option<Announcer>,
    hand: RwSignal<Hand>,
    /// For each gap, the index of the chip in it.
    placed: Memo<Vec<Option<usize>>>,
    root: NodeRef<html::Div>,
    drag: Drag,
}

impl Table {
    fn is_used(self, chip: usize) -> bool {
        self.placed.with(|placed| placed.contains(&Some(chip)))
    }

    fn carry_out(self, tapped: Tapped) -> bool {
        match tapped {
            Tapped::Nothing => false,
            Tapped::Put { place, word } => {
                if let Some(text) = self.bank.with_value(|bank| bank.get(word).cloned()) {
                    self.say(Key::TasksPutDown, &place, &text);
                    self.play.put(&place, Answer { text });
                }
                true
            }
            Tapped::Return(place) => {
                self.take_back(&place);
                true
            }
        }
    }

    fn take_back(self, place: &ItemId) {
        let text = self.play.answers.with_untracked(|answers| text_of(answers, place, "text").map(str::to_owned));
        if let Some(text) = text {
            self.say(Key::TasksTakenOut, place, &text);
        }
        self.play.take_back(place);
    }

    fn say(self, what: Key, place: &ItemId, word: &str) {
        let n = self.places.with_value(|places| places.iter().position(|it| it == place)).unwrap_or_default() + 1;
        if let Some(said) = self.said {
            said.say(&t_with(what, &[("word", word), ("n", &n.to_string())]));
        }
    }

    /// Announces the word that is picked up, if any.
    fn say_picked(self) {
        let word = self.hand.with_untracked(Hand::word).and_then(|n| self.bank.with_value(|bank| bank.get(n).cloned()));
        if let (Some(said), Some(word)) = (self.said, word) {
            said.say(&t_with(Key::TasksPicked, &[("word", &word)]));
        }
    }

    fn focus(self, selector: &str) {
        if let Some(root) = self.root.get_untracked() {
            web::focus_later(Some((*root).clone().into()), selector);
        }
    }

    fn tap_chip(self, chip: usize, event: &MouseEvent) {
        if self.drag.swallows_click() {
            return;
        }
        let tapped = self.hand.try_update(|hand| hand.tap_word(chip)).unwrap_or(Tapped::Nothing);
        let put = self.carry_out(tapped);
        self.say_picked();
        // Keyboard users move on to the gaps with the word, and back for the next one.
        if keys::by_key(event) {
            if put {
                self.focus(".tile-w:not(:disabled)");
            } else if self.hand.with_untracked(|hand| hand.word().is_some()) {
                self.focus("button.gap.target");
            }
        }
    }

    fn tap_gap(self, gap: &ItemId, is_filled: bool, event: &MouseEvent) {
        if self.play.is_closed(gap) {
            return;
        }
        let tapped = self.hand.try_update(|hand| hand.tap_place(gap, is_filled)).unwrap_or(Tapped::Nothing);
        let was_put = matches!(tapped, Tapped::Put { .. });
        self.carry_out(tapped);
        if keys::by_key(event) && (was_put || self.hand.with_untracked(|hand| *hand != Hand::Empty)) {
            self.focus(".tile-w:not(:disabled), button.gap:not(.filled)");
        }
    }

    fn drop_on(self, chip: usize, target: Option<Element>) {
        self.hand.set(Hand::Empty);
        let gap = target.and_then(|target| target.get_attribute("data-gap")).and_then(|id| ItemId::new(id).ok());
        if let Some(gap) = gap
            && !untrack(|| self.play.is_closed(&gap))
        {
            self.carry_out(Tapped::Put { place: gap, word: chip });
        }
    }
}

fn player(view: View, play: Play) -> AnyView {
    let places = StoredValue::new(prose::gap_ids(&view.parts));
    let bank = StoredValue::new(view.bank.clone());
    let placed = Memo::new(move |_| {
        play.closed.with(|closed| {
            play.answers.with(|answers| {
                places.with_value(|places| bank.with_value(|bank| placed(bank, answers, places, closed, "text")))
            })
        })
    });
    let table = Table {
        play,
        bank,
        places,
        said: Announcer::here(),
        hand: RwSignal::new(Hand::Empty),
        placed,
        root: NodeRef::new(),
        drag: Drag::new(),
    };
    let is_open = Memo::new(move |_| {
        places.with_value(|places| play.outcomes.with(|outcomes| places.iter().any(|gap| !outcomes.contains_key(gap))))
    });
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            if table.hand.try_update(Hand::drop_it).unwrap_or_default() {
                event.stop_propagation();
                return;
            }
            // Esc on a filled gap puts its word back.
            let gap = event_target::<Element>(&event).get_attribute("data-gap").and_then(|id| ItemId::new(id).ok());
            if let Some(gap) = gap
                && !untrack(|| play.is_closed(&gap))
            {
                event.stop_propagation();
                table.take_back(&gap);
            }
            return;
        }
        let in_bank = event_target::<Element>(&event).closest(".tiles").ok().flatten().is_some();
        keys::walk_focus(&event, if in_bank { ".tile-w:not(:disabled)" } else { "button.gap" });
    };
    let chips = view.bank.into_iter().enumerate().map(|(n, word)| chip(n, word, table)).collect_view();
    view! {
        <div class="bank-task" node_ref=table.root on:keydown=on_key>
            <div class="bank" class:is-done=move || !is_open.get()>
                <div class="tiles" role="group" aria-label=tr(Key::TasksWordBox)>
                    {chips}
                </div>
            </div>
            {prose(&view.parts, |number, gap| gap_view(number, gap, table))}
        </div>
    }
    .into_any()
}

fn chip(n: usize, word: String, table: Table) -> AnyView {
    let is_used = Memo::new(move |_| table.is_used(n));
    let is_picked = Memo::new(move |_| table.hand.with(|hand| hand.word() == Some(n)));
    let lang = table.play.lang_of(&word);
    view! {
        <button
            class="tile-w"
            class:used=move || is_used.get()
            type="button"
            lang=lang
            aria-pressed=move || is_picked.get().then_some("true")
            disabled=move || is_used.get() || table.play.disabled.get()
            on:click=move |event| table.tap_chip(n, &event)
            on:pointerdown=move |event| table.drag.down(&event)
            on:pointermove=move |event| {
                if table.drag.moved(&event) {
                    table.hand.set(Hand::Word(n));
                }
            }
            on:pointerup=move |event| {
                if let Some(target) = table.drag.up(&event, "[data-gap]") {
                    table.drop_on(n, target);
                }
            }
            on:pointercancel=move |_| table.drag.let_go()
        >
            {word}
        </button>
    }
    .into_any()
}

fn gap_view(number: usize, gap: GapView, table: Table) -> AnyView {
    let play = table.play;
    let id = StoredValue::new(gap.id.clone());
    let outcome = play.outcome(&gap.id);
    let is_shown = play.shown(&gap.id);
    let answer = play.answer::<Answer>(&gap.id);
    let text = move || answer.get().map(|answer| answer.text);
    // Every empty gap glows for a picked word: the glow must not give the answer away.
    let is_target = move || {
        let is_empty = answer.with(Option::is_none);
        table.hand.with(|hand| match hand {
            Hand::Word(_) => is_empty,
            Hand::Place(place) => id.with_value(|id| place == id),
            Hand::Empty => false,
        })
    };
    let label = move || match text() {
        None => gap_label(number, true),
        Some(text) => t_with(Key::TasksGapFilled, &[("n", &number.to_string()), ("word", &text)]),
    };
    let view = move || match outcome.get() {
        Some(outcome) => marked_gap(number, untrack(text).unwrap_or_default(), outcome),
        None if is_shown.get() => shown_gap(number, untrack(text).unwrap_or_default()),
        None => view! {
            <button
                class="gap"
                class:filled=move || answer.with(Option::is_some)
                class:target=is_target
                type="button"
                data-n=number.to_string()
                data-gap=id.with_value(ItemId::to_string)
                aria-label=label
                disabled=move || id.with_value(|id| play.is_off(id))
                on:click=move |event| {
                    let is_filled = answer.with_untracked(Option::is_some);
                    id.with_value(|id| table.tap_gap(id, is_filled, &event));
                }
            >
                {text}
            </button>
        }
        .into_any(),
    };
    view.into_any()
}

fn gapped() -> Gapped<Content, Gap> {
    Gapped {
        parts: |content| &content.parts,
        parts_mut: |content| &mut content.parts,
        make: |key, before, used| match before {
            Some(gap) => Gap { key, ..gap.clone() },
            None => Gap { id: ItemId::fresh(used), key, variants: Vec::new() },
        },
    }
}

fn editor(edit: Edit<Content>) -> AnyView {
    let ids = gap_ids(edit, gapped());
    let distractors = Signal::derive(move || edit.with(|content| content.distractors.clone()));
    view! {
        {markup_field(edit, gapped())}
        <ListField
            label=Key::TasksDistractors
            hint=Key::TasksDistractorsHint
            parts=distractors
            lang=edit.target
            fault=edit.fault_within(|| Some("distractors".to_owned()))
            on_input=move |words| edit.change(|content| content.distractors = words)
        />
        <Show when=move || !ids.with(Vec::is_empty)>
            <ol class="erows">
                <Each each=move || ids.get() key=ItemId::clone children=move |id| gap_row(edit, id, ids) />
            </ol>
        </Show>
    }
    .into_any()
}

fn gap_row(edit: Edit<Content>, id: ItemId, ids: Memo<Vec<ItemId>>) -> AnyView {
    let stored = StoredValue::new(id);
    let number = Memo::new(move |_| stored.with_value(|id| ids.with(|ids| ids.iter().position(|i| i == id))));
    let key = move || stored.with_value(|id| read_gap(edit, gapped(), id, |gap| gap.key.clone())).unwrap_or_default();
    let variants = Signal::derive(move || {
        stored.with_value(|id| read_gap(edit, gapped(), id, |gap| gap.variants.clone())).unwrap_or_default()
    });
    view! {
        <li class="erow">
            <span class="erow-no num">{move || number.get().unwrap_or_default() + 1}</span>
            <div class="erow-form pair">
                <p class="erow-key" lang=edit.target.as_str() dir="auto">
                    {move || t_with(Key::TasksKeyIs, &[("key", &key())])}
                </p>
                <ListField
                    label=Key::TasksBankVariants
                    parts=variants
                    lang=edit.target
                    fault=edit
                        .fault_within(move || stored.with_value(|id| gap_path(edit, gapped(), id, "variants")))
                    on_input=move |variants| {
                        stored.with_value(|id| write_gap(edit, gapped(), id, |gap| gap.variants = variants));
                    }
                />
            </div>
        </li>
    }
    .into_any()
}
