//! The user's own account: name, interface, password, sessions, and API tokens.

mod interface;
mod password;
mod profile;
mod sessions;
mod tokens;

use leptos::prelude::*;
use types::locale::Key;

use crate::{
    components::{Icon, PageTitle},
    i18n::tr,
    shell::log_out,
    state::use_app,
};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let app = use_app();
    view! {
        <PageTitle title=Key::ShellSettings />
        <header class="page-head">
            <h1>{tr(Key::ShellSettings)}</h1>
            <button class="btn" type="button" on:click=move |_| log_out(app)>
                <Icon name="sign-out" />
                {tr(Key::ShellLogOut)}
            </button>
        </header>
        <div class="settings">
            <profile::Profile />
            <interface::Interface />
            <password::Password />
            <sessions::Sessions />
            <Show when=move || app.session.is_teacher()>
                <tokens::Tokens />
            </Show>
        </div>
    }
}
