//! What happened in a room, and who may see it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::room::{Member, Presence};
use crate::{
    ids::{AttemptId, ItemId, TaskId, UserId},
    marks::Mark,
};

/// One row of a class run's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Sequence number: starts at 1, grows by one, unique within a run.
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub body: EventBody,
}

/// What happened. Stored in this form; unknown types are read as `Unknown`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// Somebody joined, or returned after having been removed.
    Joined {
        member: Member,
    },
    /// The teacher removed somebody.
    Removed {
        student: UserId,
    },
    /// An answer was checked. One event per item.
    Answered {
        student: UserId,
        task: TaskId,
        item: ItemId,
        attempt: AttemptId,
        /// Starts at 1; a reset begins the next one.
        round: u32,
        /// 1-based number of this check of the item in this round.
        tries: u32,
        response: Value,
        mark: Mark,
    },
    /// An item's unchecked value; `null`: the field was emptied.
    Drafted {
        student: UserId,
        task: TaskId,
        item: ItemId,
        response: Option<Value>,
    },
    /// The class was moved to a task.
    Focused {
        task: TaskId,
    },
    /// A student follows the class again, or looks around.
    Followed {
        student: UserId,
        following: bool,
    },
    /// Keys were shown to everybody; their items are closed.
    Revealed {
        task: TaskId,
        keys: Vec<RevealedKey>,
    },
    Locked {
        task: TaskId,
        locked: bool,
    },
    /// A new round of some items (an empty list: the whole task), for one student or, without `student`, for everybody.
    /// A round for everybody hides the revealed keys again.
    Reset {
        student: Option<UserId>,
        task: TaskId,
        items: Vec<ItemId>,
    },
    /// Whether new students can join by the invitation.
    Door {
        open: bool,
    },
    /// The class is over; proposals are refused from now on.
    Ended {},
    /// From a later version.
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevealedKey {
    pub item: ItemId,
    pub key: Value,
}

/// Who is looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    Teacher,
    Student(UserId),
}

impl Event {
    /// Whether this viewer may see the event. No other code decides this.
    #[must_use]
    pub fn seen_by(&self, viewer: Viewer) -> bool {
        let Viewer::Student(me) = viewer else { return true };
        match &self.body {
            EventBody::Answered { student, .. }
            | EventBody::Drafted { student, .. }
            | EventBody::Followed { student, .. }
            | EventBody::Removed { student } => *student == me,
            EventBody::Reset { student, .. } => student.is_none_or(|student| student == me),
            EventBody::Joined { member } => member.id == me,
            EventBody::Focused { .. } | EventBody::Revealed { .. } | EventBody::Locked { .. } | EventBody::Ended {} => {
                true
            }
            EventBody::Door { .. } | EventBody::Unknown => false,
        }
    }
}

/// Transient: never stored, possibly dropped. Only teachers see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Passing {
    /// The student is typing in an item's field.
    Typing {
        student: UserId,
        task: TaskId,
        item: ItemId,
    },
    Presence {
        student: UserId,
        presence: Presence,
    },
    /// The task that a student is looking at.
    Place {
        student: UserId,
        task: TaskId,
    },
    #[serde(other)]
    Unknown,
}
