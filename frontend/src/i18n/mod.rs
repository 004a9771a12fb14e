//! Words for people: short names for the catalogue of `types::locale`, in the language of the moment.
//!
//! Every function here that gives a text is reactive: called in a closure of a view, it follows the language.

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
    // One page has one language. It stands here and not in a context, so that a text can also be made
    // where no owner is: in an event handler, or after an answer came.
    static LOCALE: Cell<Option<Signal<Locale>>> = const { Cell::new(None) };
}

/// Called once, by the app's root.
pub(crate) fn provide_locale(signal: Signal<Locale>) {
    LOCALE.set(Some(signal));
}

/// The interface's language.
pub fn locale() -> Locale {
    let Some(signal) = LOCALE.get() else { return Locale::default() };
    // Handlers ask too, and follow nothing: there a tracked read would only be warned of.
    if Observer::get().is_some() { signal.get() } else { signal.get_untracked() }
}

/// A text.
pub fn t(key: Key) -> &'static str {
    text(locale(), key)
}

/// A text with its placeholders filled.
pub fn t_with(key: Key, values: &[(&str, &str)]) -> String {
    text_with(locale(), key, values)
}

/// A text with a number in it that its words don't follow: “All lessons (12)”.
pub fn with_n(key: Key, n: impl std::fmt::Display) -> String {
    t_with(key, &[("n", &n.to_string())])
}

/// A text that counts.
pub fn t_n(key: Plural, n: u64) -> String {
    plural(locale(), key, n)
}

/// A text that counts, with more placeholders.
pub fn t_n_with(key: Plural, n: u64, values: &[(&str, &str)]) -> String {
    plural_with(locale(), key, n, values)
}

/// Points as the reader writes fractions.
pub fn points(points: Points) -> String {
    decimal(locale(), points)
}

/// A text for a view or an attribute that follows the language: `<p>{tr(Key::HomeTitle)}</p>`.
pub fn tr(key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || t(key)
}

/// A text that a component is given: of the catalogue, of a person, or made of both.
#[derive(Clone)]
pub enum Words {
    Key(Key),
    Text(Arc<str>),
    Made(Arc<dyn Fn() -> String + Send + Sync>),
}

impl Words {
    /// Made again whenever what it reads changes.
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
