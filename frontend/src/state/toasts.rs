//! Toasts: short messages that disappear by themselves, with an action where there is one.

use std::time::Duration;

use leptos::prelude::*;
use types::locale::Key;

use crate::{api::ApiError, i18n::Words, words};

/// How long a toast stays unless the pointer or the focus holds it.
const STAY: Duration = Duration::from_secs(8);
/// Most toasts shown at once: more would cover the page. The oldest goes.
const MOST: usize = 3;

#[derive(Clone)]
pub struct Toast {
    pub id: u32,
    pub text: String,
    pub action: Option<(Words, Callback<()>)>,
}

#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    pub(crate) fn new() -> Self {
        Self { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    pub fn list(self) -> Vec<Toast> {
        self.list.get()
    }

    /// Shows a message that repeats the verb of the button: “Copied”.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), None);
    }

    /// Says what was done, with **Undo**. `undo` must outlive the page: it may be pressed on the next one.
    pub fn undo(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.push(text.into(), Some((Key::CommonUndo.into(), Callback::new(move |()| undo()))));
    }

    /// Says why something failed. An aborted request says nothing: nobody waits for it.
    pub fn error(self, error: &ApiError) {
        if *error != ApiError::Aborted {
            self.push(words::problem(error), None);
        }
    }

    pub fn close(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }

    /// Closes a toast after `STAY`; starts over if the pointer or the focus is on it then (`held`).
    pub(crate) fn close_later(self, id: u32, held: impl Fn() -> bool + 'static) {
        set_timeout(
            move || {
                if held() {
                    self.close_later(id, held);
                } else {
                    self.close(id);
                }
            },
            STAY,
        );
    }

    fn push(self, text: String, action: Option<(Words, Callback<()>)>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.list.update(|list| {
            list.push(Toast { id, text, action });
            let surplus = list.len().saturating_sub(MOST);
            list.drain(..surplus);
        });
    }
}
