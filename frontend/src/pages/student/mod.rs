//! For somebody who only learns: classes come by the teacher's link.

use leptos::prelude::*;
use types::locale::Key;

use crate::{
    components::{Icon, PageTitle},
    i18n::tr,
    pages::home::Running,
};

#[component]
pub fn StudentPage() -> impl IntoView {
    view! {
        <PageTitle title=Key::ShellHome />
        <Running />
        <div class="stack g-4 student">
            <h1>{tr(Key::ShellStudentTitle)}</h1>
            <p>{tr(Key::ShellStudentText)}</p>
            <p class="muted row">
                <Icon name="link-simple" />
                {tr(Key::ShellStudentNoLink)}
            </p>
        </div>
    }
}
