//! The client: everything a teacher or a student sees. It talks to the server only through the public API (REST and the
//! room's socket), and shares only `types` with it.
//!
//! Views are in `pages` and `components`; logic that needs no browser is in plain functions beside them, so that a
//! native `cargo test` runs it.

// A component's body returns views of unnameable types; `must_use` on each would add nothing.
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

/// Starts the program for accounts, home, lessons and settings.
pub fn start_school() {
    start(Box::new(|| leptos::view! { <routes::SchoolRoutes /> }.into_any()));
}

/// Starts the program for one lesson.
pub fn start_lesson(authoring: pages::builder::Authoring) {
    start(Box::new(move || leptos::view! { <routes::LessonRoutes authoring /> }.into_any()));
}

/// Starts the program for one class.
pub fn start_class() {
    start(Box::new(|| leptos::view! { <routes::ClassRoutes /> }.into_any()));
}

/// Mounts the pages in place of the boot shell of `index.html`.
fn start(pages: Children) {
    console_error_panic_hook::set_once();
    // Leptos initialises its own executor only when it mounts.
    wasm_bindgen_futures::spawn_local(async move {
        i18n::load(state::locale::first()).await;
        web::remove_boot_shell();
        leptos::mount::mount_to_body(move || leptos::view! { <app::App pages /> });
        web::mark_ready();
    });
}
