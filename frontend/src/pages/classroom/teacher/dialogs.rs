//! Dialogs of the room: confirmation of what can't be undone, the invitation, one student's work, and the panes of
//! narrow windows.

use leptos::prelude::*;
use types::{
    classroom::Proposal,
    ids::{ItemId, TaskId, UserId},
    locale::Key,
};

use super::{
    super::{full_name, marks::outcome},
    card::as_student,
    invite::Invite,
    model::{Teacher, use_teacher},
    outline::Outline,
    people::People,
};
use crate::{
    components::{Dialog, DialogFoot, Icon},
    i18n::{Words, t, t_with, tr},
    tasks::{Answers, Outcomes, TaskFrame, language::dir},
};

#[component]
pub fn Dialogs() -> impl IntoView {
    let teacher = use_teacher();
    let name = move |student: Option<UserId>| {
        teacher.read(|room| {
            let member = room.members.iter().find(|member| Some(member.id) == student);
            member.map(|member| full_name(&member.name, member.name_ordinal)).unwrap_or_default()
        })
    };
    let looking = opened(teacher.looking_at);
    let looked = Words::made(move || t_with(Key::ClassWorkOf, &[("name", &name(teacher.looking_at.get()))]));
    view! {
        <Confirm />
        <Dialog open=teacher.inviting title=Key::ClassInviteTitle class="narrow">
            <Invite />
        </Dialog>
        <Dialog open=teacher.showing_tasks title=Key::ClassTasks class="narrow">
            <div class="dialog-body">
                <Outline />
            </div>
        </Dialog>
        <Dialog open=teacher.showing_people title=Key::ClassPeople class="narrow">
            <div class="dialog-body">
                <People />
            </div>
        </Dialog>
        <Dialog open=looking title=looked>
            <OneStudent />
        </Dialog>
    }
}

/// Ties a dialog to its subject: it is open while there is one, and closing it clears it.
fn opened<T: Clone + PartialEq + Send + Sync + 'static>(subject: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(subject.with(Option::is_some)));
    Effect::new(move || {
        if !open.get() && subject.with_untracked(Option::is_some) {
            subject.set(None);
        }
    });
    open
}

/// Asks for confirmation before actions that affect others.
#[component]
fn Confirm() -> impl IntoView {
    let teacher = use_teacher();
    let open = opened(teacher.asking);
    let title = Words::made(move || {
        t(match teacher.asking.get() {
            Some(Proposal::End {}) => Key::ClassEndTitle,
            Some(Proposal::Remove { .. }) => Key::ClassRemoveTitle,
            _ => Key::ClassResetTitle,
        })
        .to_owned()
    });
    let text = move || teacher.asking.get().map(|what| question(teacher, &what));
    let verb = move || {
        t(match teacher.asking.get() {
            Some(Proposal::End {}) => Key::ClassEnd,
            Some(Proposal::Remove { .. }) => Key::ClassRemove,
            _ => Key::ClassReset,
        })
    };
    let go = move |_| {
        if let Some(what) = teacher.asking.get_untracked() {
            teacher.propose(what);
        }
        open.set(false);
    };
    view! {
        <Dialog open title class="narrow">
            <div class="dialog-body">
                <p>{text}</p>
            </div>
            <DialogFoot>
                <button class="btn" type="button" autofocus on:click=move |_| open.set(false)>
                    {tr(Key::CommonCancel)}
                </button>
                <button class="btn danger" type="button" on:click=go>
                    {verb}
                </button>
            </DialogFoot>
        </Dialog>
    }
}

