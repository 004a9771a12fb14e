//! When a room writes its proposals, and how. Pure: the time is passed in.
//!
//! | state | a batch is written | leaves it |
//! |---|---|---|
//! | `Optimistic` | in one statement that fails if anybody else wrote | somebody else wrote, or a write failed: `Locked` |
//! | `Locked` | with the run locked, after reading what is new | [`CAREFUL`] after the last such sign: `Optimistic` |
//! | `GaveUp` | never: the room ends, and its clients reconnect with what is in their journals | |

use std::time::Duration;

use tokio::time::Instant;
use types::classroom::decide::PendingProposal;

use super::ConnectionId;

/// Shortest pause after a write. The pause is as long as the last write took, so a slow database gets larger batches;
/// a room that was idle writes at once.
const REST_MIN: Duration = Duration::from_millis(6);
/// Longest pause after a write.
const REST_MAX: Duration = Duration::from_millis(20);
/// How long a room makes locked commits only: after it has opened, when clients resend what may have been written
/// already, and after another server wrote to the run.
const CAREFUL: Duration = Duration::from_secs(2);
/// Most proposals in a batch.
pub const BATCH_MAX: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Optimistic,
    Locked { until: Instant },
    GaveUp,
}

/// Proposals that wait to be written.
pub struct CommitQueue {
    waiting: Vec<(ConnectionId, PendingProposal)>,
    /// Nothing is written before.
    rest_until: Instant,
    state: State,
}

impl CommitQueue {
    /// The queue of a room that has just opened.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { waiting: Vec::new(), rest_until: now, state: State::Locked { until: now + CAREFUL } }
    }

    pub fn push(&mut self, connection: ConnectionId, proposal: PendingProposal) {
        self.waiting.push((connection, proposal));
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// When the queue is to be written; `None` if it is empty.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        (!self.waiting.is_empty()).then_some(self.rest_until)
    }

    /// Whether it is to be written now: a full batch need not wait.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.waiting.len() >= BATCH_MAX || self.due().is_some_and(|due| due <= now)
    }

    /// Takes the oldest proposals, at most [`BATCH_MAX`].
    pub fn take_batch(&mut self) -> Vec<(ConnectionId, PendingProposal)> {
        let rest = self.waiting.split_off(self.waiting.len().min(BATCH_MAX));
        std::mem::replace(&mut self.waiting, rest)
    }

    /// Notes how long writing took: the pause that follows is as long, within limits.
    pub fn wrote(&mut self, began: Instant, now: Instant) {
        self.rest_until = now + (now - began).clamp(REST_MIN, REST_MAX);
    }

    /// Whether a batch may be decided without locking the run.
    #[must_use]
    pub fn is_optimistic(&mut self, now: Instant) -> bool {
        if let State::Locked { until } = self.state
            && now >= until
        {
            self.state = State::Optimistic;
        }
        self.state == State::Optimistic
    }

    /// Others write to the run, or it is unknown whether a batch was written: the room may lack events.
    pub fn be_careful(&mut self, now: Instant) {
        if self.state != State::GaveUp {
            self.state = State::Locked { until: now + CAREFUL };
        }
    }

    /// The database was away for too long. Nothing was acked, so the clients still have the proposals.
    pub fn give_up(&mut self) {
        self.state = State::GaveUp;
        self.waiting.clear();
    }

    #[must_use]
    pub fn has_given_up(&self) -> bool {
        self.state == State::GaveUp
    }
}

#[cfg(test)]
mod tests {
    use types::{
        classroom::Proposal,
        ids::{ProposalId, UserId},
    };
    use uuid::Uuid;

    use super::*;

    fn proposal(n: usize) -> PendingProposal {
        let id = ProposalId(Uuid::from_u128(n as u128));
        PendingProposal { user: UserId(Uuid::nil()), id, what: Proposal::End {} }
    }

    fn filled(count: usize, now: Instant) -> CommitQueue {
        let mut queue = CommitQueue::new(now);
        (0..count).for_each(|n| queue.push(0, proposal(n)));
        queue
    }

    #[test]
    fn an_idle_room_writes_at_once_and_then_rests_as_long_as_it_took() {
        let now = Instant::now();
        let mut queue = filled(1, now);
        assert!(queue.is_due(now));
        queue.take_batch();
        assert_eq!(queue.due(), None);
        let ms = Duration::from_millis;
        for (took, rest) in [(ms(1), REST_MIN), (ms(13), ms(13)), (ms(900), REST_MAX)] {
            let end = now + took;
            queue.wrote(now, end);
            queue.push(0, proposal(1));
            assert_eq!(queue.due(), Some(end + rest));
            assert!(!queue.is_due(end) && queue.is_due(end + rest));
            queue.take_batch();
        }
    }

    #[test]
    fn a_full_batch_does_not_wait_and_the_rest_follows_in_order() {
        let now = Instant::now();
        let mut queue = filled(BATCH_MAX + 2, now);
        queue.wrote(now, now);
        assert!(queue.is_due(now));
        let first = queue.take_batch();
        assert_eq!((first.len(), first[0].1.id), (BATCH_MAX, proposal(0).id));
        assert!(!queue.is_due(now));
        let rest: Vec<_> = queue.take_batch().into_iter().map(|(_, proposal)| proposal.id).collect();
        assert_eq!(rest, [proposal(BATCH_MAX).id, proposal(BATCH_MAX + 1).id]);
        assert!(queue.is_empty());
    }

    #[test]
    fn it_locks_after_opening_and_for_a_while_after_others_wrote() {
        let now = Instant::now();
        let mut queue = CommitQueue::new(now);
        assert!(!queue.is_optimistic(now));
        assert!(queue.is_optimistic(now + CAREFUL));
        let later = now + CAREFUL * 3;
        queue.be_careful(later);
        assert!(!queue.is_optimistic(later + CAREFUL / 2));
        queue.be_careful(later + CAREFUL / 2);
        assert!(!queue.is_optimistic(later + CAREFUL), "each sign begins the time anew");
        assert!(queue.is_optimistic(later + CAREFUL * 2));
    }

    #[test]
    fn who_gave_up_writes_nothing_more() {
        let now = Instant::now();
        let mut queue = filled(3, now);
        queue.give_up();
        queue.be_careful(now);
        assert!(queue.has_given_up() && queue.is_empty() && !queue.is_optimistic(now + CAREFUL));
    }
}
