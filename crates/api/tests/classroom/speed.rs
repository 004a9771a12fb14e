//! How fast an answer is acked with its commit, and how soon the teacher sees it. Numbers are printed as JSON lines;
//! `just bench` runs the release build.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::time::{Instant as Tick, sleep_until, timeout};
use types::{
    classroom::{ClientMessage, EventBody, ServerMessage},
    ids::ProposalId,
};
use uuid::Uuid;

use crate::support::{
    Actor, Options, TestApp,
    restartable::Program,
    room::{Class, PATIENCE, RoomClient, check, text},
};

const STUDENTS: u32 = 30;
const SECONDS: u32 = 10;

fn percentile(sorted: &[Duration], of_hundred: usize) -> f64 {
    sorted.get(sorted.len() * of_hundred / 100).or(sorted.last()).map_or(0.0, |d| d.as_secs_f64() * 1e3)
}

type Sent = Arc<Mutex<HashMap<String, Instant>>>;

/// One student: answers at even times, and reads what comes.
async fn student(
    mut client: RoomClient,
    class: Arc<Class>,
    n: u32,
    rate: u32,
    start: Tick,
    sent: Sent,
) -> Vec<Duration> {
    let pause = Duration::from_secs_f64(f64::from(STUDENTS) / f64::from(rate));
    let mut at = start + pause.mul_f64(f64::from(n) / f64::from(STUDENTS));
    let count = rate * SECONDS / STUDENTS;
    let (mut waiting, mut took) = (HashMap::new(), Vec::new());
    let (mut done, mut last_at) = (0, at);
    while done < count || !waiting.is_empty() {
        tokio::select! {
            () = sleep_until(at), if done < count => {
                let id = ProposalId(Uuid::now_v7());
                let word = format!("{n}-{done}");
                let now = Instant::now();
                sent.lock().unwrap().insert(word.clone(), now);
                waiting.insert(id, now);
                let what = check(class.gaps, &[("i1", text(&word))]);
                client.socket.say(&ClientMessage::Propose { id, what }).await.unwrap();
                done += 1;
                at += pause;
                last_at = Tick::now();
            }
            message = client.socket.next() => match message.expect("open") {
                ServerMessage::Ack { id, .. } => took.push(waiting.remove(&id).unwrap().elapsed()),
                ServerMessage::Refused { why, .. } => panic!("{why:?}"),
                ServerMessage::Welcome { .. } | ServerMessage::Resumed { .. } | ServerMessage::Events { .. }
                | ServerMessage::Passing { .. } | ServerMessage::Unknown => {}
            },
            () = sleep_until(last_at + PATIENCE) => break,
        }
    }
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn answers_are_acked_in_time() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let database = std::env::var("LINGUAGLOW_BENCH_DATABASE").unwrap_or_else(|_| test.database.url.clone());
    let server = Program::start(&[("DATABASE_URL", &database)]);
    // The last with sockets that read nothing.
    for (rate, stalled) in [(30, 0), (100, 0), (300, 0), (300, 3)] {
        let class = Arc::new(Class::start_by(Actor { base: server.base(), ..test.teacher().await }).await);
        let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
        let mut silent = Vec::new();
        for _ in 0..stalled {
            silent.push(RoomClient::enter(&class.teacher, class.run).await);
        }
        let sent: Sent = Arc::default();
        let start = Tick::now() + Duration::from_secs(1);
        let mut students = Vec::new();
        for n in 0..STUDENTS {
            let guest = class.guest(&format!("S {n}")).await;
            let client = RoomClient::enter(&guest, class.run).await;
            students.push(tokio::spawn(student(client, Arc::clone(&class), n, rate, start, Arc::clone(&sent))));
        }
        let expected = (rate * SECONDS / STUDENTS * STUDENTS) as usize;
        let watch = tokio::spawn({
            let sent = Arc::clone(&sent);
            async move {
                let mut seen = Vec::new();
                while seen.len() < expected {
                    let Ok(Some(message)) = timeout(PATIENCE, teacher.socket.next()).await else { break };
                    let ServerMessage::Events { events, .. } = message else { continue };
                    for event in events {
                        if let EventBody::Answered { response, .. } = event.body {
                            let word = response["text"].as_str().unwrap().to_owned();
                            seen.push(sent.lock().unwrap()[&word].elapsed());
                        }
                    }
                }
                seen
            }
        });
        let mut acked = Vec::new();
        for student in students {
            acked.extend(student.await.unwrap());
        }
        let mut seen = watch.await.unwrap();
        for (what, took) in [("ack", &mut acked), ("fanout_teacher", &mut seen)] {
            took.sort();
            println!(
                "{}",
                json!({"name": format!("{what}_{rate}_a_second"), "stalled": stalled, "p50_ms": percentile(took, 50), "p99_ms": percentile(took, 99), "lost": expected - took.len()})
            );
        }
    }
    drop(server);
    test.end().await;
}
