//! The title of the browser's tab.

use leptos::prelude::*;
use types::locale::Key;

use crate::{
    i18n::{Words, t, t_with},
    web,
};

/// “Lessons · LinguaGlow”, for as long as the page stands.
#[component]
pub fn PageTitle(#[prop(into)] title: Words) -> impl IntoView {
    Effect::new(move || {
        let page = title.get();
        web::set_document_title(&t_with(Key::ShellTitleOf, &[("page", &page), ("app", t(Key::CommonApp))]));
    });
}
