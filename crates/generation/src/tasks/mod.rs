//! The templates that can be generated, a file each: what a model must fill in (the draft), what it is told, how the
//! draft becomes content, how the rules make the same, and what the gate asks of it. [`Generated`] is all that the rest
//! of this crate knows of a template.

use std::collections::BTreeSet;

use types::{generation::PartFault, ids::ItemId, levels::Language, tasks::Template};

use crate::{
    gate::{Findings, Piece},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::Made,
    model::Draft,
    plan::{PackPlan, TextPlan, WordsPlan},
};

pub(crate) mod gap_fill;
pub(crate) mod matching;
pub(crate) mod sentence_builder;
pub(crate) mod single_choice;
pub(crate) mod text;
pub(crate) mod true_false;
pub(crate) mod unscramble;
pub(crate) mod word_bank;
pub(crate) mod word_list;

fn needs_model() -> PartFailure {
    PartFailure { fault: PartFault::NeedsModel, detail: None }
}

/// What generates and checks the tasks of one template. Every template of the catalogue has it:
/// `registry.rs` doesn't compile without.
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
