//! The examples in the API's document: the test plays a teacher's day, and what was sent and received is what the
//! document shows. Ids, times, secrets and URLs differ on each run; in the examples they are always the same.
//!
//! `LINGUAGLOW_EXAMPLES=write` rewrites the file.

use chrono::Duration;
use linguaglow_api::{
    auth,
    openapi::examples::{Example, Examples, committed},
};
use reqwest::Method;
use serde_json::{Value, json};
use store::LinkPurpose;
use types::ids::ClassRunId;
use uuid::Uuid;

use crate::support::{
    Actor, Answer, Options, TestApp, document,
    redact::Redactor,
    room::{RoomClient, cookie_of, text},
};

const PASSWORD: &str = "a quiet harbour";
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/openapi/examples.json");

/// Plays the day and records the traffic.
struct Day {
    redactor: Redactor,
    played: Examples,
}

impl Day {
    /// Calls an operation, which must succeed. The first call of each operation becomes its example.
    async fn call(&mut self, actor: &Actor, method: Method, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/api/v1{path}");
        let operation = document::operation(&method, path.split('?').next().unwrap()).expect("an operation");
        let request = actor.request(method, &path);
        let answer = Actor::send(match &body {
            Some(body) => request.json(body),
            None => request,
        });
        let answer = answer.await;
        assert!(answer.status.is_success(), "{path}: {}", String::from_utf8_lossy(&answer.bytes));
        let is_json = answer.headers.get("content-type").is_some_and(|kind| kind == "application/json");
        let response = is_json.then(|| answer.json());
        let example = Example {
            request: body.map(|body| self.redactor.value("", &body)),
            response: response.map(|body| self.redactor.value("", &body)),
        };
        self.played.entry(operation["operationId"].as_str().unwrap().to_owned()).or_insert(example);
        answer
    }

    async fn get(&mut self, actor: &Actor, path: &str) -> Value {
        self.call(actor, Method::GET, path, None).await.json()
    }

    async fn post(&mut self, actor: &Actor, path: &str, body: Value) -> Answer {
        self.call(actor, Method::POST, path, Some(body)).await
    }

    /// Posts without a body.
    async fn press(&mut self, actor: &Actor, path: &str) -> Answer {
        self.call(actor, Method::POST, path, None).await
    }

    async fn put(&mut self, actor: &Actor, path: &str, body: Value) -> Value {
        self.call(actor, Method::PUT, path, Some(body)).await.json()
    }

    async fn patch(&mut self, actor: &Actor, path: &str, body: Value) -> Value {
        self.call(actor, Method::PATCH, path, Some(body)).await.json()
    }

