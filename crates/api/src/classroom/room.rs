//! A room on this server: one task per run. It takes proposals from its connections, writes them in batches, and sends
//! every connection what it may see. Other servers may hold rooms of the same run: the run's row in the database
//! orders all events, the bus carries them, and what the bus loses is read from the database.

mod commit;
mod queue;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use store::{RoomFacts, StoreError};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};
use types::{
    classroom::{
        CloseCode, Event, EventBody, PROTOCOL, Passing, Room as RoomOf, SOCKETS_MAX, ServerMessage, TeacherRoom,
        Viewer, decide::PendingProposal,
    },
    ids::{ClassRunId, ItemId, TaskId, UserId},
};

use self::queue::CommitQueue;
use super::{
    Shared,
    bus::{BusEvent, BusMessage, Payload, Person, Subscription},
    presence::PresenceTracker,
    transport::{Frame, SendHalf},
    view, wire,
};

/// Most queued commands; past it, connections are not read.
pub const MAILBOX: usize = 1_024;
/// Most events kept in memory for clients that reconnect.
const RECENT_MAX: usize = 1_000;
/// Most bytes of those events.
const RECENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A client that missed more events gets the whole room.
const MISSED_MAX: usize = 2_000;
/// How long a room without connections stays open.
const LINGER: Duration = Duration::from_secs(10);
/// How often attendance is recorded.
const NOTE: Duration = Duration::from_secs(30);

/// Id of a connection, unique on this server.
pub type ConnectionId = u64;
/// Acks and refusals, by the connection that proposed.
type Answers = BTreeMap<ConnectionId, Vec<Frame>>;

/// The person behind a connection.
#[derive(Clone, Debug)]
pub struct Who {
    pub user: UserId,
    pub teacher: bool,
}

/// Sent to a room by its connections and by the server.
pub enum Command {
    Enter {
        connection: ConnectionId,
        who: Who,
        /// The client already has the events up to this seq.
        upto: Option<u64>,
        sender: Arc<dyn SendHalf>,
        /// Sent once the room takes the command; dropped if the room has ended.
        taken: oneshot::Sender<()>,
    },
    Leave(ConnectionId),
    Beat {
        connection: ConnectionId,
        hidden: bool,
    },
    Typing {
        connection: ConnectionId,
        task: TaskId,
        item: ItemId,
    },
    Place {
        connection: ConnectionId,
        task: TaskId,
    },
    Propose {
        connection: ConnectionId,
        proposal: PendingProposal,
    },
    /// An event that was written outside of the room.
    Written(Event),
    /// Last seq in the database.
    At(u64),
    Tick,
}

struct Connection {
    who: Who,
    sender: Arc<dyn SendHalf>,
}

struct Kept {
    event: Event,
    json: Vec<u8>,
}

/// A room, owned by its task.
pub struct Room {
    shared: Arc<Shared>,
    run: ClassRunId,
    owner: UserId,
    teacher: String,
    state: TeacherRoom,
    recent: VecDeque<Kept>,
    recent_bytes: usize,
    connections: HashMap<ConnectionId, Connection>,
    presences: PresenceTracker,
    queue: CommitQueue,
    passing: Vec<Passing>,
    seen: HashSet<UserId>,
    noted: Instant,
    empty_since: Instant,
    mailbox: mpsc::Receiver<Command>,
    subscription: Subscription,
}

/// Runs a room until it has been empty for a while.
pub async fn run(shared: Arc<Shared>, run: ClassRunId, mailbox: mpsc::Receiver<Command>) {
    // Subscribe first, so that events written while the room is read are not missed.
    let subscription = shared.bus.subscribe(run).await;
    let RoomFacts { owner, teacher, room } = match shared.store.room(run).await {
        Ok(facts) => facts,
        Err(error) => return refuse(&shared, run, mailbox, &error).await,
    };
    let now = Instant::now();
    let mut room = Room {
        presences: PresenceTracker::default(),
        shared,
        run,
        owner,
        teacher,
        state: room,
        recent: VecDeque::new(),
        recent_bytes: 0,
        connections: HashMap::new(),
        queue: CommitQueue::new(now),
        passing: Vec::new(),
        seen: HashSet::new(),
        noted: now,
        empty_since: now,
        mailbox,
        subscription,
    };
    room.live().await;
}

