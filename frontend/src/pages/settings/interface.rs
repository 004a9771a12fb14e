//! The interface's language and theme.

use leptos::prelude::*;
use types::{
    account::UpdateMe,
    locale::{Key, Locale},
};

use crate::{
    api,
    components::Icon,
    i18n::tr,
    state::{Theme, use_app},
};

#[component]
pub fn Interface() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="interface">
            <h2 id="interface">{tr(Key::SettingsInterface)}</h2>
            <LanguageChoice />
            <ThemeChoice />
        </section>
    }
}

/// Applied at once, and stored with the account: emails use this language too.
#[component]
fn LanguageChoice() -> impl IntoView {
    let app = use_app();
    let choose = move |locale: Locale| {
        app.scope.spawn(async move {
            match api::account::update_me(UpdateMe { name: None, locale: Some(locale) }).await {
                Ok(me) => {
                    app.locale.choose(locale);
                    app.session.set(me);
                }
                Err(error) => app.toasts.error(&error),
            }
        });
    };
    let options = Locale::ALL.map(|option| {
        view! {
            <label>
                <input
                    type="radio"
                    name="locale"
                    prop:checked=move || app.locale.get() == option
                    on:change=move |_| choose(option)
                />
                <span lang=option.as_str()>{option.own_name()}</span>
            </label>
        }
    });
    view! {
        <div class="field">
            <span class="label" id="locale-label">{tr(Key::SettingsLanguage)}</span>
            <fieldset class="seg start" aria-labelledby="locale-label">{options.into_iter().collect_view()}</fieldset>
        </div>
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let theme = use_app().theme;
    let options = Theme::ALL.map(|option| {
        let (label, icon) = match option {
            Theme::System => (Key::SettingsThemeSystem, "monitor"),
            Theme::Light => (Key::SettingsThemeLight, "sun"),
            Theme::Dark => (Key::SettingsThemeDark, "moon"),
        };
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || theme.get() == option
                    on:change=move |_| theme.set(option)
                />
                <span class="with-icon">
                    <Icon name=icon />
                    {tr(label)}
                </span>
            </label>
        }
    });
    view! {
        <div class="field">
            <span class="label" id="theme-label">{tr(Key::SettingsTheme)}</span>
            <fieldset class="seg start" aria-labelledby="theme-label">{options.into_iter().collect_view()}</fieldset>
        </div>
    }
}
