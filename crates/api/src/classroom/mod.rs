//! Live classes: connections, rooms, and the bus between servers. `types::classroom` decides who may see what; lasting
//! changes are written to the database before anybody is sent them.

mod awaiting_hello;
pub mod bus;
mod presence;
mod room;
mod runtime;
mod session;
pub mod transport;
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
    awaiting_hello::{AwaitingHello, HelloLimits},
    bus::{Bus, BusMessage, Payload},
    room::{Command, ConnectionId, MAILBOX},
    runtime::RoomRuntime,
    transport::SendHalf,
};
pub use self::{
    room::Who,
    session::{Admission, Entrant},
};

/// Interval of the rooms' housekeeping.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between checks that the connections' sessions are still open.
const SESSIONS_EVERY: u64 = 5;
/// Ticks between checks for lost messages while the bus works.
const SEQS_EVERY: u64 = 10;
/// How long a shutdown waits for connections to close.
const DRAIN: Duration = Duration::from_secs(3);

/// A connection that this server has.
#[derive(Clone)]
struct Open {
    session: SessionId,
    sender: Arc<dyn SendHalf>,
}

/// State shared by rooms and sessions.
pub struct Shared {
    store: Store,
    bus: Arc<dyn Bus>,
    node: Uuid,
    rooms: Mutex<HashMap<ClassRunId, mpsc::Sender<Command>>>,
    connections: Mutex<HashMap<ConnectionId, Open>>,
    next_connection: AtomicU64,
    awaiting_hello: HelloLimits,
    draining: AtomicBool,
    /// Notified when a session may have ended, so that connections are checked before the next tick.
    ended: Notify,
    /// Notified when a connection has left.
    left: Notify,
    runtime: RoomRuntime,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while holding one of these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn forget(&self, run: ClassRunId) {
        lock(&self.rooms).remove(&run);
    }

    fn room(&self, run: ClassRunId) -> Option<mpsc::Sender<Command>> {
        lock(&self.rooms).get(&run).cloned()
    }

    fn open(&self) -> Vec<Open> {
        lock(&self.connections).values().cloned().collect()
    }

    fn all_rooms(&self) -> Vec<(ClassRunId, mpsc::Sender<Command>)> {
        lock(&self.rooms).iter().map(|(run, sender)| (*run, sender.clone())).collect()
    }
}

/// The rooms of this server.
#[derive(Clone)]
pub struct Classroom(Arc<Shared>);

impl Classroom {
    /// Starts the rooms' thread. `store` makes its connections on that thread, so it should not be shared with the
    /// HTTP server. `awaiting_hello` is the most connections per address that have not said hello yet.
    ///
    /// # Errors
    /// If the thread can't be started.
    pub fn new(store: Store, bus: Arc<dyn Bus>, node: Uuid, awaiting_hello: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            store,
            bus,
            node,
            rooms: Mutex::default(),
            connections: Mutex::default(),
            next_connection: AtomicU64::new(1),
            awaiting_hello: HelloLimits::new(awaiting_hello),
            draining: AtomicBool::new(false),
            ended: Notify::new(),
            left: Notify::new(),
            runtime: RoomRuntime::start()?,
        });
        shared.runtime.handle().spawn(look_after(Arc::downgrade(&shared)));
        Ok(Self(shared))
    }

    /// Sends an event that was written outside of the room to the run's connections, here and on other servers.
    pub async fn announce(&self, announcement: Announcement) {
        let Some((run, event)) = announcement else { return };
        let events = vec![event.clone()];
        self.0.bus.publish(run, BusMessage { node: self.0.node, payload: Payload::Events { events } });
        self.tell(run, event).await;
    }

    async fn tell(&self, run: ClassRunId, event: Event) {
        if let Some(room) = self.0.room(run) {
            // If the room has just ended, there is nobody to send it to.
            let _ = room.send(Command::Written(event)).await;
        }
    }

    /// To be called when a session may have ended: its connections are then closed at once.
    pub fn sessions_changed(&self) {
        self.0.ended.notify_one();
    }

    /// Whether this server is shutting down.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }

    /// Closes every connection with `restart` and waits, for a limited time, until all have left.
    pub async fn drain(&self) {
        self.0.draining.store(true, Ordering::Release);
        let all_left = async {
            loop {
                let left = self.0.left.notified();
                let open = self.0.open();
                if open.is_empty() {
                    return;
                }
                open.iter().for_each(|open| open.sender.close(CloseCode::Restart));
                left.await;
            }
        };
        if timeout(DRAIN, all_left).await.is_err() {
            tracing::warn!("some connections did not close in time");
        }
    }

    /// Closes the rooms' database connections.
    pub fn close(&self) {
        self.0.store.close();
    }

    /// Registers a connection that has yet to say hello, unless there are too many.
    fn expect(&self, address: IpAddr, user: Option<UserId>) -> Option<AwaitingHello> {
        self.0.awaiting_hello.expect(address, user)
    }

    /// The thread that sessions and rooms run on.
    #[must_use]
    pub fn rooms(&self) -> Handle {
        self.0.runtime.handle().clone()
    }

    /// Number of open connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        lock(&self.0.connections).len()
    }

    fn open_connection(&self, session: SessionId, sender: &Arc<dyn SendHalf>) -> ConnectionId {
        let connection = self.0.next_connection.fetch_add(1, Ordering::Relaxed);
        lock(&self.0.connections).insert(connection, Open { session, sender: Arc::clone(sender) });
        connection
    }

    fn close_connection(&self, connection: ConnectionId) {
        lock(&self.0.connections).remove(&connection);
        self.0.left.notify_waiters();
    }

    /// Adds a connection to its room, opening the room if needed.
    async fn enter(
        &self,
        run: ClassRunId,
        connection: ConnectionId,
        who: &Who,
        upto: Option<u64>,
        sender: &Arc<dyn SendHalf>,
    ) -> Option<mpsc::Sender<Command>> {
        // A room may end after it was found and before it takes the command.
        for _ in 0..5 {
            let room = {
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
            let command = Command::Enter { connection, who: who.clone(), upto, sender: Arc::clone(sender), taken };
            if room.send(command).await.is_ok() && answer.await.is_ok() {
                return Some(room);
            }
        }
        None
    }
}

/// Periodic work: ticks of the rooms, ended sessions, and events that the bus may have lost.
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

/// Closes the connections whose sessions have ended.
async fn close_ended(shared: &Shared) {
    let connections = shared.open();
    if connections.is_empty() {
        return;
    }
    let mut ids: Vec<SessionId> = connections.iter().map(|connection| connection.session).collect();
    ids.sort_unstable();
    ids.dedup();
    match shared.store.open_sessions(&ids).await {
        Ok(open) => {
            let ended = connections.iter().filter(|connection| !open.contains(&connection.session));
            ended.for_each(|connection| connection.sender.close(CloseCode::LoggedOut));
        }
        Err(error) => tracing::warn!(cause = %error, "failed to check for ended sessions"),
    }
}

/// Sends each room its run's last seq in the database.
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
        Err(error) => tracing::warn!(cause = %error, "failed to check for missed events"),
    }
}
