//! The output of makers, by rules or by a model, as input for the gate.

use types::{generation::PartFault, tasks::TaskBody};

use crate::{job::PartFailure, labels::TaskVariant};

/// A task as made, before the gate.
#[derive(Debug)]
pub(crate) struct Made {
    pub variant: TaskVariant,
    /// Set if the maker knows a better title than the plan.
    pub title: Option<String>,
    /// Set if the instructions are not the variant's.
    pub instructions: Option<String>,
    pub body: TaskBody,
}

impl Made {
    pub fn new(variant: TaskVariant, body: TaskBody) -> Self {
        Self { variant, title: None, instructions: None, body }
    }
}

pub(crate) fn not_enough() -> PartFailure {
    PartFailure { fault: PartFault::NotEnoughWords, detail: None }
}
