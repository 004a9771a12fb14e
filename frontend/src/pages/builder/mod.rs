//! The lesson builder.

use leptos::prelude::*;

#[component]
pub fn BuilderPage() -> impl IntoView {}
