//! The client: everything a teacher or a student sees. It talks to the server by the REST contract alone and shares
//! only `types` with it.
//!
//! Views stand in `pages` and `components`; what can be decided without a browser stands in plain functions
//! beside them, so that the machine's own `cargo test` runs them.

// A component's body returns views of unnameable types; `must_use` on each would say nothing.
#![expect(clippy::must_use_candidate, reason = "components are called by view!, never for their value")]

use leptos::prelude::*;

pub mod api;
pub mod app;
pub mod components;
pub mod forms;
pub mod i18n;
pub mod pages;
pub mod realtime;
pub mod routes;
pub mod shell;
pub mod state;
pub mod tasks;
pub mod web;
pub mod words;

/// The program for accounts, home, lessons and settings.
pub fn start_school() {
    start(Box::new(|| leptos::view! { <routes::SchoolRoutes /> }.into_any()));
}

/// The program for one lesson.
pub fn start_lesson(authoring: pages::builder::Authoring) {
    start(Box::new(move || leptos::view! { <routes::LessonRoutes authoring /> }.into_any()));
}

/// The program for one class.
pub fn start_class() {
    start(Box::new(|| leptos::view! { <routes::ClassRoutes /> }.into_any()));
}

/// Puts the pages into the document, in place of the shell that `index.html` shows meanwhile.
fn start(pages: Children) {
    console_error_panic_hook::set_once();
    // Leptos' own spawner begins with its mounting.
    wasm_bindgen_futures::spawn_local(async move {
        i18n::load(state::locale::first()).await;
        web::remove_boot_shell();
        leptos::mount::mount_to_body(move || leptos::view! { <app::App pages /> });
        web::mark_ready();
    });
}
