//! What a socket has yet to be sent. The room puts frames in without waiting; the connection takes them out when the
//! network takes them. A slow reader loses what is passing first, then its socket, never the room.

use std::{
    cell::RefCell,
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::{Bytes, BytesMut};
use tokio::sync::Notify;
use types::classroom::CloseCode;

use super::wire;

/// So many frames may wait.
const FRAMES_MAX: usize = 1_000;
/// So many bytes may wait; one frame, however large, always may.
const BYTES_MAX: usize = 2 * 1024 * 1024;
/// Once so many frames wait, what is passing is not added.
const PASSING_MAX: usize = 16;
/// Frames that wait are joined to writes of about this size.
const WRITE_BYTES: usize = 16 * 1024;
/// A socket that took nothing for so long is let go.
const STUCK: Duration = Duration::from_secs(10);

struct Frame {
    bytes: Bytes,
    passing: bool,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Frame>,
    bytes: usize,
    /// Since when nothing was taken out although something waits.
    since: Option<Instant>,
    waker: Option<Waker>,
    /// A close frame is in, or the connection is gone: nothing more goes in.
    closing: bool,
    /// Once all is out, the connection ends.
    finished: bool,
}

/// Wakes the sockets of one thread together. Woken one by one from a room's thread, each would cost a system call, and
/// the thread would fall asleep between them.
struct Rounds {
    waiting: Mutex<Vec<Waker>>,
    called: Notify,
    over: AtomicBool,
}

impl Rounds {
    /// Those of this thread, which must be one that serves.
    fn here() -> Arc<Self> {
        thread_local!(static HERE: RefCell<Option<Arc<Rounds>>> = const { RefCell::new(None) });
        HERE.with_borrow_mut(|here| match here {
            Some(rounds) if !rounds.over.load(Ordering::Acquire) => Arc::clone(rounds),
            _ => Arc::clone(here.insert(Self::start())),
        })
    }

    fn start() -> Arc<Self> {
        /// Says so when the thread serves no longer.
        struct End(Arc<Rounds>);
        impl Drop for End {
            fn drop(&mut self) {
                self.0.over.store(true, Ordering::Release);
                self.0.wake_all();
            }
        }
        let rounds = Arc::new(Self { waiting: Mutex::default(), called: Notify::new(), over: AtomicBool::new(false) });
        let end = End(Arc::clone(&rounds));
        actix_web::rt::spawn(async move {
            loop {
                end.0.called.notified().await;
                end.0.wake_all();
            }
        });
        rounds
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_all(&self) {
        let waiting = std::mem::take(&mut *self.waiting());
        waiting.into_iter().for_each(Waker::wake);
    }

    fn wake(&self, waker: Waker) {
        let first = {
            let mut waiting = self.waiting();
            waiting.push(waker);
            waiting.len() == 1
        };
        if self.over.load(Ordering::Acquire) {
            self.wake_all();
        } else if first {
            self.called.notify_one();
        }
    }
}

/// The queue of one socket.
pub struct Outbox {
    state: Mutex<State>,
    closing: Notify,
    rounds: Arc<Rounds>,
}

impl State {
    fn put(&mut self, bytes: Bytes, passing: bool) {
        self.bytes += bytes.len();
        self.waiting.push_back(Frame { bytes, passing });
        self.since.get_or_insert_with(Instant::now);
    }

    fn is_full(&self, more: usize) -> bool {
        !self.waiting.is_empty() && (self.waiting.len() >= FRAMES_MAX || self.bytes + more > BYTES_MAX)
    }

    fn close(&mut self, frame: Bytes) {
        self.put(frame, false);
        self.closing = true;
    }
}

impl Outbox {
    /// For a socket that this thread serves.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), closing: Notify::new(), rounds: Rounds::here() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics halfway through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, mut state: MutexGuard<'_, State>) {
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            self.rounds.wake(waker);
        }
    }

    /// A frame that must arrive. Where too much waits already, the socket is closed: its client comes again with what
    /// it has.
    pub fn push(&self, frame: Bytes) {
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
        state.put(frame, false);
        self.wake(state);
    }

    /// A frame that may be lost.
    pub fn push_passing(&self, frame: Bytes) {
        let mut state = self.state();
        if state.closing || state.waiting.len() >= PASSING_MAX {
            return;
        }
        state.put(frame, true);
        self.wake(state);
    }

    /// Closes after what waits.
    pub fn close(&self, code: CloseCode) {
        self.close_with(wire::close(Some(code.code())));
    }

    /// Answers the client's own closing.
    pub fn close_back(&self) {
        self.close_with(wire::close(None));
    }

    fn close_with(&self, frame: Bytes) {
        let mut state = self.state();
        if state.closing {
            return;
        }
        state.close(frame);
        self.wake(state);
        self.closing.notify_one();
    }

    /// Throws away what waits and closes with 'resync'.
    fn cut(&self) {
        let mut state = self.state();
        state.waiting.clear();
        state.bytes = 0;
        state.close(wire::close(Some(CloseCode::Resync.code())));
        self.wake(state);
        self.closing.notify_one();
    }

    /// Cuts a socket that takes nothing any more.
    pub fn cut_if_stuck(&self) {
        let stuck = {
            let state = self.state();
            !state.closing && state.since.is_some_and(|since| since.elapsed() > STUCK)
        };
        if stuck {
            self.cut();
        }
    }

    /// Waits until the socket is to be closed. For one waiter.
    pub async fn closing(&self) {
        loop {
            if self.state().closing {
                return;
            }
            self.closing.notified().await;
        }
    }

    /// Ends the connection once all is out.
    pub fn finish(&self) {
        let mut state = self.state();
        state.closing = true;
        state.finished = true;
        self.wake(state);
    }

    /// The connection is gone: nothing waits for it any more.
    fn gone(&self) {
        let mut state = self.state();
        *state = State { closing: true, finished: true, ..State::default() };
        drop(state);
        self.closing.notify_one();
    }
}

/// The response body that takes the frames out.
pub struct OutboxBody(pub Arc<Outbox>);

impl MessageBody for OutboxBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let mut state = self.0.state();
        let Some(first) = state.waiting.pop_front() else {
            if state.finished {
                return Poll::Ready(None);
            }
            state.waker = Some(cx.waker().clone());
            return Poll::Pending;
        };
        state.bytes -= first.bytes.len();
        let mut out = first.bytes;
        if let Some(next) = state.waiting.front()
            && out.len() + next.bytes.len() <= WRITE_BYTES
        {
            let mut joined = BytesMut::with_capacity(WRITE_BYTES.min(out.len() + state.bytes));
            joined.extend_from_slice(&out);
            while let Some(next) = state.waiting.front()
                && joined.len() + next.bytes.len() <= WRITE_BYTES
            {
                joined.extend_from_slice(&next.bytes);
                let length = next.bytes.len();
                state.waiting.pop_front();
                state.bytes -= length;
            }
            out = joined.freeze();
        }
        state.since = if state.waiting.is_empty() { None } else { Some(Instant::now()) };
        Poll::Ready(Some(Ok(out)))
    }
}

impl Drop for OutboxBody {
    fn drop(&mut self) {
        self.0.gone();
    }
}
