//! Stored contents of tasks, each with the version of its format.

use serde_json::Value;
use types::{ids::TaskId, tasks::TaskBody};

/// Reads stored content. Content that this build can't read is preserved and logged as an error: it is broken or was
/// written by a later build.
pub fn read(task: TaskId, kind: &str, version: i16, content: Value) -> TaskBody {
    let body = TaskBody::from_stored(kind, version, content);
    if body.is_unread() {
        tracing::error!(%task, kind, version, "can't read a task's stored content");
    }
    body
}
