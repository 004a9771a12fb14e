//! Gaps to fill by typing.

use leptos::{attr::custom::custom_attribute, prelude::*};
use types::{
    ids::ItemId,
    locale::Key,
    tasks::{
        gap_fill::{Answer, Content, Gap, NEIGHBOURS_LANGUAGE, View, gap_of},
        gaps::{self, GapView},
    },
};

use super::{
    AnswerRow, Play, Ui,
    edit::{Edit, EditField, ListField, optional},
    gapped::{Gapped, gap_ids, gap_path, hint, marked_gap, markup_field, prose, read_gap, shown_gap, write_gap},
    keys, pictures,
    play::gap_label,
    prose,
};
use crate::{
    components::{CheckField, Each},
    i18n::t_with,
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksGapFillName;
    const ABOUT: Key = Key::TasksGapFillAbout;
    const SEARCH: Key = Key::TasksGapFillSearch;
    const ITEMS: u32 = 8;
    const KEEPS_ANSWERS: bool = true;

    fn items_of(view: &View) -> Vec<ItemId> {
        prose::gap_ids(&view.parts)
    }

    fn player(view: View, play: Play) -> AnyView {
        let items = StoredValue::new(prose::gap_ids(&view.parts));
        prose(&view.parts, |number, gap| typed_gap(number, gap, items, play))
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        editor(edit)
    }

    fn picture() -> AnyView {
        pictures::typed_gaps()
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let all = |gap: &Gap| std::iter::once(&gap.key).chain(&gap.variants).cloned().collect();
        gaps::gaps(&self.parts).map(|gap| AnswerRow { prompt: None, answers: all(gap) }).collect()
    }
}

fn typed_gap(number: usize, gap: GapView, items: StoredValue<Vec<ItemId>>, play: Play) -> AnyView {
    let id = StoredValue::new(gap.id.clone());
    let outcome = play.outcome(&gap.id);
    let is_shown = play.shown(&gap.id);
    let answer = play.answer::<Answer>(&gap.id);
    let text = move || answer.get().map(|answer| answer.text).unwrap_or_default();
    // Whether all other gaps are filled.
    let is_last = Memo::new(move |_| {
        let is_open = |item: &&ItemId| id.with_value(|id| id != *item) && !play.is_closed(item);
        items.with_value(|items| {
            let mut open = items.iter().filter(is_open);
            play.answers.with(|answers| open.all(|item| answers.contains_key(item)))
        })
    });
    let on_input = move |event| {
        let text = event_target_value(&event);
        id.with_value(|id| if text.trim().is_empty() { play.take_back(id) } else { play.put(id, Answer { text }) });
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        // On a phone this key moves on or hides the keyboard: it must not use up the first try. With Ctrl the task
        // handles it.
        if web::is_enter(&event) && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            if !keys::lead_on(&event) {
                keys::lead_to_check(&event);
            }
        }
    };
    view! {
        {move || match outcome.get() {
            Some(outcome) => marked_gap(number, untrack(text), outcome),
            None if is_shown.get() => shown_gap(number, untrack(text)),
            None => {
                view! {
                    <label class="gapf">
                        <input
                            type="text"
                            aria-label=move || gap_label(number, answer.with(Option::is_none))
                            placeholder=number.to_string()
                            autocomplete="off"
                            autocapitalize="off"
                            {..custom_attribute("autocorrect", "off")}
                            spellcheck="false"
                            enterkeyhint=move || if is_last.get() { "done" } else { "next" }
                            maxlength="300"
                            disabled=move || id.with_value(|id| play.is_off(id))
                            prop:value=text
                            on:input=on_input
                            on:keydown=on_key
                        />
                    </label>
                }
                    .into_any()
            }
        }}
        {hint(number, &gap, play)}
    }
    .into_any()
}

fn gapped() -> Gapped<Content, Gap> {
    Gapped { parts: |content| &content.parts, parts_mut: |content| &mut content.parts, make: gap_of }
}

fn editor(edit: Edit<Content>) -> AnyView {
    let ids = gap_ids(edit, gapped());
    view! {
        {markup_field(edit, gapped())}
        <Show when=move || !ids.with(Vec::is_empty)>
            <ol class="erows">
                <Each each=move || ids.get() key=ItemId::clone children=move |id| gap_row(edit, id, ids) />
            </ol>
        </Show>
        // Elsewhere no words are known to tell a slip from another word, and there are no contractions.
        {(edit.target == NEIGHBOURS_LANGUAGE)
            .then(|| {
                view! {
                    <div class="row wrap g-4">
                        <CheckField
                            label=Key::TasksTyposCount
                            checked=Signal::derive(move || edit.with(|content| content.typos))
                            on_change=move |on| edit.change(|content| content.typos = on)
                        />
                        <CheckField
                            label=Key::TasksContractionsMatter
                            checked=Signal::derive(move || edit.with(|content| content.contractions_matter))
                            on_change=move |on| edit.change(|content| content.contractions_matter = on)
                        />
                    </div>
                }
            })}
    }
    .into_any()
}

fn gap_row(edit: Edit<Content>, id: ItemId, ids: Memo<Vec<ItemId>>) -> AnyView {
    let stored = StoredValue::new(id);
    let read = move |read: fn(&Gap) -> String| {
        Signal::derive(move || stored.with_value(|id| read_gap(edit, gapped(), id, read)).unwrap_or_default())
    };
    let path = move |field: &'static str| move || stored.with_value(|id| gap_path(edit, gapped(), id, field));
    let number = Memo::new(move |_| stored.with_value(|id| ids.with(|ids| ids.iter().position(|i| i == id))));
    let key = read(|gap| gap.key.clone());
    let variants = Signal::derive(move || {
        stored.with_value(|id| read_gap(edit, gapped(), id, |gap| gap.variants.clone())).unwrap_or_default()
    });
    view! {
        <li class="erow">
            <span class="erow-no num">{move || number.get().unwrap_or_default() + 1}</span>
            <div class="erow-form two">
                <p class="erow-key" lang=edit.target.as_str() dir="auto">
                    {move || t_with(Key::TasksKeyIs, &[("key", &key.get())])}
                </p>
                <ListField
                    label=Key::TasksVariants
                    parts=variants
                    lang=edit.target
                    fault=edit.fault_within(path("variants"))
                    on_input=move |variants| {
                        stored.with_value(|id| write_gap(edit, gapped(), id, |gap| gap.variants = variants));
                    }
                />
                <EditField
                    label=Key::TasksHintField
                    value=read(|gap| gap.hint.clone().unwrap_or_default())
                    fault=edit.fault(path("hint"))
                    on_input=move |text| {
                        stored.with_value(|id| write_gap(edit, gapped(), id, |gap| gap.hint = optional(text)));
                    }
                />
            </div>
        </li>
    }
    .into_any()
}
