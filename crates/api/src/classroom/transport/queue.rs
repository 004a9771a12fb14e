//! Bytes that wait for a slow network: how many may, what is dropped first, and since when nothing has left. Pure: the
//! time and the network are passed in.

use std::{collections::VecDeque, time::Duration};

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

/// Most queued frames.
const FRAMES_MAX: usize = 1_000;
/// Most queued bytes; a single frame may exceed it.
const BYTES_MAX: usize = 2 * 1024 * 1024;
/// With this many frames queued, transient frames are dropped.
const TRANSIENT_MAX: usize = 16;
/// Queued frames are joined into writes of about this size.
const WRITE_BYTES: usize = 16 * 1024;
/// A network that takes nothing for this long is stuck.
const STUCK: Duration = Duration::from_secs(10);

/// How a write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    All,
    /// The network accepts no more for now.
    Part,
    /// The connection is gone.
    Lost,
}

/// The queue has no room for a frame that must arrive.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

struct Waiting {
    bytes: Bytes,
    transient: bool,
}

/// The outgoing bytes of one connection.
#[derive(Default)]
pub struct Queue {
    /// Bytes being written, or the rest of them: they go first, even if the queue is dropped.
    begun: Bytes,
    waiting: VecDeque<Waiting>,
    /// Size of what waits.
    bytes: usize,
    /// Since when the network has accepted nothing although bytes wait.
    since: Option<Instant>,
}

impl Queue {
    /// Queues a frame, or several as one. Transient frames are dropped where others need the room.
    ///
    /// # Errors
    /// If there is no room for a frame that must arrive.
    pub fn push(&mut self, bytes: Bytes, transient: bool) -> Result<(), Full> {
        if self.is_empty() {
            // By far the most common case: the network takes the whole frame at once.
            self.begun = bytes;
            return Ok(());
        }
        if transient {
            if self.waiting.len() < TRANSIENT_MAX {
                self.put(bytes, true);
            }
            return Ok(());
        }
        if self.is_full(bytes.len()) {
            self.waiting.retain(|waiting| !waiting.transient);
            self.bytes = self.waiting.iter().map(|waiting| waiting.bytes.len()).sum();
        }
        if self.is_full(bytes.len()) {
            return Err(Full);
        }
        self.put(bytes, false);
        Ok(())
    }

    /// Queues the last frame, for which there is always room.
    pub fn push_last(&mut self, bytes: Bytes) {
        self.put(bytes, false);
    }

    /// Drops what waits. Bytes being written stay: half a frame would break the rest.
    pub fn clear(&mut self) {
        self.waiting.clear();
        self.bytes = 0;
    }

