//! Create lesson over HTTP: every topic and level of the pack, a repeated press, stopping, and making a task again.

use futures::StreamExt;
use serde_json::{Value, json};

use crate::support::{
    Actor, Options, TestApp,
    lessons::{lesson, press, settled, tasks},
};

async fn makes_a_whole_lesson(anna: &Actor, topic: &str, level: &str) {
    let run = anna.post("/api/v1/generation/runs", press(topic, level)).await.expect(202).json();
    let done = settled(anna, &run).await;
    for part in done["parts"].as_array().unwrap() {
        assert_eq!(part["status"], "ready", "{topic} {level}: {part}");
    }
    let all = tasks(&lesson(anna, &run).await);
    let planned: Vec<&Value> = done["parts"].as_array().unwrap().iter().map(|p| &p["kind"]).collect();
    let made: Vec<&Value> = all.iter().map(|t| &t["body"]["kind"]).collect();
    assert_eq!(made, planned, "{topic} {level}: the order of the plan");
    for task in &all {
        let findings = task["evidence"]["findings"].as_array().unwrap();
        let faults: Vec<&Value> = findings.iter().filter(|f| f["severity"] == "fault").collect();
        assert!(faults.is_empty(), "{topic} {level} {}: {faults:?}", task["title"]);
        assert_eq!(task["origin"]["author"], "built_in");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_topic_and_level_of_the_pack_makes_a_whole_lesson() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let options = anna.get("/api/v1/generation/options").await.expect(200).json();
    assert_eq!(options["model"], false);
    let topics = options["topics"].as_array().unwrap();
    assert_eq!(topics.len(), 12);
    let lessons = topics.iter().flat_map(|topic| {
        let (anna, title) = (&anna, topic["title"].as_str().unwrap());
        let levels = topic["levels"].as_array().unwrap().iter();
        levels.map(move |level| makes_a_whole_lesson(anna, title, level.as_str().unwrap()))
    });
    // Some at once: a lesson's parts wait for each other.
    futures::stream::iter(lessons).buffer_unordered(4).collect::<Vec<()>>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_press_twice_is_one_lesson() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let body = press("travel", "A2");
    let presses = (0..4).map(|_| {
        let (anna, body) = (anna.clone(), body.clone());
        async move { anna.post("/api/v1/generation/runs", body).await.expect(202).json()["lesson_id"].clone() }
    });
    let lessons = futures::future::join_all(presses).await;
    assert!(lessons.iter().all(|id| *id == lessons[0]), "{lessons:?}");
    assert_eq!(anna.get("/api/v1/lessons").await.json()["total"], 1);
    // Another teacher's press with the same id creates a separate lesson.
    let boris = test.teacher().await;
    assert_ne!(boris.post("/api/v1/generation/runs", body).await.expect(202).json()["lesson_id"], lessons[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_pack_lacks_is_said_with_what_is_near() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    for (body, field) in [
        (press("quantum field theory", "B1"), "topic"),
        (press("travel", "C2"), "level"),
        (
            json!({"request_id": uuid::Uuid::now_v7(), "topic": "travel", "level": "A1", "target_language": "de", "students_language": "ru"}),
            "target_language",
        ),
    ] {
        let (code, paths) = anna.post("/api/v1/generation/runs", body).await.expect(422).problem();
        assert_eq!((code.as_str(), paths), ("topic_not_in_pack", vec![field.to_owned()]));
    }
    assert_eq!(anna.get("/api/v1/lessons").await.json()["total"], 0);
    // A kind that needs a model is not offered, and asking for it is no question of the topic.
    let kinds = anna.get("/api/v1/generation/options").await.json()["kinds"].clone();
    assert!(kinds.as_array().unwrap().contains(&json!("sorting")), "{kinds}");
    assert!(!kinds.as_array().unwrap().contains(&json!("inline_choice")), "{kinds}");
    let (lesson, section) = anna.lesson().await;
    let task =
        json!({"request_id": uuid::Uuid::now_v7(), "kind": "inline_choice", "section_id": section, "topic": "travel"});
    let answer = anna.post(&format!("/api/v1/lessons/{lesson}/tasks/generate"), task).await.expect(422);
    assert_eq!(answer.problem(), ("invalid".to_owned(), vec!["kind".to_owned()]));
    for (body, field) in
        [(press("", "B1"), "topic"), (press(&"x".repeat(201), "B1"), "topic"), (json!({"topic": "x"}), "request_id")]
    {
        assert_eq!(anna.post("/api/v1/generation/runs", body).await.expect(422).problem().1, [field]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesson_never_stands_under_the_name_of_another_topic() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    // A topic that is similar, misspelt or part of one: suggested, but nothing is made.
    for (topic, level, near) in [
        ("Lost luggage", "A2", Some(("travel", "luggage"))),
        ("Wedding", "B1", Some(("family", "wedding"))),
        ("furniture", "A1", Some(("home", ""))),
        ("Wether", "B1", Some(("weather_climate", ""))),
        ("Harry Potter", "B1", None),
        ("спорт", "A2", Some(("health", "do sport"))),
    ] {
        let answer = anna.post("/api/v1/generation/runs", press(topic, level)).await.expect(422).json();
        let first = &answer["near"][0];
        match near {
            None => assert!(first.is_null(), "{topic}: {first}"),
            Some((id, word)) => {
                assert_eq!(first["id"], id, "{topic}: {first}");
                assert!(word.is_empty() || first["words"][0] == word, "{topic}: {first}");
                assert_eq!(first["misspelt"], topic == "Wether");
                // A suggestion works with one press.
                let offered = press(first["title"].as_str().unwrap(), first["level"].as_str().unwrap());
                anna.post("/api/v1/generation/runs", offered).await.expect(202);
            }
        }
    }
    // Made under the typed title, at the level that it names.
    for (topic, level, at, title) in [
        ("Work & careers", "B1", "B1", "Work & careers"),
        ("Travel A1", "B2", "A1", "Travel A1"),
        ("climate change B2", "A2", "B2", "Climate change B2"),
        ("Daily routine: Present Simple", "A1", "A1", "Daily routine: Present Simple"),
    ] {
        let run = anna.post("/api/v1/generation/runs", press(topic, level)).await.expect(202).json();
        let lesson = anna.get(&format!("/api/v1/lessons/{}", run["lesson_id"].as_str().unwrap())).await.json();
        assert_eq!((lesson["title"].as_str(), lesson["level"].as_str()), (Some(title), Some(at)), "{topic}");
        let titles: Vec<&str> =
            run["parts"].as_array().unwrap().iter().filter_map(|part| part["title"].as_str()).collect();
        assert!(!topic.contains("Present Simple") || titles.contains(&"Present simple"), "{titles:?}");
    }
    // Grammar above the level can't be a lesson of that level.
    let (_, paths) =
        anna.post("/api/v1/generation/runs", press("Travel: second conditional", "A1")).await.expect(422).problem();
    assert_eq!(paths, ["level"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_word_list_and_a_pasted_text_make_lessons() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let words = "der Zug = поезд\nder Bahnhof = вокзал\ndie Fahrkarte = билет\nder Koffer = чемодан\ndie Reise = поездка\ndas Gleis = путь";
    let text = "Last summer Maria visited her grandmother in a small village. She took the early train because it was cheap. \
                Her grandmother met her at the station with a big basket. They walked home through the fields. In the evening they cooked soup. \
                Maria stayed there for two weeks and learned to swim. She wants to go back next year.";
    for (source, language) in [(json!({"words": words}), "de"), (json!({"text": text}), "en")] {
        let body = json!({"request_id": uuid::Uuid::now_v7(), "topic": "", "level": "A2", "target_language": language, "students_language": "ru", "source": source});
        let run = anna.post("/api/v1/generation/runs", body).await.expect(202).json();
        let done = settled(&anna, &run).await;
        let ready = done["parts"].as_array().unwrap().iter().filter(|p| p["status"] == "ready").count();
        assert!(ready >= 2, "{done}");
        assert_eq!(tasks(&lesson(&anna, &run).await).len(), ready);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_made_again_in_its_place_and_another_is_added() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let run = anna.post("/api/v1/generation/runs", press("food", "A2")).await.expect(202).json();
    settled(&anna, &run).await;
    let before = lesson(&anna, &run).await;
    let task = tasks(&before).into_iter().find(|t| t["body"]["kind"] == "single_choice").unwrap();
    let id = task["id"].as_str().unwrap();
    let again = json!({"request_id": uuid::Uuid::now_v7(), "revision": task["revision"]});
    let made = anna.post(&format!("/api/v1/tasks/{id}/regenerate"), again).await.expect(202).json();
    let done = settled(&anna, &made).await;
    assert_eq!(done["parts"][0]["status"], "ready", "{done}");
    let after = tasks(&lesson(&anna, &run).await);
    assert_eq!(after.len(), tasks(&before).len());
    let replaced = after.iter().find(|t| t["id"] == task["id"]).unwrap();
    assert_ne!(replaced["body"], task["body"]);
    assert_eq!(replaced["revision"], 2);
    let stale = json!({"request_id": uuid::Uuid::now_v7(), "revision": 1});
    anna.post(&format!("/api/v1/tasks/{id}/regenerate"), stale).await.expect(409);

    let section = before["sections"][0]["id"].clone();
    let first = tasks(&before)[0]["id"].clone();
    let more = json!({"request_id": uuid::Uuid::now_v7(), "kind": "matching", "section_id": section, "after": first, "items": 4});
    let made = anna
        .post(&format!("/api/v1/lessons/{}/tasks/generate", run["lesson_id"].as_str().unwrap()), more)
        .await
        .expect(202)
        .json();
    let done = settled(&anna, &made).await;
    assert_eq!(done["parts"][0]["status"], "ready", "{done}");
    assert_eq!(tasks(&lesson(&anna, &run).await)[1]["id"], done["parts"][0]["task_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_run_keeps_what_is_ready_and_takes_nothing_in_later() {
    let leaves_jobs = &["generate_part"];
    let test = TestApp::start_with(Options { no_workers: true, leaves_jobs, ..Options::default() }).await;
    let anna = test.teacher().await;
    let run = anna.post("/api/v1/generation/runs", press("travel", "A2")).await.expect(202).json();
    let part: types::ids::GenerationPartId = run["parts"][0]["id"].as_str().unwrap().parse().unwrap();
    let work = test.app.store.start_part(part).await.unwrap().unwrap();
    let stopped = anna
        .post(&format!("/api/v1/generation/runs/{}/stop", run["id"].as_str().unwrap()), json!(null))
        .await
        .expect(200)
        .json();
    assert_eq!(stopped["status"], "stopped");
    let late = store::Finished::Failed { fault: types::generation::PartFault::Internal, detail: None };
    test.app.store.finish_part(&work, &late).await.unwrap();
    let now = anna.get(&format!("/api/v1/generation/runs/{}", run["id"].as_str().unwrap())).await.json();
    assert!(now["parts"].as_array().unwrap().iter().all(|p| p["status"] == "stopped"), "{now}");
    assert!(test.app.store.start_part(part).await.unwrap().is_none());
    assert!(tasks(&lesson(&anna, &run).await).is_empty());
}
