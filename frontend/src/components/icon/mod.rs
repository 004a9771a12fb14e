//! An icon of the sprite, which `boot.js` inserts into the page (`public/icons.svg`, built from Phosphor by `icons.mjs`
//! as listed in `icons.txt`).

use leptos::prelude::*;

/// Always decoration: the word beside it, or the button's label, carries the meaning.
#[component]
pub fn Icon(
    /// The name without `i-`; see `icons.txt`.
    #[prop(into)]
    name: Signal<&'static str>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("i {class}") aria-hidden="true">
            <use href=move || format!("#i-{}", name.get())></use>
        </svg>
    }
}
