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
    /// Opens the connection. If the client says what it already has, only newer events are sent.
    Hello {
        protocol: u16,
        /// The run that `upto` refers to.
        #[serde(default)]
        epoch: Option<ClassRunId>,
        #[serde(default)]
        upto: Option<u64>,
    },
    /// Heartbeat, every [`super::HEARTBEAT_MS`]. `hidden`: the page is in the background. The server answers with an
    /// empty `events`, so that silence means a dead connection.
    Beat {
        #[serde(default)]
        hidden: bool,
    },
    /// The student is typing; at most once a second per item.
    Typing { task: TaskId, item: ItemId },
    /// The task on the student's screen.
    Place { task: TaskId },
    /// Proposes a lasting change.
    Propose { id: ProposalId, what: Proposal },
    #[serde(other)]
    Unknown,
}

/// A lasting change. Students' proposals come first, then the teacher's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Proposal {
    /// Store a field's unchecked value; nothing is marked.
    Draft {
        task: TaskId,
        item: ItemId,
        response: Option<Value>,
    },
    /// Mark these answers. Items whose key has been shown in the meantime are skipped; refused if none is left.
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
    /// Show the keys of some items (an empty list: the whole task) to everybody.
    Reveal {
        task: TaskId,
        #[serde(default)]
        items: Vec<ItemId>,
    },
    /// Stop accepting checks of a task, or accept them again. Drafts are still stored.
    Lock {
        task: TaskId,
        locked: bool,
    },
    /// Start a new round: see [`super::EventBody::Reset`].
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
    /// The answer to `hello`: the state of the room.
    Welcome {
        protocol: u16,
        room: Box<Room>,
    },
    /// The answer to a `hello` with `upto`, which is repeated here. The missed events follow as `events`, which is sent
    /// even if it is empty.
    Resumed {
        upto: u64,
    },
    /// Events in order. `upto`: the viewer now has everything up to this seq.
    Events {
        events: Vec<Event>,
        upto: u64,
    },
    Passing {
        events: Vec<Passing>,
    },
    /// The proposal is stored; `seq` is that of its last event.
    Ack {
        id: ProposalId,
        seq: u64,
    },
    /// The proposal is refused for good: remove it from the journal.
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
    /// Not allowed for this role, or an unknown type.
    NotAllowed,
    NoSuchTask,
    NoSuchItem,
    NoSuchStudent,
    /// Not an answer of this template, too long, or too many answers at once.
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
    /// Reconnect: the server is restarting.
    Restart,
    /// Reconnect and resume: the client read too slowly.
    Resync,
    /// A frame that violates the protocol.
    Malformed,
    TooLarge,
    TooMany,
    /// No `hello` in time, or no frame for too long.
    Silent,
    /// This person has too many sockets.
    TooManySockets,
    /// The client is too old for the server: reload.
    Outdated,
    /// The teacher removed you, or you are not a member of this class.
    Removed,
    /// The session has ended: log in again.
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
