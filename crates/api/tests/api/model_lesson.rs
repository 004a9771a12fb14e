//! Create lesson with a model that misbehaves: the other tasks arrive, failures give a reason and can be retried, and
//! nothing that the model said is kept.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Value, json};
use test_support::model::{Act, Asked, ScriptedModel, good_reply};

use crate::support::{
    Options, TestApp,
    lessons::{lesson, press, settled, tasks},
};

/// Contained in every bad reply, and nowhere else.
const MARK: &str = "qzxraw";
const KEY: &str = "sk-live-very-secret";

/// Captures all log output of this process, at the level that the program uses.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> Self {
        let log = Self::default();
        let writer = log.clone();
        // Fails if another test of this program has a log: this one would stay empty.
        tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(move || writer.clone()).init();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// An app whose model replies to one kind with `bad` until it is healed, and to the others correctly.
async fn app_with(kind: &'static str, bad: Act, healed: &Arc<AtomicBool>) -> (TestApp, ScriptedModel) {
    let is_healed = Arc::clone(healed);
    let model = ScriptedModel::answering(move |asked: &Asked| {
        if asked.kind() == kind && !is_healed.load(Ordering::SeqCst) {
            bad.clone()
        } else {
            Act::Say(good_reply(asked.kind()))
        }
    })
    .await;
    let settings =
        [("LLM_URL", model.url.as_str()), ("LLM_KEY", KEY), ("LLM_MODEL", "scripted"), ("LLM_TIMEOUT", "20")];
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    (TestApp::start_with(Options { settings, ..Options::default() }).await, model)
}

/// Fails if any row of any table contains the text.
async fn nowhere_in(test: &TestApp, text: &str) {
    let look = format!(
        "DO $$ DECLARE name text; found bigint; BEGIN \
         FOR name IN SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables \
             WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') LOOP \
           EXECUTE 'SELECT count(*) FROM ' || name || ' AS t WHERE strpos(t::text, ''{text}'') > 0' INTO found; \
           IF found > 0 THEN RAISE EXCEPTION '% holds it', name; END IF; \
         END LOOP; END $$"
    );
    store::batch(&test.database.url, &[&look]).await.unwrap_or_else(|error| panic!("{text}: {error}"));
}