/// Closes the connections of a room that can't be read: with `removed` if it doesn't exist, else with `restart`, so
/// that their clients reconnect.
async fn refuse(shared: &Shared, run: ClassRunId, mut mailbox: mpsc::Receiver<Command>, error: &StoreError) {
    let code = if matches!(error, StoreError::NotFound) { CloseCode::Removed } else { CloseCode::Restart };
    if code == CloseCode::Restart {
        tracing::warn!(%run, cause = %error, "failed to load a room");
    }
    shared.forget(run);
    mailbox.close();
    while let Some(command) = mailbox.recv().await {
        if let Command::Enter { sender, taken, .. } = command {
            sender.close(code);
            let _ = taken.send(());
        }
    }
}

impl Room {
    async fn live(&mut self) {
        let mut commands = Vec::with_capacity(64);
        loop {
            let due = self.queue.due();
            tokio::select! {
                biased;
                () = async { sleep_until(due.unwrap_or_else(Instant::now)).await }, if due.is_some() => {
                    self.commit().await;
                }
                taken = self.mailbox.recv_many(&mut commands, 64) => {
                    if taken == 0 {
                        break;
                    }
                    for command in commands.drain(..) {
                        self.handle(command).await;
                    }
                    if self.queue.is_due(Instant::now()) {
                        self.commit().await;
                    }
                }
                event = self.subscription.next() => self.on_bus(event).await,
            }
            self.flush_passing();
            if self.queue.has_given_up() {
                self.connections.values().for_each(|connection| connection.sender.close(CloseCode::Restart));
                self.end().await;
                return;
            }
            if self.connections.is_empty() && self.empty_since.elapsed() > LINGER && self.queue.is_empty() {
                self.end().await;
                return;
            }
        }
        self.note().await;
    }

    /// Removes the room from the registry and drops queued commands; a connection that was entering notices that
    /// its answer is dropped.
    async fn end(&mut self) {
        self.shared.forget(self.run);
        self.mailbox.close();
        while self.mailbox.recv().await.is_some() {}
        self.note().await;
    }

    async fn handle(&mut self, command: Command) {
        match command {
            Command::Enter { connection, who, upto, sender, taken } => {
                let _ = taken.send(());
                self.enter(connection, who, upto, sender).await;
            }
            Command::Leave(connection) => self.leave(connection),
            Command::Beat { connection, hidden } => {
                // Answered, so that either end recognises a dead connection by its silence.
                if let Some(connection) = self.connections.get(&connection) {
                    connection.sender.send(&[wire::events(std::iter::empty(), self.state.upto).transient()]);
                }
                if let Some(user) = self.student_at(connection) {
                    self.presences.beat(connection, hidden);
                    self.look_at(user);
                }
            }
            Command::Typing { connection, task, item } => {
                if let Some(student) = self.student_at(connection) {
                    self.pass(Passing::Typing { student, task, item });
                }
            }
            Command::Place { connection, task } => {
                if let Some(student) = self.student_at(connection)
                    && self.state.tasks.iter().any(|known| known.id == task)
                {
                    self.presences.place(connection, task);
                    self.pass(Passing::Place { student, task });
                }
            }
            Command::Propose { connection, proposal } => {
                self.queue.push(connection, proposal);
            }
            Command::Written(event) => self.take(vec![event]).await,
            Command::At(seq) => {
                if seq > self.state.upto {
                    self.catch_up().await;
                }
            }
            Command::Tick => self.tick().await,
        }
    }

