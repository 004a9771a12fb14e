//! Routes of each program (see `types::clients`).

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Outlet, ParentRoute, Route, Router, Routes},
    hooks::use_location,
    path,
};
use types::clients::Client;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::{
    pages::{
        builder::{Authoring, BuilderPage},
        classes::ClassesPage,
        classroom::ClassPage,
        confirm_email::ConfirmEmailPage,
        first_admin::FirstAdminPage,
        forgot_password::ForgotPasswordPage,
        home::HomePage,
        lessons::LessonsPage,
        login::LoginPage,
        not_found::{NotFoundInSchool, NotFoundPage},
        recover::RecoverPage,
        register::RegisterPage,
        report::ReportPage,
        reset_password::ResetPasswordPage,
        settings::SettingsPage,
    },
    shell::{Guard, Shell, for_teachers},
    web,
};

// Each page's type is erased at its boundary; otherwise the router's type would contain all of them.

/// Routes for accounts, home, lessons and settings.
#[component]
pub fn SchoolRoutes() -> impl IntoView {
    leave_by_links(Client::School);
    view! {
        <Router>
            <Routes fallback=|| view! { <Elsewhere client=Client::School nothing=|| view! { <NotFoundInSchool /> }.into_any() /> }.into_any()>
                <Route path=path!("/login") view=|| view! { <LoginPage /> }.into_any() />
                <Route path=path!("/register") view=|| view! { <RegisterPage /> }.into_any() />
                <Route path=path!("/forgot-password") view=|| view! { <ForgotPasswordPage /> }.into_any() />
                <Route path=path!("/reset-password") view=|| view! { <ResetPasswordPage /> }.into_any() />
                <Route path=path!("/recover") view=|| view! { <RecoverPage /> }.into_any() />
                <Route path=path!("/confirm-email") view=|| view! { <ConfirmEmailPage /> }.into_any() />
                <Route path=path!("/first-admin") view=|| view! { <FirstAdminPage /> }.into_any() />
                <ParentRoute path=path!("") view=|| guarded(|| view! { <Outlet /> }.into_any())>
                    <Route path=path!("/classes/:id/runs/:run") view=|| view! { <ReportPage /> }.into_any() />
                    <ParentRoute path=path!("") view=|| view! { <Shell /> }.into_any()>
                        <Route path=path!("") view=|| for_teachers(|| view! { <HomePage /> }.into_any()) />
                        <Route path=path!("/lessons") view=|| for_teachers(|| view! { <LessonsPage /> }.into_any()) />
                        <Route path=path!("/classes") view=|| for_teachers(|| view! { <ClassesPage /> }.into_any()) />
                        <Route path=path!("/settings") view=|| view! { <SettingsPage /> }.into_any() />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Routes for one lesson.
#[component]
pub fn LessonRoutes(authoring: Authoring) -> impl IntoView {
    provide_context(authoring);
    leave_by_links(Client::Lesson);
    view! {
        <Router>
            <FlatRoutes fallback=|| view! { <Elsewhere client=Client::Lesson nothing=|| view! { <NotFoundPage /> }.into_any() /> }.into_any()>
                <Route path=path!("/lessons/:id") view=|| guarded(|| view! { <BuilderPage /> }.into_any()) />
            </FlatRoutes>
        </Router>
    }
}

/// Routes for being in one class. Joining it is a page that the server renders (`crates/api/src/pages/join.rs`).
#[component]
pub fn ClassRoutes() -> impl IntoView {
    leave_by_links(Client::Class);
    view! {
        <Router>
            <FlatRoutes fallback=|| view! { <Elsewhere client=Client::Class nothing=|| view! { <NotFoundPage /> }.into_any() /> }.into_any()>
                <Route path=path!("/classes/:id") view=|| guarded(|| view! { <ClassPage /> }.into_any()) />
            </FlatRoutes>
        </Router>
    }
}

fn guarded(page: fn() -> AnyView) -> AnyView {
    view! { <Guard page /> }.into_any()
}

/// Shown for an address without a page in this program: loads the program that has one, else shows `nothing`.
#[component]
fn Elsewhere(client: Client, nothing: fn() -> AnyView) -> impl IntoView {
    let location = use_location();
    move || {
        let path = location.pathname.get();
        if Client::of(&path) == client {
            return nothing();
        }
        // By its full address: the browser is still at the previous one.
        let (query, hash) = (location.search.get_untracked(), location.hash.get_untracked());
        web::go_to(&whole_address(&path, &query, &hash));
        ().into_any()
    }
}

/// Joins path, query and hash into one address.
fn whole_address(path: &str, query: &str, hash: &str) -> String {
    let query = query.trim_start_matches('?');
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{path}{mark}{query}{hash}")
}

/// Leaves links to other programs' pages to the browser. The router handles the same clicks after this: it would show
/// its fallback for the unknown address, and only then load the right page.
fn leave_by_links(client: Client) {
    let handle = window_event_listener(leptos::ev::click, move |event| {
        let Some(link) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let Ok(Some(link)) = link.closest("a[href^='/']") else { return };
        let path = link.get_attribute("href").unwrap_or_default();
        let path = path.split(['?', '#']).next().unwrap_or_default();
        if Client::of(path) != client {
            let _ = link.set_attribute("rel", "external");
        }
    });
    on_cleanup(move || handle.remove());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_query_and_hash() {
        assert_eq!(whole_address("/lessons/x", "", "#task-1"), "/lessons/x#task-1");
        assert_eq!(whole_address("/login", "?next=%2Flessons", ""), "/login?next=%2Flessons");
        assert_eq!(whole_address("/login", "next=a", ""), "/login?next=a");
    }
}
