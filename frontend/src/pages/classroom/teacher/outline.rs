//! The lesson's tasks, with the class's progress.

use leptos::prelude::*;
use types::{ids::TaskId, locale::Key, tasks::Skill};

use super::{answers::model::present, model::use_teacher};
use crate::{
    components::{Icon, Ribbon, Segment, skill_class},
    i18n::tr,
};

#[derive(Clone, PartialEq)]
struct Row {
    id: TaskId,
    title: String,
    skill: Skill,
}

#[component]
pub fn Outline() -> impl IntoView {
    let teacher = use_teacher();
    let sections = Memo::new(move |_| {
        teacher.read(|room| {
            let mut sections: Vec<(String, Vec<Row>)> = Vec::new();
            for task in &room.tasks {
                let skill = task.body.meta().map_or(Skill::Other, |meta| meta.skill);
                let row = Row { id: task.id, title: task.title.clone(), skill };
                match sections.last_mut() {
                    Some((name, rows)) if *name == task.section => rows.push(row),
                    _ => sections.push((task.section.clone(), vec![row])),
                }
            }
            sections
        })
    });
    let ribbon = Signal::derive(move || {
        sections.with(|all| all.iter().flat_map(|(_, rows)| rows.iter().map(|row| Segment::from(row.skill))).collect())
    });
    view! {
        <div class="outline">
            <Ribbon segments=ribbon />
            {move || {
                sections
                    .get()
                    .into_iter()
                    .map(|(name, rows)| {
                        view! {
                            <section>
                                <h3>{name}</h3>
                                <ul>{rows.into_iter().map(|row| view! { <OneRow row /> }).collect_view()}</ul>
                            </section>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

#[component]
fn OneRow(row: Row) -> impl IntoView {
    let teacher = use_teacher();
    let id = row.id;
    let is_current = Memo::new(move |_| teacher.current() == Some(id));
    let is_focus = Memo::new(move |_| teacher.read(|room| room.focus) == Some(id));
    let is_locked = Memo::new(move |_| teacher.is_locked(id));
    // Share of the class's answers to the task that are in.
    let percent = Memo::new(move |_| {
        teacher.read(|room| {
            let items = room.tasks.iter().find(|task| task.id == id).map(|task| task.body.items()).unwrap_or_default();
            let students: Vec<_> = present(room).collect();
            let of = items.len() * students.len();
            let done = students
                .iter()
                .flat_map(|student| items.iter().map(move |item| (*student, item)))
                .filter(|(student, item)| room.cell(*student, id, item).is_some_and(|cell| cell.last.is_some()))
                .count();
            (done * 100).checked_div(of).filter(|percent| *percent > 0)
        })
    });
    view! {
        <li>
            <button
                class="outline-row"
                type="button"
                aria-current=move || is_current.get().then_some("true")
                on:click=move |_| teacher.go(id)
            >
                <span class=format!("dot {}", skill_class(row.skill))></span>
                <span class="anywhere">{row.title}</span>
                <span class="row g-1">
                    <Show when=move || is_locked.get()>
                        <Icon name="lock-simple" />
                        <span class="vh">{tr(Key::ClassLockedShort)}</span>
                    </Show>
                    <Show when=move || is_focus.get()>
                        <Icon name="users-three" />
                        <span class="vh">{tr(Key::ClassHere)}</span>
                    </Show>
                    {move || match percent.get() {
                        Some(100) => view! { <Icon name="check-circle-fill" class="st-ok" /> }.into_any(),
                        Some(n) => view! { <span class="quiet num">{n} "%"</span> }.into_any(),
                        None => ().into_any(),
                    }}
                </span>
            </button>
        </li>
    }
}
