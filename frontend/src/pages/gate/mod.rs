//! The frame of the pages before login: the brand, one card, the language.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use types::{
    account::FormLink,
    locale::{Key, Locale},
    problem::ProblemCode,
};

use crate::{
    api,
    components::{Banner, BannerKind, PageTitle, Skeleton},
    i18n::{Words, tr},
    state::{Fetched, use_app},
};

#[component]
pub fn GatePage(
    #[prop(into)] title: Words,
    /// Links to the other pages, under the card.
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

/// The form of a one-time link. If the link is no longer valid, the page says so, and what to do, before anybody fills
/// in the form.
#[component]
pub fn LinkForm(
    purpose: FormLink,
    /// Leads to a new link.
    again: fn() -> AnyView,
    children: ChildrenFn,
) -> impl IntoView {
    let query = use_query_map();
    let works = Fetched::new(move || {
        let token = query.with_untracked(|query| query.get("token")).unwrap_or_default();
        api::account::check_link(purpose, token)
    });
    move || match works.get() {
        None => view! { <Skeleton lines=3 /> }.into_any(),
        Some(Err(error)) if error.code() == Some(ProblemCode::LinkExpired) => view! {
            <Banner kind=BannerKind::Bad>{tr(Key::ProblemsLinkExpired)}</Banner>
            {again()}
        }
        .into_any(),
        // Other errors are reported by the form when it is sent.
        Some(_) => children(),
    }
}

/// The language of this browser; an account brings its own.
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
