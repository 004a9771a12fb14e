//! Which address shows which page, in each of the programs (see `types::clients`).

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Outlet, ParentRoute, Route, Router, Routes},
    hooks::use_location,
    path,
};
use types::clients::Client;

use crate::{
    pages::{
        builder::BuilderPage, classroom::ClassPage, confirm_email::ConfirmEmailPage, first_admin::FirstAdminPage,
        forgot_password::ForgotPasswordPage, home::HomePage, join::JoinPage, lessons::LessonsPage, login::LoginPage,
        not_found::NotFoundPage, recover::RecoverPage, register::RegisterPage, report::ReportPage,
        reset_password::ResetPasswordPage, settings::SettingsPage,
    },
    shell::{Guard, Shell},
    web,
};

// Each page is erased at its boundary: the router's own type would else hold all of them.

/// Accounts, home, lessons, settings.
#[component]
pub fn SchoolRoutes() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| view! { <Elsewhere client=Client::School /> }.into_any()>
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
                        <Route path=path!("") view=|| view! { <HomePage /> }.into_any() />
                        <Route path=path!("/lessons") view=|| view! { <LessonsPage /> }.into_any() />
                        <Route path=path!("/settings") view=|| view! { <SettingsPage /> }.into_any() />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// One lesson.
#[component]
pub fn LessonRoutes() -> impl IntoView {
    view! {
        <Router>
            <FlatRoutes fallback=|| view! { <Elsewhere client=Client::Lesson /> }.into_any()>
                <Route path=path!("/lessons/:id") view=|| guarded(|| view! { <BuilderPage /> }.into_any()) />
            </FlatRoutes>
        </Router>
    }
}

/// One class: joining it, being in it.
#[component]
pub fn ClassRoutes() -> impl IntoView {
    view! {
        <Router>
            <FlatRoutes fallback=|| view! { <Elsewhere client=Client::Class /> }.into_any()>
                <Route path=path!("/join/:code") view=|| view! { <JoinPage /> }.into_any() />
                <Route path=path!("/classes/:id") view=|| guarded(|| view! { <ClassPage /> }.into_any()) />
            </FlatRoutes>
        </Router>
    }
}

fn guarded(page: fn() -> AnyView) -> AnyView {
    view! { <Guard page /> }.into_any()
}

/// An address that this program has no page for: another one's, which is loaded in its place, or nobody's.
#[component]
fn Elsewhere(client: Client) -> impl IntoView {
    let location = use_location();
    move || {
        if Client::of(&location.pathname.get()) == client {
            view! { <NotFoundPage /> }.into_any()
        } else {
            web::reload();
            ().into_any()
        }
    }
}
