//! One task to work on: its player, and a foot that counts, checks, and moves on.

use leptos::prelude::*;
use serde_json::Value;
use types::{
    classroom::{StudentRoom, StudentRunTask},
    ids::{ItemId, TaskId},
    locale::Key,
    marks::Points,
    tasks::TaskView,
};

use super::{
    super::marks::Tally,
    Student,
    banner::{FollowBanner, OfflineBanner},
    use_student, without_hints,
    work::Shown,
};
use crate::{
    components::{Icon, Spinner},
    i18n::{self, t, t_with, tr, with_n},
    realtime::{Link, RoomConnection},
    tasks::{Hints, Play, TaskFrame, is_done, items_of, keeps_answers, language::dir, player},
    web,
};

/// The work on the task on the screen.
#[derive(Clone, Copy)]
struct TaskWork {
    id: TaskId,
    student: Student,
    items: StoredValue<Vec<ItemId>>,
    view: StoredValue<TaskView>,
    shown: Memo<Shown>,
    locked: Memo<bool>,
    /// A check is on its way.
    busy: Memo<bool>,
    can_check: Memo<bool>,
}

impl TaskWork {
    fn new(student: Student, id: TaskId, view: &TaskView) -> Self {
        let shown = Memo::new(move |_| {
            student.room.with(|room| {
                let Some(room) = room else { return Shown::default() };
                let work = student.works.with(|works| works.get(&id).cloned().unwrap_or_default());
                work.shown(room.cells.get(&id), room.revealed.get(&id))
            })
        });
        let locked =
            Memo::new(move |_| student.room.with(|room| room.as_ref().is_some_and(|room| room.locked.contains(&id))));
        let pending = student.connection.get_value().map(RoomConnection::pending);
        let busy =
            Memo::new(move |_| pending.is_some_and(|pending| pending.with(|pending| pending.checks.contains(&id))));
        let can_check =
            Memo::new(move |_| !locked.get() && !busy.get() && shown.with(|shown| !shown.to_check().is_empty()));
        let (items, view) = (StoredValue::new(items_of(view)), StoredValue::new(view.clone()));
        Self { id, student, items, view, shown, locked, busy, can_check }
    }

    fn check(self) {
        if self.can_check.get_untracked() {
            self.student.check(self.id, self.shown.with_untracked(Shown::to_check));
        }
    }

    /// Opens what is not right for another try.
    fn try_again(self) {
        let shown = self.shown.get_untracked();
        let keep = self.view.with_value(keeps_answers);
        self.student.works.update(|works| works.entry(self.id).or_default().open(shown.wrong(), &shown, keep));
        web::focus_later(None, ".student-room .task-body :is(input, button):not(:disabled)");
    }

    /// Number of items that are answered as a whole.
    fn done(self) -> usize {
        self.shown.with(|shown| {
            let whole = |item: &&ItemId| {
                shown.answers.get(*item).is_some_and(|answer| self.view.with_value(|view| is_done(view, item, answer)))
            };
            self.items.with_value(|items| items.iter().filter(whole).count())
        })
    }
}

#[component]
pub fn TaskPage(number: usize, task: StudentRunTask) -> impl IntoView {
    let student = use_student();
    let id = task.id;
    let view = without_hints(task.view);
    let work = TaskWork::new(student, id, &view);
    let TaskWork { shown, locked, busy, .. } = work;
    let room = student.room;
    let languages =
        room.with_untracked(|room| room.as_ref().map(|room| (room.target_language, room.students_language)));
    let (target, students) = languages.unwrap_or((types::levels::Language::En, types::levels::Language::En));
    let play = Play {
        answers: Memo::new(move |_| shown.with(Shown::on_page)).into(),
        outcomes: Memo::new(move |_| shown.with(Shown::marks)).into(),
        hints: Signal::stored(Hints::new()),
        disabled: Signal::derive(move || locked.get() || busy.get()),
        closed: Memo::new(move |_| shown.with(|shown| shown.closed.clone())).into(),
        target,
        students,
        on_answer: Callback::new(move |(item, answer): (ItemId, Option<Value>)| student.put(id, item, answer)),
        on_check: Callback::new(move |()| work.check()),
        on_hint: Callback::new(|_| ()),
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if web::is_enter(&event) && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            work.check();
        }
    };
    let of = move || student.room.with(|room| room.as_ref().map_or(0, |room| room.tasks.len()));
    let place = move || t_with(Key::ClassTaskOf, &[("n", &number.to_string()), ("of", &of().to_string())]);
    let (title, instructions, skill) = (task.title, task.instructions, task.skill);
    view! {
        <article class="student-task" tabindex="0" on:keydown=on_key>
            <OfflineBanner />
            <FollowBanner />
            <h2 class="vh">{place}</h2>
            <TaskFrame number=Signal::stored(number) skill=Signal::stored(skill) title=Signal::stored(title) instructions=Signal::stored(instructions) target>
                <Show when=move || locked.get()>
                    <p class="task-note">
                        <Icon name="lock-simple" />
                        {tr(Key::ClassLocked)}
                    </p>
                </Show>
                <ShownLine id />
                <div class="task-body learner" translate="no" lang=target.as_str() dir=dir(target)>
                    {player(view, play)}
                </div>
            </TaskFrame>
        </article>
        <TaskFoot work />
    }
}

