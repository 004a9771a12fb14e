//! The root: what outlives all pages.

use leptos::prelude::*;

use crate::{api, components::ToastList, state::AppState};

/// A program with these pages.
#[component]
pub fn App(pages: Children) -> impl IntoView {
    let state = AppState::provide();
    // The guard then leads to the login page, and back.
    api::on_logged_out(move || state.session.clear());
    state.scope.spawn(state.session.ask_until_answered());
    view! {
        {pages()}
        <ToastList />
    }
}
