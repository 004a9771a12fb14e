//! The page for an unknown address.

use leptos::prelude::*;
use leptos_router::components::A;
use types::locale::Key;

use super::gate::GatePage;
use crate::{
    components::{Empty, PageTitle},
    i18n::tr,
    shell::Shell,
    state::{Who, use_app},
};

/// The same within the school program's frame, for a logged-in user.
#[component]
pub fn NotFoundInSchool() -> impl IntoView {
    let app = use_app();
    let known = Memo::new(move |_| match app.session.who() {
        Who::Asking => None,
        Who::Someone(_) => Some(true),
        Who::Nobody | Who::Unreachable(_) => Some(false),
    });
    move || match known.get() {
        None => ().into_any(),
        Some(true) => view! { <Shell page={in_frame as fn() -> AnyView} /> }.into_any(),
        Some(false) => view! { <NotFoundPage /> }.into_any(),
    }
}

fn in_frame() -> AnyView {
    view! {
        <PageTitle title=Key::ShellNotFoundTitle />
        <h1 class="vh">{tr(Key::ShellNotFoundTitle)}</h1>
        <Empty icon="question" title=Key::ShellNotFoundTitle text=Key::ShellNotFoundText>
            <A href="/" attr:class="btn primary">
                {tr(Key::ShellGoHome)}
            </A>
        </Empty>
    }
    .into_any()
}

#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <GatePage title=Key::ShellNotFoundTitle>
            <p class="muted">{tr(Key::ShellNotFoundText)}</p>
            <A href="/" attr:class="btn primary start">
                {tr(Key::ShellGoHome)}
            </A>
        </GatePage>
    }
}
