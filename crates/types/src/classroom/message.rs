//! The messages of a room's socket.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    event::{Event, Passing},
    room::{StudentRoom, TeacherRoom},
};
use crate::ids::{ClassRunId, ItemId, ProposalId, TaskId, UserId};

/// A message from a client. The first one must be `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Opens the conversation. With what the client has already, only what is new is sent.
    Hello {
        protocol: u16,
        /// The run that `upto` refers to.
        #[serde(default)]
        epoch: Option<ClassRunId>,
        #[serde(default)]
        upto: Option<u64>,
    },
    /// Still there: every [`super::HEARTBEAT_MS`]. `hidden`: the page is in the background. The server answers with
    /// `events` without an event, so that silence tells that the connection is dead.
    Beat {
        #[serde(default)]
        hidden: bool,
    },
    /// A key was pressed; at most one a second an item.
    Typing { task: TaskId, item: ItemId },
    /// Which task is on the screen.
    Place { task: TaskId },
    /// Asks for a change that lasts.
    Propose { id: ProposalId, what: Proposal },
    #[serde(other)]
    Unknown,
}

/// A lasting change. Students' proposals come first, then the teacher's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Proposal {
    /// Keep what stands in a field; nothing is marked.
    Draft {
        task: TaskId,
        item: ItemId,
        response: Option<Value>,
    },
    /// Mark these answers. Items whose key was shown meanwhile are left out; it is refused where none is left.
    Check {
        task: TaskId,
        answers: Vec<Answer>,
        /// When the student pressed Check, by the student's clock.
        at: DateTime<Utc>,
    },
    /// Follow the class, or look around.
    Follow {
        following: bool,
    },

    /// Move the class to a task.
    Focus {
        task: TaskId,
    },
    /// Show the keys of some items (none named: all of the task) to everybody.
    Reveal {
        task: TaskId,
        #[serde(default)]
        items: Vec<ItemId>,
    },
    /// Take no checks of a task, or take them again. Drafts are kept meanwhile.
    Lock {
        task: TaskId,
        locked: bool,
    },
    /// Open a new round: see [`super::EventBody::Reset`].
    Reset {
        #[serde(default)]
        student: Option<UserId>,
        task: TaskId,
        #[serde(default)]
        items: Vec<ItemId>,
    },
    Remove {
        student: UserId,
    },
    Door {
        open: bool,
    },
    End {},
    #[serde(other)]
    Unknown,
}

impl Proposal {
    /// Whether only a teacher may propose this.
    #[must_use]
    pub fn is_teachers(&self) -> bool {
        match self {
            Self::Draft { .. } | Self::Check { .. } | Self::Follow { .. } | Self::Unknown => false,
            Self::Focus { .. }
            | Self::Reveal { .. }
            | Self::Lock { .. }
            | Self::Reset { .. }
            | Self::Remove { .. }
            | Self::Door { .. }
            | Self::End {} => true,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub item: ItemId,
    /// In the form of the task's template: see `types::tasks`.
    pub response: Value,
}

/// A message from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`: the room as it stands.
    Welcome {
        protocol: u16,
        room: Box<Room>,
    },
    /// The answer to a `hello` that named what it had, which `upto` repeats: what was missed comes next as `events`,
    /// which come also where nothing was missed.
    Resumed {
        upto: u64,
    },
    /// What happened, in order. `upto`: up to here this viewer has everything.
    Events {
        events: Vec<Event>,
        upto: u64,
    },
    Passing {
        events: Vec<Passing>,
    },
    /// It is stored; `seq` is that of its last event.
    Ack {
        id: ProposalId,
        seq: u64,
    },
    /// It will never be done: take it out of the journal.
    Refused {
        id: ProposalId,
        why: Refusal,
    },
    #[serde(other)]
    Unknown,
}

/// The room as the caller's role sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Room {
    Teacher(TeacherRoom),
    Student(StudentRoom),
}

/// Why a proposal was refused for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Not for this role, or not known here.
    NotAllowed,
    NoSuchTask,
    NoSuchItem,
    NoSuchStudent,
    /// Not an answer of this template, too long, or too many at once.
    Malformed,
    /// The teacher locked the task.
    Locked,
    /// The key was shown: the item is closed.
    Revealed,
    /// The class is over.
    Ended,
    #[serde(other)]
    Unknown,
}

/// Why the server closes a socket (RFC 6455: 4000 to 4999 are the application's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// Come again: the server restarts.
    Restart,
    /// Come again with what you have: you were too slow for the frames.
    Resync,
    /// A frame that is not of this protocol.
    Malformed,
    TooLarge,
    TooMany,
    /// No `hello` in time, or nothing heard for long.
    Silent,
    /// Too many sockets of this person.
    TooManySockets,
    /// The client is older than the server understands: reload.
    Outdated,
    /// The teacher removed you, or you are not of this class.
    Removed,
    /// The session ended: log in again.
    LoggedOut,
}

impl CloseCode {
    pub const ALL: &[Self] = &[
        Self::Restart,
        Self::Resync,
        Self::Malformed,
        Self::TooLarge,
        Self::TooMany,
        Self::Silent,
        Self::TooManySockets,
        Self::Outdated,
        Self::Removed,
        Self::LoggedOut,
    ];

    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Restart => 4000,
            Self::Resync => 4001,
            Self::Malformed => 4002,
            Self::TooLarge => 4003,
            Self::TooMany => 4004,
            Self::Silent => 4005,
            Self::TooManySockets => 4006,
            Self::Outdated => 4007,
            Self::Removed => 4008,
            Self::LoggedOut => 4009,
        }
    }

    #[must_use]
    pub fn of(code: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }

    /// Whether the client may reconnect after this code.
    #[must_use]
    pub fn may_return(self) -> bool {
        match self {
            Self::Restart | Self::Resync | Self::Malformed | Self::TooLarge | Self::TooMany | Self::Silent => true,
            Self::TooManySockets | Self::Outdated | Self::Removed | Self::LoggedOut => false,
        }
    }
}
