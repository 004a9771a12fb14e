//! The link in the first email: it confirms the address as soon as the page opens.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_query_map};
use types::locale::Key;

use super::gate::GatePage;
use crate::{
    api,
    components::{Banner, BannerKind, Spinner},
    i18n::tr,
    state::{Fetched, use_app},
    words,
};

#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    let app = use_app();
    let query = use_query_map();
    let answer = Fetched::new(move || {
        let token = query.with_untracked(|query| query.get("token")).unwrap_or_default();
        async move {
            let answer = api::account::confirm_email(token).await;
            if answer.is_ok() && app.session.is_someone_now() {
                app.session.ask().await;
            }
            answer
        }
    });
    view! {
        <GatePage title=Key::AuthConfirmTitle>
            {move || match answer.get() {
                None => {
                    view! {
                        <p class="row" role="status">
                            <Spinner />
                            {tr(Key::AuthConfirming)}
                        </p>
                    }
                        .into_any()
                }
                Some(Ok(())) => {
                    view! {
                        <Banner kind=BannerKind::Ok>{tr(Key::AuthConfirmed)}</Banner>
                        <A href="/" attr:class="btn primary">
                            {tr(Key::ShellGoHome)}
                        </A>
                    }
                        .into_any()
                }
                Some(Err(error)) => {
                    view! {
                        <Banner kind=BannerKind::Bad>{move || words::problem(&error)}</Banner>
                        <p class="muted sm">{tr(Key::AuthConfirmAgain)}</p>
                        <A href="/settings" attr:class="btn">
                            {tr(Key::AuthToSettings)}
                        </A>
                    }
                        .into_any()
                }
            }}
        </GatePage>
    }
}