    fn student_at(&self, connection: ConnectionId) -> Option<UserId> {
        self.connections
            .get(&connection)
            .filter(|connection| !connection.who.teacher)
            .map(|connection| connection.who.user)
    }

    fn is_member(&self, student: UserId) -> bool {
        self.state.members.iter().any(|member| member.id == student && !member.removed)
    }

    async fn enter(&mut self, connection: ConnectionId, who: Who, upto: Option<u64>, sender: Arc<dyn SendHalf>) {
        if !who.teacher && !self.is_member(who.user) {
            // They may have joined through another server.
            self.catch_up().await;
            if !self.is_member(who.user) {
                sender.close(CloseCode::Removed);
                return;
            }
        }
        if self.connections.values().filter(|connection| connection.who.user == who.user).count() >= SOCKETS_MAX {
            sender.close(CloseCode::TooManySockets);
            return;
        }
        let missed = match upto {
            Some(upto) => self.missed(&who, upto).await,
            None => None,
        };
        match (missed, upto) {
            (Some(events), Some(upto)) => {
                sender.send(&[wire::message(&ServerMessage::Resumed { upto })]);
                sender.send(&[events]);
                if who.teacher {
                    sender.send(&[wire::message(&ServerMessage::Passing { events: self.passing_now() })]);
                }
            }
            (None | Some(_), _) => match self.welcome(&who) {
                Some(welcome) => sender.send(&[welcome]),
                None => return sender.close(CloseCode::Removed),
            },
        }
        let (user, student) = (who.user, !who.teacher);
        self.connections.insert(connection, Connection { who, sender });
        if student {
            self.presences.enter(connection, user);
            self.seen.insert(user);
            self.look_at(user);
        }
    }

    /// Presence and places, for a teacher who reconnects.
    fn passing_now(&self) -> Vec<Passing> {
        let members = self.state.members.iter();
        members
            .flat_map(|member| {
                let presence = Passing::Presence { student: member.id, presence: member.presence };
                let place = member.place.map(|task| Passing::Place { student: member.id, task });
                std::iter::once(presence).chain(place)
            })
            .collect()
    }

    fn leave(&mut self, connection: ConnectionId) {
        if let Some(Connection { who, .. }) = self.connections.remove(&connection) {
            if !who.teacher {
                self.presences.leave(connection);
                self.seen.insert(who.user);
                self.look_at(who.user);
            }
            if self.connections.is_empty() {
                self.empty_since = Instant::now();
            }
        }
    }

    /// The whole room; `None` for a student who isn't a member.
    fn welcome(&self, who: &Who) -> Option<Frame> {
        let room = if who.teacher {
            RoomOf::Teacher(self.state.clone())
        } else {
            RoomOf::Student(view::of_student(&self.state, &self.teacher, who.user)?)
        };
        Some(wire::message(&ServerMessage::Welcome { protocol: PROTOCOL, room: Box::new(room) }))
    }

    /// The events that somebody missed after `upto`, as one frame; `None` if they need the whole room.
    async fn missed(&mut self, who: &Who, upto: u64) -> Option<Frame> {
        if upto > self.state.upto {
            // They were connected to another server, which was ahead of this room.
            self.catch_up().await;
        }
        let missing = self.state.upto.checked_sub(upto)?;
        let viewer = viewer(who);
        if missing == 0 || self.recent.front().is_some_and(|first| first.event.seq <= upto + 1) {
            let seen = self.recent.iter().filter(|kept| kept.event.seq > upto && kept.event.seen_by(viewer));
            return Some(wire::events(seen.map(|kept| kept.json.as_slice()), self.state.upto));
        }
        if missing > MISSED_MAX as u64 {
            return None;
        }
        let events = self.shared.store.events_after(self.run, upto, MISSED_MAX as i64).await.ok()?;
        let jsons: Vec<Vec<u8>> = events
            .iter()
            .filter(|event| event.seq <= self.state.upto && event.seen_by(viewer))
            .map(wire::json)
            .collect();
        Some(wire::events(jsons.iter().map(Vec::as_slice), self.state.upto))
    }

