//! What a lesson is made of: its sections and the tasks to write, each with a plan that it keeps.

use serde_json::Value;
use types::{
    generation::{CreateRun, TopicInfo},
    levels::{CefrLevel, Language},
    problem::FieldCode,
};

/// What can be made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// A language model is set up: any topic, level and language.
    pub model: bool,
}

/// A lesson before its tasks are written.
#[derive(Clone, Debug, PartialEq)]
pub struct LessonPlan {
    pub title: String,
    pub topic: String,
    /// The titles of its sections in order, in the language taught.
    pub sections: Vec<String>,
    /// In the order in which they stand in the lesson.
    pub parts: Vec<PlannedPart>,
}

/// One task to write.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedPart {
    pub kind: String,
    pub title: String,
    /// Its section by place, from 0.
    pub section: usize,
    /// Exactly one part of a plan does not wait, or none does: the others build on what that one finds.
    pub waits_for_first: bool,
    /// The generator's own words: stored with the part and given back in [`crate::PartJob::plan`].
    pub plan: Value,
}

/// Why nothing can be planned for what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanError {
    /// The field at fault: `topic`, `level`, `target_language`, `kind`, `source.text` or `source.words`.
    pub field: &'static str,
    pub code: FieldCode,
    /// Topics of the pack that are near what was typed.
    pub near: Vec<TopicInfo>,
}

/// The topics of the built-in pack.
#[must_use]
pub fn topics() -> Vec<TopicInfo> {
    Vec::new()
}

/// Plans a lesson.
///
/// # Errors
/// [`PlanError`] where the built-in pack can't serve the request and no model is set up, or the source is too short.
pub fn plan(request: &CreateRun, offer: &Offer) -> Result<LessonPlan, PlanError> {
    let _ = (request, offer);
    Err(PlanError { field: "topic", code: FieldCode::NoSuchReference, near: Vec::new() })
}

/// Plans one more task for a lesson, or the making again of one (the same plan with another seed gives other items).
///
/// # Errors
/// As [`plan`]; `kind` where nothing makes that kind.
pub fn plan_one(
    kind: &str,
    topic: &str,
    level: CefrLevel,
    language: Language,
    items: Option<u32>,
    offer: &Offer,
) -> Result<PlannedPart, PlanError> {
    let _ = (kind, topic, level, language, items, offer);
    Err(PlanError { field: "topic", code: FieldCode::NoSuchReference, near: Vec::new() })
}
