//! Writes one planned task: by rules over the pack or a text, or by a model; checked before it is handed back.

use std::sync::Arc;

use lexicon::Levels;
use serde_json::Value;
use types::{
    generation::PartFault,
    lesson::{Origin, Task},
    levels::{CefrLevel, Language},
    tasks::TaskBody,
};

use crate::model::ModelConfig;

/// All that is needed to write one task.
#[derive(Clone, Debug)]
pub struct PartJob {
    pub kind: String,
    pub title: String,
    /// As planned: see [`crate::PlannedPart::plan`].
    pub plan: Value,
    pub topic: String,
    /// The teacher's notes on the lesson.
    pub notes: String,
    /// What should be different, in the teacher's words. Only a model heeds it.
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
}

/// Why a task was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFailure {
    pub fault: PartFault,
    /// For those who want to know: names no key, no address, and quotes nothing the model said.
    pub detail: Option<String>,
}

/// Writes tasks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Generator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    model: Option<ModelConfig>,
    levels: Levels,
}

impl Generator {
    /// A generator with a model where one is set up, and the levels that its tasks are measured by.
    #[must_use]
    pub fn new(model: Option<ModelConfig>, levels: Levels) -> Self {
        Self { inner: Arc::new(Inner { model, levels }) }
    }

    /// What it can make.
    #[must_use]
    pub fn offer(&self) -> crate::Offer {
        crate::Offer { model: self.inner.model.is_some() }
    }

    /// The levels that tasks are measured by.
    #[must_use]
    pub fn levels(&self) -> &Levels {
        &self.inner.levels
    }

    /// Writes a task.
    ///
    /// # Errors
    /// [`PartFailure`] says why there is none.
    pub async fn write(&self, job: &PartJob) -> Result<WrittenTask, PartFailure> {
        let _ = job;
        Err(PartFailure { fault: PartFault::Internal, detail: None })
    }
}