    /// Applies events that others wrote. Known events are ignored; a gap is filled from the database.
    async fn take(&mut self, events: Vec<Event>) {
        let mut fresh: Vec<Event> = events.into_iter().filter(|event| event.seq > self.state.upto).collect();
        let Some(first) = fresh.first() else { return };
        if first.seq != self.state.upto + 1 {
            self.catch_up().await;
            fresh.retain(|event| event.seq > self.state.upto);
            if fresh.first().is_none_or(|first| first.seq != self.state.upto + 1) {
                return;
            }
        }
        self.apply(fresh);
    }

    /// Applies events that follow directly on the room's state, and sends them.
    fn apply(&mut self, events: Vec<Event>) {
        if !events.is_empty() {
            self.queue.be_careful(Instant::now());
        }
        for event in &events {
            self.state.apply(event);
        }
        self.tell(events, Answers::new());
    }

    /// Reads and applies the events that the room doesn't have yet.
    async fn catch_up(&mut self) {
        match self.shared.store.events_after(self.run, self.state.upto, i64::MAX).await {
            Ok(events) => self.apply(events),
            Err(error) => tracing::warn!(run = %self.run, cause = %error, "failed to read missed events"),
        }
    }

    /// Sends each connection the events that it may see and the answers to its own proposals, both together. The
    /// events are applied already.
    fn tell(&mut self, events: Vec<Event>, mut answers: Answers) {
        if let Some(last) = events.last() {
            let upto = last.seq;
            self.tell_events(events, upto, &mut answers);
        }
        for (connection, answer) in answers {
            if let Some(connection) = self.connections.get(&connection) {
                connection.sender.send(&answer);
            }
        }
    }

    fn tell_events(&mut self, events: Vec<Event>, upto: u64, answers: &mut Answers) {
        let removed: Vec<UserId> = events
            .iter()
            .filter_map(|event| if let EventBody::Removed { student } = event.body { Some(student) } else { None })
            .filter(|student| !self.is_member(*student))
            .collect();
        let kept: Vec<Kept> = events.into_iter().map(|event| Kept { json: wire::json(&event), event }).collect();
        // Viewers who see the same share one frame. All frames are encoded before the first is sent: a reader that
        // keeps up would fall asleep between two separate sends, and waking it costs as much as a send.
        let mut out: Vec<(&dyn SendHalf, Frame, Vec<Frame>)> = Vec::with_capacity(self.connections.len());
        let mut frames: Vec<(Vec<usize>, Frame)> = Vec::new();
        let mut sees = Vec::with_capacity(kept.len());
        for (id, Connection { who, sender }) in &self.connections {
            let viewer = viewer(who);
            sees.clear();
            sees.extend((0..kept.len()).filter(|&n| kept[n].event.seen_by(viewer)));
            if sees.is_empty() {
                continue;
            }
            let frame = match frames.iter().find(|(same, _)| *same == sees) {
                Some((_, frame)) => frame.clone(),
                None => {
                    let frame = wire::events(sees.iter().map(|&n| kept[n].json.as_slice()), upto);
                    frames.push((sees.clone(), frame.clone()));
                    frame
                }
            };
            out.push((sender.as_ref(), frame, answers.remove(id).unwrap_or_default()));
        }
        for (sender, frame, mut answers) in out {
            if answers.is_empty() {
                sender.send(&[frame]);
            } else {
                answers.insert(0, frame);
                sender.send(&answers);
            }
        }
        self.recent_bytes += kept.iter().map(|kept| kept.json.len()).sum::<usize>();
        self.recent.extend(kept);
        while self.recent.len() > RECENT_MAX || self.recent_bytes > RECENT_BYTES_MAX {
            let Some(oldest) = self.recent.pop_front() else { break };
            self.recent_bytes -= oldest.json.len();
        }
        if removed.is_empty() {
            return;
        }
        for Connection { who, sender } in self.connections.values() {
            if removed.contains(&who.user) {
                sender.close(CloseCode::Removed);
            }
        }
    }

