//! Requests an email with a link to set a new password.

use leptos::prelude::*;
use leptos_router::components::A;
use types::{
    account::{EMAIL_MAX, ForgotPassword, is_email},
    locale::Key,
    problem::{Checker, FieldCode, FieldError},
};

use super::gate::GatePage;
use crate::{
    api,
    components::{Banner, BannerKind, FormFailure, SubmitButton, TextField},
    forms::Form,
    i18n::{t_with, tr},
};

#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let form = Form::new();
    let email = RwSignal::new(String::new());
    let sent_to = RwSignal::new(None::<String>);

    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = ForgotPassword { email: email.get_untracked().trim().to_owned() };
        let address = body.email.clone();
        form.send(faults(&body), api::account::forgot_password(body), move |()| sent_to.set(Some(address)));
    };

    view! {
        <GatePage
            title=Key::AuthForgotTitle
            below=Box::new(|| {
                view! {
                    <p>
                        <A href="/login">{tr(Key::AuthBackToLogIn)}</A>
                    </p>
                }
                    .into_any()
            })
        >
            {move || match sent_to.get() {
                Some(address) => {
                    view! {
                        <Banner kind=BannerKind::Ok>
                            <p>{move || t_with(Key::AuthLetterOnItsWay, &[("email", &address)])}</p>
                        </Banner>
                        <p class="muted sm">{tr(Key::AuthLetterHint)}</p>
                        <button class="btn start" type="button" on:click=move |_| sent_to.set(None)>
                            {tr(Key::AuthAnotherAddress)}
                        </button>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <p class="muted">{tr(Key::AuthForgotText)}</p>
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
                            <FormFailure form />
                            <SubmitButton form label=Key::AuthSendLetter />
                        </form>
                    }
                        .into_any()
                }
            }}
        </GatePage>
    }
}

fn faults(body: &ForgotPassword) -> Vec<FieldError> {
    let mut check = Checker::new();
    check.text("email", &body.email, EMAIL_MAX);
    if !body.email.is_empty() && !is_email(&body.email) {
        check.add("email", FieldCode::NotAnEmail);
    }
    check.finish()
}
