//! Name and email address.

use leptos::prelude::*;
use types::{account::UpdateMe, locale::Key};

use crate::{
    api,
    components::{FormFailure, Icon, SubmitButton, TextField},
    forms::Form,
    i18n::{t, tr},
    pages::home::checklist::resend,
    state::use_app,
};

#[component]
pub fn Profile() -> impl IntoView {
    let app = use_app();
    let form = Form::new();
    let name = RwSignal::new(untrack(|| app.session.me()).map(|me| me.name).unwrap_or_default());
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = UpdateMe { name: Some(name.get_untracked().trim().to_owned()), locale: None };
        form.send(body.validate(), api::account::update_me(body), move |me| {
            app.session.set(me);
            app.toasts.say(t(Key::SettingsSaved));
        });
    };
    let address = move || {
        let me = app.session.me()?;
        let email = me.email?;
        let state = if me.email_confirmed {
            view! {
                <span class="row sm muted g-1">
                    <Icon name="check-circle-fill" class="icon-ok" />
                    {tr(Key::SettingsConfirmed)}
                </span>
            }
            .into_any()
        } else {
            view! {
                <span class="chip warn">{tr(Key::SettingsNotConfirmed)}</span>
                <button class="btn sm" type="button" on:click=move |_| resend(app)>
                    {tr(Key::ShellResend)}
                </button>
            }
            .into_any()
        };
        Some(view! {
            <div class="field">
                <span class="label">{tr(Key::AuthEmail)}</span>
                <div class="row wrap g-3">
                    <span class="anywhere">{email}</span>
                    {state}
                </div>
            </div>
        })
    };
    view! {
        <section class="card" aria-labelledby="profile">
            <h2 id="profile">{tr(Key::SettingsProfile)}</h2>
            {address}
            <form class="form" novalidate on:submit=on_submit>
                <TextField form path="name" label=Key::AuthName hint=Key::AuthNameHint value=name autocomplete="name" />
                <FormFailure form />
                <SubmitButton form label=Key::CommonSave class="btn" />
            </form>
        </section>
    }
}
