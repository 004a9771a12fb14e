//! A task to work on: its player, and a foot that counts, checks and offers another try.
//!
//! It doesn't request marks: its owner does, so that the same player serves the builder, homework and a class.

use std::collections::BTreeSet;

use leptos::{html, prelude::*};
use serde_json::Value;
use types::{ids::ItemId, lesson::MarkRequest, levels::Language, locale::Key, tasks::TaskView};
use web_sys::KeyboardEvent;

use super::{Hints, Play, Sheet, is_done, items_of, keeps_answers, language::dir, player};
use crate::{
    components::{Announcer, Icon, LiveRegion, Spinner},
    i18n::{points, t_with, tr, with_n},
    web,
};

#[component]
pub fn Trying(
    view: TaskView,
    sheet: RwSignal<Sheet>,
    target: Language,
    students: Language,
    /// Marks are pending.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why there are no marks.
    #[prop(into)]
    trouble: Signal<Option<String>>,
    #[prop(into)] hints: Signal<Hints>,
    on_check: Callback<MarkRequest>,
    on_hint: Callback<ItemId>,
) -> impl IntoView {
    let announcer = Announcer::provide();
    let foot = NodeRef::<html::Div>::new();
    let items = StoredValue::new(items_of(&view));
    let shown = StoredValue::new(view.clone());
    let is_marked_kind = items.with_value(|items| !items.is_empty());

    let check = move || {
        if !busy.get_untracked() && sheet.with_untracked(Sheet::can_check) {
            on_check.run(sheet.with_untracked(Sheet::request));
        }
    };
    let play = Play {
        answers: Memo::new(move |_| sheet.with(|sheet| sheet.answers().clone())).into(),
        outcomes: Memo::new(move |_| sheet.with(|sheet| sheet.outcomes().clone())).into(),
        hints,
        disabled: busy,
        closed: Signal::stored(BTreeSet::new()),
        target,
        students,
        on_answer: Callback::new(move |(item, answer): (ItemId, Option<Value>)| {
            sheet.update(|sheet| sheet.put(item, answer));
        }),
        on_check: Callback::new(move |()| check()),
        on_hint,
    };

    let done = Memo::new(move |_| {
        sheet.with(|sheet| {
            shown.with_value(|view| {
                items.with_value(|items| {
                    let whole =
                        |item: &&ItemId| sheet.answers().get(*item).is_some_and(|answer| is_done(view, item, answer));
                    items.iter().filter(whole).count()
                })
            })
        })
    });
    let total = items.with_value(Vec::len);
    let can_check = Memo::new(move |_| sheet.with(Sheet::can_check));
    let is_marked = Memo::new(move |_| sheet.with(Sheet::is_marked));
    let has_wrong = Memo::new(move |_| sheet.with(Sheet::has_wrong));
    let all_right = Memo::new(move |_| items.with_value(|items| sheet.with(|sheet| sheet.all_right(items))));

    let points_of = move || sheet.with(|sheet| (points(sheet.points()), points(sheet.max().unwrap_or_default())));
    // Announces the result. The focused element was replaced by its mark, so keyboard users are moved to the result.
    Effect::new(move |before: Option<usize>| {
        let marked = sheet.with(|sheet| sheet.outcomes().len());
        if before.is_some_and(|before| marked > before)
            && let Some(foot) = foot.get_untracked()
        {
            let (n, of) = untrack(points_of);
            announcer.say(&t_with(Key::ClassResultSaid, &[("n", &n), ("of", &of)]));
            request_animation_frame(move || {
                if web::is_focus_lost() {
                    web::focus_later(Some((*foot).clone().into()), "[data-result]");
                }
            });
        }
        marked
    });

    let on_key = move |event: KeyboardEvent| {
        if web::is_enter(&event) && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            check();
        }
    };
    let again = move |_| {
        let keep = shown.with_value(keeps_answers);
        sheet.update(|sheet| sheet.open_wrong(keep));
        if let Some(foot) = foot.get_untracked()
            && let Some(task) = foot.parent_element()
        {
            web::focus_later(Some(task), ".task-body :is(input, button):not(:disabled)");
        }
    };
    view! {
        <div class="task-try" on:keydown=on_key>
            <LiveRegion announcer />
            <div class="task-body learner" translate="no" lang=target.as_str() dir=dir(target)>
                {player(view, play)}
            </div>
            <Show when=move || is_marked_kind>
                <div class="task-foot" node_ref=foot>
                    <Show
                        when=move || is_marked.get()
                        fallback=move || {
                            view! {
                                <span class="num">
                                    {move || {
                                        t_with(
                                            Key::TasksDoneOf,
                                            &[("n", &done.get().to_string()), ("of", &total.to_string())],
                                        )
                                    }}
                                </span>
                            }
                        }
                    >
                        <span class="row wrap g-2" tabindex="-1" data-result="">
                            <b class="num result">
                                {move || {
                                    let (n, of) = points_of();
                                    t_with(Key::TasksOf, &[("n", &n), ("of", &of)])
                                }}
                            </b>
                            <span class="num">
                                {move || with_n(Key::TasksRightFirst, sheet.with(Sheet::right_first_time))}
                            </span>
                        </span>
                    </Show>
                    <Show when=move || trouble.with(Option::is_some)>
                        <span class="trouble" role="alert">
                            <Icon name="warning-circle" />
                            {move || trouble.get()}
                        </span>
                    </Show>
                    <span class="push row">
                        <Show when=move || all_right.get()>
                            <span class="row all-right">
                                <Icon name="check-circle-fill" />
                                {tr(Key::TasksAllRight)}
                            </span>
                        </Show>
                        <Show when=move || has_wrong.get() && !can_check.get()>
                            <button class="btn sm" type="button" on:click=again>
                                {tr(Key::TasksTryWrong)}
                            </button>
                        </Show>
                        <Show when=move || can_check.get() || !is_marked.get()>
                            <button
                                class="btn sm"
                                class:primary=move || done.get() == total && can_check.get()
                                type="button"
                                data-check=""
                                disabled=move || !can_check.get()
                                aria-disabled=move || busy.get().then_some("true")
                                on:click=move |_| check()
                            >
                                <Show when=move || busy.get()>
                                    <Spinner />
                                </Show>
                                {tr(Key::TasksCheck)}
                            </button>
                        </Show>
                    </span>
                </div>
            </Show>
        </div>
    }
}
