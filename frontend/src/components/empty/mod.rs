//! Empty state: one sentence, one action.

use leptos::prelude::*;

use super::Icon;
use crate::i18n::Words;

#[component]
pub fn Empty(
    icon: &'static str,
    #[prop(into)] title: Words,
    #[prop(optional, into)] text: Option<Words>,
    /// The action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            // Not a heading: it is used at any depth of a page.
            <p class="empty-title">{title.show()}</p>
            {text.map(|text| view! { <p>{text.show()}</p> })}
            {children.map(|children| children())}
        </div>
    }
}
