//! The title of the browser's tab.

use std::cell::Cell;

use leptos::prelude::*;
use types::locale::Key;

use crate::{
    i18n::{Words, t, t_with},
    web,
};

thread_local! {
    /// `true` until the first page is shown: the browser itself starts a loaded page at its top.
    static IS_LOADED: Cell<bool> = const { Cell::new(true) };
}

/// Shows “Lessons · LinguaGlow” while the page lives; “Travel · Report · LinguaGlow” if pages of several kinds share a
/// name.
#[component]
pub fn PageTitle(#[prop(into)] title: Words, #[prop(optional)] kind: Option<Key>) -> impl IntoView {
    Effect::new(move || {
        let mut page = title.get();
        if let Some(kind) = kind {
            page = t_with(Key::ShellTitleKind, &[("page", &page), ("kind", t(kind))]);
        }
        web::set_document_title(&t_with(Key::ShellTitleOf, &[("page", &page), ("app", t(Key::CommonApp))]));
    });
    // The link that led here may be gone with its page: keep keyboard users in this one.
    if !IS_LOADED.replace(false) {
        web::keep_focus();
    }
}
