//! One lesson in a list: its level, title, ribbon and actions.

use leptos::prelude::*;
use leptos_router::components::A;
use types::{
    lesson::LessonSummary,
    locale::{Key, Plural},
};

use super::actions::LessonActions;
use crate::{
    components::{Each, Menu, MenuItem, Ribbon, Segment},
    i18n::{t_n, t_with},
    web, words,
};

/// The cards of a list, in order.
#[component]
pub fn LessonCards(actions: LessonActions) -> impl IntoView {
    // The revision is part of the key: a changed lesson is rendered anew, the others stay as they are.
    view! {
        <ul class="lessons">
            <Each each=move || actions.list.rows() key=|row| (row.id, row.revision, row.course_id) let:row>
                <LessonCard lesson=row actions />
            </Each>
        </ul>
    }
}

#[component]
fn LessonCard(lesson: LessonSummary, actions: LessonActions) -> impl IntoView {
    let href = format!("/lessons/{}", lesson.id);
    let (id, tasks) = (lesson.id, lesson.skills.len());
    let segments: Vec<Segment> = lesson.skills.iter().copied().map(Segment::from).collect();
    let full_title = lesson.title.clone();
    let (title, level, edited_at) = (lesson.title.clone(), lesson.level, lesson.updated_at);
    view! {
        <li class="card lesson" data-lesson=id.to_string()>
            <div class="row spread">
                <span class="chip level">{level.as_str()}</span>
                <CardMenu lesson href=href.clone() actions />
            </div>
            <h3>
                <A href=href attr:title=full_title>{title}</A>
            </h3>
            <Ribbon segments=Signal::stored(segments) />
            <p class="sm muted">
                {move || {
                    format!("{}. {}", words::edited(edited_at), t_n(Plural::CommonTasks, tasks.try_into().unwrap_or(u64::MAX)))
                }}
            </p>
        </li>
    }
}

#[component]
fn CardMenu(lesson: LessonSummary, href: String, actions: LessonActions) -> impl IntoView {
    let title = lesson.title.clone();
    let label = crate::i18n::Words::made(move || t_with(Key::CommonMoreActions, &[("title", &title)]));
    let lesson = StoredValue::new(lesson);
    view! {
        <Menu label>
            <MenuItem
                icon="arrow-right"
                label=Key::LessonsOpen
                on_pick=move |()| web::go_to(&href)
            />
            <MenuItem
                icon="pencil-simple"
                label=Key::CommonRename
                on_pick=move |()| actions.start_rename(lesson.get_value())
            />
            <MenuItem
                icon="copy"
                label=Key::CommonDuplicate
                on_pick=move |()| actions.duplicate(&lesson.get_value())
            />
            <MenuItem
                icon="folder-simple"
                label=Key::LessonsMove
                on_pick=move |()| actions.start_move(lesson.get_value())
            />
            <hr />
            <MenuItem
                icon="trash"
                label=Key::CommonDelete
                danger=true
                on_pick=move |()| actions.delete(&lesson.get_value())
            />
        </Menu>
    }
}
