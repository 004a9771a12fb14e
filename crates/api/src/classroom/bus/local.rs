//! The bus inside one process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use async_trait::async_trait;
use tokio::sync::broadcast;
use types::ids::ClassRunId;

use super::{BACKLOG, Bus, BusEvent, BusMessage, Subscription};

type Senders = HashMap<ClassRunId, broadcast::Sender<BusEvent>>;

/// Subscribers by run.
#[derive(Clone, Default)]
pub(super) struct Subscribers(Arc<Mutex<Senders>>);

impl Subscribers {
    fn senders(&self) -> MutexGuard<'_, Senders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Subscribes to a run. `true` if it had no subscriber before; `on_last` is called when its last one is dropped.
    pub(super) fn listen(
        &self,
        run: ClassRunId,
        on_last: impl FnOnce() + Send + Sync + 'static,
    ) -> (Subscription, bool) {
        let mut senders = self.senders();
        let new = !senders.contains_key(&run);
        let sender = senders.entry(run).or_insert_with(|| broadcast::channel(BACKLOG).0);
        let receiver = sender.subscribe();
        let guard = Guard { subscribers: Arc::downgrade(&self.0), run, on_last: Some(Box::new(on_last)) };
        (Subscription { receiver, _guard: Box::new(guard) }, new)
    }

    pub(super) fn tell(&self, run: ClassRunId, event: BusEvent) {
        if let Some(sender) = self.senders().get(&run) {
            // No subscriber is not an error.
            let _ = sender.send(event);
        }
    }

    pub(super) fn count(&self, run: ClassRunId) -> usize {
        self.senders().get(&run).map_or(0, broadcast::Sender::receiver_count)
    }

    pub(super) fn tell_all(&self, event: &BusEvent) {
        for sender in self.senders().values() {
            let _ = sender.send(event.clone());
        }
    }

    pub(super) fn runs(&self) -> Vec<ClassRunId> {
        self.senders().keys().copied().collect()
    }
}

struct Guard {
    subscribers: Weak<Mutex<Senders>>,
    run: ClassRunId,
    on_last: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(subscribers) = self.subscribers.upgrade() else { return };
        let mut senders = subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        // A `Subscription` drops its receiver before this guard: see the order of its fields.
        if senders.get(&self.run).is_some_and(|sender| sender.receiver_count() == 0) {
            senders.remove(&self.run);
            drop(senders);
            if let Some(on_last) = self.on_last.take() {
                on_last();
            }
        }
    }
}

/// The bus of a single server. Several servers in one process may share it.
#[derive(Default)]
pub struct LocalBus {
    subscribers: Subscribers,
}

#[async_trait]
impl Bus for LocalBus {
    fn publish(&self, run: ClassRunId, message: BusMessage) {
        self.subscribers.tell(run, BusEvent::Message(Arc::new(message)));
    }

    fn has_others(&self, run: ClassRunId) -> bool {
        self.subscribers.count(run) > 1
    }

    async fn subscribe(&self, run: ClassRunId) -> Subscription {
        self.subscribers.listen(run, || {}).0
    }

    fn is_up(&self) -> bool {
        true
    }

    fn is_shared(&self) -> bool {
        false
    }
}
