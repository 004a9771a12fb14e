//! Classes that are taught live: sockets, rooms, and the bus between servers. Who may see what is decided in
//! `types::classroom`; what lasts is in the database before anybody is told.

pub mod bus;
pub mod decide;
pub mod line;
mod outbox;
mod presence;
mod room;
mod runtime;
mod session;
mod unheard;
pub mod view;
pub mod wire;

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use store::{Announcement, Store};
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc, oneshot},
    time::{MissedTickBehavior, interval, timeout},
};
use types::{
    classroom::{CloseCode, Event},
    ids::{ClassRunId, SessionId, UserId},
};
use uuid::Uuid;

use self::{
    bus::{Bus, BusMessage, Payload},
    outbox::Outbox,
    room::{Command, ConnectionId, MAILBOX},
    runtime::RoomRuntime,
    unheard::{Unheard, Waiting},
};
pub use self::{room::Who, session::serve};

/// Interval of the rooms' housekeeping.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between checks that the sockets' sessions are still open.
const SESSIONS_EVERY: u64 = 5;
/// Ticks between checks for lost messages while the bus works.
const SEQS_EVERY: u64 = 10;
/// How long a shutdown waits for sockets to be told.
const DRAIN: Duration = Duration::from_secs(3);

/// What rooms and sockets share.
pub struct Shared {
    store: Store,
    bus: Arc<dyn Bus>,
    node: Uuid,
    rooms: Mutex<HashMap<ClassRunId, mpsc::Sender<Command>>>,
    sockets: Mutex<HashMap<ConnectionId, (SessionId, Arc<Outbox>)>>,
    next_connection: AtomicU64,
    unheard: Waiting,
    draining: AtomicBool,
    /// A session has ended: look at once.
    ended: Notify,
    /// A socket has left.
    left: Notify,
    runtime: RoomRuntime,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn forget(&self, run: ClassRunId) {
        lock(&self.rooms).remove(&run);
    }

    fn room(&self, run: ClassRunId) -> Option<mpsc::Sender<Command>> {
        lock(&self.rooms).get(&run).cloned()
    }

    fn all_rooms(&self) -> Vec<(ClassRunId, mpsc::Sender<Command>)> {
        lock(&self.rooms).iter().map(|(run, sender)| (*run, sender.clone())).collect()
    }
}

/// The rooms of this server.
#[derive(Clone)]
pub struct Classroom(Arc<Shared>);

impl Classroom {
    /// Starts the rooms' thread, which will make the connections of `store`: it should be the rooms' own. Of one address
    /// at most `unheard` sockets may be that have not said hello yet.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn new(store: Store, bus: Arc<dyn Bus>, node: Uuid, unheard: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            store,
            bus,
            node,
            rooms: Mutex::default(),
            sockets: Mutex::default(),
            next_connection: AtomicU64::new(1),
            unheard: Waiting::new(unheard),
            draining: AtomicBool::new(false),
            ended: Notify::new(),
            left: Notify::new(),
            runtime: RoomRuntime::start()?,
        });
        shared.runtime.handle().spawn(look_after(Arc::downgrade(&shared)));
        Ok(Self(shared))
    }

    /// Tells a room's sockets, here and at other servers, of an event that was written beside it.
    pub async fn announce(&self, announcement: Announcement) {
        let Some((run, event)) = announcement else { return };
        let events = vec![event.clone()];
        self.0.bus.publish(run, BusMessage { node: self.0.node, payload: Payload::Events { events } });
        self.tell(run, event).await;
    }

    async fn tell(&self, run: ClassRunId, event: Event) {
        if let Some(room) = self.0.room(run) {
            // A room that ends just now has nobody to tell.
            let _ = room.send(Command::Written(event)).await;
        }
    }

    /// A session may have ended: its sockets are closed at once.
    pub fn sessions_changed(&self) {
        self.0.ended.notify_one();
    }

    /// Is this server ending?
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }

    /// Closes every socket with `restart` and waits until that is sent.
    pub async fn drain(&self) {
        self.0.draining.store(true, Ordering::Release);
        let all_left = async {
            loop {
                let left = self.0.left.notified();
                let outboxes: Vec<Arc<Outbox>> = {
                    let sockets = lock(&self.0.sockets);
                    sockets.values().map(|(_, outbox)| Arc::clone(outbox)).collect()
                };
                if outboxes.is_empty() {
                    return;
                }
                outboxes.iter().for_each(|outbox| outbox.close(CloseCode::Restart));
                left.await;
            }
        };
        if timeout(DRAIN, all_left).await.is_err() {
            tracing::warn!("some sockets did not leave in time");
        }
    }

    /// Ends the connections of rooms to the database.
    pub fn close(&self) {
        self.0.store.close();
    }

    /// Registers a socket that has yet to say hello, unless there are too many.
    fn expect(&self, address: IpAddr, user: Option<UserId>) -> Option<Unheard> {
        self.0.unheard.expect(address, user)
    }

    fn rooms(&self) -> Handle {
        self.0.runtime.handle().clone()
    }

    /// How many sockets are open.
    #[must_use]
    pub fn sockets(&self) -> usize {
        lock(&self.0.sockets).len()
    }

    fn open_connection(&self, session: SessionId, outbox: &Arc<Outbox>) -> ConnectionId {
        let connection = self.0.next_connection.fetch_add(1, Ordering::Relaxed);
        lock(&self.0.sockets).insert(connection, (session, Arc::clone(outbox)));
        connection
    }

    fn close_connection(&self, connection: ConnectionId) {
        lock(&self.0.sockets).remove(&connection);
        self.0.left.notify_waiters();
    }

    /// Adds a socket to its room, opening the room if needed.
    async fn enter(
        &self,
        run: ClassRunId,
        connection: ConnectionId,
        who: &Who,
        upto: Option<u64>,
        outbox: &Arc<Outbox>,
    ) -> Option<mpsc::Sender<Command>> {
        // A room may end between being found and being asked.
        for _ in 0..5 {
            let sender = {
                let mut rooms = lock(&self.0.rooms);
                rooms
                    .entry(run)
                    .or_insert_with(|| {
                        let (sender, mailbox) = mpsc::channel(MAILBOX);
                        self.0.runtime.handle().spawn(room::run(Arc::clone(&self.0), run, mailbox));
                        sender
                    })
                    .clone()
            };
            let (taken, answer) = oneshot::channel();
            let command = Command::Enter { connection, who: who.clone(), upto, outbox: Arc::clone(outbox), taken };
            if sender.send(command).await.is_ok() && answer.await.is_ok() {
                return Some(sender);
            }
        }
        None
    }
}

