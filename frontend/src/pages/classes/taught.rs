//! Past runs: when, with how many students, and the link to the report.

use leptos::prelude::*;
use types::{
    classroom::TaughtRun,
    ids::LessonId,
    locale::{Key, Plural},
};

use crate::{
    api::{self, classes::RunsQuery},
    components::Icon,
    i18n::{t_n, t_with, tr},
    state::Fetched,
    words,
};

/// Most runs shown for one lesson; the others are on the page of all classes.
const OF_LESSON: u32 = 5;

/// A card of runs, in the order given.
#[component]
pub fn TaughtList(#[prop(into)] runs: Signal<Vec<TaughtRun>>) -> impl IntoView {
    view! {
        <div class="card">
            <ul class="list">{move || runs.get().into_iter().map(row).collect_view()}</ul>
        </div>
    }
}

fn row(taught: TaughtRun) -> AnyView {
    let TaughtRun { class, class_title, run, .. } = taught;
    let name = if class_title == run.title { None } else { Some(class_title) };
    let about = move || {
        let students = t_n(Plural::ClassStudents, u64::from(run.students));
        let when = words::moment(run.started_at);
        match &name {
            Some(name) => t_with(Key::ClassTaughtTo, &[("class", name), ("when", &when), ("students", &students)]),
            None => t_with(Key::ClassTaughtAt, &[("when", &when), ("students", &students)]),
        }
    };
    let report = format!("/classes/{class}/runs/{}", run.id);
    let title = run.title.clone();
    let lesson = run.lesson_id.map(|lesson| {
        let label = move || t_with(Key::ClassLessonOf, &[("title", &title)]);
        view! {
            <a class="btn sm" href=format!("/lessons/{lesson}") aria-label=label>
                {tr(Key::ClassToLesson)}
            </a>
        }
    });
    view! {
        <li>
            <div class="grow">
                <a class="anywhere strong" href=report>
                    {run.title}
                </a>
                <p class="sm muted anywhere">{about}</p>
            </div>
            {lesson}
        </li>
    }
    .into_any()
}

/// The report of the last class that ended, if there is one.
#[component]
pub fn LastClass() -> impl IntoView {
    // More than one: a class may be running, and comes before all others.
    let runs = Fetched::new(|| api::classes::runs(RunsQuery { limit: Some(5), ..RunsQuery::default() }));
    move || {
        let last = runs.get()?.ok()?.items.into_iter().find(|taught| taught.run.ended_at.is_some())?;
        Some(view! {
            <section class="stack g-2" aria-labelledby="last-class">
                <div class="panel-head">
                    <h2 id="last-class">{tr(Key::ClassLast)}</h2>
                    <a class="push" href="/classes">
                        {tr(Key::ClassAllTaught)}
                    </a>
                </div>
                <TaughtList runs=Signal::stored(vec![last]) />
            </section>
        })
    }
}

/// When and to whom a lesson was taught; nothing if it wasn't.
#[component]
pub fn TaughtOf(lesson: LessonId) -> impl IntoView {
    let runs = Fetched::new(move || {
        api::classes::runs(RunsQuery { lesson: Some(lesson), cursor: None, limit: Some(OF_LESSON) })
    });
    move || {
        let page = runs.get()?.ok()?;
        let rows = page
            .items
            .into_iter()
            .map(|TaughtRun { class, class_title, run, .. }| {
                let href = match run.ended_at {
                    Some(_) => format!("/classes/{class}/runs/{}", run.id),
                    None => format!("/classes/{class}"),
                };
                let (started, on) = (run.started_at, run.ended_at.is_none());
                // For a running class, the room itself shows them.
                let students = run.ended_at.map(|_| u64::from(run.students));
                let name = if class_title == run.title { String::new() } else { format!(" · {class_title}") };
                view! {
                    <li>
                        <a href=href>
                            {move || if on { crate::i18n::t(Key::ClassLive).to_owned() } else { words::moment(started) }}
                        </a>
                        {name}
                        {move || students.map(|students| format!(" · {}", t_n(Plural::ClassStudents, students)))}
                    </li>
                }
            })
            .collect_view();
        (page.total > 0).then(|| {
            view! {
                <section class="stack g-2">
                    <h2 class="row side-title">
                        <Icon name="chalkboard-teacher" />
                        {tr(Key::ClassTaught)}
                    </h2>
                    <ul class="sm taught">{rows}</ul>
                </section>
            }
        })
    }
}