    async fn delete(&mut self, actor: &Actor, path: &str) {
        self.call(actor, Method::DELETE, path, None).await;
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// The token of a link that a letter would contain.
async fn link(test: &TestApp, of: &Actor, purpose: LinkPurpose) -> String {
    let token = auth::new_secret();
    let person = of.me.as_ref().map(|me| me.id);
    test.app.store.create_link(purpose, person, &auth::hash_secret(&token), Duration::hours(1), None).await.unwrap();
    token
}

async fn accounts(day: &mut Day, test: &TestApp) -> Actor {
    let nobody = test.anonymous();
    day.get(&nobody, "/setup").await;
    let email = "maria@school.example";
    let new = json!({"name": "Maria Petrova", "email": email, "password": PASSWORD, "locale": "en"});
    let answer = day.post(&nobody, "/auth/register", new).await;
    let teacher = Actor { cookie: Some(cookie_of(&answer)), me: Some(answer.read()), ..nobody.clone() };
    day.press(&teacher, "/auth/resend-confirmation").await;
    let token = link(test, &teacher, LinkPurpose::ConfirmEmail).await;
    day.post(&nobody, "/auth/confirm-email", json!({"token": token})).await;
    day.post(&nobody, "/auth/forgot-password", json!({"email": email})).await;
    let token = link(test, &teacher, LinkPurpose::ResetPassword).await;
    day.post(&nobody, "/auth/check-link", json!({"purpose": "reset_password", "token": token})).await;
    day.post(&nobody, "/auth/reset-password", json!({"token": token, "password": PASSWORD})).await;
    let answer = day.post(&nobody, "/auth/login", json!({"email": email, "password": PASSWORD})).await;
    let teacher = Actor { cookie: Some(cookie_of(&answer)), me: Some(answer.read()), ..nobody.clone() };
    day.get(&teacher, "/me").await;
    day.patch(&teacher, "/me", json!({"name": "Maria Petrova", "locale": "en"})).await;
    day.post(&teacher, "/me/password", json!({"current": PASSWORD, "password": "a louder harbour"})).await;
    day.get(&teacher, "/me/sessions").await;
    day.delete(&teacher, "/me/sessions").await;
    let token = json!({"name": "Timetable", "scopes": ["lessons:read", "lessons:write", "generate"]});
    let made = day.post(&teacher, "/me/tokens", token).await.json();
    day.get(&teacher, "/me/tokens").await;
    day.delete(&teacher, &format!("/me/tokens/{}", id(&made["token"]))).await;
    let token = link(test, &nobody, LinkPurpose::FirstAdmin).await;
    let admin = json!({
        "token": token, "name": "Ivan Admin", "email": "ivan@school.example", "password": PASSWORD, "locale": "ru",
    });
    let answer = day.post(&nobody, "/auth/first-admin", admin).await;
    let admin = Actor { cookie: Some(cookie_of(&answer)), ..nobody };
    day.press(&admin, "/auth/logout").await;
    teacher
}

/// Creates a lesson with a gap task. Returns the lesson, its section and the task.
async fn lessons(day: &mut Day, teacher: &Actor) -> (String, String, Value) {
    let course = json!({"title": "Evening group", "target_language": "en", "students_language": "ru", "level": "A2"});
    let course = day.post(teacher, "/courses", course).await.json();
    let course_path = format!("/courses/{}", id(&course));
    day.patch(teacher, &course_path, json!({"revision": course["revision"], "title": "Tuesday group"})).await;
    let lesson = json!({
        "title": "At the airport", "topic": "Travel", "level": "A2", "target_language": "en",
        "students_language": "ru", "course_id": id(&course),
    });
    let lesson = day.post(teacher, "/lessons", lesson).await.json();
    let (lesson_id, section) = (id(&lesson), id(&lesson["sections"][0]));
    let path = format!("/lessons/{lesson_id}");
    let change = json!({"revision": lesson["revision"], "notes": "Boarding passes as props."});
    day.patch(teacher, &path, change).await;
    let task = json!({
        "section_id": section, "title": "A delayed flight", "instructions": "Fill in the gaps.",
        "body": {"kind": "gap_fill", "content": {"parts": [
            {"text": "We "}, {"gap": {"id": "i1", "key": "went", "hint": "past of 'go'"}},
            {"text": " to gate 5, but the flight was "},
            {"gap": {"id": "i2", "key": "late", "variants": ["delayed"]}}, {"text": "."},
        ]}},
    });
    let task = day.post(teacher, &format!("{path}/tasks"), task).await.json();
    let task_path = format!("/tasks/{}", id(&task));
    day.get(teacher, &task_path).await;
    let changed = json!({
        "revision": task["revision"], "title": "A late flight", "instructions": "Fill in the gaps.", "body": task["body"],
    });
    let task = day.put(teacher, &task_path, changed).await;
    day.get(teacher, &format!("{task_path}/student-view")).await;
    let answers = json!({"answers": [
        {"item": "i1", "answer": {"text": "went"}}, {"item": "i2", "answer": {"text": "early"}},
    ]});
    day.post(teacher, &format!("{task_path}/marks"), answers).await;
    day.post(teacher, &format!("{task_path}/hints"), json!({"item": "i1"})).await;
    day.get(teacher, "/courses").await;
    day.get(teacher, "/lessons?q=airport").await;
    day.get(teacher, &path).await;
    day.call(teacher, Method::GET, &format!("{path}/pdf?paper=worksheet"), None).await;
    day.get(teacher, &format!("{path}/printable")).await;
    let second = day.post(teacher, &format!("{path}/sections"), json!({"title": "Practice"})).await.json();
    let section_path = format!("/sections/{}", id(&second));
    day.patch(teacher, &section_path, json!({"revision": second["revision"], "title": "More practice"})).await;
    day.post(teacher, &format!("{section_path}/move"), json!({"after": null})).await;
    day.post(teacher, &format!("{task_path}/move"), json!({"section_id": id(&second), "after": null})).await;
    day.post(teacher, &format!("{task_path}/move"), json!({"section_id": section, "after": null})).await;
    day.delete(teacher, &section_path).await;
    day.press(teacher, &format!("{section_path}/restore")).await;
    let copy = day.press(teacher, &format!("{task_path}/duplicate")).await.json();
    let copy_path = format!("/tasks/{}", id(&copy));
    day.delete(teacher, &copy_path).await;
    day.press(teacher, &format!("{copy_path}/restore")).await;
    let copy = day.press(teacher, &format!("{path}/duplicate")).await.json();
    let copy_path = format!("/lessons/{}", id(&copy));
    day.delete(teacher, &copy_path).await;
    day.press(teacher, &format!("{copy_path}/restore")).await;
    day.delete(teacher, &course_path).await;
    day.press(teacher, &format!("{course_path}/restore")).await;
    let pixel = image::DynamicImage::new_rgb8(2, 1);
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixel.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let upload = teacher.request(Method::POST, "/api/v1/files").header("Content-Type", "image/png");
    let picture = Actor::send(upload.body(bytes.into_inner())).await.expect(201).json();
    let shown = Example { request: None, response: Some(day.redactor.value("", &picture)) };
    day.played.insert("uploadPicture".into(), shown);
    day.call(teacher, Method::GET, &format!("/files/{}", id(&picture)), None).await;
    (lesson_id, section, task)
}

async fn generation(day: &mut Day, test: &TestApp, teacher: &Actor, lesson: &str, section: &str) {
    let mut options = day.get(teacher, "/generation/options").await;
    // The whole pack would be longer than the rest of the document.
    options["topics"].as_array_mut().unwrap().truncate(2);
    day.played.get_mut("getGenerationOptions").unwrap().response = Some(options);
    // The request's id determines the plan.
    let request = json!({
        "request_id": Uuid::from_u128(7), "topic": "Travel", "level": "A2", "target_language": "en",
        "students_language": "ru",
    });
    let run = day.post(teacher, "/generation/runs", request).await.json();
    day.get(teacher, &format!("/generation/runs/{}", id(&run))).await;
    day.press(teacher, &format!("/generation/runs/{}/stop", id(&run))).await;
    let request = json!({
        "request_id": Uuid::from_u128(8), "kind": "true_false", "section_id": section, "topic": "Travel", "items": 4,
    });
    let one = day.post(teacher, &format!("/lessons/{lesson}/tasks/generate"), request).await.json();
    day.get(teacher, &format!("/lessons/{lesson}/runs")).await;
    day.press(teacher, &format!("/generation/runs/{}/stop", id(&one))).await;
    let run = test.failed_run(teacher, lesson, section).await;
    day.press(teacher, &format!("/generation/parts/{}/retry", run.parts[0].id)).await;
    day.press(teacher, &format!("/generation/runs/{}/stop", run.id)).await;
    let run = test.failed_run(teacher, lesson, section).await;
    day.press(teacher, &format!("/generation/parts/{}/dismiss", run.parts[0].id)).await;
    let fresh = json!({"section_id": section, "title": "Words", "body": crate::support::matching()});
    let task = teacher.post(&format!("/api/v1/lessons/{lesson}/tasks"), fresh).await.expect(201).json();
    let request = json!({"request_id": Uuid::from_u128(9), "revision": task["revision"]});
    let run = day.post(teacher, &format!("/tasks/{}/regenerate", id(&task)), request).await.json();
    day.press(teacher, &format!("/generation/runs/{}/stop", id(&run))).await;
    teacher.delete(&format!("/api/v1/tasks/{}", id(&task))).await.expect(204);
}

/// A room records every second who is there.
async fn attendance_is_recorded(teacher: &Actor, run: ClassRunId) {
    let path = format!("/api/v1/runs/{run}/report");
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(50));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while teacher.get(&path).await.expect(200).json()["students"][0]["seen_at"].is_null() {
        assert!(std::time::Instant::now() < deadline, "nobody is recorded");
        tick.tick().await;
    }
}

async fn classes(day: &mut Day, test: &TestApp, teacher: &Actor, lesson: &str, task: &Value) {
    let new = json!({"id": Uuid::now_v7(), "lesson_id": lesson, "title": "Tuesday group"});
    let class = day.post(teacher, "/classes", new).await.json();
    let path = format!("/classes/{}", id(&class));
    let code = class["invitation"]["code"].as_str().unwrap().to_owned();
    let nobody = test.anonymous();
    day.get(&nobody, &format!("/invitations/{code}")).await;
    let joined = day.post(&nobody, &format!("/invitations/{code}/members"), json!({"name": "Anna"})).await;
    let me = serde_json::from_value(joined.json()["me"].clone()).unwrap();
    let guest = Actor { cookie: Some(cookie_of(&joined)), me: Some(me), ..nobody.clone() };
    let run: ClassRunId = class["open_run"].as_str().unwrap().parse().unwrap();
    let mut client = RoomClient::enter(&guest, run).await;
    let in_run = client.student().tasks.iter().find(|own| own.title == task["title"]).unwrap().id;
    client.check(in_run, &[("i1", text("went")), ("i2", text("early"))]).await.unwrap();
    day.call(&guest, Method::GET, &format!("/runs/{run}/socket"), None).await;
    let link = day.press(&guest, "/me/recovery-link").await.json();
    let token = link["url"].as_str().unwrap().rsplit_once("token=").unwrap().1.to_owned();
    day.post(&nobody, "/auth/recover", json!({"token": token})).await;
    let other = guest.get("/api/v1/me/sessions").await.expect(200).json();
    let other = other.as_array().unwrap().iter().find(|session| session["current"] == false).unwrap().clone();
    day.delete(&guest, &format!("/me/sessions/{}", id(&other))).await;
    day.get(teacher, "/classes").await;
    day.get(teacher, &path).await;
    day.patch(teacher, &format!("{path}/invitation"), json!({"open": true})).await;
    let student = guest.me.as_ref().unwrap().id;
    day.post(teacher, &format!("{path}/members"), json!({"student": student})).await;
    attendance_is_recorded(teacher, run).await;
    day.press(teacher, &format!("/runs/{run}/end")).await;
    day.get(teacher, &format!("/runs/{run}/report")).await;
    day.get(teacher, &format!("/runs/{run}/attempts")).await;
    day.get(teacher, "/runs").await;
    let again = json!({"id": Uuid::now_v7(), "lesson_id": lesson});
    day.post(teacher, &format!("{path}/runs"), again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_are_what_really_travels() {
    let leaves_jobs = &["generate_part", "send_letter"];
    let test = TestApp::start_with(Options { no_workers: true, leaves_jobs, ..Options::default() }).await;
    let mut day = Day { redactor: Redactor::of(&test), played: Examples::new() };
    let teacher = accounts(&mut day, &test).await;
    let (lesson, section, task) = lessons(&mut day, &teacher).await;
    generation(&mut day, &test, &teacher, &lesson, &section).await;
    classes(&mut day, &test, &teacher, &lesson, &task).await;

    if std::env::var_os("LINGUAGLOW_EXAMPLES").is_some() {
        std::fs::write(FILE, serde_json::to_string_pretty(&day.played).unwrap() + "\n").unwrap();
        return;
    }
    let committed = committed();
    for (operation, played) in &day.played {
        assert_eq!(committed.get(operation), Some(played), "{operation}: write them anew, see the head of this file");
    }
    assert_eq!(committed.len(), day.played.len());
}

/// Every JSON body must have an example.
#[test]
fn every_json_body_has_an_example() {
    let api = serde_json::to_value(linguaglow_api::document::document()).unwrap();
    let mut faults = Vec::new();
    for item in api["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let bodies =
                operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
            for body in bodies.map(|(_, response)| response).chain([&operation["requestBody"]]) {
                let json = &body["content"]["application/json"];
                if !json.is_null() && json["example"].is_null() {
                    faults.push(operation["operationId"].to_string());
                }
            }
        }
    }
    assert!(faults.is_empty(), "no example: {}", faults.join(", "));
}