/// What comes round: rooms' own ticks, ended sessions, and what the bus may have lost.
async fn look_after(shared: Weak<Shared>) {
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut n = 0_u64;
    loop {
        let sessions_now = {
            let Some(shared) = shared.upgrade() else { return };
            tokio::select! {
                _ = tick.tick() => false,
                () = shared.ended.notified() => true,
            }
        };
        let Some(shared) = shared.upgrade() else { return };
        if sessions_now {
            close_ended(&shared).await;
            continue;
        }
        n += 1;
        for (_, room) in shared.all_rooms() {
            // A room with a full mailbox is busy enough.
            let _ = room.try_send(Command::Tick);
        }
        if n.is_multiple_of(SESSIONS_EVERY) {
            close_ended(&shared).await;
        }
        if shared.bus.is_shared() && (!shared.bus.is_up() || n.is_multiple_of(SEQS_EVERY)) {
            catch_up(&shared).await;
        }
    }
}

/// Closes the sockets whose sessions have ended.
async fn close_ended(shared: &Shared) {
    let sockets: Vec<(SessionId, Arc<Outbox>)> =
        lock(&shared.sockets).values().map(|(session, outbox)| (*session, Arc::clone(outbox))).collect();
    if sockets.is_empty() {
        return;
    }
    let mut ids: Vec<SessionId> = sockets.iter().map(|(session, _)| *session).collect();
    ids.sort_unstable();
    ids.dedup();
    match shared.store.open_sessions(&ids).await {
        Ok(open) => {
            for (_, outbox) in sockets.iter().filter(|(session, _)| !open.contains(session)) {
                outbox.close(CloseCode::LoggedOut);
            }
        }
        Err(error) => tracing::warn!(cause = %error, "it can't be seen which sessions have ended"),
    }
}

/// Tells the rooms the last seq in the database.
async fn catch_up(shared: &Shared) {
    let rooms = shared.all_rooms();
    if rooms.is_empty() {
        return;
    }
    let runs: Vec<ClassRunId> = rooms.iter().map(|(run, _)| *run).collect();
    match shared.store.run_seqs(&runs).await {
        Ok(seqs) => {
            let seqs: HashMap<ClassRunId, u64> = seqs.into_iter().collect();
            for (run, room) in rooms {
                if let Some(seq) = seqs.get(&run) {
                    let _ = room.try_send(Command::At(*seq));
                }
            }
        }
        Err(error) => tracing::warn!(cause = %error, "it can't be seen how far the rooms are"),
    }
}
