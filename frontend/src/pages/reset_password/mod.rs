//! Sets a new password, through the link in the email.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_query_map};
use types::{
    account::{FormLink, ResetPassword},
    locale::Key,
    problem::ProblemCode,
};

use super::gate::{GatePage, LinkForm};
use crate::{
    api,
    components::{FormFailure, PasswordField, SubmitButton},
    forms::Form,
    i18n::{t, tr},
    state::use_app,
    web,
};

#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let app = use_app();
    let query = use_query_map();
    let form = Form::new();
    let password = RwSignal::new(String::new());

    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let token = query.with_untracked(|query| query.get("token")).unwrap_or_default();
        let body = ResetPassword { token, password: password.get_untracked() };
        form.send(body.validate(), api::account::reset_password(body), move |()| {
            app.toasts.say(t(Key::AuthPasswordChanged));
            // The reset ended any session in this browser.
            app.session.clear();
            web::replace_address("/login");
        });
    };
    let is_expired = move || form.failure().is_some_and(|failure| failure.code() == Some(ProblemCode::LinkExpired));

    view! {
        <GatePage title=Key::AuthResetTitle>
            <LinkForm purpose=FormLink::ResetPassword again=another>
                <form class="form" novalidate on:submit=on_submit>
                    <PasswordField
                        form
                        path="password"
                        label=Key::AuthNewPassword
                        hint=Key::AuthPasswordHint
                        value=password
                        autocomplete="new-password"
                        autofocus=true
                    />
                    <FormFailure form />
                    <Show when=is_expired>{another()}</Show>
                    <SubmitButton form label=Key::AuthSavePassword />
                </form>
            </LinkForm>
        </GatePage>
    }
}

fn another() -> AnyView {
    view! { <A href="/forgot-password">{tr(Key::AuthForgotTitle)}</A> }.into_any()
}
