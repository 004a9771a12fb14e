//! The classroom protocol: the proposals of clients, the events of the server, and the two views of a room (the
//! teacher's, a student's) that both sides build from them with the same code.
//!
//! - The server is authoritative; clients propose changes. Each proposal has an id chosen by the client. The server
//!   answers with an ack once the change is stored, or with a final refusal. A repeated id is acked again and has no
//!   effect.
//! - Events form a log, numbered by `seq` without gaps. [`Event::seen_by`] alone decides who sees an event: a
//!   student's answers are sent to the teacher and that student, keys to nobody before they are revealed. Since each
//!   viewer sees only part of the log, gaps mean nothing to a client: every `events` carries `upto`, the seq up to
//!   which this viewer has everything meant for them.
//! - Typing, presence and places are transient: never stored, possibly dropped, and without a seq.
//!
//! All messages are JSON objects with a `type`. An unknown type is read as `Unknown` and ignored, so that older clients
//! work with a newer server.

mod batch;
pub mod decide;
mod event;
#[cfg(test)]
mod histories;
mod journal;
mod message;
mod rest;
mod room;
#[cfg(test)]
mod tests;

pub use batch::{Batch, NewAttempt};
pub use event::{Event, EventBody, Passing, RevealedKey, Viewer};
pub use journal::Journal;
pub use message::{Answer, ClientMessage, CloseCode, Proposal, Refusal, Room, ServerMessage};
pub use rest::{
    AttemptRow, ClassInfo, ClassRunSummary, CreateClass, GuestJoin, Invitation, InvitationInfo, Joined, LetBackIn,
    RecoverGuest, RecoveryLink, ReportCell, ReportStudent, ReportTask, RunReport, StartRun, TaughtRun,
    UpdateInvitation,
};
pub use room::{Cell, ItemCells, Member, Presence, RunTask, StudentRoom, StudentRunTask, TaskCells, TeacherRoom};

/// Protocol version. Raised when a message changes in a way that older clients would misread.
pub const PROTOCOL: u16 = 1;
/// Longest frame that a client may send, in bytes.
pub const FRAME_MAX: usize = 64 * 1024;
/// Deepest nesting of a frame's JSON.
pub const DEPTH_MAX: usize = 16;
/// Sustained frame rate that a client may send, per second; bursts of twice as many are allowed.
pub const FRAMES_PER_SECOND: u32 = 40;
/// Most answers in one check.
pub const ANSWERS_MAX: usize = 100;
/// Most sockets of one person in one run, over all tabs and devices.
pub const SOCKETS_MAX: usize = 8;
/// Interval between a client's heartbeats, in milliseconds.
pub const HEARTBEAT_MS: u32 = 5_000;
/// Silence after which a person counts as away, in milliseconds.
pub const AWAY_MS: u32 = 15_000;
