//! Login, and the return to the page that the user wanted.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_query_map};
use types::{
    account::{Login, Me},
    locale::Key,
    problem::{Checker, FieldError},
};

use super::gate::GatePage;
use crate::{
    api,
    components::{FormFailure, PasswordField, SubmitButton, TextField},
    forms::Form,
    i18n::tr,
    state::{Fetched, Who, use_app},
    web,
};

#[component]
pub fn LoginPage() -> impl IntoView {
    let enter = use_enter();
    let form = Form::new();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let setup = Fetched::new(api::account::setup);

    leave_if_logged_in();

    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = Login { email: email.get_untracked().trim().to_owned(), password: password.get_untracked() };
        form.send(faults(&body), api::account::login(body), enter.clone());
    };

    view! {
        <GatePage
            title=Key::AuthLogInTitle
            below=Box::new(move || {
                view! {
                    <p>{tr(Key::AuthStudentsNote)}</p>
                    {move || {
                        matches!(setup.get(), Some(Ok(setup)) if setup.needs_first_admin)
                            .then(|| view! { <p class="muted">{tr(Key::AuthNeedsFirstAdmin)}</p> })
                    }}
                }
                    .into_any()
            })
        >
            <p class="muted">{tr(Key::AuthWhat)}</p>
            <form class="form" novalidate on:submit=on_submit>
                <TextField
                    form
                    path="email"
                    label=Key::AuthEmail
                    value=email
                    kind="email"
                    autocomplete="username"
                    autofocus=true
                />
                <PasswordField
                    form
                    path="password"
                    label=Key::AuthPassword
                    value=password
                    autocomplete="current-password"
                />
                <FormFailure form />
                <SubmitButton form label=Key::AuthLogIn />
                <A href="/forgot-password" attr:class="sm start">
                    {tr(Key::AuthForgot)}
                </A>
            </form>
            <p class="row wrap spread">
                {tr(Key::AuthNoAccount)}
                <A href="/register" attr:class="btn">
                    {tr(Key::AuthRegister)}
                </A>
            </p>
        </GatePage>
    }
}

fn faults(body: &Login) -> Vec<FieldError> {
    let mut check = Checker::new();
    check.text("email", &body.email, types::account::EMAIL_MAX);
    check.text("password", &body.password, types::account::PASSWORD_MAX);
    check.finish()
}

/// Returns a function that starts the session and opens the page that the user wanted.
pub fn use_enter() -> impl Fn(Me) + Clone {
    let app = use_app();
    let go_on = use_next();
    move |me| {
        app.session.set(me);
        go_on();
    }
}

/// Leaves the page if the user is already logged in: the pages before login are not for them.
pub fn leave_if_logged_in() {
    let app = use_app();
    let go_on = use_next();
    Effect::new(move || {
        if matches!(app.session.who(), Who::Someone(_)) {
            go_on();
        }
    });
}

fn use_next() -> impl Fn() + Clone {
    let query = use_query_map();
    move || {
        let next = query.try_with_untracked(|query| safe_next(query.get_str("next"))).unwrap_or_else(|| "/".to_owned());
        web::replace_address(&next);
    }
}

/// Accepts only our own pages: a link to the login page must not redirect elsewhere.
fn safe_next(next: Option<&str>) -> String {
    match next {
        Some(next) if next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']) => {
            next.to_owned()
        }
        Some(_) | None => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_come_next() {
        assert_eq!(safe_next(Some("/lessons?q=a")), "/lessons?q=a");
        for elsewhere in
            ["https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", "", "/\t/x.y"]
        {
            assert_eq!(safe_next(Some(elsewhere)), "/", "{elsewhere}");
        }
        assert_eq!(safe_next(None), "/");
    }

    #[test]
    fn an_empty_form_is_not_sent() {
        let body = Login { email: String::new(), password: String::new() };
        assert_eq!(faults(&body).len(), 2);
    }
}
