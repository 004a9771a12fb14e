//! Contents of tasks as they are stored: with the version of their form.

use serde_json::Value;
use types::{ids::TaskId, tasks::TaskBody};

/// Reads one. What this build can't read stays as it is, and is reported: it was written by a later build, or is broken.
pub fn read(task: TaskId, kind: &str, version: i16, content: Value) -> TaskBody {
    let body = TaskBody::from_stored(kind, version, content);
    if body.is_unread() {
        tracing::error!(%task, kind, version, "stored content of a task can't be read");
    }
    body
}
