//! The frame of the pages before login: the brand, one card, the language.

use leptos::prelude::*;
use leptos_router::components::A;
use types::locale::{Key, Locale};

use crate::{
    components::PageTitle,
    i18n::{Words, tr},
    state::use_app,
};

#[component]
pub fn GatePage(
    #[prop(into)] title: Words,
    /// Under the card: the way to the other pages.
    #[prop(optional)]
    below: Option<Children>,
    children: Children,
) -> impl IntoView {
    view! {
        <PageTitle title=title.clone() />
        <div class="gate">
            <header>
                <A href="/" attr:class="brand-link">
                    <img src="/favicon.svg" width="34" height="34" alt="" />
                    <span>{tr(Key::CommonApp)}</span>
                </A>
            </header>
            <main id="main">
                <div class="glowfield">
                    <section class="card">
                        <h1>{title.show()}</h1>
                        {children()}
                    </section>
                </div>
                {below.map(|below| view! { <div class="stack g-2 sm">{below()}</div> })}
            </main>
            <footer>
                <LanguageChoice />
            </footer>
        </div>
    }
}

/// For this browser; an account brings its own.
#[component]
fn LanguageChoice() -> impl IntoView {
    let locale = use_app().locale;
    view! {
        <label>
            <span class="vh">{tr(Key::SettingsLanguage)}</span>
            <select
                class="plain-select"
                on:change=move |event| {
                    if let Some(chosen) = Locale::from_tag(&event_target_value(&event)) {
                        locale.choose(chosen);
                    }
                }
            >
                {Locale::ALL
                    .map(|option| {
                        view! {
                            <option
                                value=option.as_str()
                                lang=option.as_str()
                                prop:selected=move || locale.get() == option
                            >
                                {option.own_name()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}
