//! Pins the JSON of each message: a change here changes what older clients read.

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    ids::{AttemptId, ClassId, ClassRunId, ItemId, ProposalId, TaskId, UserId},
    levels::Language,
    marks::Mark,
    tasks::{Skill, TaskBody},
};

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 250_000_000).unwrap()
}

fn item() -> ItemId {
    ItemId::nth(0)
}

fn member() -> Member {
    Member {
        id: id(1),
        name: "Ana".into(),
        name_ordinal: 2,
        guest: true,
        joined_at: at(),
        removed: false,
        following: true,
        presence: Presence::Here,
        place: Some(id(20)),
    }
}

fn cell() -> Cell {
    Cell {
        round: 2,
        tries: 1,
        first: Some(Mark::WRONG),
        last: Some(Mark::MISSPELT),
        response: Some(json!({"text": "go"})),
        draft: Some(json!({"text": "goes"})),
    }
}

fn body() -> TaskBody {
    TaskBody::from_stored("gap_fill", 1, json!({"parts": [{"text": "I "}, {"gap": {"id": "i1", "key": "go"}}]}))
}

fn proposals() -> Vec<Proposal> {
    let (task, student) = (id::<TaskId>(20), id::<UserId>(1));
    vec![
        Proposal::Draft { task, item: item(), response: Some(json!({"text": "g"})) },
        Proposal::Check { task, answers: vec![Answer { item: item(), response: json!({"text": "go"}) }], at: at() },
        Proposal::Follow { following: false },
        Proposal::Focus { task },
        Proposal::Reveal { task, items: vec![item()] },
        Proposal::Lock { task, locked: true },
        Proposal::Reset { student: Some(student), task, items: vec![] },
        Proposal::Remove { student },
        Proposal::Door { open: false },
        Proposal::End {},
    ]
}

fn events() -> Vec<EventBody> {
    let (task, student) = (id::<TaskId>(20), id::<UserId>(1));
    vec![
        EventBody::Joined { member: member() },
        EventBody::Removed { student },
        EventBody::Answered {
            student,
            task,
            item: item(),
            attempt: id::<AttemptId>(30),
            round: 1,
            tries: 2,
            response: json!({"text": "go"}),
            mark: Mark::RIGHT,
        },
        EventBody::Drafted { student, task, item: item(), response: None },
        EventBody::Focused { task },
        EventBody::Followed { student, following: false },
        EventBody::Revealed { task, keys: vec![RevealedKey { item: item(), key: json!({"text": "go"}) }] },
        EventBody::Locked { task, locked: true },
        EventBody::Reset { student: None, task, items: vec![item()] },
        EventBody::Door { open: true },
        EventBody::Ended {},
    ]
}

fn passing() -> Vec<Passing> {
    let (task, student) = (id::<TaskId>(20), id::<UserId>(1));
    vec![
        Passing::Typing { student, task, item: item() },
        Passing::Presence { student, presence: Presence::Away },
        Passing::Place { student, task },
    ]
}

fn teacher_room() -> TeacherRoom {
    TeacherRoom {
        class: id::<ClassId>(2),
        run: id::<ClassRunId>(3),
        title: "At the airport".into(),
        target_language: Language::En,
        students_language: Language::Ru,
        started_at: at(),
        ended_at: None,
        tasks: vec![RunTask {
            id: id(20),
            section: "Practice".into(),
            title: "Gaps".into(),
            instructions: "Fill in.".into(),
            body: body(),
        }],
        members: vec![member()],
        cells: [(id(1), [(id(20), [(item(), cell())].into())].into())].into(),
        focus: Some(id(20)),
        locked: [id(20)].into(),
        revealed: [(id(20), [item()].into())].into(),
        door_open: true,
        upto: 7,
    }
}

fn student_room() -> StudentRoom {
    StudentRoom {
        class: id::<ClassId>(2),
        run: id::<ClassRunId>(3),
        title: "At the airport".into(),
        teacher: "Marina".into(),
        target_language: Language::En,
        students_language: Language::Ru,
        ended_at: Some(at()),
        me: member(),
        tasks: vec![StudentRunTask {
            id: id(20),
            section: "Practice".into(),
            title: "Gaps".into(),
            instructions: "Fill in.".into(),
            skill: Skill::Grammar,
            view: body().student_view(1),
        }],
        cells: [(id(20), [(item(), cell())].into())].into(),
        focus: None,
        locked: [].into(),
        revealed: [(id(20), [(item(), json!({"text": "go"}))].into())].into(),
        upto: 7,
    }
}