/// Counts, checks, and moves on.
#[component]
fn TaskFoot(work: TaskWork) -> impl IntoView {
    let TaskWork { id, student, items, shown, locked, busy, can_check, .. } = work;
    let total = items.with_value(Vec::len);
    let tally = Memo::new(move |_| {
        let room = student.room;
        room.with(|room| items.with_value(|items| Tally::of(items, room.as_ref().and_then(|room| room.cells.get(&id)))))
    });
    let done = Memo::new(move |_| work.done());
    let wrong = Memo::new(move |_| shown.with(Shown::wrong));
    view! {
        <footer class="student-foot">
            <Show when=move || total != 0>
                <div class="row wrap">
                    <Show
                        when=move || tally.with(|tally| tally.tried != 0)
                        fallback=move || {
                            view! {
                                <span class="num sm muted">
                                    {move || {
                                        t_with(Key::TasksDoneOf, &[("n", &done.get().to_string()), ("of", &total.to_string())])
                                    }}
                                </span>
                            }
                        }
                    >
                        <span class="row wrap g-2" tabindex="-1" data-result="">
                            <Show when=move || tally.with(|tally| tally.right == total)>
                                <Icon name="check-circle-fill" class="st-ok" />
                            </Show>
                            <b class="num">{move || result(tally.get().points, total)}</b>
                            <span class="num sm muted">
                                {move || with_n(Key::TasksRightFirst, tally.get().right_first)}
                            </span>
                        </span>
                    </Show>
                    <span class="push row wrap">
                        <Show when=move || !wrong.with(Vec::is_empty) && !locked.get() && !busy.get()>
                            <button class="btn" class:primary=move || !can_check.get() type="button" on:click=move |_| work.try_again()>
                                {tr(Key::ClassTryAgain)}
                            </button>
                        </Show>
                        <Show when=move || {
                            shown.with(|shown| !shown.to_check().is_empty() || shown.closed.len() < total)
                                && (!shown.with(|shown| shown.to_check().is_empty()) || tally.with(|tally| tally.tried == 0))
                        }>
                            <CheckButton work />
                        </Show>
                    </span>
                </div>
            </Show>
            <Ways id />
        </footer>
    }
}

#[component]
fn CheckButton(work: TaskWork) -> impl IntoView {
    let TaskWork { student, busy, can_check, .. } = work;
    let offline =
        Memo::new(move |_| student.connection.get_value().is_some_and(|connection| connection.link() != Link::Online));
    view! {
        <button
            class="btn"
            class:primary=move || can_check.get()
            type="button"
            data-check=""
            disabled=move || !can_check.get() && !busy.get()
            aria-disabled=move || busy.get().then_some("true")
            on:click=move |_| work.check()
        >
            {move || match (busy.get(), offline.get()) {
                (true, true) => view! { <Icon name="hourglass" /> }.into_any(),
                (true, false) => view! { <Spinner /> }.into_any(),
                (false, _) => ().into_any(),
            }}
            {move || t(match (busy.get(), offline.get()) {
                (true, true) => Key::ClassCheckWaits,
                (false, true) => Key::ClassCheckOnline,
                (_, false) => Key::TasksCheck,
            })}
        </button>
    }
}

fn result(points: Points, total: usize) -> String {
    t_with(Key::TasksOf, &[("n", &i18n::points(points)), ("of", &total.to_string())])
}

/// Notice that the teacher has shown the answers, which are in their places in the task.
#[component]
fn ShownLine(id: TaskId) -> impl IntoView {
    let student = use_student();
    let shown = Memo::new(move |_| {
        let shown = |room: &StudentRoom| {
            let shown = room.revealed.get(&id).filter(|shown| !shown.is_empty())?;
            let task = room.tasks.iter().find(|task| task.id == id)?;
            Some(items_of(&task.view).iter().all(|item| shown.contains_key(item)))
        };
        student.room.with(|room| room.as_ref().and_then(shown))
    });
    view! {
        <Show when=move || shown.get().is_some()>
            <p class="task-note shown">
                <Icon name="eye" />
                {move || t(if shown.get() == Some(true) { Key::ClassShownLine } else { Key::ClassShownSome })}
            </p>
        </Show>
    }
}

/// Links to the previous and next task: going there is looking around.
#[component]
fn Ways(id: TaskId) -> impl IntoView {
    let student = use_student();
    let beside = move |step: isize| {
        student.room.with_untracked(|room| {
            let tasks = &room.as_ref()?.tasks;
            let at = tasks.iter().position(|task| task.id == id)?;
            tasks.get(at.checked_add_signed(step)?).map(|task| task.id)
        })
    };
    let way = move |step: isize, icon: &'static str, label: Key| {
        let to = beside(step);
        view! {
            <button
                class="btn quiet icon"
                type="button"
                aria-label=tr(label)
                title=tr(label)
                disabled=to.is_none()
                on:click=move |_| {
                    if let Some(to) = to {
                        student.go(to);
                    }
                }
            >
                <Icon name=icon class="i-dir" />
            </button>
        }
    };
    let place = student.room.with_untracked(|room| {
        let tasks = &room.as_ref()?.tasks;
        Some((tasks.iter().position(|task| task.id == id)? + 1, tasks.len()))
    });
    view! {
        <Show when=move || !student.following()>
            <nav class="row spread" aria-label=tr(Key::ClassTasks)>
                {way(-1, "caret-left", Key::ClassPreviousTask)}
                <span class="sm muted num">
                    {move || {
                        place.map(|(n, of)| t_with(Key::ClassTaskOf, &[("n", &n.to_string()), ("of", &of.to_string())]))
                    }}
                </span>
                {way(1, "caret-right", Key::ClassNextTask)}
            </nav>
        </Show>
    }
}
