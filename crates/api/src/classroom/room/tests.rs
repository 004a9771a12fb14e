//! What a room sends, over a transport that records it.

use std::sync::Mutex;

use bytes::Bytes;
use chrono::DateTime;
use types::{
    classroom::{Member, Presence},
    ids::{ClassId, ProposalId},
    levels::Language,
};
use uuid::Uuid;

use super::*;
use crate::classroom::{Classroom, bus::LocalBus};

const TEACHER: ConnectionId = 0;

/// What one connection was sent, by send, and how it was closed.
#[derive(Default)]
struct Recorded {
    sends: Mutex<Vec<Vec<Frame>>>,
    closed: Mutex<Option<CloseCode>>,
}

impl SendHalf for Recorded {
    fn send(&self, frames: &[Frame]) {
        self.sends.lock().unwrap().push(frames.to_vec());
    }

    fn close(&self, code: CloseCode) {
        self.closed.lock().unwrap().get_or_insert(code);
    }
}

impl Recorded {
    /// The texts of each send since the last call.
    fn take(&self) -> Vec<Vec<Bytes>> {
        let sends = std::mem::take(&mut *self.sends.lock().unwrap());
        sends.iter().map(|frames| frames.iter().map(Frame::text).collect()).collect()
    }

    /// The only text since the last call.
    fn only(&self) -> Bytes {
        let [send] = &self.take()[..] else { panic!("not one send") };
        let [text] = &send[..] else { panic!("not one frame") };
        text.clone()
    }
}

fn user(n: u64) -> UserId {
    UserId(Uuid::from_u128(100 + u128::from(n)))
}

fn member(n: u64) -> Member {
    Member {
        id: user(n),
        name: format!("S{n}"),
        name_ordinal: 1,
        guest: true,
        joined_at: DateTime::UNIX_EPOCH,
        removed: false,
        following: true,
        presence: Presence::Gone,
        place: None,
    }
}

fn event(seq: u64, body: EventBody) -> Event {
    Event { seq, at: DateTime::UNIX_EPOCH, body }
}

/// A room of students 1 to `students` and a teacher, each with one connection. The database is never asked.
async fn room(students: u64) -> (Room, Vec<Arc<Recorded>>) {
    let store = store::Store::new("postgresql:///none?host=/nowhere", 1).unwrap();
    let Classroom(shared) = Classroom::new(store, Arc::new(LocalBus::default()), Uuid::nil(), 1).unwrap();
    let (now, run) = (Instant::now(), ClassRunId(Uuid::nil()));
    let state = TeacherRoom {
        class: ClassId(Uuid::nil()),
        run,
        title: "Class".into(),
        target_language: Language::En,
        students_language: Language::Ru,
        started_at: DateTime::UNIX_EPOCH,
        ended_at: None,
        tasks: Vec::new(),
        members: (1..=students).map(member).collect(),
        cells: BTreeMap::new(),
        focus: None,
        locked: std::collections::BTreeSet::new(),
        revealed: BTreeMap::new(),
        door_open: true,
        upto: 0,
    };
    let subscription = shared.bus.subscribe(run).await;
    let mut room = Room {
        shared,
        run,
        owner: user(0),
        teacher: "Marina".into(),
        state,
        recent: VecDeque::new(),
        recent_bytes: 0,
        connections: HashMap::new(),
        presences: PresenceTracker::default(),
        queue: CommitQueue::new(now),
        passing: Vec::new(),
        seen: HashSet::new(),
        noted: now,
        empty_since: now,
        mailbox: mpsc::channel(1).1,
        subscription,
    };
    let recorded: Vec<Arc<Recorded>> = (0..=students).map(|_| Arc::default()).collect();
    for (n, sender) in (0..).zip(&recorded) {
        let sender = Arc::clone(sender) as Arc<dyn SendHalf>;
        room.enter(n, Who { user: user(n), teacher: n == TEACHER }, None, sender).await;
    }
    room.flush_passing();
    for sender in &recorded {
        assert!(sender.take()[0][0].starts_with(b"{\"type\":\"welcome\""));
    }
    (room, recorded)
}

