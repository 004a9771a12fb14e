//! No run is open: a student waits for the next one; a teacher starts one or looks at earlier reports.

use leptos::prelude::*;
use leptos_router::components::A;
use types::{
    classroom::{ClassInfo, ClassRunSummary},
    ids::ClassRunId,
    locale::{Key, Plural},
};

use crate::{
    api,
    components::{Icon, PageTitle, Spinner},
    i18n::{t_n, t_with, tr},
    state::Scope,
    web, words,
};

/// How often a student's page polls whether the class has started, in milliseconds.
const ASK_MS: u32 = 5_000;

/// The key under which this browser stores its last run.
const LAST_RUN: &str = "run";

/// Notes that this browser is in a run.
pub fn note_run(run: ClassRunId) {
    web::store(LAST_RUN, &run.to_string());
}

/// Forgets the run: the student has left this device.
pub fn forget_run() {
    web::forget(LAST_RUN);
}

/// The newest run, already over, if this browser was in it: its student may still be looking at the results.
pub fn just_left(class: &ClassInfo) -> Option<ClassRunId> {
    let run = class.runs.first()?.id;
    (web::stored(LAST_RUN)? == run.to_string()).then_some(run)
}

#[component]
pub fn WaitingPage(class: ClassInfo, again: Callback<()>) -> impl IntoView {
    let ClassInfo { id, title, teacher, teaching, runs, .. } = class;
    let scope = Scope::new();
    if !teaching {
        scope.spawn(async move {
            loop {
                gloo_timers::future::TimeoutFuture::new(ASK_MS).await;
                if matches!(api::classes::get(id).await, Ok(class) if class.open_run.is_some()) {
                    again.run(());
                    return;
                }
            }
        });
    }
    // A class starts with its first run: without an open run it is over until the next one.
    let is_over = !teaching && !runs.is_empty();
    let head = if teaching {
        view! { <p class="muted">{tr(Key::ClassNoRunTeacher)}</p> }.into_any()
    } else {
        view! {
            <p class="row" role="status">
                <Spinner />
                {move || {
                    let key = if is_over { Key::ClassOverStudent } else { Key::ClassNoRunStudent };
                    t_with(key, &[("teacher", &teacher)])
                }}
            </p>
        }
        .into_any()
    };
    let list = teaching.then(|| {
        let rows = runs.into_iter().map(|run| past_run(id, run)).collect_view();
        view! { <ul class="list card">{rows}</ul> }
    });
    view! {
        <PageTitle title=title.clone() />
        <main id="main" class="page outside" tabindex="-1">
            <div class="stack g-4">
                {if is_over {
                    view! {
                        <h1>{tr(Key::ClassOver)}</h1>
                        <p class="muted">{title}</p>
                    }
                        .into_any()
                } else {
                    view! { <h1>{title}</h1> }.into_any()
                }}
                {head}
                {list}
                <A href="/" attr:class="btn start">
                    {tr(Key::ShellGoHome)}
                </A>
            </div>
        </main>
    }
}

fn past_run(class: types::ids::ClassId, run: ClassRunSummary) -> AnyView {
    let ClassRunSummary { id, title, started_at, students, .. } = run;
    view! {
        <li class="wrap">
            <span class="grow past-run">
                <b class="anywhere">{title}</b>
                <span class="sm muted">
                    {move || format!("{} · {}", words::moment(started_at), t_n(Plural::ClassStudents, u64::from(students)))}
                </span>
            </span>
            <A href=format!("/classes/{class}/runs/{id}") attr:class="btn sm">
                <Icon name="list-checks" />
                {tr(Key::ClassReport)}
            </A>
        </li>
    }
    .into_any()
}
