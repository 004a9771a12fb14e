//! The queries of a request: a long lesson must not need more than a short one.

use serde_json::json;

use crate::support::{Actor, Options, TestApp};

/// The statements of a request without those that identify the caller. The pool's own check that a connection is alive
/// is not counted.
async fn asked(test: &TestApp, actor: &Actor, path: &str) -> Vec<String> {
    let wire = test.wire.as_ref().unwrap();
    let run = async |path: &str| {
        wire.take();
        actor.get(path).await.expect(200);
        let mut all = wire.take();
        all.retain(|statement| !statement.trim().eq_ignore_ascii_case("select $1"));
        all
    };
    let mut of_caller = run("/api/v1/me").await;
    let mut all = run(path).await;
    all.retain(|statement| match of_caller.iter().position(|other| other == statement) {
        Some(at) => {
            of_caller.remove(at);
            false
        }
        None => true,
    });
    assert!(of_caller.is_empty(), "{path} does not ask who is calling: {of_caller:?}");
    all
}

/// Creates a lesson with this many sections, each with this many tasks.
async fn lesson(actor: &Actor, sections: usize, tasks: usize) -> String {
    let (lesson, first) = actor.lesson().await;
    for section in 0..sections {
        let id = if section == 0 {
            first.clone()
        } else {
            let made = actor
                .post(&format!("/api/v1/lessons/{lesson}/sections"), json!({"title": format!("Part {section}")}))
                .await
                .expect(201)
                .json();
            made["id"].as_str().unwrap().to_owned()
        };
        for task in 0..tasks {
            actor.task(&lesson, &id, &format!("Task {task}")).await;
        }
    }
    lesson
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesson_is_read_in_two_queries_whatever_its_size() {
    let test = TestApp::start_with(Options { watched: true, no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let (short, long) = (lesson(&anna, 1, 1).await, lesson(&anna, 5, 6).await);
    let whole = anna.get(&format!("/api/v1/lessons/{long}")).await.expect(200).json();
    let tasks: usize = whole["sections"].as_array().unwrap().iter().map(|s| s["tasks"].as_array().unwrap().len()).sum();
    assert_eq!(tasks, 30);
    for id in [&short, &long] {
        let queries = asked(&test, &anna, &format!("/api/v1/lessons/{id}")).await;
        assert_eq!(queries.len(), 2, "{queries:#?}");
    }
    for path in ["runs", "pdf"] {
        let of_short = asked(&test, &anna, &format!("/api/v1/lessons/{short}/{path}")).await;
        let of_long = asked(&test, &anna, &format!("/api/v1/lessons/{long}/{path}")).await;
        assert_eq!(of_short, of_long, "{path}");
        assert!(of_long.len() <= 3, "{path}: {of_long:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_asks_no_more_for_many_than_for_one() {
    let test = TestApp::start_with(Options { watched: true, no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let course = async |title: &str| {
        let new = json!({"title": title, "level": "B1", "target_language": "en", "students_language": "ru"});
        anna.post("/api/v1/courses", new).await.expect(201);
    };
    course("One").await;
    lesson(&anna, 1, 1).await;
    let lists = ["/api/v1/lessons", "/api/v1/courses", "/api/v1/me/sessions", "/api/v1/me/tokens"];
    let mut before = Vec::new();
    for path in lists {
        before.push(asked(&test, &anna, path).await);
    }
    for n in 0..8 {
        course(&format!("Course {n}")).await;
        lesson(&anna, 2, 2).await;
    }
    for (path, before) in lists.into_iter().zip(before) {
        let after = asked(&test, &anna, path).await;
        assert_eq!(before, after, "{path}");
        assert!(after.len() <= 3, "{path}: {after:#?}");
    }
}
