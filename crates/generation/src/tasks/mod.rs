//! The templates that can be generated, a file each: what a model must fill in (the draft), what it is told, how the
//! draft becomes content, how the rules make the same, and what the gate asks of it. [`Generated`] is all that the rest
//! of this crate knows of a template.

use std::collections::BTreeSet;

use types::{
    generation::PartFault,
    ids::ItemId,
    lesson::Task,
    levels::Language,
    tasks::{TaskBody, Template},
};

use crate::{
    builtin::Made,
    gate::{Findings, Piece},
    generator::{PartFailure, PartJob},
    labels::TaskVariant,
    model::Draft,
    plan::{PackPlan, TextPlan, WordsPlan},
};

pub(crate) mod drill;
pub(crate) mod gap_fill;
pub(crate) mod matching;
pub(crate) mod sentence_builder;
pub(crate) mod single_choice;
pub(crate) mod text;
pub(crate) mod true_false;
pub(crate) mod unscramble;
pub(crate) mod word_bank;
pub(crate) mod word_list;

/// A task is worth keeping with at least this many entries.
const ENTRIES_MIN: usize = 3;

fn needs_model() -> PartFailure {
    PartFailure { fault: PartFault::NeedsModel, detail: None }
}

/// What generates and checks the tasks of one template. Every template of the catalogue has it: [`registry`] doesn't
/// compile without.
pub(crate) trait Generated: Template {
    /// What a task of it usually asks.
    const VARIANT: TaskVariant;
    /// So many entries where nobody says; `None`: it has none to count.
    const USUAL: Option<usize>;
    /// Rules can make it from the pack.
    const FROM_PACK: bool = true;
    /// It is a text to read, which other tasks are about.
    const IS_READING: bool = false;
    /// What a model fills in.
    type Draft: Draft;

    /// By rules, from the topic pack; `attempt` gives another one where the last did not pass.
    ///
    /// # Errors
    /// Why there is none.
    fn from_pack(_job: &PartJob, _plan: &PackPlan, _attempt: u64) -> Result<Made, PartFailure> {
        Err(needs_model())
    }

    /// By rules, from a teacher's text.
    ///
    /// # Errors
    /// Why there is none.
    fn from_text(_job: &PartJob, _plan: &TextPlan, _attempt: u64) -> Result<Made, PartFailure> {
        Err(needs_model())
    }

    /// By rules, from a teacher's word list.
    ///
    /// # Errors
    /// Why there is none.
    fn from_words(_job: &PartJob, _plan: &WordsPlan, _attempt: u64) -> Result<Made, PartFailure> {
        Err(needs_model())
    }

    /// How many entries it has: what a teacher counts.
    fn entries(&self) -> usize {
        self.items().len()
    }

    /// It without these items, where there is a sense in that.
    fn without(&self, _bad: &BTreeSet<&ItemId>) -> Option<Self> {
        None
    }

    /// Its texts in the language taught. Translations and notes are not among them.
    fn pieces(&self) -> Vec<Piece>;

    /// The words that it teaches.
    fn taught(&self) -> Vec<String> {
        Vec::new()
    }

    /// The words that it was written around, where others are about it.
    fn key_words(&self) -> Vec<String> {
        Vec::new()
    }

    /// The gate's rules of its own; of a word bank, how many gaps have one answer.
    fn check(&self, _language: Language, _found: &mut Findings) -> Option<u32> {
        None
    }

    /// Completes it before it is saved.
    fn prepare(&mut self, _language: Language) {}
}

/// What is known of a kind before there is a task of it.
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
        /// The kind of this name.
        pub(crate) fn kind(name: &str) -> Option<Kind> {
            $(if name == <types::tasks::$module::Content as Template>::META.kind {
                return Some(Kind::of::<types::tasks::$module::Content>());
            })+
            None
        }

        pub(crate) fn entries(body: &TaskBody) -> usize {
            match body { $(TaskBody::$variant(task) => task.entries(),)+ TaskBody::Unknown(_) => 0 }
        }

        /// The task without some of its items; `None` where too few are left, or none can be left out.
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

/// The words that a lesson's tasks teach. For [`crate::GateInput::taught`].
#[must_use]
pub fn taught_words<'a>(tasks: impl IntoIterator<Item = &'a Task>) -> Vec<String> {
    tasks.into_iter().flat_map(|task| taught(&task.body)).collect()
}