/// A good reply with `change` applied to every field.
fn spoilt(kind: &str, change: &dyn Fn(&str) -> String) -> String {
    fn walk(value: &mut Value, change: &dyn Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = change(text),
            Value::Array(list) => list.iter_mut().for_each(|value| walk(value, change)),
            Value::Object(map) => map.values_mut().for_each(|value| walk(value, change)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut reply: Value = serde_json::from_str(&good_reply(kind)).unwrap();
    walk(&mut reply, change);
    reply.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_reply_costs_one_task_which_can_be_tried_again() {
    let log = Log::start();
    let long = format!("{{\"pairs\": [{{\"word\": \"{MARK}\", \"mean");
    let html = format!("<html><body><h1>{MARK}</h1><script>alert('{KEY}')</script></body></html>");
    let refusal = vec![("x-note", MARK.to_owned()), ("location", format!("http://127.0.0.1:9/{MARK}"))];
    let cases = [
        ("matching", Act::SayCutOff(long.clone()), "reply_cut_off"),
        ("matching", Act::Say(long), "reply_malformed"),
        ("single_choice", Act::Say(html.clone()), "reply_malformed"),
        ("true_false", Act::Body(html), "reply_malformed"),
        ("word_list", Act::Say(json!({"words": [{"word": MARK}]}).to_string()), "reply_malformed"),
        ("word_list", Act::Say(json!({"words": vec![json!({"word": MARK}); 10_000]}).to_string()), "reply_malformed"),
        ("gap_fill", Act::Say(json!({"title": MARK, "items": []}).to_string()), "reply_refused"),
        ("sentence_builder", Act::Endless, "reply_malformed"),
        ("word_bank", Act::HangUp, "model_unreachable"),
        ("text", Act::Refusal(302, refusal), "model_unreachable"),
    ];
    for (kind, bad, fault) in cases {
        let told = format!("{kind} {fault}");
        let healed = Arc::new(AtomicBool::new(false));
        let (test, model) = app_with(kind, bad, &healed).await;
        let anna = test.teacher().await;
        let run = anna.post("/api/v1/generation/runs", press("Lighthouses", "B1")).await.expect(202).json();
        let done = settled(&anna, &run).await;
        let parts = done["parts"].as_array().unwrap();
        assert_eq!(parts.len(), 8);
        for part in parts {
            let expected = if part["kind"] == kind { "failed" } else { "ready" };
            assert_eq!(part["status"], expected, "{told}: {part}");
        }
        let failed = parts.iter().find(|part| part["kind"] == kind).unwrap();
        assert_eq!(failed["fault"], fault, "{told}: {failed}");
        let before = lesson(&anna, &run).await;
        assert_eq!(tasks(&before).len(), 7, "{told}");
        for text in [done.to_string(), before.to_string()] {
            for secret in [MARK, KEY, "127.0.0.1", "<script"] {
                assert!(!text.contains(secret), "{told}: {secret} in {text}");
            }
        }
        nowhere_in(&test, MARK).await;
        nowhere_in(&test, KEY).await;

        healed.store(true, Ordering::SeqCst);
        let retry = format!("/api/v1/generation/parts/{}/retry", failed["id"].as_str().unwrap());
        let again = anna.post(&retry, json!(null)).await.expect(200).json();
        let done = settled(&anna, &again).await;
        assert!(done["parts"].as_array().unwrap().iter().all(|part| part["status"] == "ready"), "{told}: {done}");
        let kinds: Vec<Value> = tasks(&lesson(&anna, &run).await).iter().map(|t| t["body"]["kind"].clone()).collect();
        let planned: Vec<Value> = parts.iter().map(|part| part["kind"].clone()).collect();
        assert_eq!(kinds, planned, "{told}: the order of the plan");
        // Parts that were ready were not requested again.
        let asked = model.asked();
        for part in parts.iter().filter(|part| part["kind"] != kind) {
            assert_eq!(asked.iter().filter(|asked| part["kind"] == asked.kind()).count(), 1, "{told}: {part}");
        }
    }
    let log = log.text();
    assert!(!log.is_empty(), "nothing was logged");
    for secret in [MARK, KEY, "/chat/completions"] {
        assert!(!log.contains(secret), "{secret} in the log: {log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_be_mended_is_mended() {
    let many = |kind: &str, list: &str| {
        let mut reply: Value = serde_json::from_str(&good_reply(kind)).unwrap();
        let items = reply[list].as_array().unwrap().clone();
        reply[list] = items.iter().cycle().take(1_000).cloned().collect();
        Act::Say(reply.to_string())
    };
    let prose = Act::Say(format!("Sure! Here it is:\n```json\n{}\n```\nHave fun!", good_reply("word_bank")));
    let tagged = |kind: &str| Act::Say(spoilt(kind, &|text| format!("<b onclick=\"x()\">{text}</b><script></script>")));
    for (kind, reply) in [
        ("word_bank", prose),
        ("word_list", many("word_list", "words")),
        ("single_choice", many("single_choice", "questions")),
        ("matching", tagged("matching")),
        ("text", tagged("text")),
    ] {
        let (test, _model) = app_with(kind, reply, &Arc::default()).await;
        let anna = test.teacher().await;
        let run = anna.post("/api/v1/generation/runs", press("Lighthouses", "B1")).await.expect(202).json();
        let done = settled(&anna, &run).await;
        assert!(done["parts"].as_array().unwrap().iter().all(|part| part["status"] == "ready"), "{kind}: {done}");
        let lesson = lesson(&anna, &run).await;
        let text = lesson.to_string();
        assert!(text.len() < 60_000 && !text.contains("onclick") && !text.contains("<script"), "{kind}: {text}");
    }
}

/// A teacher's own text. Since the text to read exists from the start, the words are made first, though they come
/// fourth.
const OWN_TEXT: &str = "Nora grew up in a lighthouse on a small island. Her father was the keeper, and every evening he lit \
    the lamp so that ships could find their way past the rocks.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesson_from_ones_own_material_is_written_to_its_end() {
    let words = "lighthouse — маяк\nkeeper — смотритель\nlantern — фонарь\n";
    for (source, first) in [(json!({"text": OWN_TEXT}), "word_list"), (json!({"words": words}), "text")] {
        let (test, model) = app_with("none", Act::Hang, &Arc::default()).await;
        let anna = test.teacher().await;
        let mut press = press("Lighthouses", "B1");
        press["source"] = source;
        let run = anna.post("/api/v1/generation/runs", press).await.expect(202).json();
        let done = settled(&anna, &run).await;
        assert_eq!(done["status"], "done", "{done}");
        let parts = done["parts"].as_array().unwrap();
        assert!(parts.len() >= 8 && parts.iter().all(|part| part["status"] == "ready"), "{done}");
        let asked = model.asked();
        if first == "word_list" {
            // What builds on the words was requested after them.
            assert_eq!(asked[0].kind(), first, "{:?}", asked.iter().map(|a| a.kind().to_owned()).collect::<Vec<_>>());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_fails_lets_those_go_on_that_waited_for_it() {
    let (test, _model) = app_with("word_list", Act::Status(401), &Arc::default()).await;
    let anna = test.teacher().await;
    let mut press = press("Lighthouses", "B1");
    press["source"] = json!({"text": OWN_TEXT});
    let run = anna.post("/api/v1/generation/runs", press).await.expect(202).json();
    let done = settled(&anna, &run).await;
    for part in done["parts"].as_array().unwrap() {
        let expected = if part["kind"] == "word_list" { "failed" } else { "ready" };
        assert_eq!(part["status"], expected, "{part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesson_deleted_while_it_is_written_leaves_no_run_running() {
    let (test, model) = app_with("text", Act::Hang, &Arc::default()).await;
    let anna = test.teacher().await;
    // More than one user may have running: each press works only if the previous run has ended.
    for _ in 0..6 {
        let before = model.asked().len();
        let mut press = press("Lighthouses", "B1");
        press["source"] = json!({"text": OWN_TEXT});
        let run = anna.post("/api/v1/generation/runs", press).await.expect(202).json();
        while model.asked().len() == before {
            tokio::task::yield_now().await;
        }
        anna.delete(&format!("/api/v1/lessons/{}", run["lesson_id"].as_str().unwrap())).await.expect(204);
        let done = settled(&anna, &run).await;
        assert_ne!(done["status"], "running", "{done}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_items_than_were_asked_for_are_told() {
    let (test, _model) = app_with("none", Act::Hang, &Arc::default()).await;
    let anna = test.teacher().await;
    let made = json!({"title": "Lighthouses", "topic": "Lighthouses", "level": "B1", "target_language": "en", "students_language": "ru"});
    let lesson = anna.post("/api/v1/lessons", made).await.expect(201).json();
    let ask = json!({"request_id": uuid::Uuid::now_v7(), "kind": "gap_fill", "section_id": lesson["sections"][0]["id"], "items": 8});
    let path = format!("/api/v1/lessons/{}/tasks/generate", lesson["id"].as_str().unwrap());
    let run = anna.post(&path, ask).await.expect(202).json();
    settled(&anna, &run).await;
    let now = anna.get(&format!("/api/v1/lessons/{}", lesson["id"].as_str().unwrap())).await.expect(200).json();
    let findings = tasks(&now)[0]["evidence"]["findings"].clone();
    let told =
        findings.as_array().unwrap().iter().find(|finding| finding["code"] == "fewer_items").expect("it is told");
    assert_eq!((&told["text"], &told["other"]), (&json!("4"), &json!("8")), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_failed_again_and_again_is_made_once_it_can_be() {
    let healed = Arc::new(AtomicBool::new(false));
    let (test, _model) = app_with("gap_fill", Act::Say("no".to_owned()), &healed).await;
    let anna = test.teacher().await;
    let run = anna.post("/api/v1/generation/runs", press("Lighthouses", "B1")).await.expect(202).json();
    let mut now = settled(&anna, &run).await;
    for turn in 0..6 {
        let failed = now["parts"].as_array().unwrap().iter().find(|part| part["status"] == "failed").cloned();
        let failed = failed.unwrap_or_else(|| panic!("{turn}: {now}"));
        // More often than a part that never ends is begun.
        healed.store(turn == 5, Ordering::SeqCst);
        let retry = format!("/api/v1/generation/parts/{}/retry", failed["id"].as_str().unwrap());
        let again = anna.post(&retry, json!(null)).await.expect(200).json();
        now = settled(&anna, &again).await;
    }
    assert!(now["parts"].as_array().unwrap().iter().all(|part| part["status"] == "ready"), "{now}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_is_made_alone_and_of_one_item() {
    let (test, _model) = app_with("none", Act::Hang, &Arc::default()).await;
    let anna = test.teacher().await;
    let made = json!({"title": "Lighthouses", "topic": "Lighthouses", "level": "B1", "target_language": "en", "students_language": "ru"});
    let lesson = anna.post("/api/v1/lessons", made).await.expect(201).json();
    let path = format!("/api/v1/lessons/{}/tasks/generate", lesson["id"].as_str().unwrap());
    for meta in types::tasks::CATALOGUE.iter().filter(|meta| meta.generated) {
        let ask = json!({"request_id": uuid::Uuid::now_v7(), "kind": meta.kind, "section_id": lesson["sections"][0]["id"], "items": 1});
        let run = anna.post(&path, ask).await.expect(202).json();
        let done = settled(&anna, &run).await;
        assert_eq!(done["parts"][0]["status"], "ready", "{}: {done}", meta.kind);
    }
    let now = anna.get(&format!("/api/v1/lessons/{}", lesson["id"].as_str().unwrap())).await.expect(200).json();
    let kinds: Vec<Value> = tasks(&now).iter().map(|task| task["body"]["kind"].clone()).collect();
    let asked: Vec<&str> = types::tasks::CATALOGUE.iter().filter(|meta| meta.generated).map(|meta| meta.kind).collect();
    assert_eq!(json!(kinds), json!(asked));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_made_of_ones_own_words_is_made_again_of_them() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let words = "lighthouse — маяк\nkeeper — смотритель\nlantern — фонарь\nfog — туман\n";
    let mut press = press("Lighthouses", "B1");
    press["source"] = json!({"words": words});
    let run = anna.post("/api/v1/generation/runs", press).await.expect(202).json();
    assert_eq!(settled(&anna, &run).await["status"], "done");
    for task in tasks(&lesson(&anna, &run).await) {
        let path = format!("/api/v1/tasks/{}/regenerate", task["id"].as_str().unwrap());
        let again = json!({"request_id": uuid::Uuid::now_v7(), "revision": task["revision"], "wish": ""});
        let again = anna.post(&path, again).await.expect(202).json();
        let done = settled(&anna, &again).await;
        assert_eq!(done["parts"][0]["status"], "ready", "{done}");
    }
    let now = lesson(&anna, &run).await;
    let text = json!(tasks(&now)).to_string();
    assert!(text.contains("маяк") && text.contains("lantern"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_repeated_at_once_make_one_task() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let made = json!({"title": "Travel", "topic": "Travel", "level": "A2", "target_language": "en", "students_language": "ru"});
    let lesson = anna.post("/api/v1/lessons", made).await.expect(201).json();
    let path = format!("/api/v1/lessons/{}/tasks/generate", lesson["id"].as_str().unwrap());
    let ask =
        json!({"request_id": uuid::Uuid::now_v7(), "kind": "matching", "section_id": lesson["sections"][0]["id"]});
    let runs = futures::future::join_all((0..6).map(|_| anna.post(&path, ask.clone()))).await;
    let runs: Vec<Value> = runs.into_iter().map(|reply| reply.expect(202).json()).collect();
    assert!(runs.iter().all(|run| run["id"] == runs[0]["id"]), "{runs:?}");
    settled(&anna, &runs[0]).await;
    let now = anna.get(&format!("/api/v1/lessons/{}", lesson["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(tasks(&now).len(), 1, "{now}");
}
