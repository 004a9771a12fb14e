//! Names under which this browser keeps what is written of a lesson and not on the server yet. What a draft holds is up
//! to the builder.

use types::ids::{LessonId, TaskId};

use crate::web;

/// The name of a task's draft.
pub fn draft_name(lesson: LessonId, task: TaskId) -> String {
    format!("draft.{lesson}.{task}")
}

/// The name of the places of tasks that the server has never had.
pub fn list_name(lesson: LessonId) -> String {
    format!("new.{lesson}")
}

/// The tasks of a lesson that have drafts.
pub fn drafts_of(lesson: LessonId) -> Vec<TaskId> {
    let prefix = format!("draft.{lesson}.");
    web::stored_names().iter().filter_map(|name| name.strip_prefix(&prefix)?.parse().ok()).collect()
}
