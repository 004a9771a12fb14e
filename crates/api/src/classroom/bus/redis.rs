//! The bus between processes, over Redis: a pool for publishing, and one RESP3 connection that receives pushed
//! messages and resubscribes by itself. Nothing is carried while Redis is gone; once it is back, every room is told
//! to read what it missed.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use deadpool_redis::{Config, Pool, PoolConfig, Runtime, Timeouts};
use redis::{
    Client, FromRedisValue, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval, timeout},
};
use types::ids::ClassRunId;
use uuid::Uuid;

use super::{Bus, BusEvent, BusMessage, Payload, Subscription, local::Subscribers};

/// Most messages queued for publishing; past it, rooms on other servers read from PostgreSQL.
const QUEUE: usize = 4_096;
/// Most messages published in one pipeline.
const TOGETHER: usize = 100;
/// Timeout of every call to Redis.
const PATIENCE: Duration = Duration::from_secs(1);
/// Interval between health checks.
const PULSE: Duration = Duration::from_millis(500);

const PREFIX: &str = "linguaglow:run:";

fn channel(run: ClassRunId) -> String {
    format!("{PREFIX}{run}")
}

struct Inner {
    subscribers: Subscribers,
    up: AtomicBool,
    /// Runs with a message that could not be published: their rooms on other servers are notified once Redis is back.
    lost: Mutex<HashSet<ClassRunId>>,
    node: Uuid,
    queue: mpsc::Sender<(ClassRunId, Vec<u8>)>,
}

/// Publish and subscribe through Redis.
pub struct RedisBus {
    inner: Arc<Inner>,
    listening: ConnectionManager,
}

impl Inner {
    fn lose(&self, run: ClassRunId) {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(run);
    }

    fn take_lost(&self) -> Vec<ClassRunId> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }

    fn publish(&self, run: ClassRunId, message: &BusMessage) {
        match serde_json::to_vec(message) {
            Ok(bytes) => {
                if self.queue.try_send((run, bytes)).is_err() {
                    self.lose(run);
                }
            }
            Err(error) => tracing::error!(cause = %error, "failed to serialize a message to other servers"),
        }
    }

    /// Handles a push: a message from a channel, or the loss of the connection.
    fn pushed(&self, info: PushInfo) {
        match info.kind {
            PushKind::Message => {
                let mut data = info.data.into_iter();
                let (Some(channel), Some(payload)) = (data.next(), data.next()) else { return };
                let run = String::from_redis_value(channel).ok().and_then(|it| it.strip_prefix(PREFIX)?.parse().ok());
                let message = Vec::<u8>::from_redis_value(payload)
                    .ok()
                    .and_then(|it| serde_json::from_slice::<BusMessage>(&it).ok());
                if let (Some(run), Some(message)) = (run, message) {
                    self.subscribers.tell(run, BusEvent::Message(Arc::new(message)));
                }
            }
            PushKind::Disconnection => self.up.store(false, Ordering::Release),
            PushKind::Other(_)
            | PushKind::Invalidate
            | PushKind::PMessage
            | PushKind::SMessage
            | PushKind::Unsubscribe
            | PushKind::PUnsubscribe
            | PushKind::SUnsubscribe
            | PushKind::Subscribe
            | PushKind::PSubscribe
            | PushKind::SSubscribe
            | _ => {}
        }
    }
}

impl RedisBus {
    /// Connects on first use and reconnects whenever needed. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// If the address is not a Redis URL.
    pub fn new(url: &str, node: Uuid) -> Result<Arc<Self>, RedisError> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let inner = Arc::new(Inner {
            subscribers: Subscribers::default(),
            up: AtomicBool::new(false),
            lost: Mutex::default(),
            node,
            queue,
        });
        let info = url.into_connection_info()?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let pushed = Arc::downgrade(&inner);
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(PATIENCE))
            .set_max_delay(PATIENCE)
            .set_push_sender(move |info: PushInfo| {
                let inner = pushed.upgrade().ok_or(())?;
                inner.pushed(info);
                Ok::<(), ()>(())
            })
            .set_automatic_resubscription();
        let listening = ConnectionManager::new_lazy_with_config(client, config)?;
        let mut pool = Config::from_url(url);
        pool.pool = Some(PoolConfig {
            max_size: 4,
            timeouts: Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) },
            ..PoolConfig::default()
        });
        let pool = pool
            .create_pool(Some(Runtime::Tokio1))
            .map_err(|error| RedisError::from(std::io::Error::other(error.to_string())))?;
        tokio::spawn(send(Arc::downgrade(&inner), pool, waiting));
        tokio::spawn(watch(Arc::downgrade(&inner), listening.clone()));
        Ok(Arc::new(Self { inner, listening }))
    }
}

