//! The client: everything a teacher sees. It talks to the server by the REST contract alone and shares
//! only `types` with it.
//!
//! Views stand in `pages` and `components`; what can be decided without a browser stands in plain functions
//! beside them, so that the machine's own `cargo test` runs them.

// A component's body returns views of unnameable types; `must_use` on each would say nothing.
#![expect(clippy::must_use_candidate, reason = "components are called by view!, never for their value")]

pub mod api;
pub mod app;
pub mod components;
pub mod forms;
pub mod i18n;
pub mod pages;
pub mod routes;
pub mod shell;
pub mod state;
pub mod tasks;
pub mod web;
pub mod words;

/// Puts the app into the page, in place of the shell that `index.html` shows meanwhile.
pub fn start() {
    console_error_panic_hook::set_once();
    web::remove_boot_shell();
    leptos::mount::mount_to_body(app::App);
    web::mark_ready();
}
