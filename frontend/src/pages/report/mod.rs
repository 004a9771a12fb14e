//! The report of a run: who was there, and everybody's first and last answers.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_params_map};
use types::{
    classroom::{ReportCell, ReportStudent, ReportTask, RunReport, StartRun},
    ids::{ClassId, ClassRunId, ItemId, LessonId},
    locale::{Key, Plural},
    marks::Mark,
    problem::ProblemCode,
};

use super::{
    classroom::full_name,
    lessons::{UnsavedHere, UnsavedHereDialog},
    not_found::NotFoundInSchool,
};
use crate::{
    api,
    components::{Empty, ErrorPage, Icon, PageTitle, Skeleton},
    i18n::{self, t, t_n, t_with, tr},
    state::{Fetched, Scope, use_app},
    tasks::{MarkShape, Outcome},
    web, words,
};

/// `/classes/:id/runs/:run`.
#[component]
pub fn ReportPage() -> impl IntoView {
    let params = use_params_map();
    let run = Memo::new(move |_| params.with(|params| params.get("run")?.parse::<ClassRunId>().ok()));
    move || match run.get() {
        Some(run) => view! { <OneReport run /> }.into_any(),
        None => view! { <NotFoundInSchool /> }.into_any(),
    }
}

#[component]
fn OneReport(run: ClassRunId) -> impl IntoView {
    let report = Fetched::new(move || api::classes::report(run));
    move || match report.get() {
        None => view! { <div class="page"><Skeleton lines=8 /></div> }.into_any(),
        Some(Ok(report)) => view! { <Sheet report /> }.into_any(),
        Some(Err(error)) if error.code() == Some(ProblemCode::NotFound) => view! { <NotFoundInSchool /> }.into_any(),
        Some(Err(error)) => view! {
            <main id="main" class="page" tabindex="-1">
                <ErrorPage error retry=move |()| report.refetch() />
            </main>
        }
        .into_any(),
    }
}

#[component]
fn Sheet(report: RunReport) -> impl IntoView {
    let RunReport { class, lesson_id, title, started_at, ended_at, tasks, students, .. } = report;
    let to_class = format!("/classes/{class}");
    let back = to_class.clone();
    let then = Callback::new(move |()| web::go_to(&to_class));
    let when = move || match ended_at {
        Some(ended) => t_with(
            Key::ClassTaughtFor,
            &[
                ("when", &words::moment(started_at)),
                ("minutes", &(ended - started_at).num_minutes().max(1).to_string()),
            ],
        ),
        None => t(Key::ClassStillOn).to_owned(),
    };
    let count = students.len() as u64;
    let nobody = students.is_empty();
    let blocks: Vec<_> =
        tasks.iter().filter(|task| !task.items.is_empty()).map(|task| by_task(task, &students)).collect();
    view! {
        <PageTitle title=title.clone() kind=Key::ClassReport />
        <main id="main" class="page report" tabindex="-1">
            <div class="stack g-5">
                <header class="stack g-2">
                    <div class="row wrap spread">
                        <h1 class="anywhere">{title}</h1>
                        <span class="row wrap">
                            {lesson_id
                                .filter(|_| ended_at.is_some())
                                .map(|lesson| view! { <TeachAgain class lesson then /> })}
                            {ended_at
                                .is_none()
                                .then(|| view! { <A href=back.clone() attr:class="btn primary sm">{tr(Key::ClassEnter)}</A> })}
                            <A href="/" attr:class="btn sm">
                                {tr(Key::ShellGoHome)}
                            </A>
                        </span>
                    </div>
                    <p class="muted">
                        {when} " · " {move || t_n(Plural::ClassStudents, count)}
                    </p>
                </header>
                <section class="stack g-3">
                    <h2>{tr(Key::ClassWhoWasThere)}</h2>
                    {if nobody {
                        view! { <div class="card"><Empty icon="users-three" title=Key::ClassNobodyCame /></div> }.into_any()
                    } else {
                        who(students)
                    }}
                </section>
                {(!nobody).then(|| view! { <h2>{tr(Key::ClassItemByItem)}</h2> {blocks} })}
            </div>
        </main>
    }
}

