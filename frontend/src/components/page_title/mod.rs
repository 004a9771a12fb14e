//! The title of the browser's tab.

use leptos::prelude::*;
use types::locale::Key;

use crate::{
    i18n::{Words, t, t_with},
    web,
};

/// “Lessons · LinguaGlow”, for as long as the page stands; “Travel · Report · LinguaGlow” where pages of several kinds
/// bear one name.
#[component]
pub fn PageTitle(#[prop(into)] title: Words, #[prop(optional)] kind: Option<Key>) -> impl IntoView {
    Effect::new(move || {
        let mut page = title.get();
        if let Some(kind) = kind {
            page = t_with(Key::ShellTitleKind, &[("page", &page), ("kind", t(kind))]);
        }
        web::set_document_title(&t_with(Key::ShellTitleOf, &[("page", &page), ("app", t(Key::CommonApp))]));
    });
}
