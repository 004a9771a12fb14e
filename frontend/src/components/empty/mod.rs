//! Nothing here yet: one sentence, one action.

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
            <h3>{title.show()}</h3>
            {text.map(|text| view! { <p>{text.show()}</p> })}
            {children.map(|children| children())}
        </div>
    }
}
