//! Which address shows which page.

use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    pages::{
        builder::BuilderPage, confirm_email::ConfirmEmailPage, first_admin::FirstAdminPage,
        forgot_password::ForgotPasswordPage, home::HomePage, lessons::LessonsPage, login::LoginPage,
        not_found::NotFoundPage, register::RegisterPage, reset_password::ResetPasswordPage, settings::SettingsPage,
    },
    shell::{Guard, Shell},
};

#[component]
pub fn AppRoutes() -> impl IntoView {
    // Each page is erased at its boundary: the router's own type would else hold all of them.
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage /> }.into_any()>
                <Route path=path!("/login") view=|| view! { <LoginPage /> }.into_any() />
                <Route path=path!("/register") view=|| view! { <RegisterPage /> }.into_any() />
                <Route path=path!("/forgot-password") view=|| view! { <ForgotPasswordPage /> }.into_any() />
                <Route path=path!("/reset-password") view=|| view! { <ResetPasswordPage /> }.into_any() />
                <Route path=path!("/confirm-email") view=|| view! { <ConfirmEmailPage /> }.into_any() />
                <Route path=path!("/first-admin") view=|| view! { <FirstAdminPage /> }.into_any() />
                <ParentRoute path=path!("") view=|| view! { <Guard /> }.into_any()>
                    <Route path=path!("/lessons/:id") view=|| view! { <BuilderPage /> }.into_any() />
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
