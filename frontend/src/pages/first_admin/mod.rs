//! Creates the first administrator, through the link that the server printed at its first start.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_query_map};
use types::{
    account::{FirstAdmin, FormLink},
    locale::Key,
};

use super::{
    gate::{GatePage, LinkForm},
    login::use_enter,
    register::{Person, PersonFields},
};
use crate::{
    api,
    components::{FormFailure, SubmitButton},
    forms::Form,
    i18n::tr,
    state::use_app,
};

#[component]
pub fn FirstAdminPage() -> impl IntoView {
    let app = use_app();
    let enter = use_enter();
    let query = use_query_map();
    let form = Form::new();
    let person = Person::new();

    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = FirstAdmin {
            token: query.with_untracked(|query| query.get("token")).unwrap_or_default(),
            name: person.name.get_untracked().trim().to_owned(),
            email: person.email.get_untracked().trim().to_owned(),
            password: person.password.get_untracked(),
            locale: app.locale.signal().get_untracked(),
        };
        form.send(body.validate(), api::account::first_admin(body), enter.clone());
    };

    view! {
        <GatePage title=Key::AuthFirstAdminTitle>
            <LinkForm purpose=FormLink::FirstAdmin again>
                <p class="muted">{tr(Key::AuthFirstAdminText)}</p>
                <form class="form" novalidate on:submit=on_submit.clone()>
                    <PersonFields form person />
                    <FormFailure form />
                    <SubmitButton form label=Key::AuthFirstAdminDo />
                </form>
            </LinkForm>
        </GatePage>
    }
}

fn again() -> AnyView {
    view! {
        <p class="muted">{tr(Key::AuthFirstAdminAgain)}</p>
        <A href="/login">{tr(Key::AuthBackToLogIn)}</A>
    }
    .into_any()
}
