//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_router::components::A;
use types::locale::Key;

use super::gate::GatePage;
use crate::i18n::tr;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <GatePage title=Key::ShellNotFoundTitle>
            <p class="muted">{tr(Key::ShellNotFoundText)}</p>
            <A href="/" attr:class="btn primary start">
                {tr(Key::ShellGoHome)}
            </A>
        </GatePage>
    }
}
