//! The root: what outlives all pages.

use leptos::prelude::*;

use crate::{api, components::ToastList, routes::AppRoutes, state::AppState};

#[component]
pub fn App() -> impl IntoView {
    let state = AppState::provide();
    // The guard then leads to the login page, and back.
    api::on_logged_out(move || state.session.clear());
    state.scope.spawn(state.session.ask());
    view! {
        <AppRoutes />
        <ToastList />
    }
}