/// Publishes the queue, in batches.
async fn send(inner: Weak<Inner>, pool: Pool, mut waiting: mpsc::Receiver<(ClassRunId, Vec<u8>)>) {
    let mut together = Vec::new();
    while waiting.recv_many(&mut together, TOGETHER).await > 0 {
        let mut pipe = redis::pipe();
        for (run, bytes) in &together {
            pipe.publish(channel(*run), bytes.as_slice()).ignore();
        }
        let sent = timeout(PATIENCE, async {
            let mut conn = pool.get().await.map_err(|error| error.to_string())?;
            pipe.exec_async(&mut conn).await.map_err(|error| error.to_string())
        })
        .await;
        let failed = match sent {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(_) => Some("no answer".to_owned()),
        };
        if let Some(why) = failed {
            let Some(inner) = inner.upgrade() else { return };
            if inner.up.swap(false, Ordering::AcqRel) {
                tracing::warn!(cause = %why, "Redis is down: rooms read the database until it is back");
            }
            together.iter().for_each(|(run, _)| inner.lose(*run));
        }
        together.clear();
    }
}

/// Watches the health of Redis. Once it is back, resubscribes and tells the rooms that they missed something.
async fn watch(inner: Weak<Inner>, mut listening: ConnectionManager) {
    let mut pulse = interval(PULSE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pulse.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        let there = timeout(PATIENCE, redis::cmd("PING").query_async::<String>(&mut listening)).await;
        if !matches!(there, Ok(Ok(_))) {
            inner.up.store(false, Ordering::Release);
            continue;
        }
        if inner.up.load(Ordering::Acquire) {
            continue;
        }
        let runs: Vec<String> = inner.subscribers.runs().into_iter().map(channel).collect();
        if !runs.is_empty() && !matches!(timeout(PATIENCE, listening.subscribe(runs)).await, Ok(Ok(()))) {
            continue;
        }
        inner.up.store(true, Ordering::Release);
        tracing::info!("Redis is up: it carries messages between servers");
        inner.subscribers.tell_all(&BusEvent::Gap);
        for run in inner.take_lost() {
            inner.publish(run, &BusMessage { node: inner.node, payload: Payload::Lost {} });
        }
    }
}

#[async_trait]
impl Bus for RedisBus {
    fn publish(&self, run: ClassRunId, message: BusMessage) {
        self.inner.publish(run, &message);
    }

    fn has_others(&self, _: ClassRunId) -> bool {
        true
    }

    async fn subscribe(&self, run: ClassRunId) -> Subscription {
        let mut listening = self.listening.clone();
        let runtime = tokio::runtime::Handle::current();
        let (subscription, new) = self.inner.subscribers.listen(run, {
            let (inner, mut listening) = (Arc::downgrade(&self.inner), self.listening.clone());
            move || {
                runtime.spawn(async move {
                    // If this fails, messages that no room here reads may keep arriving; they are dropped.
                    let _ = timeout(PATIENCE, listening.unsubscribe(channel(run))).await;
                    // A room that opened in the meantime needs the subscription: have `watch` subscribe again.
                    if let Some(inner) = inner.upgrade()
                        && inner.subscribers.runs().contains(&run)
                    {
                        inner.up.store(false, Ordering::Release);
                    }
                });
            }
        });
        if new && !matches!(timeout(PATIENCE, listening.subscribe(channel(run))).await, Ok(Ok(()))) {
            // `watch` subscribes once Redis is there.
            self.inner.up.store(false, Ordering::Release);
        }
        subscription
    }

    fn is_up(&self) -> bool {
        self.inner.up.load(Ordering::Acquire)
    }

    fn is_shared(&self) -> bool {
        true
    }
}