/// The value's name on the wire.
fn name(value: &Value) -> String {
    value["type"].as_str().unwrap().to_owned()
}

/// Checks that each message serializes to its snapshot and deserializes back unchanged.
fn travels<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(of: &str, messages: &[T]) {
    let mut seen = std::collections::BTreeSet::new();
    for message in messages {
        let value = serde_json::to_value(message).unwrap();
        let back: T = serde_json::from_str(&value.to_string()).unwrap();
        assert_eq!(back, *message);
        let mut name = format!("{of}_{}", name(&value));
        if let Some(role) = value["room"]["role"].as_str() {
            name = format!("{name}_{role}");
        }
        assert!(seen.insert(name.clone()), "{name} is there twice");
        insta::assert_json_snapshot!(name, value);
    }
    // An unknown type is accepted.
    assert!(serde_json::from_value::<T>(json!({"type": "of_tomorrow", "x": [1]})).is_ok());
}

/// The number of variants of each enum: a new one needs an entry above and a snapshot.
const fn variants() -> (usize, usize, usize, usize, usize) {
    (5, 10, 11, 3, 7)
}

#[test]
fn every_message_has_its_snapshot() {
    let client = [
        ClientMessage::Hello { protocol: PROTOCOL, epoch: Some(id(3)), upto: Some(7) },
        ClientMessage::Beat { hidden: true },
        ClientMessage::Typing { task: id(20), item: item() },
        ClientMessage::Place { task: id(20) },
        ClientMessage::Propose { id: id::<ProposalId>(40), what: Proposal::End {} },
    ];
    let server = [
        ServerMessage::Welcome { protocol: PROTOCOL, room: Box::new(Room::Teacher(teacher_room())) },
        ServerMessage::Welcome { protocol: PROTOCOL, room: Box::new(Room::Student(student_room())) },
        ServerMessage::Resumed { upto: 7 },
        ServerMessage::Events {
            events: vec![Event { seq: 8, at: at(), body: EventBody::Focused { task: id(20) } }],
            upto: 9,
        },
        ServerMessage::Passing { events: passing() },
        ServerMessage::Ack { id: id(40), seq: 8 },
        ServerMessage::Refused { id: id(40), why: Refusal::Locked },
    ];
    let lengths = (client.len(), proposals().len(), events().len(), passing().len(), server.len());
    assert_eq!(lengths, variants());
    travels("client", &client);
    travels("proposal", &proposals());
    travels("event", &events());
    travels("passing", &passing());
    travels("server", &server);
    // Exhaustive, so that a new variant is noticed here.
    for message in &client {
        match message {
            ClientMessage::Hello { .. }
            | ClientMessage::Beat { .. }
            | ClientMessage::Typing { .. }
            | ClientMessage::Place { .. }
            | ClientMessage::Propose { .. }
            | ClientMessage::Unknown => {}
        }
    }
}

#[test]
fn who_sees_what() {
    let (me, other) = (id::<UserId>(1), id::<UserId>(2));
    for body in events() {
        let event = Event { seq: 1, at: at(), body };
        assert!(event.seen_by(Viewer::Teacher));
        let mine = event.seen_by(Viewer::Student(me));
        let theirs = event.seen_by(Viewer::Student(other));
        let (everybody, only_mine) = match &event.body {
            EventBody::Focused { .. }
            | EventBody::Revealed { .. }
            | EventBody::Locked { .. }
            | EventBody::Reset { .. }
            | EventBody::Ended {} => (true, false),
            EventBody::Joined { .. }
            | EventBody::Removed { .. }
            | EventBody::Answered { .. }
            | EventBody::Drafted { .. }
            | EventBody::Followed { .. } => (false, true),
            EventBody::Door { .. } | EventBody::Unknown => (false, false),
        };
        assert_eq!((mine, theirs), (everybody || only_mine, everybody), "{event:?}");
    }
}

#[test]
fn a_close_code_is_one_of_the_applications_and_its_own() {
    let codes: std::collections::BTreeSet<u16> = CloseCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(codes.len(), CloseCode::ALL.len());
    assert!(codes.iter().all(|code| (4000..5000).contains(code)));
    assert!(CloseCode::ALL.iter().all(|code| CloseCode::of(code.code()) == Some(*code)));
}