    /// Whether everything is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.begun.is_empty() && self.waiting.is_empty()
    }

    /// When the network will have been stuck for too long, if it takes nothing until then.
    #[must_use]
    pub fn stuck_at(&self) -> Option<Instant> {
        self.since.map(|since| since + STUCK)
    }

    /// Writes until the queue is empty or the network takes no more. `write` removes what it took from its bytes.
    pub fn write(&mut self, now: Instant, mut write: impl FnMut(&mut Bytes) -> Written) -> Written {
        let mut taken = false;
        loop {
            if self.begun.is_empty() {
                self.begun = self.next();
            }
            if self.begun.is_empty() {
                self.since = None;
                return Written::All;
            }
            let before = self.begun.len();
            match write(&mut self.begun) {
                Written::All => taken = true,
                Written::Part => {
                    if taken || self.begun.len() < before || self.since.is_none() {
                        self.since = Some(now);
                    }
                    return Written::Part;
                }
                Written::Lost => return Written::Lost,
            }
        }
    }

    fn put(&mut self, bytes: Bytes, transient: bool) {
        self.bytes += bytes.len();
        self.waiting.push_back(Waiting { bytes, transient });
    }

    fn is_full(&self, more: usize) -> bool {
        !self.waiting.is_empty() && (self.waiting.len() >= FRAMES_MAX || self.bytes + more > BYTES_MAX)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network that takes so many bytes, and what it was given, one entry a write.
    struct Network {
        takes: usize,
        writes: Vec<Bytes>,
    }

    impl Network {
        fn taking(takes: usize) -> Self {
            Self { takes, writes: Vec::new() }
        }

        fn write(&mut self, bytes: &mut Bytes) -> Written {
            let taken = bytes.split_to(bytes.len().min(self.takes));
            self.takes -= taken.len();
            if !taken.is_empty() {
                self.writes.push(taken);
            }
            if bytes.is_empty() { Written::All } else { Written::Part }
        }

        fn all(&self) -> Vec<u8> {
            self.writes.concat()
        }
    }

    /// A queue whose network took the first half of its first frame.
    fn blocked(now: Instant) -> Queue {
        let mut queue = Queue::default();
        queue.push(Bytes::from_static(b"begun"), false).unwrap();
        assert_eq!(queue.write(now, |bytes| Network::taking(2).write(bytes)), Written::Part);
        queue
    }

    fn frame(byte: u8, length: usize) -> Bytes {
        vec![byte; length].into()
    }

    #[test]
    fn a_lone_frame_is_written_as_it_is() {
        let (mut queue, mut network, sent) = (Queue::default(), Network::taking(usize::MAX), frame(b'x', 300));
        queue.push(sent.clone(), false).unwrap();
        assert_eq!(queue.write(Instant::now(), |bytes| network.write(bytes)), Written::All);
        assert!(queue.is_empty());
        assert_eq!(network.writes[0].as_ptr(), sent.as_ptr(), "the shared bytes themselves, not a copy");
        assert!(queue.waiting.capacity() == 0, "an idle socket has no queue");
    }

    #[test]
    fn several_frames_share_a_write_of_limited_size_and_keep_their_order() {
        let now = Instant::now();
        let mut queue = blocked(now);
        let frames: Vec<Bytes> =
            (0..100_u8).map(|n| frame(n, 500)).chain([frame(200, 40_000), frame(201, 9)]).collect();
        for frame in &frames {
            queue.push(frame.clone(), false).unwrap();
        }
        let mut network = Network::taking(usize::MAX);
        assert_eq!(queue.write(now, |bytes| network.write(bytes)), Written::All);
        assert_eq!(network.all(), [&b"gun"[..], &frames.concat()].concat());
        let sizes: Vec<usize> = network.writes.iter().map(Bytes::len).collect();
        assert_eq!(sizes, [3, 16_000, 16_000, 16_000, 2_000, 40_000, 9], "a large frame goes alone");
        assert_eq!(queue.bytes, 0);
    }

    #[test]
    fn more_bytes_than_the_limit_do_not_fit() {
        let mut queue = blocked(Instant::now());
        let (large, small) = (frame(0, BYTES_MAX + 1), frame(0, 1));
        assert_eq!(queue.push(large, false), Ok(()), "a room may be larger than the queue");
        assert_eq!(queue.push(small.clone(), false), Err(Full));
        let mut queue = blocked(Instant::now());
        queue.push(frame(0, BYTES_MAX - 1), false).unwrap();
        queue.push(small.clone(), false).unwrap();
        assert_eq!(queue.push(small, false), Err(Full));
    }

    #[test]
    fn more_frames_than_the_limit_do_not_fit() {
        let mut queue = blocked(Instant::now());
        for _ in 0..FRAMES_MAX {
            queue.push(frame(0, 1), false).unwrap();
        }
        assert_eq!(queue.push(frame(0, 1), false), Err(Full));
        queue.push_last(frame(0, 1));
        assert_eq!(queue.waiting.len(), FRAMES_MAX + 1);
    }

    #[test]
    fn transient_frames_are_dropped_first() {
        let now = Instant::now();
        let mut queue = blocked(now);
        for _ in 0..TRANSIENT_MAX * 2 {
            queue.push(frame(b't', 10), true).unwrap();
        }
        assert_eq!(queue.waiting.len(), TRANSIENT_MAX);
        queue.push(frame(b'e', BYTES_MAX), false).unwrap();
        let mut network = Network::taking(usize::MAX);
        queue.write(now, |bytes| network.write(bytes));
        assert_eq!(network.all(), [&b"gun"[..], &[b'e'; BYTES_MAX]].concat());
    }

    #[test]
    fn what_is_begun_is_finished_even_if_the_rest_is_dropped() {
        let now = Instant::now();
        let mut queue = blocked(now);
        queue.push(frame(b'x', 100), false).unwrap();
        queue.clear();
        queue.push_last(frame(b'c', 2));
        let mut network = Network::taking(usize::MAX);
        assert_eq!(queue.write(now, |bytes| network.write(bytes)), Written::All);
        assert_eq!(network.all(), b"guncc");
    }

    #[test]
    fn a_network_is_stuck_from_when_it_last_took_something() {
        let began = Instant::now();
        let mut queue = blocked(began);
        let second = Duration::from_secs(1);
        assert_eq!(queue.stuck_at(), Some(began + STUCK));
        queue.write(began + second, |bytes| Network::taking(0).write(bytes));
        assert_eq!(queue.stuck_at(), Some(began + STUCK));
        queue.write(began + 2 * second, |bytes| Network::taking(1).write(bytes));
        assert_eq!(queue.stuck_at(), Some(began + 2 * second + STUCK));
        queue.write(began + 3 * second, |bytes| Network::taking(9).write(bytes));
        assert_eq!(queue.stuck_at(), None);
    }

    #[test]
    fn a_lost_connection_is_reported() {
        let mut queue = blocked(Instant::now());
        assert_eq!(queue.write(Instant::now(), |_| Written::Lost), Written::Lost);
    }
}
