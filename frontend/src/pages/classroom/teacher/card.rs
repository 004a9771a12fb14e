//! The task as students see it.

use std::collections::BTreeSet;

use leptos::prelude::*;
use types::{
    classroom::RunTask,
    ids::TaskId,
    levels::Language,
    locale::Key,
    tasks::{Skill, TaskBody},
};

use super::{super::student::without_hints, model::use_teacher};
use crate::{
    components::Icon,
    i18n::{t_with, tr},
    tasks::{Answers, Hints, Outcomes, Play, TaskFrame, keys, language::dir, player},
    web,
};

#[component]
pub fn TaskCard(id: TaskId) -> impl IntoView {
    let teacher = use_teacher();
    let found: Option<(usize, RunTask)> = untrack(|| {
        teacher.read(|room| {
            let at = room.tasks.iter().position(|task| task.id == id)?;
            room.tasks.get(at).cloned().map(|task| (at, task))
        })
    });
    let Some((at, task)) = found else { return ().into_any() };
    let of = untrack(|| teacher.read(|room| room.tasks.len()));
    let last = of.saturating_sub(1);
    // On a phone the answers come first; the task is one tap away.
    let folded = RwSignal::new(web::is_narrow());
    let RunTask { title, instructions, body, .. } = task;
    let skill = body.meta().map_or(Skill::Other, |meta| meta.skill);
    let (target, _) = languages();
    let is_focus = Memo::new(move |_| teacher.read(|room| room.focus) == Some(id));
    let tools = view! {
        <div class="toolbar">
            <button
                class="btn quiet icon"
                type="button"
                aria-label=tr(Key::ClassPreviousTask)
                title=tr(Key::ClassPreviousTask)
                disabled=at == 0
                data-way="back"
                on:click=move |event| {
                    teacher.step(-1);
                    stay_on_way(&event, "[data-way='back']:not(:disabled)");
                }
            >
                <Icon name="caret-left" class="i-dir" />
            </button>
            <button
                class="btn quiet icon"
                type="button"
                aria-label=tr(Key::ClassNextTask)
                title=tr(Key::ClassNextTask)
                disabled=at == last
                data-way="forth"
                on:click=move |event| {
                    teacher.step(1);
                    stay_on_way(&event, "[data-way='forth']:not(:disabled)");
                }
            >
                <Icon name="caret-right" class="i-dir" />
            </button>
            <button
                class="btn quiet icon"
                type="button"
                aria-label=tr(Key::ClassFold)
                title=tr(Key::ClassFold)
                aria-pressed=move || folded.get().to_string()
                on:click=move |_| folded.update(|folded| *folded = !*folded)
            >
                <Icon name="arrows-in-line-vertical" />
            </button>
        </div>
    }
    .into_any();
    let blank = Signal::stored(Answers::new());
    let place = move || t_with(Key::ClassTaskOf, &[("n", &(at + 1).to_string()), ("of", &of.to_string())]);
    view! {
        <article class="task" class:is-current=move || is_focus.get()>
            <h2 class="vh">{place}</h2>
            <TaskFrame
                number=Signal::stored(at + 1)
                skill=Signal::stored(skill)
                title=Signal::stored(title)
                instructions=Signal::stored(instructions)
                target
                tools
            >
                <div class="task-body learner" translate="no" lang=target.as_str() dir=dir(target) hidden=move || folded.get()>
                    {as_student(&body, blank, Signal::stored(Outcomes::new()))}
                </div>
            </TaskFrame>
        </article>
    }
    .into_any()
}

/// The pressed arrow disappears with its card: for keyboard users, focuses the same arrow of the new card.
fn stay_on_way(event: &web_sys::MouseEvent, selector: &'static str) {
    if keys::by_key(event) {
        web::focus_later(None, selector);
    }
}

fn languages() -> (Language, Language) {
    use_teacher()
        .room
        .with_untracked(|room| room.as_ref().map(|room| (room.target_language, room.students_language)))
        .unwrap_or((Language::En, Language::En))
}

/// A read-only view of a task.
pub fn as_student(body: &TaskBody, answers: Signal<Answers>, outcomes: Signal<Outcomes>) -> AnyView {
    let (target, students) = languages();
    let play = Play {
        answers,
        outcomes,
        hints: Signal::stored(Hints::new()),
        disabled: Signal::stored(true),
        closed: Signal::stored(BTreeSet::new()),
        target,
        students,
        on_answer: Callback::new(|_| ()),
        on_check: Callback::new(|()| ()),
        on_hint: Callback::new(|_| ()),
    };
    player(without_hints(body.student_view(0)), play)
}
