//! Registration of a teacher.

use leptos::prelude::*;
use leptos_router::components::A;
use types::{account::Register, locale::Key};

use super::{
    gate::GatePage,
    login::{leave_if_logged_in, use_enter},
};
use crate::{
    api,
    components::{FormFailure, PasswordField, SubmitButton, TextField},
    forms::Form,
    i18n::tr,
    state::use_app,
};

#[component]
pub fn RegisterPage() -> impl IntoView {
    let app = use_app();
    let enter = use_enter();
    let form = Form::new();
    let person = Person::new();
    leave_if_logged_in();

    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = Register {
            name: person.name.get_untracked().trim().to_owned(),
            email: person.email.get_untracked().trim().to_owned(),
            password: person.password.get_untracked(),
            locale: app.locale.signal().get_untracked(),
        };
        form.send(body.validate(), api::account::register(body), enter.clone());
    };

    view! {
        <GatePage
            title=Key::AuthRegisterTitle
            below=Box::new(|| {
                view! {
                    <p>
                        {tr(Key::AuthHaveAccount)} " " <A href="/login">{tr(Key::AuthLogIn)}</A>
                    </p>
                    <p class="quiet">{tr(Key::AuthStudentsNote)}</p>
                }
                    .into_any()
            })
        >
            <form class="form" novalidate on:submit=on_submit>
                <PersonFields form person />
                <FormFailure form />
                <SubmitButton form label=Key::AuthRegister />
            </form>
        </GatePage>
    }
}

/// The fields of a new account.
#[derive(Clone, Copy)]
pub struct Person {
    pub name: RwSignal<String>,
    pub email: RwSignal<String>,
    pub password: RwSignal<String>,
}

impl Person {
    #[expect(clippy::new_without_default, reason = "it belongs to the current owner")]
    pub fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            email: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
        }
    }
}

#[component]
pub fn PersonFields(form: Form, person: Person) -> impl IntoView {
    view! {
        <TextField
            form
            path="name"
            label=Key::AuthName
            hint=Key::AuthNameHint
            value=person.name
            autocomplete="name"
            autofocus=true
        />
        <TextField form path="email" label=Key::AuthEmail value=person.email kind="email" autocomplete="username" />
        <PasswordField
            form
            path="password"
            label=Key::AuthPassword
            hint=Key::AuthPasswordHint
            value=person.password
            autocomplete="new-password"
        />
    }
}