#[test]
fn an_event_that_is_in_already_changes_nothing() {
    let (mut teacher, mut student) = (teacher_room(), student_room());
    let (before, mine) = (teacher.clone(), student.clone());
    for body in events() {
        let event = Event { seq: 7, at: at(), body };
        teacher.apply(&event);
        student.apply(&event);
    }
    assert_eq!((teacher, student), (before, mine));
}

/// The variants of an enum in our source, with their doc comments.
fn variants_of(source: &str, name: &str) -> Vec<(String, String)> {
    let start = source.find(&format!("pub enum {name} {{")).expect("the enum");
    let body = &source[start..][..source[start..].find("\n}").expect("its end")];
    let (mut variants, mut comment) = (Vec::new(), String::new());
    for line in body.lines().skip(1) {
        if let Some(text) = line.strip_prefix("    ///") {
            comment += text;
        } else if line.starts_with("    ") && line.as_bytes().get(4).is_some_and(u8::is_ascii_uppercase) {
            let variant: String = line.trim().chars().take_while(char::is_ascii_alphanumeric).collect();
            variants.push((variant, std::mem::take(&mut comment).trim().to_owned()));
        }
    }
    variants
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The protocol page: the doc comments of the types, and each message's snapshot.
fn page() -> String {
    let (message, event) = (include_str!("message.rs"), include_str!("event.rs"));
    let snapshots = concat!(env!("CARGO_MANIFEST_DIR"), "/src/classroom/snapshots");
    let mut out = String::from(
        "# The classroom protocol\n\nGenerated from `crates/types/src/classroom` (`LINGUAGLOW_WRITE=1 cargo test \
         the_page`); don't edit.\n\n`GET /api/v1/runs/{id}/socket` opens a WebSocket for a run's teacher and its students. \
         Every text frame is one JSON object with a `type`.\n\n",
    );
    for line in include_str!("mod.rs").lines().map_while(|line| line.strip_prefix("//!")) {
        out += &format!("{}\n", line.strip_prefix(' ').unwrap_or(line));
    }
    for (title, source, name, of) in [
        ("From a client", message, "ClientMessage", "client"),
        ("Proposals", message, "Proposal", "proposal"),
        ("From the server", message, "ServerMessage", "server"),
        ("Events", event, "EventBody", "event"),
        ("Transient events", event, "Passing", "passing"),
    ] {
        out += &format!("\n## {title}\n");
        for (variant, comment) in variants_of(source, name).into_iter().filter(|(variant, _)| variant != "Unknown") {
            out += &format!("\n### `{}`\n\n", snake(&variant));
            if !comment.is_empty() {
                out += &format!("{comment}\n\n");
            }
            for ending in ["", "_teacher", "_student"] {
                let file =
                    format!("{snapshots}/linguaglow_types__classroom__tests__{of}_{}{ending}.snap", snake(&variant));
                if let Ok(snapshot) = std::fs::read_to_string(file) {
                    let json = snapshot.splitn(3, "---\n").nth(2).expect("a snapshot");
                    out += &format!("```json\n{}\n```\n", json.trim_end());
                }
            }
        }
    }
    out += "\n## Refusals\n\n";
    for (variant, comment) in variants_of(message, "Refusal").into_iter().filter(|(variant, _)| variant != "Unknown") {
        out += &format!("- `{}` {comment}\n", snake(&variant));
    }
    out += "\n## Close codes\n\n";
    for ((_, comment), code) in variants_of(message, "CloseCode").iter().zip(CloseCode::ALL) {
        out += &format!("- {} {}: {comment}\n", code.code(), snake(&format!("{code:?}")));
    }
    // Intra-doc links work in rustdoc only.
    out.replace("[`super::", "`").replace("[`", "`").replace("`]", "`")
}

#[test]
fn the_page_of_the_protocol_is_what_the_code_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/CLASSROOM.md");
    let made = page();
    if std::env::var_os("LINGUAGLOW_WRITE").is_some() {
        std::fs::write(file, &made).unwrap();
    }
    let there = std::fs::read_to_string(file).unwrap_or_default();
    assert!(there == made, "docs/CLASSROOM.md is stale: LINGUAGLOW_WRITE=1 cargo test the_page");
}
