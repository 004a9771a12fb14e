//! One part of a plan as a job, and its result.

use serde_json::Value;
use types::{
    evidence::GateReport,
    generation::PartFault,
    ids::TaskId,
    lesson::{Origin, Task},
    levels::{CefrLevel, Language},
    tasks::TaskBody,
};

/// Everything needed to write one task.
#[derive(Clone, Debug)]
pub struct PartJob {
    pub kind: String,
    /// As planned, or the current one if a task is made again; empty for the kind's usual one.
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
    /// The tasks already in the lesson.
    pub tasks: Vec<Task>,
    /// The task among `tasks` to replace. The new one should come out different.
    pub replaces: Option<TaskId>,
    /// Without a model, the same job with the same seed makes the same task.
    pub seed: u64,
}

impl PartJob {
    /// The content of the task to replace.
    #[must_use]
    pub fn previous(&self) -> Option<&TaskBody> {
        let replaces = self.replaces?;
        self.tasks.iter().find(|task| task.id == replaces).map(|task| &task.body)
    }

    /// The tasks that will be in the lesson beside the new one.
    pub fn others(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| Some(task.id) != self.replaces)
    }
}

/// A finished task that passed the gate without a fault.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenTask {
    pub title: String,
    pub instructions: String,
    pub body: TaskBody,
    pub origin: Origin,
    /// The gate's report on it in its lesson, and whether items are missing.
    pub evidence: GateReport,
}

/// Why a task was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFailure {
    pub fault: PartFault,
    /// Details for whoever wants them. Contains no key, no URL and nothing that the model wrote.
    pub detail: Option<String>,
}
