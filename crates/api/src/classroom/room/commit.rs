//! Writing proposals: batches, retries while the database is away, and proposals that can't be written at all.

use std::time::Duration;

use store::{Done, RoomFacts, StoreError};
use tokio::time::{Instant, sleep};
use types::{
    classroom::{Event, Proposal, Refusal, ServerMessage},
    ids::ProposalId,
};

use super::{Answers, BATCH_MAX, ConnectionId, REST_MAX, REST_MIN, Room};
use crate::classroom::{
    bus::Payload,
    decide::{Asked, Outcome, PendingProposal, decide},
    wire,
};

/// Attempts to write a batch while the database is away; the pauses between them grow to two seconds.
const TRIES: u32 = 8;

impl Room {
    /// Writes the queued proposals in batches. Retried while the database is away; nothing is acked before it is
    /// written.
    pub(super) async fn commit(&mut self) {
        self.commit_at = None;
        let began = Instant::now();
        let mut waiting = std::mem::take(&mut self.proposals);
        while !waiting.is_empty() {
            let rest = waiting.split_off(waiting.len().min(BATCH_MAX));
            self.commit_batch(waiting).await;
            waiting = rest;
        }
        let now = Instant::now();
        self.rest_until = now + (now - began).clamp(REST_MIN, REST_MAX);
    }

    async fn commit_batch(&mut self, batch: Vec<(ConnectionId, PendingProposal)>) {
        let (connections, proposals): (Vec<ConnectionId>, Vec<PendingProposal>) = batch.into_iter().unzip();
        let mut pause = Duration::from_millis(50);
        for _ in 0..TRIES {
            match self.try_commit(&proposals).await {
                Ok((events, outcomes)) => {
                    // Empty if every proposal was refused or had been accepted before.
                    if !events.is_empty() {
                        self.publish(|| Payload::Events { events: events.clone() });
                    }
                    return self.tell(events, answers(&connections, &proposals, &outcomes));
                }
                Err(error) if error.is_refusal() => {
                    tracing::error!(run = %self.run, proposals = proposals.len(), cause = %error, "the database refused a batch");
                    if proposals.len() > 1 {
                        return self.commit_apart(connections, proposals).await;
                    }
                    return self.tell(Vec::new(), answers(&connections, &proposals, &[Err(Refusal::Malformed)]));
                }
                Err(error) => {
                    tracing::warn!(run = %self.run, proposals = proposals.len(), cause = %error, "failed to write a batch");
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
        // Nothing was acked, so the clients still have the proposals in their journals.
        self.broken = true;
    }

    /// Commits proposals one by one, so that one that the database refuses doesn't block the others.
    async fn commit_apart(&mut self, connections: Vec<ConnectionId>, proposals: Vec<PendingProposal>) {
        for (connection, proposal) in connections.into_iter().zip(proposals) {
            if self.broken {
                return;
            }
            Box::pin(self.commit_batch(vec![(connection, proposal)])).await;
        }
    }

    /// Tries to write a batch, optimistically if possible, else with the run locked. Returns its events and the
    /// outcome of each proposal.
    async fn try_commit(&mut self, proposals: &[PendingProposal]) -> Result<(Vec<Event>, Vec<Outcome>), StoreError> {
        if self.dirty {
            self.read_anew().await?;
        }
        if Instant::now() >= self.careful_until
            && proposals.iter().all(|proposal| is_usual(&proposal.what))
            && let Some(written) = self.commit_optimistic(proposals).await?
        {
            return Ok(written);
        }
        if self.dirty {
            self.read_anew().await?;
        }
        self.commit_locked(proposals).await
    }

    /// Decides on the room's current state and writes the batch in one statement. `None` if it must be decided with
    /// the run locked instead: somebody else wrote to the run, the statement can't write this batch, or a proposal
    /// would be refused, which may be one that was accepted before.
    async fn commit_optimistic(
        &mut self,
        proposals: &[PendingProposal],
    ) -> Result<Option<(Vec<Event>, Vec<Outcome>)>, StoreError> {
        let (before, at) = (self.state.upto, store::instant());
        self.dirty = true;
        let (batch, outcomes) =
            decide(&mut self.state, &Asked { owner: self.owner, proposals, done: &Done::new(), at });
        if batch.events.is_empty() {
            self.dirty = false;
            return Ok(None);
        }
        if outcomes.iter().any(Result::is_err) || !batch.is_plain() {
            return Ok(None);
        }
        if !self.shared.store.write_optimistic(self.run, before, at, &batch).await? {
            self.be_careful();
            return Ok(None);
        }
        self.dirty = false;
        Ok(Some((batch.events, outcomes)))
    }

    /// Locks the run, catches up with what others wrote, and decides then.
    async fn commit_locked(&mut self, proposals: &[PendingProposal]) -> Result<(Vec<Event>, Vec<Outcome>), StoreError> {
        let ids: Vec<ProposalId> = proposals.iter().map(|proposal| proposal.id).collect();
        let (mut tx, done) = self.shared.store.begin_room(self.run, &ids).await?;
        if tx.seq > self.state.upto {
            let missed = tx.events_after(self.state.upto).await?;
            self.apply(missed);
        }
        let asked = Asked { owner: self.owner, proposals, done: &done, at: tx.at };
        self.dirty = true;
        let (batch, outcomes) = decide(&mut self.state, &asked);
        if batch.events.is_empty() {
            self.dirty = false;
            tx.rollback().await?;
            return Ok((batch.events, outcomes));
        }
        tx.write(&batch).await?;
        self.dirty = false;
        Ok((batch.events, outcomes))
    }

    /// Reads the room again after a batch that may or may not have been written.
    async fn read_anew(&mut self) -> Result<(), StoreError> {
        let RoomFacts { teacher, mut room, .. } = self.shared.store.room(self.run).await?;
        let events = self.shared.store.events_after(self.run, self.published, i64::MAX).await?;
        for member in &mut room.members {
            if let Some(known) = self.state.members.iter().find(|known| known.id == member.id) {
                (member.presence, member.place) = (known.presence, known.place);
            }
        }
        self.teacher = teacher;
        self.state = room;
        self.dirty = false;
        let upto = self.state.upto;
        let (known, later): (Vec<Event>, Vec<Event>) = events.into_iter().partition(|event| event.seq <= upto);
        self.tell(known, Answers::new());
        self.apply(later);
        Ok(())
    }
}

/// Acks and refusals, by socket.
fn answers(connections: &[ConnectionId], proposals: &[PendingProposal], outcomes: &[Outcome]) -> Answers {
    let mut answers = Answers::new();
    for ((connection, proposal), outcome) in connections.iter().zip(proposals).zip(outcomes) {
        let message = match outcome {
            Ok(seq) => ServerMessage::Ack { id: proposal.id, seq: *seq },
            Err(why) => ServerMessage::Refused { id: proposal.id, why: *why },
        };
        answers.entry(*connection).or_default().extend_from_slice(&wire::message(&message));
    }
    answers
}

/// Proposals that students make all the time, and a teacher at every step: they write only the batch's own rows and
/// the run's row.
fn is_usual(what: &Proposal) -> bool {
    match what {
        Proposal::Draft { .. } | Proposal::Check { .. } | Proposal::Focus { .. } => true,
        Proposal::Follow { .. }
        | Proposal::Reveal { .. }
        | Proposal::Lock { .. }
        | Proposal::Reset { .. }
        | Proposal::Remove { .. }
        | Proposal::Door { .. }
        | Proposal::End {}
        | Proposal::Unknown => false,
    }
}
