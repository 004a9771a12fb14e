//! Writing proposals: batches, retries while the database is away, and proposals that can't be written at all.

use std::time::Duration;

use store::StoreError;
use tokio::time::{Instant, sleep};
use types::{
    classroom::{
        Batch, Refusal, ServerMessage,
        decide::{AlreadyAccepted, Outcome, PendingProposal, Undecided, decide},
    },
    ids::{AttemptId, ProposalId},
};
use uuid::Uuid;

use super::{Answers, ConnectionId, Room};
use crate::classroom::{bus::Payload, wire};

/// Attempts to write a batch while the database is away; the pauses between them grow to two seconds.
const TRIES: u32 = 8;

impl Room {
    /// Writes the queued proposals in batches. Retried while the database is away; nothing is acked before it is
    /// written.
    pub(super) async fn commit(&mut self) {
        let began = Instant::now();
        while !self.queue.is_empty() {
            let batch = self.queue.take_batch();
            self.commit_batch(batch).await;
        }
        self.queue.wrote(began, Instant::now());
    }

    async fn commit_batch(&mut self, batch: Vec<(ConnectionId, PendingProposal)>) {
        let (connections, proposals): (Vec<ConnectionId>, Vec<PendingProposal>) = batch.into_iter().unzip();
        let mut pause = Duration::from_millis(50);
        for _ in 0..TRIES {
            match self.try_commit(&proposals).await {
                Ok((Batch { events, .. }, outcomes)) => {
                    // Empty if every proposal was refused or had been accepted before.
                    if !events.is_empty() {
                        self.publish(|| Payload::Events { events: events.clone() });
                    }
                    events.iter().for_each(|event| self.state.apply(event));
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
                    // The batch may have been written all the same: locked, the next attempt finds out.
                    self.queue.be_careful(Instant::now());
                    tracing::warn!(run = %self.run, proposals = proposals.len(), cause = %error, "failed to write a batch");
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
        self.queue.give_up();
    }

    /// Commits proposals one by one, so that one that the database refuses doesn't block the others.
    async fn commit_apart(&mut self, connections: Vec<ConnectionId>, proposals: Vec<PendingProposal>) {
        for (connection, proposal) in connections.into_iter().zip(proposals) {
            if self.queue.has_given_up() {
                return;
            }
            Box::pin(self.commit_batch(vec![(connection, proposal)])).await;
        }
    }

    /// Tries to write a batch, optimistically if possible, else with the run locked. Returns what was written, not
    /// applied yet, and the outcome of each proposal.
    async fn try_commit(&mut self, proposals: &[PendingProposal]) -> Result<(Batch, Vec<Outcome>), StoreError> {
        if self.queue.is_optimistic(Instant::now())
            && let Some(written) = self.commit_optimistic(proposals).await?
        {
            return Ok(written);
        }
        self.commit_locked(proposals).await
    }

    /// Decides on the room's current state and writes the batch in one statement. `None` if it must be decided with
    /// the run locked instead: somebody else wrote to the run, the statement can't write this batch, or a proposal
    /// would be refused, which may be one that was accepted before.
    async fn commit_optimistic(
        &mut self,
        proposals: &[PendingProposal],
    ) -> Result<Option<(Batch, Vec<Outcome>)>, StoreError> {
        let at = store::instant();
        let (batch, outcomes) =
            decide(&self.state, &Undecided { owner: self.owner, proposals, done: &AlreadyAccepted::new(), at, new_id });
        if batch.events.is_empty() || outcomes.iter().any(Result::is_err) || !batch.is_ordinary() {
            return Ok(None);
        }
        if !self.shared.store.write_optimistic(self.run, self.state.upto, at, &batch).await? {
            self.queue.be_careful(Instant::now());
            return Ok(None);
        }
        Ok(Some((batch, outcomes)))
    }

    /// Locks the run, catches up with what others wrote, and decides then.
    async fn commit_locked(&mut self, proposals: &[PendingProposal]) -> Result<(Batch, Vec<Outcome>), StoreError> {
        let ids: Vec<ProposalId> = proposals.iter().map(|proposal| proposal.id).collect();
        let (mut tx, done) = self.shared.store.begin_room(self.run, &ids).await?;
        if tx.seq > self.state.upto {
            let missed = tx.events_after(self.state.upto).await?;
            self.apply(missed);
        }
        let decided = decide(&self.state, &Undecided { owner: self.owner, proposals, done: &done, at: tx.at, new_id });
        if decided.0.events.is_empty() {
            tx.rollback().await?;
        } else {
            tx.write(&decided.0).await?;
        }
        Ok(decided)
    }
}

fn new_id() -> AttemptId {
    AttemptId(Uuid::now_v7())
}

/// Acks and refusals, by connection.
fn answers(connections: &[ConnectionId], proposals: &[PendingProposal], outcomes: &[Outcome]) -> Answers {
    let mut answers = Answers::new();
    for ((connection, proposal), outcome) in connections.iter().zip(proposals).zip(outcomes) {
        let message = match outcome {
            Ok(seq) => ServerMessage::Ack { id: proposal.id, seq: *seq },
            Err(why) => ServerMessage::Refused { id: proposal.id, why: *why },
        };
        answers.entry(*connection).or_default().push(wire::message(&message));
    }
    answers
}

#[cfg(test)]
mod tests {
    use types::{classroom::Proposal, ids::UserId};

    use super::*;

    #[test]
    fn a_connection_gets_the_answers_to_its_own_proposals_in_their_order() {
        let proposal = |n: u128| PendingProposal {
            user: UserId(Uuid::nil()),
            id: ProposalId(Uuid::from_u128(n)),
            what: Proposal::End {},
        };
        let proposals = [proposal(1), proposal(2), proposal(3)];
        let all = answers(&[7, 8, 7], &proposals, &[Ok(5), Err(Refusal::Malformed), Ok(6)]);
        let texts = |connection: ConnectionId| all[&connection].iter().map(|frame| frame.text()).collect::<Vec<_>>();
        let ack = |n: u128, seq| wire::message(&ServerMessage::Ack { id: ProposalId(Uuid::from_u128(n)), seq }).text();
        let refused = ServerMessage::Refused { id: ProposalId(Uuid::from_u128(2)), why: Refusal::Malformed };
        assert_eq!(texts(7), [ack(1, 5), ack(3, 6)]);
        assert_eq!(texts(8), [wire::message(&refused).text()]);
    }
}
