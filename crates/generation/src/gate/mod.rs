//! The quality gate: what can be checked in a task without a model, as evidence with codes.
//!
//! Stage 0 is structure, 1 item writing, 2 level (docs/GENERATION.md). All stages are pure and take well under 5 ms per
//! task, so they run on every save, including a teacher's own tasks. The entry is [`crate::check`], outside
//! (`measure.rs`) so that `registry`, which asks the templates, and `gate`, which they use, form no circle.

pub(crate) mod bank;
pub(crate) mod choices;
pub(crate) mod gaps;
pub(crate) mod language;
mod leaning;
pub(crate) mod level;
pub(crate) mod neighbours;
mod piece;
mod small;
mod telling;
pub(crate) mod typing;
pub(crate) mod typography;

use lexicon::Levels;
use types::{
    evidence::{Finding, FindingCode, Severity},
    ids::ItemId,
    levels::{CefrLevel, Language},
    tasks::TaskBody,
};

pub(crate) use language::stranger;
pub(crate) use piece::{Piece, Role, lines};
pub(crate) use small::{FUNCTION_WORDS, small_words};

/// The version of the checks; increment it whenever they find something different.
pub const VERSION: u16 = 3;

/// What to check, and against what.
#[derive(Clone, Copy, Debug)]
pub struct GateInput<'a> {
    pub body: &'a TaskBody,
    pub level: CefrLevel,
    /// The language taught.
    pub language: Language,
    pub levels: &'a Levels,
    /// Words that the lesson teaches: exempt from the level checks. See [`crate::taught_words`].
    pub taught: &'a [String],
}

/// Collects findings.
#[derive(Default)]
pub(crate) struct Findings {
    pub all: Vec<Finding>,
}

impl Findings {
    /// A finding about the whole task.
    pub(crate) fn task(&mut self, code: FindingCode, severity: Severity) -> &mut Finding {
        self.all.push(Finding { code, severity, item: None, path: None, text: None, other: None });
        let last = self.all.len() - 1;
        &mut self.all[last]
    }

    /// A finding about an item.
    pub(crate) fn item(&mut self, code: FindingCode, severity: Severity, item: &ItemId) -> &mut Finding {
        let finding = self.task(code, severity);
        finding.item = Some(item.clone());
        finding
    }
}
