//! The title of the browser's tab.

use std::cell::Cell;

use leptos::prelude::*;
use types::locale::Key;

use crate::{
    i18n::{Words, t, t_with},
    web,
};

thread_local! {
    /// A page that was loaded begins at its top, as the browser has it.
    static IS_LOADED: Cell<bool> = const { Cell::new(true) };
}

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
    // The link that led here may be gone with its page: a keyboard goes on in this one.
    if !IS_LOADED.replace(false) {
        web::keep_focus();
    }
}