#[tokio::test]
async fn viewers_who_see_the_same_share_one_frame() {
    let (mut room, connections) = room(3).await;
    room.apply(vec![event(1, EventBody::Focused { task: TaskId(Uuid::nil()) })]);
    let texts: Vec<Bytes> = connections.iter().map(|connection| connection.only()).collect();
    assert!(texts[0].starts_with(b"{\"type\":\"events\""));
    assert!(texts.iter().all(|text| text.as_ptr() == texts[0].as_ptr()));
    // One student's own: the others get nothing.
    room.apply(vec![event(2, EventBody::Followed { student: user(2), following: false })]);
    assert_eq!(connections[0].only().as_ptr(), connections[2].only().as_ptr());
    assert!(connections[1].take().is_empty() && connections[3].take().is_empty());
}

#[tokio::test]
async fn an_answer_travels_with_the_event_and_behind_it() {
    let (mut room, connections) = room(2).await;
    let ack = |n: u128| wire::message(&ServerMessage::Ack { id: ProposalId(Uuid::from_u128(n)), seq: 1 });
    let answers = [(TEACHER, vec![ack(1), ack(2)]), (2, vec![ack(3)]), (9, vec![ack(4)])];
    let door = event(1, EventBody::Door { open: false });
    room.state.apply(&door);
    room.tell(vec![door], answers.into());
    let [teacher] = &connections[0].take()[..] else { panic!("not one send") };
    assert!(teacher[0].starts_with(b"{\"type\":\"events\""));
    assert_eq!(teacher[1..], [ack(1).text(), ack(2).text()]);
    // A student doesn't see the door, but gets the answer; a connection that left gets nothing.
    assert_eq!(connections[2].only(), ack(3).text());
    assert!(connections[1].take().is_empty());
}

#[tokio::test]
async fn who_is_removed_is_closed_and_who_is_unknown_is_not_let_in() {
    let (mut room, connections) = room(2).await;
    room.apply(vec![event(1, EventBody::Removed { student: user(1) })]);
    let closed: Vec<Option<CloseCode>> = connections.iter().map(|it| *it.closed.lock().unwrap()).collect();
    assert_eq!(closed, [None, Some(CloseCode::Removed), None]);
    let late = Arc::new(Recorded::default());
    room.enter(7, Who { user: user(1), teacher: false }, None, Arc::clone(&late) as Arc<dyn SendHalf>).await;
    assert_eq!(*late.closed.lock().unwrap(), Some(CloseCode::Removed));
    assert!(late.take().is_empty());
}

#[tokio::test]
async fn what_passes_may_be_dropped_and_goes_to_teachers_alone() {
    let (mut room, connections) = room(2).await;
    room.pass(Passing::Place { student: user(1), task: TaskId(Uuid::nil()) });
    room.flush_passing();
    let sends = std::mem::take(&mut *connections[0].sends.lock().unwrap());
    assert!(matches!(&sends[..], [frames] if matches!(&frames[..], [frame] if frame.is_transient())));
    assert!(connections[1].take().is_empty() && connections[2].take().is_empty());
}

#[tokio::test]
async fn a_place_on_another_server_is_learnt_once() {
    let (mut room, connections) = room(1).await;
    let person = Person { id: user(9), presence: Presence::Here, place: Some(TaskId(Uuid::nil())) };
    room.apply(vec![event(1, EventBody::Joined { member: member(9) })]);
    connections.iter().for_each(|connection| drop(connection.take()));
    let message = BusMessage { node: Uuid::from_u128(7), payload: Payload::People { people: vec![person] } };
    for _ in 0..2 {
        room.on_bus(BusEvent::Message(Arc::new(message.clone()))).await;
    }
    room.flush_passing();
    let told = String::from_utf8(connections[0].only().to_vec()).unwrap();
    assert_eq!(told.matches(r#""type":"place""#).count(), 1, "{told}");
    assert!(connections[1].take().is_empty());
}
