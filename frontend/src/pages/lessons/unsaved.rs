//! Asks before actions that use a lesson as the server has it (a copy, another class) if this browser has changes that
//! the server lacks. In the lesson itself, `builder/settle.rs` waits until they are saved.

use leptos::prelude::*;
use types::{ids::LessonId, locale::Key};

use crate::{components::Dialog, i18n::tr, state::unsaved, web};

#[derive(Clone, Copy)]
pub struct UnsavedHere {
    open: RwSignal<bool>,
    wanted: StoredValue<Option<(LessonId, Callback<()>)>>,
}

impl Default for UnsavedHere {
    fn default() -> Self {
        Self { open: RwSignal::new(false), wanted: StoredValue::new(None) }
    }
}

impl UnsavedHere {
    /// Runs `act` at once, or asks first if the lesson has unsaved drafts.
    pub fn ask_first(self, lesson: LessonId, act: Callback<()>) {
        if unsaved::drafts_of(lesson).is_empty() {
            act.run(());
        } else {
            self.wanted.set_value(Some((lesson, act)));
            self.open.set(true);
        }
    }
}

#[component]
pub fn UnsavedHereDialog(here: UnsavedHere) -> impl IntoView {
    let UnsavedHere { open, wanted } = here;
    let go_on = move |_| {
        open.set(false);
        if let Some((_, act)) = wanted.get_value() {
            act.run(());
        }
    };
    let to_lesson = move |_| {
        if let Some((lesson, _)) = wanted.get_value() {
            web::go_to(&format!("/lessons/{lesson}"));
        }
    };
    view! {
        <Dialog open title=Key::BuilderUnsavedTitle class="narrow">
            <div class="dialog-body">
                <p>{tr(Key::LessonsUnsavedHere)}</p>
                <p class="muted">{tr(Key::BuilderUnsavedText)}</p>
            </div>
            <footer class="dialog-foot">
                <button class="btn" type="button" on:click=go_on>
                    {tr(Key::BuilderUnsavedGoOn)}
                </button>
                <button class="btn primary" type="button" autofocus on:click=to_lesson>
                    {tr(Key::LessonsOpen)}
                </button>
            </footer>
        </Dialog>
    }
}
