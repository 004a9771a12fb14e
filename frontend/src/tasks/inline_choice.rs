//! Gaps with a few words to choose from, by the browser's own list: a phone opens its picker.

use leptos::prelude::*;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::{
        gaps,
        inline_choice::{Answer, Content, Gap, GapView, View, gap_of},
    },
};

use super::{
    MarkShape, Play, Ui,
    edit::{Edit, ListField},
    gapped::{Gapped, gap_ids, gap_path, markup_field, prose, read_gap, write_gap},
    pictures,
    play::{SHOWN, ShownShape, gap_label},
};
use crate::{
    components::Each,
    i18n::{t_with, tr},
};

impl Ui for Content {
    const NAME: Key = Key::TasksInlineChoiceName;
    const ABOUT: Key = Key::TasksInlineChoiceAbout;
    const SEARCH: Key = Key::TasksInlineChoiceSearch;
    const ITEMS: u32 = 6;
    const KEEPS_ANSWERS: bool = true;

    fn items_of(view: &View) -> Vec<ItemId> {
        gaps::gaps(&view.parts).map(|gap| gap.id.clone()).collect()
    }

    fn player(view: View, play: Play) -> AnyView {
        prose(&view.parts, |number, gap| gap_view(number, gap, play))
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let ids = gap_ids(edit, gapped());
        view! {
            {markup_field(edit, gapped())}
            <Show when=move || !ids.with(Vec::is_empty)>
                <ol class="erows">
                    <Each each=move || ids.get() key=ItemId::clone children=move |id| gap_row(edit, id, ids) />
                </ol>
            </Show>
        }
        .into_any()
    }

    fn picture() -> AnyView {
        pictures::inline_choice()
    }
}

fn gap_view(number: usize, gap: GapView, play: Play) -> AnyView {
    let id = StoredValue::new(gap.id.clone());
    let outcome = play.outcome(&gap.id);
    let state = play.state(&gap.id);
    let answer = play.answer::<Answer>(&gap.id);
    let picked = move || answer.get().map(|answer| answer.option).unwrap_or_default();
    let options = StoredValue::new(gap.options);
    let on_change = move |event| {
        let option = event_target_value(&event);
        id.with_value(|id| if option.is_empty() { play.take_back(id) } else { play.put(id, Answer { option }) });
    };
    let lang = play.target.as_str();
    view! {
        {move || match (outcome.get(), state.get()) {
            (Some(outcome), _) => {
                view! {
                    <span class="picked" data-s=outcome.state() lang=lang>
                        <span>{untrack(picked)}</span>
                        <MarkShape outcome />
                    </span>
                }
                    .into_any()
            }
            (None, Some(SHOWN)) => {
                view! {
                    <span class="picked" data-s=SHOWN lang=lang>
                        <span>{untrack(picked)}</span>
                        <ShownShape />
                    </span>
                }
                    .into_any()
            }
            (None, _) => {
                let all = options.get_value();
                view! {
                    <select
                        class="pick"
                        class:filled=move || answer.with(Option::is_some)
                        lang=lang
                        aria-label=move || gap_label(number, answer.with(Option::is_none))
                        disabled=move || id.with_value(|id| play.is_off(id))
                        prop:value=picked
                        on:change=on_change
                    >
                        <option value="">{tr(Key::TasksChoose)}</option>
                        {all
                            .into_iter()
                            .map(|option| {
                                let text = option.clone();
                                let value = option.clone();
                                let is_picked = move || answer.with(|a| a.as_ref().is_some_and(|a| a.option == option));
                                view! {
                                    <option value=value selected=untrack(is_picked)>
                                        {text}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                }
                    .into_any()
            }
        }}
    }
    .into_any()
}

fn gapped() -> Gapped<Content, Gap> {
    Gapped { parts: |content| &content.parts, parts_mut: |content| &mut content.parts, make: gap_of }
}

fn gap_row(edit: Edit<Content>, id: ItemId, ids: Memo<Vec<ItemId>>) -> AnyView {
    let stored = StoredValue::new(id);
    let number = Memo::new(move |_| stored.with_value(|id| ids.with(|ids| ids.iter().position(|i| i == id))));
    let key = Signal::derive(move || {
        stored.with_value(|id| read_gap(edit, gapped(), id, |gap| gap.key.clone())).unwrap_or_default()
    });
    let distractors = Signal::derive(move || {
        stored.with_value(|id| read_gap(edit, gapped(), id, |gap| gap.distractors.clone())).unwrap_or_default()
    });
    let path = move || stored.with_value(|id| gap_path(edit, gapped(), id, "distractors"));
    view! {
        <li class="erow">
            <span class="erow-no num">{move || number.get().unwrap_or_default() + 1}</span>
            <div class="erow-form two">
                <p class="erow-key" lang=edit.target.as_str() dir="auto">
                    {move || t_with(Key::TasksKeyIs, &[("key", &key.get())])}
                </p>
                <ListField
                    label=Key::TasksWrongOptions
                    parts=distractors
                    lang=edit.target
                    fault=edit.fault_within(path)
                    on_input=move |options| {
                        stored.with_value(|id| write_gap(edit, gapped(), id, |gap| gap.distractors = options));
                    }
                />
            </div>
        </li>
    }
    .into_any()
}
