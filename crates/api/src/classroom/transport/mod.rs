//! How messages travel between a client and its room. Sessions and rooms know the two halves of a connection and
//! nothing of what carries them: no socket, no HTTP server, no codec.
//!
//! WebSockets are the only transport so far: [`Upgrade`] makes one of a request. Another one (plain HTTP: requests that
//! carry messages, and a long poll for what the room sends) makes a pair of halves when a client connects and begins a
//! session with them ([`Admission::begin`](super::Admission::begin)). It has to give:
//!
//! - **whole messages, in order, within the protocol's limits**: at most `FRAME_MAX` bytes each, and no more of them
//!   than `FRAMES_PER_SECOND` allows. It closes a connection that breaks them (`too_large`, `too_many`), and one that
//!   is silent for too long (`silent`).
//! - **sending without waiting**: the room's task calls [`SendHalf::send`] once per connection and event. What a client
//!   doesn't take is kept within a limit. Above it, transient frames are dropped first, then the client is sent away
//!   with `resync`, as is one that takes nothing for ten seconds.
//! - **no gaps**: everything that isn't transient arrives in the order in which it was sent, or the connection ends.
//!   The client then comes back and resumes from what it has. A response to a poll that may not have arrived is such
//!   an end, unless the transport can repeat it.
//! - **the close code**, after everything that was sent before it.
//! - **an end**: [`ReceiveHalf::next`] returns `None` once the connection is closed by either side or broken. The
//!   session then leaves the room and calls [`ReceiveHalf::finish`].

mod connection;
mod frame;
mod handover;
mod incoming;
mod outbox;
mod queue;
#[cfg(test)]
mod testing;
mod upgrade;
mod websocket;

use std::{future::Future, time::Duration};

use bytes::Bytes;
use types::classroom::CloseCode;

pub use self::{
    frame::Frame,
    handover::{Claim, HttpStream},
    upgrade::Upgrade,
};

/// The half of a connection that a room sends to. Shared; may be called from any thread.
pub trait SendHalf: Send + Sync {
    /// Sends frames, together and in order, without waiting for the client to take them.
    fn send(&self, frames: &[Frame]);

    /// Closes the connection once what was sent has left. Later frames are dropped; a second close does nothing.
    fn close(&self, code: CloseCode);
}

/// The half of a connection that its session reads.
pub trait ReceiveHalf: Send + 'static {
    /// The next message; `None` if the connection has ended or is closing. A client that sends nothing at all for as
    /// long as `patience` is closed with `silent`.
    fn next(&mut self, patience: Duration) -> impl Future<Output = Option<Bytes>> + Send;

    /// Ends the connection: what was sent leaves first.
    fn finish(self) -> impl Future<Output = ()> + Send;
}
