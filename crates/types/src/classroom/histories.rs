//! Generated histories of a class: students and a teacher with their journals, two servers with their rooms, one
//! database. Everything that decides is the product's own code; network, disk and crashes are played, so that a history
//! that breaks a promise shrinks to a few steps.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    decide::{AlreadyAccepted, Outcome, PendingProposal, Undecided, decide},
    *,
};
use crate::{
    ids::{AttemptId, ClassId, ClassRunId, ItemId, ProposalId, TaskId, UserId},
    levels::Language,
    tasks::TaskBody,
};

const TEACHER: usize = 0;
const PEOPLE: usize = 4;
const SERVERS: usize = 2;
const ITEMS: usize = 3;

fn user(n: usize) -> UserId {
    UserId(Uuid::from_u128(100 + n as u128))
}

fn task(n: usize) -> TaskId {
    TaskId(Uuid::from_u128(10 + n as u128))
}

fn room() -> TeacherRoom {
    let parts: Vec<Value> =
        (0..ITEMS).flat_map(|n| [json!({"text": "I "}), json!({"gap": {"id": ItemId::nth(n), "key": "go"}})]).collect();
    let member = |n: usize| Member {
        id: user(n),
        name: format!("S{n}"),
        name_ordinal: 1,
        guest: true,
        joined_at: DateTime::UNIX_EPOCH,
        removed: false,
        following: true,
        presence: Presence::Gone,
        place: None,
    };
    let one = |n: usize| RunTask {
        id: task(n),
        section: String::new(),
        title: "Gaps".into(),
        instructions: String::new(),
        body: TaskBody::from_stored("gap_fill", 1, json!({"parts": parts})),
    };
    TeacherRoom {
        class: ClassId(Uuid::nil()),
        run: ClassRunId(Uuid::nil()),
        title: "Class".into(),
        target_language: Language::En,
        students_language: Language::Ru,
        started_at: DateTime::UNIX_EPOCH,
        ended_at: None,
        tasks: vec![one(0), one(1)],
        members: (1..PEOPLE).map(member).collect(),
        cells: BTreeMap::new(),
        focus: None,
        locked: BTreeSet::new(),
        revealed: BTreeMap::new(),
        door_open: true,
        upto: 0,
    }
}

/// How writing a batch goes.
#[derive(Clone, Copy, Debug)]
enum Write {
    Fine,
    /// The database is lost before anything is written; the room tries again.
    LostBefore,
    /// It is lost after writing, so that the room doesn't know; the room tries again.
    LostAfter,
    /// As before, but the room gives up: it ends, and its clients reconnect.
    GaveUp,
}

