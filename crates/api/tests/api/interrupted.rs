//! The program is killed in the middle of a generation run and started again.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use test_support::model::{Act, ScriptedModel, good_reply};

use crate::support::program::{Program, folder, postmaster, runs, wait_until};

const KEY: &str = "sk-live-very-secret";
/// Kinds whose replies are held back.
const HELD: [&str; 3] = ["matching", "word_bank", "gap_fill"];

struct Teacher {
    client: reqwest::Client,
}

impl Teacher {
    async fn send(&self, base: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{base}/api/v1{path}");
        let request = match body {
            Some(body) => self.client.post(url).json(body),
            None => self.client.get(url),
        };
        let answer = request.header("Origin", base).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// Polls a run until its parts satisfy the condition.
    async fn run_until(&self, base: &str, run: &str, is: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(120);
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        loop {
            tick.tick().await;
            let now = self.send(base, &format!("/generation/runs/{run}"), None).await;
            let parts = now["parts"].as_array().unwrap();
            if is(parts) {
                return parts.clone();
            }
            assert!(Instant::now() < deadline, "{now}");
        }
    }
}

fn count(parts: &[Value], status: &str) -> usize {
    parts.iter().filter(|part| part["status"] == status).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_writes_a_lesson_it_goes_on_and_makes_nothing_twice() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let held = Arc::new(AtomicBool::new(true));
    let still = Arc::clone(&held);
    let model = ScriptedModel::answering(move |asked| {
        if still.load(Ordering::SeqCst) && HELD.contains(&asked.kind()) {
            Act::Hang
        } else {
            Act::Say(good_reply(asked.kind()))
        }
    })
    .await;
    let settings =
        [("LLM_URL", model.url.as_str()), ("LLM_KEY", KEY), ("LLM_MODEL", "scripted"), ("LLM_TIMEOUT", "600")];
    let folder = folder("interrupted");
    let mut first = Program::start_with(&folder, &settings);
    let anna = Teacher { client: reqwest::Client::builder().cookie_store(true).build().unwrap() };
    let new = json!({"name": "Anna", "email": "anna@test.example", "password": "correct horse", "locale": "en"});
    anna.send(&first.base, "/auth/register", Some(&new)).await;
    let press = json!({
        "request_id": uuid::Uuid::now_v7(), "topic": "Lighthouses", "level": "B1",
        "target_language": "en", "students_language": "ru"
    });
    let run = anna.send(&first.base, "/generation/runs", Some(&press)).await;
    let (run, lesson) = (run["id"].as_str().unwrap(), run["lesson_id"].as_str().unwrap());
    // In the middle: some parts are ready, and those held back are being written.
    let parts = anna
        .run_until(&first.base, run, |parts| count(parts, "ready") == 5 && count(parts, "writing") == HELD.len())
        .await;
    wait_until("the held ones were asked for", || model.asked().len() == parts.len());

    let database = postmaster(&folder).expect("a running cluster");
    first.kill();
    held.store(false, Ordering::SeqCst);
    let mut second = Program::start_with(&folder, &settings);
    assert!(!runs(database), "the old PostgreSQL is gone");
    let done = anna.run_until(&second.base, run, |parts| count(parts, "ready") == parts.len()).await;

    let whole = anna.send(&second.base, &format!("/lessons/{lesson}"), None).await;
    let tasks: Vec<&Value> =
        whole["sections"].as_array().unwrap().iter().flat_map(|s| s["tasks"].as_array().unwrap()).collect();
    let made: Vec<&Value> = tasks.iter().map(|task| &task["body"]["kind"]).collect();
    let planned: Vec<&Value> = done.iter().map(|part| &part["kind"]).collect();
    assert_eq!(made, planned, "each once, in the order of the plan");
    for part in done.iter().filter(|part| !HELD.contains(&part["kind"].as_str().unwrap())) {
        let before = parts.iter().find(|other| other["id"] == part["id"]).unwrap();
        assert_eq!(part["task_id"], before["task_id"], "what was ready stayed as it was");
    }
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for question in model.asked() {
        *asked.entry(question.kind().to_owned()).or_default() += 1;
    }
    for (kind, times) in asked {
        assert_eq!(times, if HELD.contains(&kind.as_str()) { 2 } else { 1 }, "{kind}");
    }

    let log = format!("{}{}", first.said(), second.said());
    let address = model.url.trim_start_matches("http://").trim_end_matches("/v1");
    for secret in [KEY, address] {
        assert!(!log.contains(secret), "{secret} in the log: {log}");
    }
    let database = postmaster(&folder).expect("a running cluster");
    second.kill();
    wait_until("PostgreSQL ends with its killed server", || !runs(database));
    fs::remove_dir_all(folder).unwrap();
}
