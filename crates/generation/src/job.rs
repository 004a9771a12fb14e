//! One part of a plan as a job, and what comes of it.

use serde_json::Value;
use types::{
    evidence::GateReport,
    generation::PartFault,
    lesson::{Origin, Task},
    levels::{CefrLevel, Language},
    tasks::TaskBody,
};

/// All that is needed to write one task.
#[derive(Clone, Debug)]
pub struct PartJob {
    pub kind: String,
    /// As planned, or as it stands where a task is made again; empty: the kind's usual one.
    pub title: String,
    /// As planned: see [`crate::PlannedPart::plan`].
    pub plan: Value,
    pub topic: String,
    /// The teacher's notes on the lesson.
    pub notes: String,
    /// What should be different, in the teacher's words. Needs a model.
    pub wish: Option<String>,
    pub level: CefrLevel,
    pub target_language: Language,
    pub students_language: Language,
    /// What stands in the lesson already.
    pub tasks: Vec<Task>,
    /// With 'make again': the task that should be made differently.
    pub previous: Option<TaskBody>,
    /// The same job with the same seed is the same task, as far as no model is asked.
    pub seed: u64,
}

/// A task as written, through the gate without a fault.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenTask {
    pub title: String,
    pub instructions: String,
    pub body: TaskBody,
    pub origin: Origin,
    /// What the gate says of it in its lesson, and whether items are missing.
    pub evidence: GateReport,
}

/// Why a task was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFailure {
    pub fault: PartFault,
    /// For those who want to know: names no key, no address, and quotes nothing the model said.
    pub detail: Option<String>,
}
