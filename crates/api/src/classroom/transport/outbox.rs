//! Outgoing frames of a socket. The room writes frames without waiting; what the network doesn't accept is queued. A
//! slow reader first loses transient frames, then its socket; it never delays the room.

use std::{
    future::pending,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use tokio::{
    runtime::Handle,
    sync::Notify,
    task::AbortHandle,
    time::{Instant, sleep_until},
};
use types::classroom::CloseCode;

use super::{
    SendHalf,
    connection::SocketWriter,
    frame::{self, Frame},
    queue::{Full, Queue, Written},
};

#[derive(Default)]
struct State {
    queue: Queue,
    /// The task that continues writing when the network accepts more.
    writer: Option<AbortHandle>,
    /// Wakes the response's body, which waits for the socket's end.
    body: Option<Waker>,
    /// A close frame is queued, or the connection is gone: no more frames are accepted.
    closing: bool,
    gone: bool,
}

impl State {
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

/// Outgoing frames of one socket: its sending half.
pub struct Outbox {
    me: Weak<Self>,
    /// Set once the HTTP server has handed the connection over; frames wait until then.
    writer: OnceLock<SocketWriter>,
    /// The thread that continues writing when the network was full.
    rooms: Handle,
    state: Mutex<State>,
    closing: Notify,
    out: Notify,
}

impl SendHalf for Outbox {
    /// If the queue is full, the socket is closed: its client reconnects with what it has.
    fn send(&self, frames: &[Frame]) {
        let (bytes, transient) = frame::join(frames);
        self.push(bytes, transient);
    }

    fn close(&self, code: CloseCode) {
        self.close_with(frame::close(Some(code.code())));
    }
}

impl Outbox {
    /// An outbox for a socket whose connection is not handed over yet.
    #[must_use]
    pub fn new(rooms: Handle) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            writer: OnceLock::new(),
            rooms,
            state: Mutex::default(),
            closing: Notify::new(),
            out: Notify::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics halfway through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the connection and writes the frames that wait for it.
    pub fn open(&self, writer: SocketWriter) {
        // This is called once: a socket has one connection.
        let _ = self.writer.set(writer);
        self.flush(self.state());
    }

    /// Answers a ping.
    pub fn pong(&self, payload: &[u8]) {
        self.push(frame::pong(payload), false);
    }

    /// Answers the client's close frame.
    pub fn close_back(&self) {
        self.close_with(frame::close(None));
    }

    fn push(&self, bytes: Bytes, transient: bool) {
        let mut state = self.state();
        if state.closing {
            return;
        }
        match state.queue.push(bytes, transient) {
            Ok(()) => self.flush(state),
            Err(Full) => self.cut(state),
        }
    }

    fn close_with(&self, frame: Bytes) {
        let state = self.state();
        if !state.closing {
            self.close_now(state, frame);
        }
    }

    /// Drops the queue and closes with `resync`.
    fn cut(&self, mut state: MutexGuard<'_, State>) {
        state.queue.clear();
        self.close_now(state, frame::close(Some(CloseCode::Resync.code())));
    }

    fn close_now(&self, mut state: MutexGuard<'_, State>, frame: Bytes) {
        state.queue.push_last(frame);
        state.closing = true;
        self.flush(state);
        self.closing.notify_one();
    }

    /// Writes the queue, unless a task is writing it already.
    fn flush(&self, mut state: MutexGuard<'_, State>) {
        let Some(writer) = self.writer.get() else { return };
        if state.writer.is_some() {
            return;
        }
        match self.write(&mut state, writer) {
            Written::All => {}
            Written::Part => {
                if let Some(outbox) = self.me.upgrade() {
                    state.writer = Some(self.rooms.spawn(async move { outbox.write_on().await }).abort_handle());
                }
            }
            Written::Lost => {
                drop(state);
                self.gone();
            }
        }
    }

    fn write(&self, state: &mut State, writer: &SocketWriter) -> Written {
        let written = state.queue.write(Instant::now(), |bytes| writer.write(bytes));
        if written == Written::All && state.closing {
            self.out.notify_one();
        }
        written
    }

    /// Writes whenever the network accepts more, until the queue is empty.
    async fn write_on(&self) {
        let Some(writer) = self.writer.get() else { return };
        let mut lost = false;
        let watched = {
            let mut writing = pin!(writer.when_writable(|| {
                let mut state = self.state();
                let written = self.write(&mut state, writer);
                if written != Written::Part {
                    state.writer = None;
                }
                lost = written == Written::Lost;
                written
            }));
            loop {
                tokio::select! {
                    watched = &mut writing => break watched,
                    () = self.stuck() => self.cut(self.state()),
                }
            }
        };
        if lost || watched.is_err() {
            self.gone();
        }
    }

    /// Waits until the network has taken nothing for too long; for ever if the socket is closing already.
    async fn stuck(&self) {
        loop {
            let at = {
                let state = self.state();
                state.queue.stuck_at().filter(|_| !state.closing)
            };
            match at {
                None => return pending().await,
                Some(at) if at <= Instant::now() => return,
                Some(at) => sleep_until(at).await,
            }
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
    pub async fn empty(&self) {
        self.state().closing = true;
        while !self.state().queue.is_empty() {
            self.out.notified().await;
        }
    }

    /// To be called when the connection is gone or has been closed.
    pub fn gone(&self) {
        self.state().end();
        self.closing.notify_one();
        self.out.notify_one();
    }

    /// Ready once the connection is gone; else wakes the caller then. Supports one caller.
    pub fn poll_gone(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if state.gone {
            return Poll::Ready(());
        }
        state.body = Some(cx.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        task::Poll::{Pending, Ready},
        time::Duration,
    };

    use futures::FutureExt;
    use tokio::time::sleep;

    use super::*;
    use crate::classroom::transport::{
        connection::halves,
        testing::{CLOSE, FINAL, close, connection, outbox},
    };

    const SECOND: Duration = Duration::from_secs(1);

    fn text(text: &str) -> Frame {
        Frame::new(text.as_bytes())
    }

    /// Sends to a client that reads nothing until frames wait. Returns how many were sent.
    fn fill(outbox: &Outbox, frame: &Frame) -> usize {
        let mut sent = 0;
        while outbox.state().writer.is_none() {
            outbox.send(std::slice::from_ref(frame));
            sent += 1;
        }
        sent
    }

    #[tokio::test]
    async fn frames_are_written_at_once_and_in_order() {
        let (outbox, mut client) = outbox().await;
        outbox.send(&[text("1"), text("2")]);
        outbox.send(&[text("3").transient()]);
        assert!(outbox.state().queue.is_empty() && outbox.state().writer.is_none());
        assert_eq!([client.text().await, client.text().await, client.text().await], ["1", "2", "3"]);
    }

    #[tokio::test]
    async fn frames_wait_for_the_connection() {
        let outbox = Outbox::new(Handle::current());
        outbox.send(&[text("early")]);
        outbox.close(CloseCode::Restart);
        assert!(!outbox.state().queue.is_empty());
        let (handed_over, mut client) = connection().await;
        outbox.open(halves(handed_over.stream).unwrap().1);
        outbox.empty().await;
        assert_eq!(client.text().await, "early");
        assert_eq!(client.rest().await, (0, close(CloseCode::Restart)));
    }

    #[tokio::test]
    async fn who_reads_late_misses_nothing_that_must_arrive() {
        let (outbox, mut client) = outbox().await;
        let mut sent = fill(&outbox, &text(&"x".repeat(9_000)));
        for n in 0..200 {
            outbox.send(&[text(&format!("{n}"))]);
            outbox.send(&[text("typing").transient()]);
            sent += 1;
        }
        let (mut came, mut transient) = (0, 0);
        while came < sent {
            match client.text().await.as_str() {
                "typing" => transient += 1,
                _ => came += 1,
            }
        }
        assert!(transient < 20, "{transient}");
        assert!(outbox.state().queue.is_empty() && outbox.state().writer.is_none());
    }

    #[tokio::test]
    async fn who_falls_too_far_behind_is_sent_away() {
        let (outbox, mut client) = outbox().await;
        let frame = text(&"x".repeat(60_000));
        let mut sent = 0;
        while outbox.closing().now_or_never().is_none() {
            outbox.send(std::slice::from_ref(&frame));
            sent += 1;
            assert!(sent < 1_000);
        }
        outbox.send(&[frame]);
        let (came, code) = client.rest().await;
        assert_eq!(code, close(CloseCode::Resync));
        assert!(came < sent, "what waited is dropped: {came} of {sent}");
        outbox.empty().await;
    }

    /// Paused time advances by itself when every task is idle.
    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_sent_away() {
        let (outbox, mut client) = outbox().await;
        fill(&outbox, &text(&"x".repeat(9_000)));
        sleep(9 * SECOND).await;
        assert!(outbox.closing().now_or_never().is_none());
        sleep(2 * SECOND).await;
        assert!(outbox.closing().now_or_never().is_some());
        assert_eq!(client.rest().await.1, close(CloseCode::Resync));
    }

    #[tokio::test]
    async fn a_close_follows_what_was_sent_and_nothing_follows_a_close() {
        let (outbox, mut client) = outbox().await;
        let sent = fill(&outbox, &text(&"x".repeat(9_000)));
        outbox.close(CloseCode::Removed);
        outbox.close(CloseCode::Restart);
        outbox.send(&[text("late")]);
        assert!(outbox.closing().now_or_never().is_some());
        assert!(outbox.empty().now_or_never().is_none());
        let ((), rest) = tokio::join!(outbox.empty(), client.rest());
        assert_eq!(rest, (sent, close(CloseCode::Removed)));
        drop(outbox);
        assert_eq!(client.hear().await, None);
    }

    #[tokio::test]
    async fn a_client_that_is_gone_ends_all_waiting() {
        let (outbox, client) = outbox().await;
        fill(&outbox, &text(&"x".repeat(9_000)));
        assert_eq!(poll_fn(|cx| Ready(outbox.poll_gone(cx))).await, Pending);
        let body = poll_fn(|cx| outbox.poll_gone(cx));
        drop(client);
        tokio::join!(outbox.empty(), outbox.closing(), body);
        let state = outbox.state();
        assert!(state.gone && state.queue.is_empty() && state.writer.is_none());
    }

    #[tokio::test]
    async fn the_clients_close_is_answered_without_a_code() {
        let (outbox, mut client) = outbox().await;
        outbox.pong(b"p");
        outbox.close_back();
        assert_eq!(client.hear().await, Some((0x8a, b"p".to_vec())));
        assert_eq!(client.hear().await, Some((FINAL | CLOSE, Vec::new())));
    }
}
