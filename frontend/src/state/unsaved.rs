//! What of a lesson is written and not on the server yet: the names under which this browser keeps it. What a draft holds
//! is the builder's own.

use types::ids::{LessonId, TaskId};

use crate::web;

/// Under which a task's draft is kept.
pub fn draft_name(lesson: LessonId, task: TaskId) -> String {
    format!("draft.{lesson}.{task}")
}

/// Under which the places of tasks are kept that the server has never had.
pub fn list_name(lesson: LessonId) -> String {
    format!("new.{lesson}")
}

/// The tasks of a lesson of which there are drafts.
pub fn drafts_of(lesson: LessonId) -> Vec<TaskId> {
    let prefix = format!("draft.{lesson}.");
    web::stored_names().iter().filter_map(|name| name.strip_prefix(&prefix)?.parse().ok()).collect()
}
