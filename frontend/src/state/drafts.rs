//! What was typed and not sent yet, so that a session that ends, or a look at another page, loses none of it.

use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Drafts {
    /// The topic on Home.
    pub topic: RwSignal<String>,
    /// The text or word list in the dialog on Home.
    pub source: RwSignal<String>,
}

impl Drafts {
    pub(crate) fn new() -> Self {
        Self { topic: RwSignal::new(String::new()), source: RwSignal::new(String::new()) }
    }
}