/// Starts a new run of a lesson.
#[component]
fn TeachAgain(class: ClassId, lesson: LessonId, then: Callback<()>) -> impl IntoView {
    let app = use_app();
    let scope = Scope::new();
    let busy = RwSignal::new(false);
    // Created once: a second press, or a lost answer, starts no second run.
    let run = ClassRunId(web::fresh_uuid());
    let unsaved = UnsavedHere::default();
    let start = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        scope.spawn(async move {
            match api::classes::start_run(class, StartRun { id: run, lesson_id: lesson }).await {
                Ok(_) => then.run(()),
                Err(error) => app.toasts.error(&error),
            }
            busy.set(false);
        });
    });
    view! {
        <button
            class="btn sm primary"
            type="button"
            aria-disabled=move || busy.get().then_some("true")
            on:click=move |_| unsaved.ask_first(lesson, start)
        >
            {tr(Key::ClassTeachAgain)}
        </button>
        <UnsavedHereDialog here=unsaved />
    }
}

fn who(students: Vec<ReportStudent>) -> AnyView {
    let rows = students
        .into_iter()
        .map(|student| {
            let name = full_name(&student.name, student.name_ordinal);
            let ReportStudent { first, last, max, guest, removed, seen_at, .. } = student;
            let note = move || {
                let mut words = Vec::new();
                if guest {
                    words.push(t(Key::ClassGuest));
                }
                if removed {
                    words.push(t(Key::ClassWasRemoved));
                }
                words.join(" · ")
            };
            view! {
                <tr>
                    <th scope="row">
                        <b class="anywhere">{name}</b>
                        <span class="xs muted">{note}</span>
                    </th>
                    <td class="num">{move || of(first, max)}</td>
                    <td class="num">{move || of(last, max)}</td>
                    <td>{move || seen_at.map_or_else(|| t(Key::ClassNeverSeen).to_owned(), words::moment)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="card flush scroll-x" tabindex="0" role="region" aria-label=tr(Key::ClassWhoWasThere)>
            <table class="dt">
                <thead>
                    <tr>
                        <th scope="col">{tr(Key::ClassStudent)}</th>
                        <th scope="col">{tr(Key::ClassFirstMark)}</th>
                        <th scope="col">{tr(Key::ClassLastMark)}</th>
                        <th scope="col">{tr(Key::ClassSeen)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn of(points: types::marks::Points, max: types::marks::Points) -> String {
    t_with(Key::TasksOf, &[("n", &i18n::points(points)), ("of", &i18n::points(max))])
}

fn by_task(task: &ReportTask, students: &[ReportStudent]) -> AnyView {
    let heads = task
        .items
        .iter()
        .enumerate()
        .map(|(n, _)| {
            let key = task.keys.get(n).cloned().unwrap_or_default();
            view! {
                <th scope="col">
                    {n + 1} <small title=key.clone()>{key.clone()}</small>
                </th>
            }
        })
        .collect_view();
    let rows = students
        .iter()
        .map(|student| {
            let cells = task.items.iter().map(|item| cell(find(student, task, item))).collect_view();
            view! {
                <tr>
                    <th scope="row">
                        <span class="clip" title=full_name(&student.name, student.name_ordinal)>{full_name(&student.name, student.name_ordinal)}</span>
                    </th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    let title = task.title.clone();
    let label = task.title.clone();
    view! {
        <section class="stack g-2">
            <h3 class="anywhere">{title}</h3>
            <div class="card flush live-card">
                <div class="live" tabindex="0" role="region" aria-label=label>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{tr(Key::ClassStudent)}</th>
                                {heads}
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn find<'a>(student: &'a ReportStudent, task: &ReportTask, item: &ItemId) -> Option<&'a ReportCell> {
    student.cells.iter().find(|cell| cell.task == task.id && cell.item == *item)
}

/// The first mark and, if there was another try, the last one; the answer if it isn't right.
fn cell(cell: Option<&ReportCell>) -> AnyView {
    let Some(ReportCell { tries, first: Some(first), last: Some(last), answer, .. }) = cell else {
        return view! {
            <td>
                <span class="c none">
                    <span class="vh">{tr(Key::ClassNoAnswer)}</span>
                </span>
            </td>
        }
        .into_any();
    };
    let (first, last, tries) = (*first, *last, *tries);
    let shape = |mark: Mark, tries: u32| view! { <MarkShape outcome=Outcome { mark, tries } /> };
    let is_right = Outcome { mark: last, tries }.is_right();
    let text = answer.clone().filter(|_| !is_right);
    let again = (tries > 1).then(|| {
        view! {
            <Icon name="arrow-right" class="i-dir" />
            {shape(last, tries)}
        }
    });
    view! {
        <td>
            <span class=if is_right { "c first" } else { "c wrong" } title=answer.clone().unwrap_or_default()>
                {shape(first, 1)} {again} {text.map(|text| view! { <span class="t" dir="auto">{text}</span> })}
            </span>
        </td>
    }
    .into_any()
}
