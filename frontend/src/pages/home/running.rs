//! Running classes, above everything else.

use leptos::prelude::*;
use types::{
    classroom::ClassInfo,
    locale::{Key, Plural},
};

use crate::{
    api,
    i18n::{t_n, t_with, tr},
    state::Fetched,
};

#[component]
pub fn Running() -> impl IntoView {
    let classes = Fetched::new(api::classes::list);
    // A failed request doesn't concern this page: show nothing.
    let running = move || {
        let Some(Ok(classes)) = classes.get() else { return Vec::new() };
        classes.into_iter().filter(|class| class.open_run.is_some()).map(card).collect()
    };
    view! { <div class="running">{running}</div> }
}

fn card(class: ClassInfo) -> AnyView {
    let ClassInfo { id, title, teacher, teaching, members, .. } = class;
    let name = title.clone();
    let about = move || {
        if teaching {
            t_n(Plural::ClassStudents, u64::from(members))
        } else {
            t_with(Key::ClassOfTeacher, &[("teacher", &teacher)])
        }
    };
    view! {
        <section class="card livecard">
            <span class="chip live">{tr(Key::ClassLive)}</span>
            <span class="livecard-words">
                <b class="clip" title=name>
                    {title}
                </b>
                <span class="sm muted">{about}</span>
            </span>
            // The page belongs to another program.
            <a class="btn primary" href=format!("/classes/{id}") rel="external">
                {tr(Key::ClassEnter)}
            </a>
        </section>
    }
    .into_any()
}