#[derive(Clone, Debug)]
enum Step {
    Type(usize, usize, usize, Option<&'static str>),
    Check(usize, usize, Vec<usize>),
    Propose(usize, Proposal),
    /// Typing paused.
    Ripen(usize),
    Send(usize),
    /// A server's room writes what has arrived.
    Write(usize, Write),
    /// A server's room hears from the bus what others wrote.
    Bus(usize),
    /// A client reads its next message.
    Hear(usize),
    /// The connection breaks; what was sent and not read by the server arrives all the same, or never.
    Break(usize, bool),
    Connect(usize, usize),
    /// The page is closed and opened again: what it kept is all that is left.
    Reload(usize),
    Restart(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let person = 0..PEOPLE;
    let student = 1..PEOPLE;
    let server = 0..SERVERS;
    let tasks = 0..2_usize;
    let items = prop::collection::vec(0..ITEMS, 1..ITEMS);
    let word = prop::sample::select(vec![Some("go"), Some("went"), Some("gone"), None]);
    let named = prop::collection::vec((0..ITEMS).prop_map(ItemId::nth), 0..2);
    let of = tasks.clone().prop_map(task);
    let proposal = prop_oneof![
        2 => of.clone().prop_map(|task| Proposal::Focus { task }),
        2 => (of.clone(), named.clone()).prop_map(|(task, items)| Proposal::Reveal { task, items }),
        2 => (of.clone(), any::<bool>()).prop_map(|(task, locked)| Proposal::Lock { task, locked }),
        2 => (prop::option::of(student.clone().prop_map(user)), of, named)
            .prop_map(|(student, task, items)| Proposal::Reset { student, task, items }),
        1 => student.clone().prop_map(|n| Proposal::Remove { student: user(n) }),
    ];
    let how = prop_oneof![
        6 => Just(Write::Fine), 1 => Just(Write::LostBefore), 2 => Just(Write::LostAfter), 1 => Just(Write::GaveUp)
    ];
    let step = prop_oneof![
        6 => (student.clone(), tasks.clone(), 0..ITEMS, word).prop_map(|(who, on, item, word)| Step::Type(who, on, item, word)),
        4 => (student, tasks, items).prop_map(|(who, on, items)| Step::Check(who, on, items)),
        4 => proposal.prop_map(|what| Step::Propose(TEACHER, what)),
        1 => (person.clone(), any::<bool>()).prop_map(|(who, following)| Step::Propose(who, Proposal::Follow { following })),
        4 => person.clone().prop_map(Step::Ripen),
        8 => person.clone().prop_map(Step::Send),
        6 => (server.clone(), how).prop_map(|(on, how)| Step::Write(on, how)),
        2 => server.clone().prop_map(Step::Bus),
        8 => person.clone().prop_map(Step::Hear),
        1 => (person.clone(), any::<bool>()).prop_map(|(who, lost)| Step::Break(who, lost)),
        3 => (person.clone(), server.clone()).prop_map(|(who, to)| Step::Connect(who, to)),
        1 => person.prop_map(Step::Reload),
        1 => server.prop_map(Step::Restart),
    ];
    prop::collection::vec(step, 1..120)
}

/// What is on disk.
#[derive(Default)]
struct Database {
    log: Vec<Event>,
    done: AlreadyAccepted,
    attempts: Vec<NewAttempt>,
    cells: BTreeMap<(UserId, TaskId, ItemId), Cell>,
}

impl Database {
    fn seq(&self) -> u64 {
        self.log.len() as u64
    }

    fn after(&self, seq: u64) -> &[Event] {
        &self.log[usize::try_from(seq).unwrap()..]
    }

    fn write(&mut self, batch: &Batch) {
        for event in &batch.events {
            assert_eq!(event.seq, self.seq() + 1, "a log without gaps");
            self.log.push(event.clone());
        }
        for (user, id, seq) in &batch.proposals {
            assert_eq!(self.done.insert((*user, *id), *seq), None, "carried out twice");
        }
        self.attempts.extend(batch.attempts.iter().cloned());
        for (user, task, item, cell) in &batch.cells {
            self.cells.insert((*user, *task, item.clone()), cell.clone());
        }
    }
}

/// A proposal on its way.
struct Sent {
    who: usize,
    /// The connection that it came by.
    connection: u32,
    id: ProposalId,
    what: Proposal,
}

struct Server {
    room: TeacherRoom,
    inbox: Vec<Sent>,
    /// Whether batches may be decided without locking the run.
    optimistic: bool,
}

struct Client {
    me: usize,
    journal: Journal,
    /// The browser's database.
    kept: BTreeMap<ProposalId, Proposal>,
    view: Option<Room>,
    server: Option<usize>,
    connection: u32,
    down: VecDeque<ServerMessage>,
    /// The fields of the page.
    typed: BTreeMap<(TaskId, ItemId), Option<Value>>,
    acked: Vec<(ProposalId, u64)>,
}

struct World {
    database: Database,
    servers: Vec<Server>,
    clients: Vec<Client>,
    next: u128,
}

fn at() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn new_id() -> AttemptId {
    AttemptId(Uuid::nil())
}

impl Client {
    fn viewer(&self) -> Viewer {
        if self.me == TEACHER { Viewer::Teacher } else { Viewer::Student(user(self.me)) }
    }

    fn upto(&self) -> Option<u64> {
        self.view.as_ref().map(|view| match view {
            Room::Teacher(room) => room.upto,
            Room::Student(room) => room.upto,
        })
    }

    fn disconnect(&mut self) {
        self.server = None;
        self.connection += 1;
        self.down.clear();
        self.journal.disconnected();
    }

    fn events(&self, events: &[Event], upto: u64) -> ServerMessage {
        let seen = events.iter().filter(|event| event.seen_by(self.viewer())).cloned().collect();
        ServerMessage::Events { events: seen, upto }
    }

    fn draft(&mut self, fresh: ProposalId, task: TaskId, item: ItemId, response: Option<Value>) {
        self.typed.insert((task, item.clone()), response.clone());
        let id = self.journal.draft(fresh, task, item.clone(), response.clone());
        self.kept.insert(id, Proposal::Draft { task, item, response });
    }

    fn propose(&mut self, id: ProposalId, what: Proposal) {
        for needless in self.journal.put(id, what.clone()) {
            self.kept.remove(&needless);
        }
        self.kept.insert(id, what);
    }

    fn settle(&mut self, id: ProposalId) -> Option<Proposal> {
        self.kept.remove(&id);
        self.journal.settle(id)
    }
}

impl World {
    fn new() -> Self {
        let server = || Server { room: room(), inbox: Vec::new(), optimistic: false };
        let client = |me| Client {
            me,
            journal: Journal::default(),
            kept: BTreeMap::new(),
            view: None,
            server: None,
            connection: 0,
            down: VecDeque::new(),
            typed: BTreeMap::new(),
            acked: Vec::new(),
        };
        Self {
            database: Database::default(),
            servers: (0..SERVERS).map(|_| server()).collect(),
            clients: (0..PEOPLE).map(client).collect(),
            next: 0,
        }
    }

    /// Ids grow with time.
    fn id(&mut self) -> ProposalId {
        self.next += 1;
        ProposalId(Uuid::from_u128(self.next))
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Type(who, on, item, word) => {
                let fresh = self.id();
                let response = word.map(|word| json!({"text": word}));
                self.clients[*who].draft(fresh, task(*on), ItemId::nth(*item), response);
            }
            Step::Check(who, on, items) => self.check(*who, task(*on), items),
            Step::Propose(who, what) => {
                let id = self.id();
                self.clients[*who].propose(id, what.clone());
            }
            Step::Ripen(who) => self.clients[*who].journal.ripen(),
            Step::Send(who) => {
                let client = &mut self.clients[*who];
                if let Some(server) = client.server
                    && client.view.is_some()
                    && let Some((id, what)) = client.journal.send_next()
                {
                    self.servers[server].inbox.push(Sent { who: *who, connection: client.connection, id, what });
                }
            }
            Step::Write(on, how) => self.write(*on, *how),
            Step::Bus(on) => self.catch_up(*on),
            Step::Hear(who) => self.hear(*who),
            Step::Break(who, lost) => {
                self.clients[*who].disconnect();
                if *lost {
                    self.servers.iter_mut().for_each(|server| server.inbox.retain(|sent| sent.who != *who));
                }
            }
            Step::Connect(who, to) => self.connect(*who, *to),
            Step::Reload(who) => {
                let client = &mut self.clients[*who];
                client.disconnect();
                client.view = None;
                client.journal = Journal::default();
                for (id, what) in &client.kept {
                    assert!(client.journal.adopt(*id, what.clone()));
                }
            }
            Step::Restart(server) => self.restart(*server),
        }
    }

    fn check(&mut self, who: usize, task: TaskId, items: &[usize]) {
        let id = self.id();
        let client = &mut self.clients[who];
        let items: BTreeSet<ItemId> = items.iter().copied().map(ItemId::nth).collect();
        let answers: Vec<Answer> = items
            .into_iter()
            .filter_map(|item| Some(Answer { response: client.typed.get(&(task, item.clone()))?.clone()?, item }))
            .collect();
        if !answers.is_empty() {
            client.propose(id, Proposal::Check { task, answers, at: at() });
        }
    }

    /// Connections of a server.
    fn connected(&mut self, server: usize) -> impl Iterator<Item = &mut Client> {
        self.clients.iter_mut().filter(move |client| client.server == Some(server))
    }

    fn tell(&mut self, server: usize, events: &[Event]) {
        let Some(last) = events.last().map(|event| event.seq) else { return };
        for client in self.connected(server) {
            let message = client.events(events, last);
            client.down.push_back(message);
        }
    }

    fn catch_up(&mut self, server: usize) {
        let room = &mut self.servers[server].room;
        let missed = self.database.after(room.upto).to_vec();
        missed.iter().for_each(|event| room.apply(event));
        self.servers[server].optimistic &= missed.is_empty();
        self.tell(server, &missed);
    }

    fn decide(&self, server: usize, proposals: &[PendingProposal], done: &AlreadyAccepted) -> (Batch, Vec<Outcome>) {
        let room = &self.servers[server].room;
        let before = room.clone();
        let decided = decide(room, &Undecided { owner: user(TEACHER), proposals, done, at: at(), new_id });
        assert_eq!(*room, before, "deciding changes nothing");
        decided
    }

    /// One attempt, as the server's room makes it; `None` if the room can't know whether it was written.
    fn attempt(&mut self, server: usize, proposals: &[PendingProposal], how: Write) -> Option<(Batch, Vec<Outcome>)> {
        if matches!(how, Write::LostBefore) {
            self.servers[server].optimistic = false;
            return None;
        }
        let mut written = None;
        if self.servers[server].optimistic {
            let (batch, outcomes) = self.decide(server, proposals, &AlreadyAccepted::new());
            if !batch.events.is_empty() && outcomes.iter().all(Result::is_ok) && batch.is_ordinary() {
                let is_current = self.servers[server].room.upto == self.database.seq();
                let is_new =
                    batch.proposals.iter().all(|(user, id, _)| !self.database.done.contains_key(&(*user, *id)));
                if is_current && is_new {
                    written = Some((batch, outcomes));
                } else {
                    self.servers[server].optimistic = false;
                }
            }
        }
        let (batch, outcomes) = match written {
            Some(written) => written,
            None => {
                self.catch_up(server);
                self.decide(server, proposals, &self.database.done)
            }
        };
        self.database.write(&batch);
        if matches!(how, Write::LostAfter | Write::GaveUp) {
            self.servers[server].optimistic = false;
            return None;
        }
        Some((batch, outcomes))
    }

    fn write(&mut self, server: usize, how: Write) {
        let sent = std::mem::take(&mut self.servers[server].inbox);
        if sent.is_empty() {
            return;
        }
        let pending = |sent: &Sent| PendingProposal { user: user(sent.who), id: sent.id, what: sent.what.clone() };
        let proposals: Vec<PendingProposal> = sent.iter().map(pending).collect();
        let mut written = self.attempt(server, &proposals, how);
        if written.is_none() && matches!(how, Write::GaveUp) {
            return self.restart(server);
        }
        if written.is_none() {
            written = self.attempt(server, &proposals, Write::Fine);
        }
        let (batch, outcomes) = written.unwrap();
        batch.events.iter().for_each(|event| self.servers[server].room.apply(event));
        self.tell(server, &batch.events);
        for (Sent { who, connection, id, .. }, outcome) in sent.into_iter().zip(outcomes) {
            let client = &mut self.clients[who];
            if client.connection == connection {
                client.down.push_back(match outcome {
                    Ok(seq) => ServerMessage::Ack { id, seq },
                    Err(why) => ServerMessage::Refused { id, why },
                });
            }
        }
    }

    fn restart(&mut self, server: usize) {
        self.connected(server).for_each(Client::disconnect);
        let mut fresh = room();
        self.database.log.iter().for_each(|event| fresh.apply(event));
        self.servers[server] = Server { room: fresh, inbox: Vec::new(), optimistic: false };
    }

    fn connect(&mut self, who: usize, to: usize) {
        self.clients[who].disconnect();
        self.catch_up(to);
        // Some time without others' writes.
        self.servers[to].optimistic = true;
        let room = &self.servers[to].room;
        let client = &mut self.clients[who];
        client.server = Some(to);
        let message = match client.upto() {
            Some(upto) => client.events(self.database.after(upto), room.upto),
            None => ServerMessage::Welcome {
                protocol: PROTOCOL,
                room: Box::new(if who == TEACHER {
                    Room::Teacher(room.clone())
                } else {
                    Room::Student(room.for_student("T", user(who), |_| 1).unwrap())
                }),
            },
        };
        client.down.push_back(message);
    }

    fn hear(&mut self, who: usize) {
        let Some(message) = self.clients[who].down.pop_front() else { return };
        match message {
            ServerMessage::Welcome { room, .. } => self.clients[who].view = Some(*room),
            ServerMessage::Events { events, upto } => match self.clients[who].view.as_mut().unwrap() {
                Room::Teacher(room) => {
                    events.iter().for_each(|event| room.apply(event));
                    room.upto = room.upto.max(upto);
                }
                Room::Student(room) => {
                    events.iter().for_each(|event| room.apply(event));
                    room.upto = room.upto.max(upto);
                }
            },
            ServerMessage::Ack { id, seq } => {
                let client = &mut self.clients[who];
                client.acked.push((id, seq));
                assert!(client.settle(id).is_some(), "acked once per connection");
            }
            ServerMessage::Refused { id, why } => {
                let what = self.clients[who].settle(id);
                if let (Some(Proposal::Check { task, answers, .. }), Refusal::Locked) = (what, why) {
                    self.keep_unchecked(who, task, answers);
                }
            }
            ServerMessage::Resumed { .. } | ServerMessage::Passing { .. } | ServerMessage::Unknown => {}
        }
    }

    /// A locked task takes no check: its answers stay, as drafts, unless something newer was typed.
    fn keep_unchecked(&mut self, who: usize, task: TaskId, answers: Vec<Answer>) {
        for Answer { item, response } in answers {
            let fresh = self.id();
            let client = &mut self.clients[who];
            if !client.journal.concerns(task, &item) {
                assert_eq!(client.typed[&(task, item.clone())], Some(response.clone()), "no field changes by itself");
                client.draft(fresh, task, item, Some(response));
            }
        }
    }

    /// Everybody comes back, and everything arrives.
    fn settle(&mut self) {
        for who in 0..PEOPLE {
            self.connect(who, 0);
        }
        for _ in 0..20 {
            for who in 0..PEOPLE {
                while !self.clients[who].down.is_empty() {
                    self.hear(who);
                }
                self.clients[who].journal.ripen();
                while self.clients[who].journal.has_due() {
                    self.play(&Step::Send(who));
                }
            }
            (0..SERVERS).for_each(|server| self.write(server, Write::Fine));
            (0..SERVERS).for_each(|server| self.catch_up(server));
        }
    }

    fn check_promises(&self) {
        let room = &self.servers[0].room;
        let mut folded = self::room();
        self.database.log.iter().for_each(|event| folded.apply(event));
        assert_eq!(*room, folded, "the room is what its log adds up to");
        for ((student, task, item), cell) in &self.database.cells {
            assert_eq!(folded.cell(*student, *task, item), Some(cell), "stored cells are what the log adds up to");
        }
        for client in &self.clients {
            assert_eq!((client.journal.waiting(), client.kept.len()), (0, 0), "everything is answered");
            match client.view.as_ref().unwrap() {
                Room::Teacher(view) => assert_eq!(*view, folded),
                Room::Student(view) => {
                    assert_eq!(*view, folded.for_student("T", user(client.me), |_| 1).unwrap(), "each sees their part");
                }
            }
            for (id, seq) in &client.acked {
                assert_eq!(self.database.done.get(&(user(client.me), *id)), Some(seq), "acked is on disk");
            }
            for ((task, item), typed) in &client.typed {
                self.check_kept(client.me, *task, item, typed.as_ref());
            }
        }
        self.check_rules();
        let mut checked = BTreeSet::new();
        for attempt in &self.database.attempts {
            assert!(checked.insert((attempt.proposal, attempt.item.clone())), "an answer is marked once");
        }
    }

    /// Nothing is marked in a locked task, nothing enters a closed item, and who was removed does nothing.
    fn check_rules(&self) {
        let mut room = self::room();
        for event in &self.database.log {
            if let EventBody::Answered { student, task, item, .. } | EventBody::Drafted { student, task, item, .. } =
                &event.body
            {
                assert!(!room.revealed.get(task).is_some_and(|shown| shown.contains(item)), "{event:?}");
                assert!(room.members.iter().any(|member| member.id == *student && !member.removed), "{event:?}");
            }
            if let EventBody::Answered { task, .. } = &event.body {
                assert!(!room.locked.contains(task), "{event:?}");
            }
            room.apply(event);
        }
    }

    /// What was typed last is on the server, unless the teacher closed or emptied the field or removed the student.
    fn check_kept(&self, who: usize, of: TaskId, item: &ItemId, typed: Option<&Value>) {
        let concerns = |event: &Event| match &event.body {
            EventBody::Reset { student, task, items } => {
                *task == of && student.is_none_or(|it| it == user(who)) && (items.is_empty() || items.contains(item))
            }
            EventBody::Revealed { task, keys } => *task == of && keys.iter().any(|key| key.item == *item),
            EventBody::Removed { student } => *student == user(who),
            EventBody::Joined { .. }
            | EventBody::Answered { .. }
            | EventBody::Drafted { .. }
            | EventBody::Focused { .. }
            | EventBody::Followed { .. }
            | EventBody::Locked { .. }
            | EventBody::Door { .. }
            | EventBody::Ended {}
            | EventBody::Unknown => false,
        };
        if self.database.log.iter().any(concerns) {
            return;
        }
        let cell = self.servers[0].room.cell(user(who), of, item).unwrap();
        let held = if cell.draft.is_some() { cell.draft.as_ref() } else { cell.response.as_ref() };
        assert!(held == typed || (typed.is_none() && cell.draft.is_none()), "typed {typed:?}, on the server {cell:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_acked_or_typed_is_lost_and_all_see_the_same(steps in steps()) {
        let mut world = World::new();
        // One in each: a class that is on.
        for who in 0..PEOPLE {
            world.connect(who, who % SERVERS);
            world.hear(who);
        }
        for step in &steps {
            world.play(step);
        }
        world.settle();
        world.check_promises();
    }
}
