//! The app's root: everything that outlives the pages.

use leptos::prelude::*;

use crate::{api, components::ToastList, state::AppState};

/// The root component, around one program's pages.
#[component]
pub fn App(pages: Children) -> impl IntoView {
    let state = AppState::provide();
    // The guard then redirects to the login page, and back afterwards.
    api::on_logged_out(move || state.session.clear());
    state.scope.spawn(state.session.ask_until_answered());
    view! {
        {pages()}
        <ToastList />
    }
}
