//! Input that is not sent yet, kept so that neither an expired session nor a look at another page loses it.

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
