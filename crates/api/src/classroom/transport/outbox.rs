//! Outgoing frames of a socket. The room writes frames without waiting; what the network doesn't accept is queued. A
//! slow reader first loses transient frames, then its socket; it never delays the room.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use actix_web::{
    body::{BodySize, MessageBody},
    web::Payload,
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use tokio::{runtime::Handle, sync::Notify, task::AbortHandle};
use types::classroom::CloseCode;

use super::{
    line::{Claim, SocketWriter, Written},
    wire,
};

/// Most queued frames.
const FRAMES_MAX: usize = 1_000;
/// Most queued bytes; a single frame may exceed it.
const BYTES_MAX: usize = 2 * 1024 * 1024;
/// With this many frames queued, transient frames are dropped.
const PASSING_MAX: usize = 16;
/// Queued frames are joined into writes of about this size.
const WRITE_BYTES: usize = 16 * 1024;
/// A socket that accepts nothing for this long is closed.
const STUCK: Duration = Duration::from_secs(10);

struct Frame {
    bytes: Bytes,
    passing: bool,
}

#[derive(Default)]
struct State {
    /// Bytes being written, or the rest of them: they go first, even if the queue is dropped.
    begun: Bytes,
    waiting: VecDeque<Frame>,
    bytes: usize,
    /// Since when the network has accepted nothing although bytes wait.
    since: Option<Instant>,
    /// The task that continues writing when the network accepts more.
    writer: Option<AbortHandle>,
    /// Wakes the response's body, which waits for the socket's end.
    body: Option<Waker>,
    /// A close frame is queued, or the connection is gone: no more frames are accepted.
    closing: bool,
    gone: bool,
}

impl State {
    fn put(&mut self, bytes: Bytes, passing: bool) {
        self.bytes += bytes.len();
        self.waiting.push_back(Frame { bytes, passing });
    }

    fn is_full(&self, more: usize) -> bool {
        !self.waiting.is_empty() && (self.waiting.len() >= FRAMES_MAX || self.bytes + more > BYTES_MAX)
    }

    fn close(&mut self, frame: Bytes) {
        self.put(frame, false);
        self.closing = true;
    }

    fn is_out(&self) -> bool {
        self.begun.is_empty() && self.waiting.is_empty()
    }

    /// The next bytes to write: queued frames, joined.
    fn next(&mut self) -> Bytes {
        let Some(first) = self.waiting.pop_front() else { return Bytes::new() };
        self.bytes -= first.bytes.len();
        let out = first.bytes;
        if self.waiting.front().is_none_or(|next| out.len() + next.bytes.len() > WRITE_BYTES) {
            return out;
        }
        let mut joined = BytesMut::with_capacity(WRITE_BYTES.min(out.len() + self.bytes));
        joined.extend_from_slice(&out);
        while let Some(next) = self.waiting.pop_front_if(|next| joined.len() + next.bytes.len() <= WRITE_BYTES) {
            self.bytes -= next.bytes.len();
            joined.extend_from_slice(&next.bytes);
        }
        joined.freeze()
    }

    /// Writes the queue as far as the network accepts it.
    fn write(&mut self, writer: &SocketWriter) -> Written {
        let mut taken = false;
        loop {
            if self.begun.is_empty() {
                self.begun = self.next();
            }
            if self.begun.is_empty() {
                break;
            }
            let before = self.begun.len();
            match writer.write(&mut self.begun) {
                Written::All => taken = true,
                Written::Part => {
                    if taken || self.begun.len() < before || self.since.is_none() {
                        self.since = Some(Instant::now());
                    }
                    return Written::Part;
                }
                Written::Lost => {
                    self.end();
                    return Written::Lost;
                }
            }
        }
        self.since = None;
        Written::All
    }

    /// The connection is gone: drops the queue and ends what waits for it.
    fn end(&mut self) {
        let (writer, body) = (self.writer.take(), self.body.take());
        *self = Self { closing: true, gone: true, ..Self::default() };
        if let Some(body) = body {
            body.wake();
        }
        if let Some(writer) = writer {
            writer.abort();
        }
    }
}

/// Outgoing frames of one socket.
pub struct Outbox {
    /// Set once the HTTP server has handed the connection over; frames wait until then.
    writer: OnceLock<SocketWriter>,
    /// The thread that continues writing when the network was full.
    rooms: Handle,
    state: Mutex<State>,
    closing: Notify,
    out: Notify,
}

