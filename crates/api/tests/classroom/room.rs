//! In the room: issue 3, lines 2 to 5, and what a student must not see.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use types::{
    classroom::{
        AttemptRow, Batch, ClassInfo, ClientMessage, CloseCode, Event, EventBody, Passing, Presence, Proposal, Refusal,
        RunReport, ServerMessage,
    },
    ids::{ProposalId, TaskId},
    marks::{Points, Verdict},
};
use uuid::Uuid;

use crate::support::{
    Options, TestApp,
    room::{Class, PATIENCE, RoomClient, Socket, check, equals_database, item, text},
};

async fn start() -> TestApp {
    TestApp::start_with(Options { no_workers: true, ..Options::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_teacher_sees_who_is_there_and_each_answer_as_it_is_checked() {
    let test = start().await;
    let class = Class::start(&test).await;
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    assert_eq!(teacher.teacher().tasks.len(), 2);
    let ana = class.guest("Ana").await;
    let mut client = RoomClient::enter(&ana, class.run).await;
    let me = client.me();
    teacher.until("Ana is here", |client| client.member(me).is_some_and(|m| m.presence == Presence::Here)).await;

    client.socket.say(&ClientMessage::Typing { task: class.gaps, item: item("i1") }).await.unwrap();
    client.socket.say(&ClientMessage::Place { task: class.gaps }).await.unwrap();
    let typing = Passing::Typing { student: me, task: class.gaps, item: item("i1") };
    teacher.until("Ana types", |client| client.passing.contains(&typing)).await;
    teacher.until("where Ana is", |client| client.member(me).unwrap().place == Some(class.gaps)).await;

    client.ask(Proposal::Draft { task: class.gaps, item: item("i1"), response: Some(text("g")) }).await.unwrap();
    teacher
        .until("a draft", |client| client.cell_of(me, class.gaps, "i1").is_some_and(|c| c.draft == Some(text("g"))))
        .await;
    // Wrong, then right: the first mark stays, the last one counts.
    let seq = client.check(class.gaps, &[("i1", text("gone")), ("i2", text("walked"))]).await.unwrap();
    assert_eq!(client.upto(), seq, "what an ack promises is there with it");
    client.check(class.gaps, &[("i1", text("GO."))]).await.unwrap();
    teacher.until("two tries", |client| client.cell_of(me, class.gaps, "i1").is_some_and(|cell| cell.tries == 2)).await;
    let cell = teacher.cell_of(me, class.gaps, "i1").unwrap();
    let verdicts = (cell.first.unwrap().verdict, cell.last.unwrap().verdict);
    assert_eq!((verdicts, &cell.draft, cell.round), ((Verdict::Wrong, Verdict::Right), &None, 1));
    assert_eq!(client.student().cell(class.gaps, &item("i1")), Some(cell));
    equals_database(&mut teacher, &test.app).await;

    // The page goes to the background, then disconnects.
    client.socket.say(&ClientMessage::Beat { hidden: true }).await.unwrap();
    teacher.until("Ana is away", |client| client.member(me).unwrap().presence == Presence::Away).await;
    client.socket.cut();
    teacher.until("Ana is gone", |client| client.member(me).unwrap().presence == Presence::Gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_teacher_leads_the_class() {
    let test = start().await;
    let class = Class::start(&test).await;
    let (ana, ben) = (class.guest("Ana").await, class.guest("Ben").await);
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let (mut ana, mut ben) = (RoomClient::enter(&ana, class.run).await, RoomClient::enter(&ben, class.run).await);
    let (gaps, pairs) = (class.gaps, class.pairs);

    teacher.ask(Proposal::Focus { task: gaps }).await.unwrap();
    ana.until("moved", |client| client.student().focus == Some(gaps)).await;
    ana.ask(Proposal::Follow { following: false }).await.unwrap();
    assert!(!ana.student().me.following);
    let me = ana.me();
    teacher.until("Ana looks around", |client| !client.member(me).unwrap().following).await;

    teacher.ask(Proposal::Lock { task: pairs, locked: true }).await.unwrap();
    let customs = json!({"right": "where officers check your bags"});
    assert_eq!(ana.check(pairs, &[("i1", customs.clone())]).await, Err(Refusal::Locked));
    // A draft that was written before the lock arrived is kept.
    let draft = Proposal::Draft { task: pairs, item: item("i1"), response: Some(customs.clone()) };
    ana.ask(draft).await.unwrap();
    teacher
        .until("the draft", |client| {
            client.cell_of(me, pairs, "i1").is_some_and(|cell| cell.draft == Some(customs.clone()))
        })
        .await;
    assert!(ana.student().locked.contains(&pairs));
    teacher.ask(Proposal::Lock { task: pairs, locked: false }).await.unwrap();
    ana.check(pairs, &[("i1", customs)]).await.unwrap();

    ana.check(gaps, &[("i1", text("went")), ("i2", text("went"))]).await.unwrap();
    ben.check(gaps, &[("i1", text("go"))]).await.unwrap();
    assert!(ana.student().revealed.is_empty());
    teacher.ask(Proposal::Reveal { task: gaps, items: vec![item("i1")] }).await.unwrap();
    ana.until("a key", |client| client.student().revealed.contains_key(&gaps)).await;
    assert_eq!(ana.student().revealed[&gaps][&item("i1")], text("go"));
    assert_eq!(ana.check(gaps, &[("i1", text("go"))]).await, Err(Refusal::Revealed));
    // In one check, an open item still counts beside a closed one.
    ben.check(gaps, &[("i1", text("gone")), ("i2", text("went"))]).await.unwrap();
    assert_eq!(ben.student().cell(gaps, &item("i1")).unwrap().tries, 1);
    assert_eq!(ben.student().cell(gaps, &item("i2")).unwrap().tries, 1);

    // A new round for one student, then for all: keys that were revealed to all are hidden again.
    let me = ben.me();
    teacher.ask(Proposal::Reset { student: Some(me), task: gaps, items: vec![item("i2")] }).await.unwrap();
    ben.until("a new round", |client| client.student().cell(gaps, &item("i2")).unwrap().round == 2).await;
    assert_eq!(ana.student().cell(gaps, &item("i2")).unwrap().round, 1);
    teacher.ask(Proposal::Reset { student: None, task: gaps, items: vec![] }).await.unwrap();
    ana.until("a new round", |client| client.student().cell(gaps, &item("i1")).unwrap().round == 2).await;
    assert!(ana.student().revealed.is_empty());
    ana.check(gaps, &[("i1", text("go"))]).await.unwrap();
    assert_eq!(ana.student().cell(gaps, &item("i1")).unwrap().tries, 1);
    equals_database(&mut teacher, &test.app).await;
    // A student who enters now sees the same.
    let fresh = RoomClient::enter(&ana.actor, class.run).await;
    assert_eq!(fresh.student().cells, ana.student().cells);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_the_report_and_the_same_lesson_again() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let (mut teacher, mut client) =
        (RoomClient::enter(&class.teacher, class.run).await, RoomClient::enter(&ana, class.run).await);
    client.check(class.gaps, &[("i1", text("gone"))]).await.unwrap();
    client.check(class.gaps, &[("i1", text("go"))]).await.unwrap();
    client.check(class.pairs, &[("i1", json!({"right": "where you board the plane"}))]).await.unwrap();
    // The lesson is changed in the meantime: the run is not affected.
    let task = class.teacher.get(&format!("/api/v1/tasks/{}", class.gaps)).await.expect(200).json();
    let other = json!({"revision": task["revision"], "title": "Other", "instructions": "",
        "body": {"kind": "gap_fill", "content": {"parts": [{"gap": {"id": "i1", "key": "different"}}]}}});
    class.teacher.put(&format!("/api/v1/tasks/{}", class.gaps), other).await.expect(200);
    class.teacher.post(&format!("/api/v1/runs/{}/end", class.run), Value::Null).await.expect(204);
    class.teacher.post(&format!("/api/v1/runs/{}/end", class.run), Value::Null).await.expect(204);
    teacher.until("over", |client| client.teacher().ended_at.is_some()).await;
    client.until("over", |client| client.student().ended_at.is_some()).await;
    assert_eq!(client.check(class.gaps, &[("i1", text("go"))]).await, Err(Refusal::Ended));
    equals_database(&mut teacher, &test.app).await;

    let report = async || -> RunReport {
        class.teacher.get(&format!("/api/v1/runs/{}/report", class.run)).await.expect(200).read()
    };
    let mut came = report().await;
    let deadline = std::time::Instant::now() + PATIENCE;
    while came.students[0].seen_at.is_none() && std::time::Instant::now() < deadline {
        came = report().await;
    }
    let student = &came.students[0];
    assert!(came.ended_at.is_some() && came.students.len() == 1 && student.seen_at.is_some());
    assert_eq!((student.first, student.last, student.max), (Points::ZERO, Points::ONE, Points::new(4, 1)));
    let keys: Vec<&str> = came.tasks[1].keys.iter().map(String::as_str).collect();
    assert_eq!((came.tasks[1].title.as_str(), keys), ("Gaps", vec!["go", "went"]));
    let cell = student.cells.iter().find(|cell| cell.task == class.gaps).unwrap();
    assert_eq!((cell.tries, cell.answer.as_deref()), (2, Some("go")));
    let path = format!("/api/v1/runs/{}/attempts?student={}&task={}", class.run, student.id, class.gaps);
    let history: Vec<AttemptRow> = class.teacher.get(&path).await.expect(200).read();
    let verdicts: Vec<Verdict> = history.iter().map(|row| row.mark.verdict).collect();
    assert_eq!(verdicts, [Verdict::Right, Verdict::Wrong]);
    assert_eq!(history[1].response, text("gone"));
    class.teacher.get(&format!("/api/v1/runs/{}/attempts?colour=red", class.run)).await.expect(422);

    let body = json!({"id": Uuid::now_v7(), "lesson_id": class.lesson});
    let path = format!("/api/v1/classes/{}/runs", class.info.id);
    let again: ClassInfo = class.teacher.post(&path, body.clone()).await.expect(201).read();
    let repeated: ClassInfo = class.teacher.post(&path, body).await.expect(201).read();
    assert_eq!((again.open_run, again.runs.len()), (repeated.open_run, 2));
    let fresh = RoomClient::enter(&ana, again.open_run.unwrap()).await;
    assert!(fresh.student().cells.is_empty());
    // Starting a third run ends the second.
    let third: ClassInfo =
        class.teacher.post(&path, json!({"id": Uuid::now_v7(), "lesson_id": class.lesson})).await.expect(201).read();
    assert_eq!(third.runs.iter().filter(|run| run.ended_at.is_none()).count(), 1);
    assert_eq!(third.runs.iter().map(|run| run.students).collect::<Vec<_>>(), [0, 0, 1]);
}

/// Everything that a student's socket has sent so far.
async fn everything(client: &mut RoomClient, mark: ProposalId) -> String {
    let mut said = serde_json::to_string(&client.room).unwrap();
    // The ack of the student's own proposal comes after everything before it.
    client.propose_as(mark, Proposal::Follow { following: true }).await;
    loop {
        let message = tokio::time::timeout(PATIENCE, client.socket.next()).await.unwrap().expect("open");
        let last = matches!(&message, ServerMessage::Ack { id, .. } if *id == mark);
        said += &serde_json::to_string(&message).unwrap();
        if last {
            return said;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_student_sees_neither_classmates_answers_nor_keys_and_is_nobody_else() {
    let test = start().await;
    let class = Class::start(&test).await;
    let (ana, ben) = (class.guest("Ana").await, class.guest("Ben").await);
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let (mut ana, mut ben) = (RoomClient::enter(&ana, class.run).await, RoomClient::enter(&ben, class.run).await);
    let secret = format!("secret{}", Uuid::now_v7().simple());
    let id = ProposalId(Uuid::now_v7());
    ben.propose_as(id, check(class.gaps, &[("i1", text(&secret))])).await;
    ben.until("acked", |client| client.acked.contains_key(&id)).await;
    ben.ask(Proposal::Draft { task: class.gaps, item: item("i2"), response: Some(text(&secret)) }).await.unwrap();
    ben.socket.say(&ClientMessage::Typing { task: class.gaps, item: item("i2") }).await.unwrap();
    // A student is refused what only a teacher may do; the teacher can't answer tasks.
    for what in [
        Proposal::Focus { task: class.gaps },
        Proposal::Reveal { task: class.gaps, items: vec![] },
        Proposal::Lock { task: class.gaps, locked: true },
        Proposal::Reset { student: None, task: class.gaps, items: vec![] },
        Proposal::Remove { student: ben.me() },
        Proposal::Door { open: false },
        Proposal::End {},
        Proposal::Unknown,
    ] {
        assert_eq!(ana.ask(what).await, Err(Refusal::NotAllowed));
    }
    assert_eq!(teacher.check(class.gaps, &[("i1", text("go"))]).await, Err(Refusal::NotAllowed));
    // Another person's proposal id doesn't count as used.
    ana.propose_as(id, check(class.gaps, &[("i1", text("go"))])).await;
    ana.until("acked", |client| client.acked.contains_key(&id)).await;
    assert_eq!(ana.student().cell(class.gaps, &item("i1")).unwrap().tries, 1);
    let said = everything(&mut ana, ProposalId(Uuid::now_v7())).await;
    assert!(!said.contains(&secret) && !said.contains(&ben.me().to_string()), "{said}");
    for key in ["went", "walked", "\"key\""] {
        assert!(!said.contains(key), "{key} in {said}");
    }
    for (what, why) in [
        (check(TaskId(Uuid::now_v7()), &[("i1", text("go"))]), Refusal::NoSuchTask),
        (check(class.gaps, &[("i7", text("go"))]), Refusal::NoSuchItem),
        (check(class.gaps, &[("i1", json!(7))]), Refusal::Malformed),
        (check(class.gaps, &[("i1", text("a\0b"))]), Refusal::Malformed),
        (check(class.gaps, &[("i1", text(&"x".repeat(2_001)))]), Refusal::Malformed),
        (check(class.gaps, &[("i1", text("a")), ("i1", text("b"))]), Refusal::Malformed),
        (check(class.gaps, &[]), Refusal::Malformed),
        (Proposal::Draft { task: class.gaps, item: item("i1"), response: Some(text("\0")) }, Refusal::Malformed),
    ] {
        assert_eq!(ana.ask(what).await, Err(why));
    }
    // Another class looks as if it didn't exist.
    let other = Class::start(&test).await;
    let mut socket = Socket::open(&ana.address, &ana.actor, other.run).await.unwrap();
    assert_eq!(socket.closed().await, Some(CloseCode::Removed.code()));
    let mut socket = Socket::open(&ana.address, &other.teacher, class.run).await.unwrap();
    assert_eq!(socket.closed().await, Some(CloseCode::Removed.code()));
    equals_database(&mut teacher, &test.app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_proposal_is_acked_again_and_does_nothing() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let mut client = RoomClient::enter(&ana, class.run).await;
    let id = ProposalId(Uuid::now_v7());
    let what = check(class.gaps, &[("i1", text("go")), ("i2", text("go"))]);
    // Three times in one batch, then from another socket.
    for _ in 0..3 {
        client.propose_as(id, what.clone()).await;
    }
    client.until("acked", |client| client.acked.contains_key(&id)).await;
    let seq = client.acked[&id];
    let mut other = RoomClient::enter(&ana, class.run).await;
    other.propose_as(id, what).await;
    other.until("acked", |client| client.acked.contains_key(&id)).await;
    assert_eq!(other.acked[&id], seq);
    let path = format!("/api/v1/runs/{}/attempts", class.run);
    let attempts: Vec<AttemptRow> = class.teacher.get(&path).await.expect(200).read();
    assert_eq!(attempts.len(), 2);
    // Drafts that arrived together: the last one counts, and repeating an earlier one doesn't undo it.
    let drafts: Vec<ProposalId> = (0..5).map(|_| ProposalId(Uuid::now_v7())).collect();
    let draft = |n: usize| Proposal::Draft { task: class.gaps, item: item("i1"), response: Some(text(&n.to_string())) };
    for (n, id) in drafts.iter().enumerate() {
        client.propose_as(*id, draft(n)).await;
    }
    let last = drafts[4];
    client.until("acked", |client| client.acked.contains_key(&last)).await;
    for (n, id) in drafts.iter().enumerate() {
        other.propose_as(*id, draft(n)).await;
    }
    other.until("acked", |client| client.acked.contains_key(&last)).await;
    assert_eq!(other.student().cell(class.gaps, &item("i1")).unwrap().draft, Some(text("4")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_that_has_been_alone_for_long_still_finds_out_what_is_done_and_what_others_wrote() {
    // After this time the room uses optimistic commits.
    const ALONE: Duration = Duration::from_millis(2_500);
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let mut client = RoomClient::enter(&ana, class.run).await;
    let id = ProposalId(Uuid::now_v7());
    let what = check(class.gaps, &[("i1", text("go"))]);
    sleep(ALONE).await;
    client.propose_as(id, what.clone()).await;
    client.until("acked", |client| client.acked.contains_key(&id)).await;
    // Repeated next to a new proposal, and once more when it would be refused if it were new.
    let mut other = RoomClient::enter(&ana, class.run).await;
    other.propose_as(id, what.clone()).await;
    other.check(class.gaps, &[("i2", text("go"))]).await.unwrap();
    assert_eq!(other.acked.get(&id), client.acked.get(&id));
    teacher.ask(Proposal::Lock { task: class.gaps, locked: true }).await.unwrap();
    sleep(ALONE).await;
    let mut third = RoomClient::enter(&ana, class.run).await;
    third.propose_as(id, what).await;
    assert_eq!(third.check(class.gaps, &[("i1", text("went"))]).await, Err(Refusal::Locked));
    assert_eq!(third.acked.get(&id), client.acked.get(&id));
    // Write an event outside of the room, without an announcement.
    sleep(ALONE).await;
    let before = test.app.store.room(class.run).await.unwrap().room.upto;
    let at = store::instant();
    let event = Event { seq: before + 1, at, body: EventBody::Focused { task: class.pairs } };
    let batch = Batch { events: vec![event], ..Batch::default() };
    assert!(test.app.store.write_optimistic(class.run, before, at, &batch).await.unwrap());
    assert!(!test.app.store.write_optimistic(class.run, before, at, &batch).await.unwrap());
    assert_eq!(teacher.ask(Proposal::Focus { task: class.gaps }).await, Ok(before + 2));
    equals_database(&mut teacher, &test.app).await;
    let path = format!("/api/v1/runs/{}/attempts", class.run);
    let attempts: Vec<AttemptRow> = class.teacher.get(&path).await.expect(200).read();
    assert_eq!(attempts.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_gets_what_was_missed_and_nothing_twice() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let mut client = RoomClient::enter(&ana, class.run).await;
    client.check(class.gaps, &[("i1", text("go"))]).await.unwrap();
    let behind = Socket::open(&teacher.address, &class.teacher, class.run).await.unwrap();
    std::mem::replace(&mut teacher.socket, behind).cut();
    for word in ["a", "b", "c"] {
        client.check(class.gaps, &[("i2", text(word))]).await.unwrap();
    }
    let had = teacher.upto();
    teacher.socket.hello(Some((class.run, had))).await.unwrap();
    let first = teacher.socket.next().await.unwrap();
    assert_eq!(first, ServerMessage::Resumed { upto: had });
    let Some(ServerMessage::Events { events, upto }) = teacher.socket.next().await else { panic!("no events") };
    assert_eq!(events.first().map(|event| event.seq), Some(had + 1));
    teacher.take(ServerMessage::Events { events, upto });
    equals_database(&mut teacher, &test.app).await;
    // With a position in another run's log, or from the future, the whole room is sent.
    for has in [(other_run(), 1), (class.run, 10_000)] {
        let mut socket = Socket::open(&teacher.address, &class.teacher, class.run).await.unwrap();
        socket.hello(Some(has)).await.unwrap();
        assert!(matches!(socket.next().await, Some(ServerMessage::Welcome { .. })));
    }
}

fn other_run() -> types::ids::ClassRunId {
    types::ids::ClassRunId(Uuid::now_v7())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_and_comes_back_delays_an_answer_and_loses_none() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let (mut teacher, mut client) =
        (RoomClient::enter(&class.teacher, class.run).await, RoomClient::enter(&ana, class.run).await);
    for n in 0..5 {
        // A new socket for each round: one may not send that much at once.
        client = RoomClient::enter(&ana, class.run).await;
        // Cut twice: once between answers, once while some are in flight.
        test.database.cut_connections().await.unwrap();
        let ids: Vec<ProposalId> = (0..20).map(|_| ProposalId(Uuid::now_v7())).collect();
        for (k, id) in ids.iter().enumerate() {
            client.propose_as(*id, check(class.gaps, &[("i1", text(&format!("{n}-{k}")))])).await;
            if k == 10 {
                test.database.cut_connections().await.unwrap();
            }
        }
        client.until("all acked", |client| ids.iter().all(|id| client.acked.contains_key(id))).await;
    }
    assert_eq!(client.student().cell(class.gaps, &item("i1")).unwrap().tries, 100);
    let proposals = test.app.store.attempted(class.run).await.unwrap();
    assert_eq!(proposals.len(), 100);
    equals_database(&mut teacher, &test.app).await;
    assert_eq!(teacher.cell_of(client.me(), class.gaps, "i1"), client.student().cell(class.gaps, &item("i1")));
}
