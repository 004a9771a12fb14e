//! User-facing texts: short names for the catalogue of `types::locale`, in the current language.
//!
//! Every function here that returns a text is reactive: called in a closure of a view, it follows the language.

mod load;

use std::{cell::Cell, sync::Arc};

use leptos::{prelude::*, reactive::graph::Observer};
pub use load::load;
pub use types::locale::{Key, Locale, Plural, is_installed};
use types::{
    locale::{decimal, plural, plural_with, text, text_with},
    marks::Points,
};

thread_local! {
    // A page has one language. It is kept here and not in a context, so that texts are also available without a
    // reactive owner: in an event handler, or after an answer came.
    static LOCALE: Cell<Option<Signal<Locale>>> = const { Cell::new(None) };
}

/// Called once, by the app's root.
pub(crate) fn provide_locale(signal: Signal<Locale>) {
    LOCALE.set(Some(signal));
}

/// The interface's language.
pub fn locale() -> Locale {
    let Some(signal) = LOCALE.get() else { return Locale::default() };
    // Handlers call this without an observer, where a tracked read would only cause a warning.
    if Observer::get().is_some() { signal.get() } else { signal.get_untracked() }
}

/// A text by its key.
pub fn t(key: Key) -> &'static str {
    text(locale(), key)
}

/// A text with its placeholders filled.
pub fn t_with(key: Key, values: &[(&str, &str)]) -> String {
    text_with(locale(), key, values)
}

/// A text with a number that no plural form depends on: “All lessons (12)”.
pub fn with_n(key: Key, n: impl std::fmt::Display) -> String {
    t_with(key, &[("n", &n.to_string())])
}

/// A text with plural forms.
pub fn t_n(key: Plural, n: u64) -> String {
    plural(locale(), key, n)
}

/// A text with plural forms and more placeholders.
pub fn t_n_with(key: Plural, n: u64, values: &[(&str, &str)]) -> String {
    plural_with(locale(), key, n, values)
}

/// Points as a decimal in the interface's language.
pub fn points(points: Points) -> String {
    decimal(locale(), points)
}

/// A text for a view or an attribute that follows the language: `<p>{tr(Key::HomeTitle)}</p>`.
pub fn tr(key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || t(key)
}

/// A text passed to a component: from the catalogue, from a user, or made of both.
#[derive(Clone)]
pub enum Words {
    Key(Key),
    Text(Arc<str>),
    Made(Arc<dyn Fn() -> String + Send + Sync>),
}

impl Words {
    /// Computed again whenever what it reads changes.
    pub fn made(make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self::Made(Arc::new(make))
    }

    pub fn get(&self) -> String {
        match self {
            Self::Key(key) => t(*key).to_owned(),
            Self::Text(text) => text.to_string(),
            Self::Made(make) => make(),
        }
    }

    /// For views: `{label.show()}`.
    pub fn show(&self) -> impl Fn() -> String + Clone + Send + Sync + use<> {
        let words = self.clone();
        move || words.get()
    }
}

impl From<Key> for Words {
    fn from(key: Key) -> Self {
        Self::Key(key)
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Signal<String>> for Words {
    fn from(signal: Signal<String>) -> Self {
        Self::made(move || signal.get())
    }
}
