//! Lessons, sections and tasks over HTTP: changing them, and invalid input, which must change nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Options, TestApp, matching};

async fn titles(actor: &Actor, lesson: &str) -> Vec<Vec<String>> {
    let lesson = actor.get(&format!("/api/v1/lessons/{lesson}")).await.expect(200).json();
    lesson["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["tasks"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap().to_owned()).collect())
        .collect()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_and_sections_are_moved_copied_deleted_and_brought_back() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let (lesson, first) = anna.lesson().await;
    let a = id(&anna.task(&lesson, &first, "a").await);
    let b = id(&anna.task(&lesson, &first, "b").await);
    let c = id(&anna.task(&lesson, &first, "c").await);
    let second =
        id(&anna.post(&format!("/api/v1/lessons/{lesson}/sections"), json!({"title": "Two"})).await.expect(201).json());
    assert_eq!(titles(&anna, &lesson).await, [vec!["a", "b", "c"], vec![]]);

    anna.post(&format!("/api/v1/tasks/{c}/move"), json!({"section_id": first, "after": null})).await.expect(200);
    anna.post(&format!("/api/v1/tasks/{a}/move"), json!({"section_id": second, "after": null})).await.expect(200);
    assert_eq!(titles(&anna, &lesson).await, [vec!["c", "b"], vec!["a"]]);
    anna.post(&format!("/api/v1/tasks/{b}/duplicate"), json!(null)).await.expect(201);
    anna.post(&format!("/api/v1/sections/{second}/move"), json!({"after": null})).await.expect(204);
    assert_eq!(titles(&anna, &lesson).await, [vec!["a"], vec!["c", "b", "b"]]);

    anna.delete(&format!("/api/v1/tasks/{b}")).await.expect(204);
    anna.get(&format!("/api/v1/tasks/{b}")).await.expect(404);
    anna.put(
        &format!("/api/v1/tasks/{b}"),
        json!({"revision": 1, "title": "x", "instructions": "", "body": matching()}),
    )
    .await
    .expect(404);
    anna.post(&format!("/api/v1/tasks/{b}/restore"), json!(null)).await.expect(200);
    assert_eq!(titles(&anna, &lesson).await, [vec!["a"], vec!["c", "b", "b"]]);

    anna.delete(&format!("/api/v1/sections/{second}")).await.expect(204);
    assert_eq!(titles(&anna, &lesson).await, [vec!["c", "b", "b"]]);
    assert_eq!(anna.delete(&format!("/api/v1/sections/{first}")).await.expect(422).problem().0, "limit_reached");
    anna.post(&format!("/api/v1/sections/{second}/restore"), json!(null)).await.expect(204);

    let copy = anna.post(&format!("/api/v1/lessons/{lesson}/duplicate"), json!(null)).await.expect(201).json();
    assert_eq!(copy["title"], "A lesson (copy)");
    assert_eq!(titles(&anna, copy["id"].as_str().unwrap()).await, [vec!["a"], vec!["c", "b", "b"]]);
    anna.delete(&format!("/api/v1/lessons/{lesson}")).await.expect(204);
    anna.get(&format!("/api/v1/lessons/{lesson}")).await.expect(404);
    anna.get(&format!("/api/v1/tasks/{a}")).await.expect(404);
    anna.post(&format!("/api/v1/lessons/{lesson}/restore"), json!(null)).await.expect(204);
    assert_eq!(titles(&anna, &lesson).await, [vec!["a"], vec!["c", "b", "b"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_never_overwrite_each_other() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let (lesson, section) = anna.lesson().await;
    let task = id(&anna.task(&lesson, &section, "a").await);
    let path = format!("/api/v1/tasks/{task}");
    let change = |revision: i32, title: &str| json!({"revision": revision, "title": title, "instructions": "", "body": matching()});
    assert_eq!(anna.put(&path, change(1, "tab one")).await.expect(200).json()["revision"], 2);
    let refused = anna.put(&path, change(1, "tab two")).await.expect(409);
    assert_eq!(refused.problem().0, "stale");
    assert_eq!(refused.json()["current"]["title"], "tab one");
    assert_eq!(anna.get(&path).await.json()["title"], "tab one");

    let now = anna.get(&format!("/api/v1/lessons/{lesson}")).await.json()["revision"].as_i64().unwrap();
    anna.patch(&format!("/api/v1/lessons/{lesson}"), json!({"revision": now, "title": "One"})).await.expect(200);
    let refused =
        anna.patch(&format!("/api/v1/lessons/{lesson}"), json!({"revision": now, "title": "Two"})).await.expect(409);
    assert_eq!(refused.json()["current"]["title"], "One");
    anna.patch(&format!("/api/v1/sections/{section}"), json!({"revision": 1, "title": "S"})).await.expect(200);
    anna.patch(&format!("/api/v1/sections/{section}"), json!({"revision": 1, "title": "T"})).await.expect(409);

    // Many concurrent changes to one revision: exactly one succeeds.
    let changes = (0..8).map(|n| {
        let (anna, path, body) = (anna.clone(), path.clone(), change(2, &format!("race {n}")));
        async move { anna.put(&path, body).await.status.as_u16() }
    });
    let mut statuses = futures::future::join_all(changes).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_task_sent_twice_is_one() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let (lesson, section) = anna.lesson().await;
    let (other, _) = anna.lesson().await;
    let body = json!({"id": uuid::Uuid::now_v7(), "section_id": section, "title": "a", "body": matching()});
    let one = anna.post(&format!("/api/v1/lessons/{lesson}/tasks"), body.clone()).await.expect(201).json();
    let two = anna.post(&format!("/api/v1/lessons/{lesson}/tasks"), body.clone()).await.expect(201).json();
    assert_eq!(one["id"], two["id"]);
    assert_eq!(titles(&anna, &lesson).await, [vec!["a"]]);
    assert_eq!(anna.post(&format!("/api/v1/lessons/{other}/tasks"), body).await.expect(422).problem().1, ["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_is_named_and_changes_nothing() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let boris = test.teacher().await;
    let (lesson, section) = anna.lesson().await;
    let (theirs, their_section) = boris.lesson().await;
    let their_task = id(&boris.task(&theirs, &their_section, "secret").await);
    let task = id(&anna.task(&lesson, &section, "a").await);
    let before = anna.get(&format!("/api/v1/lessons/{lesson}")).await.json();

    let put = |body: Value| json!({"revision": 1, "title": "T", "instructions": "", "body": body});
    let long = "x".repeat(2_001);
    let path = format!("/api/v1/tasks/{task}");
    for (body, code, field) in [
        (json!({}), "invalid", "revision"),
        (json!({"revision": "1", "title": "T", "instructions": "", "body": matching()}), "invalid", "revision"),
        (json!({"revision": 1, "title": "T", "instructions": "", "body": matching(), "extra": 1}), "invalid", "extra"),
        (json!({"revision": 1, "title": " ", "instructions": "", "body": matching()}), "invalid", "title"),
        (json!({"revision": 1, "title": "x".repeat(201), "instructions": "", "body": matching()}), "invalid", "title"),
        (put(json!({"kind": "crossword", "content": {}})), "invalid", "body.kind"),
        (put(json!({"kind": "matching", "content": {"pairs": []}})), "invalid", "body.content.pairs"),
        (put(json!({"kind": "matching", "content": {"pairs": 7}})), "invalid", "body.content.pairs"),
        (put(json!({"kind": "text", "content": {"markdown": "x".repeat(20_001)}})), "invalid", "body.content.markdown"),
        (put(json!({"kind": "text", "content": {"markdown": "x", "html": "<b>"}})), "invalid", "body.content.html"),
        (
            put(
                json!({"kind": "true_false", "content": {"statements": [{"id": "i1", "text": long, "truth": "true"}]}}),
            ),
            "invalid",
            "body.content.statements.0.text",
        ),
        (
            put(
                json!({"kind": "true_false", "content": {"statements": [{"id": "i1", "text": "x", "truth": "maybe"}]}}),
            ),
            "invalid",
            "body.content.statements.0.truth",
        ),
        (
            put(
                json!({"kind": "single_choice", "content": {"questions": (0..101).map(|n| json!({"id": format!("q{n}"), "stem": "s", "right": "a", "distractors": ["b"]})).collect::<Vec<_>>()}}),
            ),
            "invalid",
            "body.content.questions",
        ),
    ] {
        let (got, paths) = anna.put(&path, body.clone()).await.expect(422).problem();
        assert_eq!((got.as_str(), paths.first().map(String::as_str)), (code, Some(field)), "{body}");
    }
    // Not JSON, another media type, deeply nested, huge.
    for (media, text, status) in [
        ("application/json", "{".to_owned(), 400),
        ("application/json", String::new(), 400),
        ("application/json", "[".repeat(100_000), 400),
        ("application/json", format!("{}{}", "[".repeat(100), "]".repeat(100)), 422),
        ("application/json", format!("{{\"revision\":1,\"title\":\"{}\"", "y".repeat(1_100_000)), 413),
        ("text/plain", "{}".to_owned(), 415),
        ("application/json", "\u{feff}{}".to_owned(), 400),
    ] {
        let request = anna.request(Method::PUT, &path).header("Content-Type", media).body(text.clone());
        assert_eq!(Actor::send(request).await.status.as_u16(), status, "{media} {}", &text[..text.len().min(40)]);
    }
    // Another user's objects, referred to from our own.
    anna.put(&format!("/api/v1/tasks/{their_task}"), put(matching())).await.expect(404);
    let into_theirs = json!({"section_id": their_section, "title": "T", "body": matching()});
    assert_eq!(
        anna.post(&format!("/api/v1/lessons/{lesson}/tasks"), into_theirs).await.expect(422).problem().1,
        ["section_id"]
    );
    anna.post(
        &format!("/api/v1/lessons/{theirs}/tasks"),
        json!({"section_id": section, "title": "T", "body": matching()}),
    )
    .await
    .expect(404);
    assert_eq!(
        anna.post(&format!("/api/v1/tasks/{task}/move"), json!({"section_id": their_section, "after": null}))
            .await
            .expect(422)
            .problem()
            .1,
        ["section_id"]
    );
    assert_eq!(
        anna.post(&format!("/api/v1/tasks/{task}/move"), json!({"section_id": section, "after": their_task}))
            .await
            .expect(422)
            .problem()
            .1,
        ["after"]
    );
    let course = json!({"title": "C", "target_language": "en", "students_language": "ru", "level": "A2"});
    let their_course = id(&boris.post("/api/v1/courses", course).await.expect(201).json());
    let revision = before["revision"].as_i64().unwrap();
    let steal = json!({"revision": revision, "course": {"id": their_course}});
    assert_eq!(anna.patch(&format!("/api/v1/lessons/{lesson}"), steal).await.expect(422).problem().1, ["course.id"]);
    anna.get("/api/v1/lessons?limit=0").await.expect(422);
    anna.get("/api/v1/lessons?cursor=x").await.expect(422);
    anna.get("/api/v1/lessons?colour=red").await.expect(422);
    anna.get(&format!("/api/v1/lessons/{lesson}/pdf?paper=both&paper=key")).await.expect(422);
    anna.get("/api/v1/nothing").await.expect(404);

    // A refused move is rolled back entirely, including the increment of the revision.
    assert_eq!(anna.get(&format!("/api/v1/lessons/{lesson}")).await.json(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markup_in_every_text_comes_back_as_text() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let evil = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";
    let (lesson, section) = anna.lesson().await;
    let body = json!({"kind": "matching", "content": {"pairs": [
        {"id": "i1", "left": {"text": evil}, "right": {"text": evil}},
        {"id": "i2", "left": {"text": "b"}, "right": {"text": "c"}}], "extra": []}});
    let made = anna
        .post(
            &format!("/api/v1/lessons/{lesson}/tasks"),
            json!({"section_id": section, "title": evil, "instructions": evil, "body": body}),
        )
        .await
        .expect(201);
    assert_eq!(made.headers["content-type"], "application/json");
    assert_eq!(made.headers["x-content-type-options"], "nosniff");
    assert_eq!(made.json()["title"], evil);
    let pdf = anna.get(&format!("/api/v1/lessons/{lesson}/pdf")).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_tried_as_a_student_with_marks_and_without_keys() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let (lesson, section) = anna.lesson().await;
    let body = json!({"kind": "gap_fill", "content": {"parts": [
        {"text": "We "}, {"gap": {"id": "i1", "key": "zqsecretkey", "variants": ["zqvariant"], "hint": "zqhint"}}, {"text": " home."}]}});
    let task = id(&anna
        .post(&format!("/api/v1/lessons/{lesson}/tasks"), json!({"section_id": section, "title": "t", "body": body}))
        .await
        .expect(201)
        .json());
    let view = anna.get(&format!("/api/v1/tasks/{task}/student-view")).await.expect(200);
    assert!(!String::from_utf8_lossy(&view.bytes).contains("zq"), "{}", view.json());
    let mark = |answer: Value| {
        let (anna, path) = (anna.clone(), format!("/api/v1/tasks/{task}/marks"));
        async move { anna.post(&path, json!({"answers": [answer]})).await }
    };
    let right = mark(json!({"item": "i1", "answer": {"text": "ZQvariant."}})).await.expect(200).json();
    assert_eq!(
        (right["marks"][0]["mark"]["verdict"].as_str(), right["points"]["num"].as_u64()),
        (Some("right"), Some(1))
    );
    let wrong = mark(json!({"item": "i1", "answer": {"text": "went"}})).await.expect(200);
    assert_eq!(wrong.json()["marks"][0]["mark"]["verdict"], "wrong");
    assert!(!String::from_utf8_lossy(&wrong.bytes).contains("zq"));
    assert_eq!(mark(json!({"item": "i9", "answer": {"text": "x"}})).await.expect(422).problem().1, ["answers.0.item"]);
    assert_eq!(
        mark(json!({"item": "i1", "answer": {"choice": "true"}})).await.expect(422).problem().1,
        ["answers.0.answer"]
    );
    assert_eq!(
        mark(json!({"item": "i1", "answer": {"text": "x".repeat(3000)}})).await.expect(422).problem().1,
        ["answers.0.answer"]
    );
    let hint = anna.post(&format!("/api/v1/tasks/{task}/hints"), json!({"item": "i1"})).await.expect(200).json();
    assert_eq!(hint["hint"], "zqhint");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_searched_filtered_and_paged_without_gaps() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let course = id(&anna
        .post(
            "/api/v1/courses",
            json!({"title": "C", "target_language": "en", "students_language": "ru", "level": "A2"}),
        )
        .await
        .expect(201)
        .json());
    for n in 0..7 {
        let title = if n % 2 == 0 { format!("Travel {n}") } else { format!("100%_food {n}") };
        let body = json!({"title": title, "level": "B1", "target_language": "en", "students_language": "ru", "course_id": if n == 0 { json!(course) } else { json!(null) }});
        anna.post("/api/v1/lessons", body).await.expect(201);
    }
    test.teacher().await.lesson().await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = anna.get(&format!("/api/v1/lessons?limit=3{cursor}")).await.expect(200).json();
        assert_eq!(page["total"], 7);
        seen.extend(page["items"].as_array().unwrap().iter().map(|l| l["title"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut unique = seen.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((seen.len(), unique.len(), seen[0].as_str()), (7, 7, "Travel 6"));
    assert_eq!(anna.get("/api/v1/lessons?q=TRAVEL").await.json()["total"], 4);
    assert_eq!(anna.get("/api/v1/lessons?q=%25_food").await.json()["total"], 3);
    assert_eq!(anna.get("/api/v1/lessons?q=0%25x").await.json()["total"], 0);
    assert_eq!(anna.get(&format!("/api/v1/lessons?course={course}")).await.json()["total"], 1);
    assert_eq!(anna.get("/api/v1/courses").await.json()[0]["lessons"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_database_is_503_and_comes_back() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    anna.lesson().await;
    test.database.set_lost(true).await.unwrap();
    for _ in 0..3 {
        let lost = anna.get("/api/v1/lessons").await.expect(503);
        assert_eq!(lost.problem().0, "unavailable");
    }
    test.database.set_lost(false).await.unwrap();
    // Broken connections are detected and replaced; no caller gets stuck with one.
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(anna.get("/api/v1/lessons").await.status.as_u16());
        if statuses.last() == Some(&200) {
            break;
        }
    }
    let (last, lost) = statuses.split_last().unwrap();
    assert!(*last == 200 && lost.iter().all(|status| *status == 503), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_text_has_is_taken_out_and_doubles_are_left_out() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let made = json!({"title": "One\u{b}two\u{7}", "level": "A2", "target_language": "en", "students_language": "ru"});
    let lesson = anna.post("/api/v1/lessons", made).await.expect(201).json();
    assert_eq!(lesson["title"], "One\ntwo");
    let gap = json!({"id": "i1", "key": "went\u{200e}", "variants": ["Went", "walked\u{b}off", "walked off"]});
    let body =
        json!({"kind": "gap_fill", "content": {"parts": [{"text": "We\u{b}\u{1}"}, {"gap": gap}, {"text": " home."}]}});
    let task = json!({"section_id": lesson["sections"][0]["id"], "title": "a\u{7}b", "body": body});
    let path = format!("/api/v1/lessons/{}/tasks", lesson["id"].as_str().unwrap());
    let task = anna.post(&path, task).await.expect(201).json();
    assert_eq!(task["title"], "ab");
    let parts = &task["body"]["content"]["parts"];
    assert_eq!(parts[0]["text"], "We\n");
    assert_eq!((&parts[1]["gap"]["key"], &parts[1]["gap"]["variants"]), (&json!("went"), &json!(["walked off"])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_papers_have_three_names_and_what_has_no_font_is_told() {
    let nothing = std::env::temp_dir().join("linguaglow-no-fonts");
    std::fs::create_dir_all(&nothing).unwrap();
    let settings = vec![("FONTS_DIR".to_owned(), nothing.to_str().unwrap().to_owned())];
    let test = TestApp::start_with(Options { settings, ..Options::default() }).await;
    let anna = test.teacher().await;
    let made = |title: &str| json!({"title": title, "level": "A2", "target_language": "en", "students_language": "ru"});
    let lesson = anna.post("/api/v1/lessons", made("Travel")).await.expect(201).json();
    let path = format!("/api/v1/lessons/{}", lesson["id"].as_str().unwrap());
    let mut names = std::collections::BTreeSet::new();
    for paper in ["worksheet", "key", "both"] {
        let pdf = anna.get(&format!("{path}/pdf?paper={paper}")).await.expect(200);
        names.insert(pdf.headers["content-disposition"].to_str().unwrap().to_owned());
    }
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(anna.get(&format!("{path}/printable")).await.expect(200).json()["missing"], "");
    let lesson = anna.post("/api/v1/lessons", made("Beijing 北京")).await.expect(201).json();
    let path = format!("/api/v1/lessons/{}", lesson["id"].as_str().unwrap());
    assert_eq!(anna.get(&format!("{path}/printable")).await.expect(200).json()["missing"], "京北");
    let refused = anna.get(&format!("{path}/pdf")).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["characters"]), (&json!("cannot_print"), &json!("京北")));
    anna.get(&format!("{path}/pdf?leave_out=true")).await.expect(200);
}
