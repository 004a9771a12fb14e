//! The templates that can be generated, one file each: what a model must fill in (the draft), its instructions, how the
//! draft becomes content, how the rules make the same, and what the gate checks in it. The rest of this crate knows a
//! template only through [`Generated`].

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
pub(crate) mod inline_choice;
pub(crate) mod matching;
pub(crate) mod multiple_choice;
pub(crate) mod ordering;
pub(crate) mod sentence_builder;
pub(crate) mod single_choice;
pub(crate) mod sorting;
pub(crate) mod text;
pub(crate) mod true_false;
pub(crate) mod unscramble;
pub(crate) mod word_bank;
pub(crate) mod word_list;

fn needs_model() -> PartFailure {
    PartFailure { fault: PartFault::NeedsModel, detail: None }
}

/// Generates and checks the tasks of one template. Every template of the catalogue must implement it, or `registry.rs`
/// doesn't compile.
pub(crate) trait Generated: Template {
    /// What a task of this kind usually asks.
    const VARIANT: TaskVariant;
    /// The number of entries if none is requested; `None` if it has none to count.
    const USUAL: Option<usize>;
    /// Whether rules can make it from the pack.
    const FROM_PACK: bool = true;
    /// Whether it is a text to read, which other tasks are about.
    const IS_READING: bool = false;
    /// What a model fills in.
    type Draft: Draft;

    /// Makes one by rules from the topic pack; each `attempt` gives a different one, for when the last did not pass the
    /// gate.
    ///
    /// # Errors
    /// Why it can't be made.
    fn from_pack(_job: &PartJob, _plan: &PackPlan, _attempt: u64) -> Result<Made, PartFailure> {
        Err(needs_model())
    }

    /// Makes one by rules from a teacher's text.
    ///
    /// # Errors
    /// Why it can't be made.
    fn from_text(_job: &PartJob, _plan: &TextPlan, _attempt: u64) -> Result<Made, PartFailure> {
        Err(needs_model())
    }

    /// Makes one by rules from a teacher's word list.
    ///
    /// # Errors
    /// Why it can't be made.
    fn from_words(_job: &PartJob, _plan: &WordsPlan, _attempt: u64) -> Result<Made, PartFailure> {
        Err(needs_model())
    }

    /// The number of entries, as a teacher counts them.
    fn entries(&self) -> usize {
        self.items().len()
    }

    /// The content without these items, if that makes sense.
    fn without(&self, _bad: &BTreeSet<&ItemId>) -> Option<Self> {
        None
    }

    /// The texts in the language taught, without translations and notes.
    fn pieces(&self) -> Vec<Piece>;

    /// The words that it teaches.
    fn taught(&self) -> Vec<String> {
        Vec::new()
    }

    /// The words that it was written around, for other tasks about it.
    fn key_words(&self) -> Vec<String> {
        Vec::new()
    }

    /// The gate's rules for this kind alone. For a word bank, returns how many gaps have a single answer.
    fn check(&self, _language: Language, _found: &mut Findings) -> Option<u32> {
        None
    }

    /// Completes the content before it is saved.
    fn prepare(&mut self, _language: Language) {}
}
