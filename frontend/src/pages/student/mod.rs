//! The home page of a student: classes are joined through the teacher's link.

use leptos::prelude::*;
use types::locale::Key;

use crate::{
    api,
    components::{Icon, PageTitle},
    i18n::tr,
    pages::home::Running,
    state::Fetched,
};

#[component]
pub fn StudentPage() -> impl IntoView {
    view! {
        <PageTitle title=Key::ShellHome />
        <Running />
        <div class="stack g-4 student">
            <h1>{tr(Key::ShellStudentTitle)}</h1>
            <p>{tr(Key::ShellStudentText)}</p>
            <MyClasses />
            <p class="muted row">
                <Icon name="link-simple" />
                {tr(Key::ShellStudentNoLink)}
            </p>
        </div>
    }
}

/// The student's classes, including those that are over: their marks are there.
#[component]
fn MyClasses() -> impl IntoView {
    let classes = Fetched::new(api::classes::list);
    move || {
        let rows: Vec<AnyView> = classes
            .get()?
            .ok()?
            .into_iter()
            .map(|class| {
                let href = format!("/classes/{}", class.id);
                view! {
                    <li>
                        <div class="grow">
                            <a class="anywhere strong" href=href>
                                {class.title}
                            </a>
                            <p class="sm muted anywhere">{class.teacher}</p>
                        </div>
                    </li>
                }
                .into_any()
            })
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <section class="stack g-2" aria-labelledby="my-classes">
                    <h2 id="my-classes">{tr(Key::ClassYours)}</h2>
                    <div class="card">
                        <ul class="list">{rows}</ul>
                    </div>
                </section>
            }
        })
    }
}