impl Outbox {
    /// An outbox for a socket whose connection is not handed over yet.
    #[must_use]
    pub fn new(rooms: Handle) -> Arc<Self> {
        let (closing, out) = (Notify::new(), Notify::new());
        Arc::new(Self { writer: OnceLock::new(), rooms, state: Mutex::default(), closing, out })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics halfway through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the connection and writes the frames that wait for it.
    pub fn open(self: &Arc<Self>, writer: SocketWriter) {
        // This is called once: a socket has one connection.
        let _ = self.writer.set(writer);
        self.send(self.state());
    }

    /// Writes the queue, unless a task is writing it already.
    fn send(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        let Some(writer) = self.writer.get() else { return };
        if state.writer.is_some() {
            return;
        }
        match state.write(writer) {
            Written::All if state.closing => self.out.notify_one(),
            Written::All => {}
            Written::Part => {
                let outbox = Arc::clone(self);
                state.writer = Some(self.rooms.spawn(async move { outbox.write_on().await }).abort_handle());
            }
            Written::Lost => {
                drop(state);
                self.gone();
            }
        }
    }

    /// Writes whenever the network accepts more, until the queue is empty.
    async fn write_on(&self) {
        let Some(writer) = self.writer.get() else { return };
        let mut lost = false;
        let watched = writer.when_it_takes(|| {
            let mut state = self.state();
            let written = state.write(writer);
            if written != Written::Part {
                state.writer = None;
            }
            if written == Written::All && state.closing {
                self.out.notify_one();
            }
            lost = written == Written::Lost;
            written
        });
        let watched = watched.await;
        if lost || watched.is_err() {
            self.gone();
        }
    }

    /// Queues a frame that must arrive. If the queue is full, the socket is closed: its client reconnects with what
    /// it has.
    pub fn push(self: &Arc<Self>, mut frame: Bytes) {
        let mut state = self.state();
        if state.closing {
            return;
        }
        if state.is_full(frame.len()) {
            state.waiting.retain(|waiting| !waiting.passing);
            state.bytes = state.waiting.iter().map(|waiting| waiting.bytes.len()).sum();
        }
        if state.is_full(frame.len()) {
            drop(state);
            self.cut();
            return;
        }
        match self.writer.get() {
            // By far the most common case: nothing is queued, and the network accepts the whole frame.
            Some(writer) if state.is_out() => match writer.write(&mut frame) {
                Written::All => return,
                Written::Part | Written::Lost => state.begun = frame,
            },
            Some(_) | None => state.put(frame, false),
        }
        self.send(state);
    }

    /// Queues a frame that may be dropped.
    pub fn push_passing(self: &Arc<Self>, frame: Bytes) {
        let mut state = self.state();
        if state.closing || state.waiting.len() >= PASSING_MAX {
            return;
        }
        state.put(frame, true);
        self.send(state);
    }

    /// Closes the socket after the queued frames.
    pub fn close(self: &Arc<Self>, code: CloseCode) {
        self.close_with(wire::close(Some(code.code())));
    }

    /// Answers the client's close frame.
    pub fn close_back(self: &Arc<Self>) {
        self.close_with(wire::close(None));
    }

    fn close_with(self: &Arc<Self>, frame: Bytes) {
        let mut state = self.state();
        if state.closing {
            return;
        }
        state.close(frame);
        self.send(state);
        self.closing.notify_one();
    }

    /// Drops the queue and closes with `resync`.
    fn cut(self: &Arc<Self>) {
        let mut state = self.state();
        state.waiting.clear();
        state.bytes = 0;
        state.close(wire::close(Some(CloseCode::Resync.code())));
        self.send(state);
        self.closing.notify_one();
    }

    /// Closes a socket that has accepted nothing for too long.
    pub fn cut_if_stuck(self: &Arc<Self>) {
        let stuck = {
            let state = self.state();
            !state.closing && state.since.is_some_and(|since| since.elapsed() > STUCK)
        };
        if stuck {
            self.cut();
        }
    }

    /// Waits until the socket is to be closed. Supports one waiter.
    pub async fn closing(&self) {
        loop {
            if self.state().closing {
                return;
            }
            self.closing.notified().await;
        }
    }

    /// Accepts no more frames, and waits until all are written or the connection is gone. Supports one waiter.
    pub async fn empty(self: &Arc<Self>) {
        self.state().closing = true;
        while !self.state().is_out() {
            self.out.notified().await;
        }
    }

    /// To be called when the connection is gone or has been closed.
    pub fn gone(&self) {
        self.state().end();
        self.closing.notify_one();
        self.out.notify_one();
    }
}

/// The response's body: empty, and pending until the socket ends.
pub struct OutboxBody {
    outbox: Arc<Outbox>,
    claim: Claim,
    payload: Payload,
}

impl OutboxBody {
    #[must_use]
    pub fn new(outbox: Arc<Outbox>, claim: Claim, payload: Payload) -> Self {
        Self { outbox, claim, payload }
    }
}

impl MessageBody for OutboxBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let this = self.get_mut();
        while let Poll::Ready(Some(Ok(bytes))) = this.payload.poll_next_unpin(cx) {
            this.claim.early(&bytes);
        }
        // The server polls the body once it has put the head into its buffer.
        this.claim.headed();
        let mut state = this.outbox.state();
        if state.gone {
            this.claim.over();
            return Poll::Ready(None);
        }
        state.body = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for OutboxBody {
    fn drop(&mut self) {
        self.outbox.gone();
    }
}
