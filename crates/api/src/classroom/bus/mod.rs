//! Carries what happens in a run from one server to the others. PostgreSQL is the source of truth: what the bus loses
//! is read from there.

mod local;
mod redis;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use types::{
    classroom::{Event, Passing, Presence},
    ids::{ClassRunId, TaskId, UserId},
};
use uuid::Uuid;

pub use self::{local::LocalBus, redis::RedisBus};

/// Most messages queued for a room; a room that falls behind reads from PostgreSQL.
const BACKLOG: usize = 1_024;

/// What one server tells the others about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BusMessage {
    /// Sending server.
    pub node: Uuid,
    #[serde(rename = "what")]
    pub payload: Payload,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Payload {
    Events {
        events: Vec<Event>,
    },
    Passing {
        events: Vec<Passing>,
    },
    /// Who is present at that server; sent on changes and every few seconds.
    People {
        people: Vec<Person>,
    },
    /// Some messages were lost: read from the database.
    Lost {},
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub presence: Presence,
    pub place: Option<TaskId>,
}

/// What a room gets from the bus.
#[derive(Clone, Debug)]
pub enum BusEvent {
    Message(Arc<BusMessage>),
    /// Some messages may have been lost.
    Gap,
}

/// A room's end of the bus.
pub struct Subscription {
    receiver: broadcast::Receiver<BusEvent>,
    /// Ends the subscription when it is dropped.
    _guard: Box<dyn Send + Sync>,
}

impl Subscription {
    /// The next event; pending for ever if the bus has ended.
    pub async fn next(&mut self) -> BusEvent {
        match self.receiver.recv().await {
            Ok(event) => event,
            Err(broadcast::error::RecvError::Lagged(_)) => BusEvent::Gap,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Publish and subscribe, by run.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes to the other servers and to this one's own subscribers. Never waits for the network; if it fails,
    /// [`Bus::is_up`] says so sooner or later.
    fn publish(&self, run: ClassRunId, message: BusMessage);

    /// Whether there is any subscriber besides one room of the run on this server; if not, publishing is pointless.
    fn has_others(&self, run: ClassRunId) -> bool;

    /// Receives what is published from now on.
    async fn subscribe(&self, run: ClassRunId) -> Subscription;

    /// Whether it works.
    fn is_up(&self) -> bool;

    /// Whether there may be other servers.
    fn is_shared(&self) -> bool;
}
