//! The class is over: the student's own marks, and the way into the next run once there is one.

use leptos::prelude::*;
use leptos_router::components::A;
use types::{
    ids::{ClassRunId, ItemId},
    locale::Key,
};

use super::{
    super::{
        SavedView,
        marks::{Tally, outcome},
    },
    use_student,
};
use crate::{
    api,
    components::{Icon, PageTitle},
    i18n::{self, t_with, tr, with_n},
    realtime::{RoomConnection, Saved},
    state::Scope,
    tasks::{MarkShape, items_of},
};

const ASK_MS: u32 = 5_000;

#[component]
pub fn Ended(run: ClassRunId, again: Callback<()>) -> impl IntoView {
    let student = use_student();
    let next = RwSignal::new(false);
    let class = student.room.with_untracked(|room| room.as_ref().map(|room| room.class));
    Scope::new().spawn(async move {
        let Some(class) = class else { return };
        while !next.get_untracked() {
            gloo_timers::future::TimeoutFuture::new(ASK_MS).await;
            if matches!(api::classes::get(class).await, Ok(class) if class.open_run.is_some_and(|open| open != run)) {
                next.set(true);
            }
        }
    });
    let saved = Memo::new(move |_| student.connection.get_value().map_or(Saved::Connecting, RoomConnection::saved));
    let rows = move || {
        student.room.with(|room| {
            let Some(room) = room else { return ().into_any() };
            let rows = room.tasks.iter().filter_map(|task| {
                let items = items_of(&task.view);
                if items.is_empty() {
                    return None;
                }
                let cells = room.cells.get(&task.id);
                let tally = Tally::of(&items, cells);
                let marks: Vec<_> = items.iter().map(|item: &ItemId| cells?.get(item).and_then(outcome)).collect();
                let title = task.title.clone();
                let shapes = marks.into_iter().map(|mark| match mark {
                    Some(outcome) => view! { <MarkShape outcome /> }.into_any(),
                    None => view! { <span class="mark none" role="img" aria-label=tr(Key::ClassNoAnswer)></span> }.into_any(),
                });
                Some(view! {
                    <li class="wrap">
                        <span class="grow">
                            <b class="anywhere">{title}</b>
                            <span class="row wrap g-1 own-marks">{shapes.collect_view()}</span>
                        </span>
                        <span class="num nowrap">
                            {move || t_with(Key::TasksOf, &[("n", &i18n::points(tally.points)), ("of", &tally.items.to_string())])}
                        </span>
                        <span class="num sm muted nowrap">
                            {move || with_n(Key::TasksRightFirst, tally.right_first)}
                        </span>
                    </li>
                })
            });
            view! { <ul class="list card">{rows.collect_view()}</ul> }.into_any()
        })
    };
    let title = move || student.room.with(|room| room.as_ref().map(|room| room.title.clone()));
    view! {
        <PageTitle title=Key::ClassOver />
        <main id="main" class="page outside" tabindex="-1">
            <div class="stack g-4">
                <div class="row spread">
                    <h1>{tr(Key::ClassOver)}</h1>
                    <SavedView saved />
                </div>
                <p class="muted">{title}</p>
                <Show when=move || next.get()>
                    <div class="banner glow" role="status">
                        <Icon name="lightbulb" />
                        <p class="banner-body">{tr(Key::ClassNextRun)}</p>
                        <button class="btn primary" type="button" on:click=move |_| again.run(())>
                            {tr(Key::ClassEnter)}
                        </button>
                    </div>
                </Show>
                <h2>{tr(Key::ClassYourMarks)}</h2>
                {rows}
                <A href="/" attr:class="btn start">
                    {tr(Key::ShellGoHome)}
                </A>
            </div>
        </main>
    }
}
