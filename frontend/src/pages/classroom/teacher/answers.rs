//! The class's answers to a task, live: actions on the task, the grid, insight into one item.

mod grid;
pub mod model;

use grid::Grid;
use leptos::prelude::*;
use model::{Count, counts, hardest, present};
use types::{
    classroom::Proposal,
    ids::{ItemId, TaskId, UserId},
    locale::{Key, Plural},
};

use super::model::use_teacher;
use crate::{
    components::{Empty, Icon},
    i18n::{t, t_n_with, t_with, tr},
};

#[component]
pub fn LiveAnswers(id: TaskId) -> impl IntoView {
    let teacher = use_teacher();
    let body = untrack(|| {
        teacher.room.with(|room| room.as_ref()?.tasks.iter().find(|task| task.id == id).map(|task| task.body.clone()))
    });
    let Some(body) = body else { return ().into_any() };
    let items = StoredValue::new(body.items());
    let body = StoredValue::new(body);
    let has_items = items.with_value(|items| !items.is_empty());
    let students = Memo::new(move |_| teacher.read(|room| present(room).collect::<Vec<UserId>>()));
    let counted = Memo::new(move |_| {
        teacher.read(|room| items.with_value(|items| body.with_value(|body| counts(room, id, items, body))))
    });
    let hot = Memo::new(move |_| {
        let chosen = teacher.item.get();
        items
            .with_value(|items| items.iter().position(|item| Some(item) == chosen.as_ref()))
            .or_else(|| counted.with(|counted| hardest(counted)))
    });
    if !has_items {
        return view! { <p class="muted">{tr(Key::ClassNothingToMark)}</p> }.into_any();
    }
    let table = move || {
        if students.with(Vec::is_empty) {
            view! {
                <div class="card">
                    <Empty icon="users-three" title=Key::ClassNobodyYet text=Key::ClassNobodyYetText>
                        <button class="btn primary" type="button" on:click=move |_| teacher.inviting.set(true)>
                            <Icon name="link-simple" />
                            {tr(Key::ClassInvite)}
                        </button>
                    </Empty>
                </div>
            }
            .into_any()
        } else {
            view! { <Grid id items body students counted hot /> }.into_any()
        }
    };
    let none = Memo::new(move |_| students.with(Vec::is_empty));
    view! {
        <Actions id />
        {move || {
            none.get();
            untrack(table)
        }}
        <Insight id items hot counted />
    }
    .into_any()
}

/// The actions on the task.
#[component]
fn Actions(id: TaskId) -> impl IntoView {
    let teacher = use_teacher();
    let locked = Memo::new(move |_| teacher.is_locked(id));
    let revealed = Memo::new(move |_| teacher.is_revealed(id));
    view! {
        <div class="livebar">
            <h2>{tr(Key::ClassAnswersNow)}</h2>
            <span class="row push wrap g-1">
                <button
                    class="btn"
                    type="button"
                    disabled=move || revealed.get()
                    on:click=move |_| teacher.reveal(id, Vec::new())
                >
                    <Icon name="eye" />
                    {move || t(if revealed.get() { Key::ClassRevealed } else { Key::ClassReveal })}
                </button>
                <button
                    class="btn"
                    type="button"
                    aria-pressed=move || locked.get().to_string()
                    on:click=move |_| teacher.toggle_lock(id)
                >
                    <Icon name=Signal::derive(move || if locked.get() { "lock-simple" } else { "lock-simple-open" }) />
                    {move || t(if locked.get() { Key::ClassUnlock } else { Key::ClassLock })}
                </button>
                <button
                    class="btn quiet"
                    type="button"
                    on:click=move |_| {
                        teacher.asking.set(Some(Proposal::Reset { student: None, task: id, items: Vec::new() }));
                    }
                >
                    <Icon name="arrow-counter-clockwise" />
                    {tr(Key::ClassReset)}
                </button>
            </span>
        </div>
    }
}

/// Insight into one item: the chosen one, else the hardest.
#[component]
fn Insight(
    id: TaskId,
    items: StoredValue<Vec<ItemId>>,
    hot: Memo<Option<usize>>,
    counted: Memo<Vec<Count>>,
) -> impl IntoView {
    let teacher = use_teacher();
    let item_at = move |n: usize| items.with_value(|items| items.get(n).cloned());
    let is_shown = move |n: usize| {
        item_at(n)
            .is_some_and(|item| teacher.read(|room| room.revealed.get(&id).is_some_and(|shown| shown.contains(&item))))
    };
    let words = move |n: usize| {
        let count = counted.with(|counted| counted.get(n).cloned().unwrap_or_default());
        let is_hardest = counted.with(|counted| hardest(counted)) == Some(n);
        let number = (n + 1).to_string();
        let head = t_with(if is_hardest { Key::ClassHardest } else { Key::ClassItem }, &[("n", &number)]);
        let tail = match count.wrong {
            Some((text, of)) => t_n_with(Plural::ClassWroteWrong, of as u64, &[("text", &text)]),
            None => t_with(
                Key::ClassRightFirstOf,
                &[("n", &count.right_first.to_string()), ("of", &count.answered.to_string())],
            ),
        };
        (head, tail)
    };
    view! {
        <Show when=move || hot.get().is_some()>
            <div class="insight" role="status">
                <Icon name="lightbulb" />
                <span class="grow">
                    <b>{move || hot.get().map(|n| words(n).0)}</b>
                    " "
                    {move || hot.get().map(|n| words(n).1)}
                </span>
                <button
                    class="btn sm"
                    type="button"
                    disabled=move || hot.get().is_some_and(is_shown)
                    on:click=move |_| {
                        if let Some(item) = hot.get_untracked().and_then(item_at) {
                            teacher.reveal(id, vec![item]);
                        }
                    }
                >
                    {move || {
                        let n = hot.get().unwrap_or_default();
                        let key = if is_shown(n) { Key::ClassItemShown } else { Key::ClassShowItem };
                        t_with(key, &[("n", &(n + 1).to_string())])
                    }}
                </button>
                <button
                    class="btn sm quiet"
                    type="button"
                    on:click=move |_| {
                        if let Some(item) = hot.get_untracked().and_then(item_at) {
                            teacher.asking.set(Some(Proposal::Reset { student: None, task: id, items: vec![item] }));
                        }
                    }
                >
                    {move || {
                        t_with(Key::ClassResetItem, &[("n", &(hot.get().unwrap_or_default() + 1).to_string())])
                    }}
                </button>
            </div>
        </Show>
    }
}
