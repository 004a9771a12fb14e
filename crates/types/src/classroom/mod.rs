//! The classroom's language: what a client proposes, what the server says happened, and the two rooms (a teacher's, a
//! student's) that both sides build from it with the same code.
//!
//! - The server holds the truth, a client proposes. Each proposal has an id that the client made; the server answers
//!   with an ack once it is stored, or with a refusal that is final. A repeated id is acked again and does nothing.
//! - What happened is a log of events with a `seq` that grows by one. Who sees which event is decided by
//!   [`Event::seen_by`] alone: a student's answers go to the teacher and to that student, keys to nobody before they
//!   are revealed. Since each viewer sees a part, gaps tell nothing: every frame carries `upto`, the seq up to which
//!   this viewer has everything meant for them.
//! - Typing, presence and places are passing: never stored, may be dropped, and carry no seq.
//!
//! All messages are JSON objects with a `type`. A type that is not known is read as `Unknown` and left alone, so that
//! an older client lives on beside a newer server.

mod event;
mod message;
mod rest;
mod room;
#[cfg(test)]
mod tests;

pub use event::{Event, EventBody, Passing, RevealedKey, Viewer};
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