fn question(teacher: Teacher, what: &Proposal) -> String {
    let name = |student: UserId| {
        teacher.read(|room| {
            let member = room.members.iter().find(|member| member.id == student);
            member.map(|member| full_name(&member.name, member.name_ordinal)).unwrap_or_default()
        })
    };
    let number = |task: TaskId, items: &[ItemId]| {
        teacher.read(|room| {
            let all = room.tasks.iter().find(|it| it.id == task).map(|it| it.body.items()).unwrap_or_default();
            items.first().and_then(|item| all.iter().position(|it| it == item)).map(|n| (n + 1).to_string())
        })
    };
    match what {
        Proposal::End {} => t(Key::ClassEndText).to_owned(),
        Proposal::Remove { student } => t_with(Key::ClassRemoveText, &[("name", &name(*student))]),
        Proposal::Reset { student, task, items } => match (student, number(*task, items)) {
            (None, None) => t(Key::ClassResetAll).to_owned(),
            (None, Some(n)) => t_with(Key::ClassResetItemAll, &[("n", &n)]),
            (Some(student), _) => t_with(Key::ClassResetOne, &[("name", &name(*student))]),
        },
        Proposal::Draft { .. }
        | Proposal::Check { .. }
        | Proposal::Follow { .. }
        | Proposal::Focus { .. }
        | Proposal::Reveal { .. }
        | Proposal::Lock { .. }
        | Proposal::Door { .. }
        | Proposal::Unknown => String::new(),
    }
}

/// One student's work on the task, live.
#[component]
fn OneStudent() -> impl IntoView {
    let teacher = use_teacher();
    let Some(student) = teacher.looking_at.get_untracked() else { return ().into_any() };
    let task = untrack(|| {
        let current = teacher.current()?;
        teacher.room.with(|room| {
            let tasks = &room.as_ref()?.tasks;
            let at = tasks.iter().position(|task| task.id == current)?;
            tasks.get(at).cloned().map(|task| (at, task))
        })
    });
    let Some((at, task)) = task else { return ().into_any() };
    let id = task.id;
    let cells = Memo::new(move |_| {
        teacher.read(|room| room.cells.get(&student).and_then(|tasks| tasks.get(&id)).cloned().unwrap_or_default())
    });
    let answers = Memo::new(move |_| {
        cells.with(|cells| {
            let answer = |(item, cell): (&ItemId, &types::classroom::Cell)| {
                Some((item.clone(), cell.draft.clone().or_else(|| cell.response.clone())?))
            };
            cells.iter().filter_map(answer).collect::<Answers>()
        })
    });
    let outcomes = Memo::new(move |_| {
        cells.with(|cells| {
            let marked = |(item, cell): (&ItemId, &types::classroom::Cell)| {
                Some((item.clone(), outcome(cell).filter(|_| cell.draft.is_none())?))
            };
            cells.iter().filter_map(marked).collect::<Outcomes>()
        })
    });
    let skill = task.body.meta().map_or(types::tasks::Skill::Other, |meta| meta.skill);
    let target = teacher
        .room
        .with_untracked(|room| room.as_ref().map(|room| room.target_language))
        .unwrap_or(types::levels::Language::En);
    view! {
        <div class="dialog-body looked-at">
            <TaskFrame
                number=Signal::stored(at + 1)
                skill=Signal::stored(skill)
                title=Signal::stored(task.title)
                instructions=Signal::stored(task.instructions)
                target
            >
                <div class="task-body learner" translate="no" lang=target.as_str() dir=dir(target)>
                    {as_student(&task.body, answers.into(), outcomes.into())}
                </div>
            </TaskFrame>
        </div>
        <DialogFoot>
            <button
                class="btn quiet"
                type="button"
                on:click=move |_| {
                    teacher.looking_at.set(None);
                    teacher
                        .asking
                        .set(Some(Proposal::Reset { student: Some(student), task: id, items: Vec::new() }));
                }
            >
                <Icon name="arrow-counter-clockwise" />
                {tr(Key::ClassResetForOne)}
            </button>
            <button class="btn" type="button" on:click=move |_| teacher.looking_at.set(None)>
                {tr(Key::CommonClose)}
            </button>
        </DialogFoot>
    }
    .into_any()
}
