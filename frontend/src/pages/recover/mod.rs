//! Continues as the same guest on this device. The link works once, so it waits for a press.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use types::{account::FormLink, classroom::ClassInfo, locale::Key};

use super::gate::{GatePage, LinkForm};
use crate::{
    api,
    components::{FormFailure, SubmitButton},
    forms::Form,
    i18n::{t_with, tr},
    state::use_app,
    web,
};

/// `/recover?token=…`.
#[component]
pub fn RecoverPage() -> impl IntoView {
    let app = use_app();
    let query = use_query_map();
    let form = Form::new();
    let someone = move || app.session.me().map(|me| t_with(Key::ClassRecoverInstead, &[("name", &me.name)]));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let token = query.with_untracked(|query| query.get("token").unwrap_or_default());
        let ask = async move {
            api::classes::recover(token).await?;
            api::classes::list().await
        };
        // With a full page load: nothing of a previous user stays in the page.
        form.send(Vec::new(), ask, |classes| web::go_to(&way(&classes)));
    };
    view! {
        <GatePage title=Key::ClassRecover>
            <LinkForm purpose=FormLink::RecoverGuest again>
                <p>{tr(Key::ClassRecoverText)}</p>
                {move || someone().map(|text| view! { <p class="muted">{text}</p> })}
                <form class="form" novalidate on:submit=on_submit>
                    <FormFailure form />
                    <SubmitButton form label=Key::ClassRecoverDo />
                </form>
            </LinkForm>
        </GatePage>
    }
}

fn again() -> AnyView {
    view! { <p class="muted">{tr(Key::ClassRecoverAgain)}</p> }.into_any()
}

/// Address of the class that is running, else of the newest.
fn way(classes: &[ClassInfo]) -> String {
    classes
        .iter()
        .find(|class| class.open_run.is_some())
        .or(classes.first())
        .map_or_else(|| "/".to_owned(), |class| format!("/classes/{}", class.id))
}
