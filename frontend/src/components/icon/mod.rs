//! An icon of the sprite (`public/icons.svg`, made from Phosphor by `icons.mjs` out of `icons.txt`), which `boot.js`
//! puts into the page.

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
