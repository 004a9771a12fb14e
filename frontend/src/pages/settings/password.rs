//! Changes the password, given the current one.

use leptos::prelude::*;
use types::{
    account::ChangePassword,
    locale::Key,
    problem::{FieldCode, FieldError, Problem, ProblemCode},
};

use crate::{
    api::{self, Answer, ApiError},
    components::{Banner, BannerKind, FormFailure, PasswordField, SubmitButton},
    forms::Form,
    i18n::{t, tr},
    state::use_app,
};

#[component]
pub fn Password() -> impl IntoView {
    let app = use_app();
    let form = Form::new();
    let (current, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Only the current password can be the wrong one here.
    let wrong =
        Memo::new(move |_| form.failure().is_some_and(|failure| failure.code() == Some(ProblemCode::WrongCredentials)));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = ChangePassword { current: current.get_untracked(), password: password.get_untracked() };
        form.send(faults(&body), change(body), move |()| {
            current.set(String::new());
            password.set(String::new());
            app.toasts.say(t(Key::SettingsPasswordChanged));
        });
    };
    let email = move || app.session.me().and_then(|me| me.email).unwrap_or_default();
    view! {
        <section class="card" aria-labelledby="password">
            <h2 id="password">{tr(Key::AuthPassword)}</h2>
            <form class="form" novalidate on:submit=on_submit>
                // Tells the browser's password manager whose password it is.
                <input class="vh" type="email" autocomplete="username" tabindex="-1" aria-hidden="true" prop:value=email />
                <PasswordField
                    form
                    path="current"
                    label=Key::SettingsCurrentPassword
                    value=current
                    autocomplete="current-password"
                />
                <PasswordField
                    form
                    path="password"
                    label=Key::AuthNewPassword
                    hint=Key::AuthPasswordHint
                    value=password
                    autocomplete="new-password"
                />
                {move || {
                    if wrong.get() {
                        view! {
                            <Banner kind=BannerKind::Bad>{tr(Key::SettingsWrongPassword)}</Banner>
                        }
                            .into_any()
                    } else {
                        view! { <FormFailure form /> }.into_any()
                    }
                }}
                <SubmitButton form label=Key::SettingsChangePassword class="btn" />
            </form>
        </section>
    }
}

async fn change(body: ChangePassword) -> Answer<()> {
    api::account::change_password(body).await.map_err(plainly)
}

/// The server reports the field `current` as invalid; users should read that the password is wrong.
fn plainly(error: ApiError) -> ApiError {
    let is_about_current = error.code() == Some(ProblemCode::Invalid)
        && error.fields().iter().all(|fault| fault.path == "current" && fault.code == FieldCode::NotAllowed);
    if is_about_current { ApiError::Problem(Box::new(Problem::new(ProblemCode::WrongCredentials))) } else { error }
}

fn faults(body: &ChangePassword) -> Vec<FieldError> {
    let mut faults = body.validate();
    if body.current.is_empty() {
        faults.insert(0, FieldError::new("current", FieldCode::Required));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_is_called_so() {
        let invalid = |path: &str| {
            ApiError::Problem(Box::new(Problem::invalid(vec![FieldError::new(path, FieldCode::NotAllowed)])))
        };
        assert_eq!(plainly(invalid("current")).code(), Some(ProblemCode::WrongCredentials));
        assert_eq!(plainly(invalid("password")).code(), Some(ProblemCode::Invalid));
        assert_eq!(plainly(ApiError::Offline), ApiError::Offline);
    }
}
