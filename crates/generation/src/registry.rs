//! Dispatches from a kind or a task to its template: what the planner, the generator and the gate need to know.

use std::collections::BTreeSet;

use types::{
    ids::ItemId,
    lesson::Task,
    levels::Language,
    tasks::{TaskBody, Template},
};

use crate::{
    gate::{Findings, Piece},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::Made,
    plan::{PackPlan, TextPlan, WordsPlan},
    tasks::Generated,
};

/// Fewest entries for a task to be worth keeping.
const ENTRIES_MIN: usize = 3;

/// What is known of a kind without a task.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub variant: TaskVariant,
    pub usual: Option<usize>,
    pub can_from_pack: bool,
    pub is_reading: bool,
    pub from_pack: fn(&PartJob, &PackPlan, u64) -> Result<Made, PartFailure>,
    pub from_text: fn(&PartJob, &TextPlan, u64) -> Result<Made, PartFailure>,
    pub from_words: fn(&PartJob, &WordsPlan, u64) -> Result<Made, PartFailure>,
}

impl Kind {
    fn of<T: Generated>() -> Self {
        Self {
            variant: T::VARIANT,
            usual: T::USUAL,
            can_from_pack: T::FROM_PACK,
            is_reading: T::IS_READING,
            from_pack: T::from_pack,
            from_text: T::from_text,
            from_words: T::from_words,
        }
    }
}

macro_rules! registry {
    ($($variant:ident $module:ident),+ $(,)?) => {
        /// The kind with this name.
        pub(crate) fn kind(name: &str) -> Option<Kind> {
            $(if name == <types::tasks::$module::Content as Template>::META.kind {
                return Some(Kind::of::<types::tasks::$module::Content>());
            })+
            None
        }

        pub(crate) fn entries(body: &TaskBody) -> usize {
            match body { $(TaskBody::$variant(task) => task.entries(),)+ TaskBody::Unknown(_) => 0 }
        }

        /// The task without some of its items; `None` if too few are left, or if items can't be removed.
        pub(crate) fn without_items(body: &TaskBody, bad: &BTreeSet<&ItemId>) -> Option<TaskBody> {
            if bad.is_empty() {
                return None;
            }
            let left = match body {
                $(TaskBody::$variant(task) => TaskBody::$variant(task.without(bad)?),)+
                TaskBody::Unknown(_) => return None,
            };
            (entries(&left) >= ENTRIES_MIN).then_some(left)
        }

        pub(crate) fn pieces(body: &TaskBody) -> Vec<Piece> {
            match body { $(TaskBody::$variant(task) => task.pieces(),)+ TaskBody::Unknown(_) => Vec::new() }
        }

        pub(crate) fn taught(body: &TaskBody) -> Vec<String> {
            match body { $(TaskBody::$variant(task) => task.taught(),)+ TaskBody::Unknown(_) => Vec::new() }
        }

        pub(crate) fn key_words(body: &TaskBody) -> Vec<String> {
            match body { $(TaskBody::$variant(task) => task.key_words(),)+ TaskBody::Unknown(_) => Vec::new() }
        }

        pub(crate) fn check(body: &TaskBody, language: Language, found: &mut Findings) -> Option<u32> {
            match body { $(TaskBody::$variant(task) => task.check(language, found),)+ TaskBody::Unknown(_) => None }
        }

        /// Completes a task before it is saved.
        #[must_use]
        pub fn prepare(mut body: TaskBody, language: Language) -> TaskBody {
            match &mut body {
                $(TaskBody::$variant(task) => task.prepare(language),)+
                TaskBody::Unknown(_) => {}
            }
            body
        }
    };
}

types::for_each_task_template!(registry);

/// The words that a lesson's tasks teach. See [`crate::GateInput::taught`].
#[must_use]
pub fn taught_words<'a>(tasks: impl IntoIterator<Item = &'a Task>) -> Vec<String> {
    tasks.into_iter().flat_map(|task| taught(&task.body)).collect()
}
