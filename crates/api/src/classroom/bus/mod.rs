//! What carries news of a run from one server to the others. PostgreSQL is the truth: what the bus loses is read there.

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

/// So much news may wait for a room; one that falls behind reads from PostgreSQL.
const BACKLOG: usize = 1_024;

/// News of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct News {
    /// The server that it comes from.
    pub node: Uuid,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    Events {
        events: Vec<Event>,
    },
    Passing {
        events: Vec<Passing>,
    },
    /// Who is there at that server, said when it changes and every few seconds.
    People {
        people: Vec<Person>,
    },
    /// Some news could not be told: read it from the database.
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

/// What a room hears.
#[derive(Clone, Debug)]
pub enum Heard {
    News(Arc<News>),
    /// Some may have been lost.
    Gap,
}

/// A room's ear.
pub struct Subscription {
    receiver: broadcast::Receiver<Heard>,
    /// Ends the subscription when it is dropped.
    _guard: Box<dyn Send + Sync>,
}

impl Subscription {
    /// The next news; pending for ever where the bus has ended.
    pub async fn next(&mut self) -> Heard {
        match self.receiver.recv().await {
            Ok(heard) => heard,
            Err(broadcast::error::RecvError::Lagged(_)) => Heard::Gap,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Publish and subscribe, by run.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Tells the other servers, and this one's own subscribers. Never waits for the network; where it can't be told,
    /// [`Bus::is_up`] says so sooner or later.
    fn publish(&self, run: ClassRunId, news: News);

    /// May anybody but one room of the run here hear it? Where not, there is nobody to publish for.
    fn has_others(&self, run: ClassRunId) -> bool;

    /// From now on.
    async fn subscribe(&self, run: ClassRunId) -> Subscription;

    /// Does it carry?
    fn is_up(&self) -> bool;

    /// Are there other servers?
    fn is_shared(&self) -> bool;
}
