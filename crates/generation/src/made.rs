//! What makers, rules and models alike, leave for the gate.

use types::{generation::PartFault, tasks::TaskBody};

use crate::{job::PartFailure, labels::TaskVariant};

/// A task as a maker leaves it, before the gate.
#[derive(Debug)]
pub(crate) struct Made {
    pub variant: TaskVariant,
    /// Where the maker knows a better title than the plan.
    pub title: Option<String>,
    /// Where the words are not of the table.
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
