//! What a batch of proposals comes to, to be stored together.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    event::{Event, EventBody},
    room::Cell,
};
use crate::{
    ids::{AttemptId, ItemId, ProposalId, TaskId, UserId},
    marks::Mark,
};

/// A checked answer to store.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAttempt {
    pub id: AttemptId,
    pub student: UserId,
    pub task: TaskId,
    pub item: ItemId,
    pub round: u32,
    pub tries: u32,
    pub response: Value,
    pub mark: Mark,
    pub proposal: ProposalId,
    pub client_at: DateTime<Utc>,
}

/// The outcome of a batch of proposals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Their `seq`s continue the run's.
    pub events: Vec<Event>,
    pub proposals: Vec<(UserId, ProposalId, u64)>,
    pub attempts: Vec<NewAttempt>,
    /// Their state after the events.
    pub cells: Vec<(UserId, TaskId, ItemId, Cell)>,
    /// Per task: whether it is locked, and the items whose keys are revealed.
    pub tasks: Vec<(TaskId, bool, Vec<ItemId>)>,
}

impl Batch {
    /// Whether it changes no more than what students change all the time, and the teacher at every step: events,
    /// attempts, cells and the focus. The database then writes it in one statement.
    #[must_use]
    pub fn is_ordinary(&self) -> bool {
        // `Revealed`, `Locked` and `Reset` always come with a change of their task, so they end here.
        self.tasks.is_empty()
            && self.events.iter().all(|event| match event.body {
                EventBody::Joined { .. }
                | EventBody::Answered { .. }
                | EventBody::Drafted { .. }
                | EventBody::Focused { .. }
                | EventBody::Revealed { .. }
                | EventBody::Locked { .. }
                | EventBody::Reset { .. }
                | EventBody::Unknown => true,
                EventBody::Ended {}
                | EventBody::Door { .. }
                | EventBody::Removed { .. }
                | EventBody::Followed { .. } => false,
            })
    }
}