    async fn on_bus(&mut self, event: BusEvent) {
        let message = match event {
            BusEvent::Gap => return self.catch_up().await,
            BusEvent::Message(message) if message.node == self.shared.node => return,
            BusEvent::Message(message) => message,
        };
        match &message.payload {
            Payload::Events { events } => self.take(events.clone()).await,
            Payload::Passing { events } => {
                for passing in events {
                    self.state.apply_passing(passing);
                }
                self.passing.extend(events.iter().cloned());
            }
            Payload::People { people } => {
                for person in people {
                    self.presences.hear(message.node, person);
                    self.look_at(person.id);
                    self.learn_place(person);
                }
            }
            Payload::Lost {} => self.catch_up().await,
            Payload::Unknown => {}
        }
    }

    /// Tells the teachers here where a student of another server is, unless they know: that server said it before this
    /// room was opened.
    fn learn_place(&mut self, person: &Person) {
        let unknown = self.state.members.iter().any(|member| member.id == person.id && member.place.is_none());
        if let Some(task) = person.place.filter(|_| unknown) {
            let passing = Passing::Place { student: person.id, task };
            self.state.apply_passing(&passing);
            self.passing.push(passing);
        }
    }

    /// Sends a passing event of a student here to the teachers, here and on the other servers.
    fn pass(&mut self, passing: Passing) {
        self.state.apply_passing(&passing);
        self.publish(|| Payload::Passing { events: vec![passing.clone()] });
        self.passing.push(passing);
    }

    fn publish(&self, payload: impl FnOnce() -> Payload) {
        // A later subscriber reads from the database what was written before.
        if self.shared.bus.has_others(self.run) {
            self.shared.bus.publish(self.run, BusMessage { node: self.shared.node, payload: payload() });
        }
    }

    /// Publishes a student's presence if it has changed.
    fn look_at(&mut self, student: UserId) {
        let change = self.presences.look(student);
        if let Some(presence) = change.here {
            self.publish(|| Payload::People { people: vec![presence] });
        }
        if let Some(presence) = change.everywhere {
            let passing = Passing::Presence { student, presence };
            self.state.apply_passing(&passing);
            self.passing.push(passing);
        }
    }

    fn flush_passing(&mut self) {
        if self.passing.is_empty() {
            return;
        }
        let events = std::mem::take(&mut self.passing);
        let frame = wire::message(&ServerMessage::Passing { events }).transient();
        for Connection { sender, .. } in self.connections.values().filter(|connection| connection.who.teacher) {
            sender.send(std::slice::from_ref(&frame));
        }
    }

    async fn tick(&mut self) {
        for student in self.presences.everybody() {
            self.look_at(student);
        }
        if self.shared.bus.is_shared() && self.presences.is_time_to_tell() {
            self.publish(|| Payload::People { people: self.presences.here() });
        }
        if self.noted.elapsed() > NOTE {
            self.seen.extend(
                self.connections
                    .values()
                    .filter(|connection| !connection.who.teacher)
                    .map(|connection| connection.who.user),
            );
            self.noted = Instant::now();
        }
        self.note().await;
    }

    /// Records attendance.
    async fn note(&mut self) {
        if self.seen.is_empty() {
            return;
        }
        let seen: Vec<UserId> = self.seen.drain().collect();
        if let Err(error) = self.shared.store.note_seen(self.run, &seen).await {
            tracing::warn!(run = %self.run, cause = %error, "failed to record who was in the room");
        }
    }
}

fn viewer(who: &Who) -> Viewer {
    if who.teacher { Viewer::Teacher } else { Viewer::Student(who.user) }
}
