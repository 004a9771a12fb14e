//! The body of every problem, as it travels. Successful bodies are the examples of the API's document: `examples.rs`.

use std::{collections::BTreeMap, io::Cursor};

use image::{ImageFormat, RgbImage};
use linguaglow_api::auth;
use reqwest::{
    Method,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};
use serde_json::{Value, json};
use types::{account::Scope, classroom::Proposal, problem::ProblemCode};
use uuid::Uuid;

use crate::support::{
    Actor, Answer, Options, TestApp, matching,
    redact::Redactor,
    room::{Class, RoomClient},
};

/// Problems by code.
struct Problems {
    redactor: Redactor,
    seen: BTreeMap<String, Value>,
}

impl Problems {
    #[track_caller]
    fn note(&mut self, code: ProblemCode, answer: &Answer) {
        let body = answer.json();
        assert_eq!((&body["code"], &body["status"]), (&json!(code), &json!(answer.status.as_u16())), "{body}");
        assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
        assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
        let wait = answer.headers.get(RETRY_AFTER).map(|seconds| seconds.to_str().unwrap().to_owned());
        assert_eq!(wait, body["retry_after"].as_u64().map(|seconds| seconds.to_string()));
        let before = self.seen.insert(code.as_str().to_owned(), self.redactor.value("", &body));
        assert!(before.is_none(), "{code:?} is there already");
    }
}

fn photo(width: u32) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    RgbImage::new(width, 8).write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

async fn send(actor: &Actor, path: &str, media: &str, body: impl Into<reqwest::Body>) -> Answer {
    Actor::send(actor.request(Method::POST, path).header(CONTENT_TYPE, media).body(body)).await
}

fn new_lesson(title: &str) -> Value {
    json!({"title": title, "level": "B1", "target_language": "en", "students_language": "ru"})
}

async fn callers(problems: &mut Problems, test: &TestApp, anna: &Actor) {
    let nobody = test.anonymous();
    problems.note(ProblemCode::NotLoggedIn, &nobody.get("/api/v1/me").await);
    let wrong = json!({"email": "nobody@test.example", "password": "wrong horse"});
    problems.note(ProblemCode::WrongCredentials, &nobody.post("/api/v1/auth/login", wrong).await);
    problems.note(ProblemCode::Forbidden, &test.student().await.get("/api/v1/lessons").await);
    let foreign = anna
        .client
        .patch(format!("{}/api/v1/me", test.base))
        .header("Cookie", format!("{}={}", auth::COOKIE, anna.cookie.as_ref().unwrap()))
        .header("Origin", "https://elsewhere.example")
        .json(&json!({"name": "Anna"}));
    problems.note(ProblemCode::WrongOrigin, &Actor::send(foreign).await);
    let reader = test.token(anna, &[Scope::LessonsRead]).await;
    problems.note(ProblemCode::MissingScope, &reader.post("/api/v1/lessons", new_lesson("T")).await);
    let email = anna.me.as_ref().unwrap().email.as_ref().unwrap();
    let new = |email: &str| json!({"name": "A", "email": email, "password": "correct horse", "locale": "en"});
    problems.note(ProblemCode::EmailTaken, &nobody.post("/api/v1/auth/register", new(email)).await);
    let link = json!({"token": "used"});
    problems.note(ProblemCode::LinkExpired, &nobody.post("/api/v1/auth/confirm-email", link).await);

    let registered = nobody.post("/api/v1/auth/register", new("ben@test.example")).await.expect(201);
    let ben = Actor { cookie: Some(crate::support::room::cookie_of(&registered)), ..nobody };
    let resend = async || ben.post("/api/v1/auth/resend-confirmation", json!(null)).await;
    let mut answer = resend().await;
    while answer.status == 204 {
        answer = resend().await;
    }
    problems.note(ProblemCode::TooManyRequests, &answer);
}

async fn requests(problems: &mut Problems, anna: &Actor) {
    let lessons = "/api/v1/lessons";
    problems.note(ProblemCode::NotFound, &anna.get(&format!("{lessons}/{}", Uuid::now_v7())).await);
    let wrong = anna.call(Method::DELETE, lessons, json!({})).await;
    assert_eq!(wrong.headers[ALLOW], "GET, POST");
    problems.note(ProblemCode::MethodNotAllowed, &wrong);
    problems.note(ProblemCode::Malformed, &send(anna, lessons, "application/json", "{").await);
    problems.note(ProblemCode::WrongMediaType, &send(anna, lessons, "text/plain", "{}").await);
    let long = vec![b' '; 1024 * 1024 + 1];
    problems.note(ProblemCode::TooLarge, &send(anna, lessons, "application/json", long).await);
    let mut several = new_lesson("");
    several["topic"] = "x".repeat(201).into();
    problems.note(ProblemCode::Invalid, &anna.post(lessons, several).await);

    let files = "/api/v1/files";
    problems.note(ProblemCode::NotAPicture, &send(anna, files, "image/png", "<svg/>").await);
    let half = photo(64)[..60].to_vec();
    problems.note(ProblemCode::PictureCutOff, &send(anna, files, "image/png", half).await);
    problems.note(ProblemCode::PictureTooLarge, &send(anna, files, "image/png", photo(12_001)).await);
}

async fn lessons(problems: &mut Problems, anna: &Actor) {
    let (lesson, section) = anna.lesson().await;
    let path = format!("/api/v1/lessons/{lesson}");
    problems.note(ProblemCode::Stale, &anna.patch(&path, json!({"revision": 0, "title": "T"})).await);
    problems.note(ProblemCode::LimitReached, &anna.delete(&format!("/api/v1/sections/{section}")).await);
    let mut travel = new_lesson("T");
    travel["topic"] = "Travel".into();
    let travel = anna.post("/api/v1/lessons", travel).await.expect(201).json();
    let task = json!({"section_id": travel["sections"][0]["id"], "title": "T", "body": matching()});
    let tasks = format!("/api/v1/lessons/{}/tasks", travel["id"].as_str().unwrap());
    let task = anna.post(&tasks, task).await.expect(201).json();
    let again = format!("/api/v1/tasks/{}/regenerate", task["id"].as_str().unwrap());
    let request = || json!({"request_id": Uuid::now_v7(), "revision": task["revision"]});
    anna.post(&again, request()).await.expect(202);
    problems.note(ProblemCode::AlreadyRunning, &anna.post(&again, request()).await);
    let press = json!({
        "request_id": Uuid::now_v7(), "topic": "Wether", "level": "B1", "target_language": "en",
        "students_language": "ru",
    });
    problems.note(ProblemCode::TopicNotInPack, &anna.post("/api/v1/generation/runs", press).await);
    let lesson = anna.post("/api/v1/lessons", new_lesson("Beijing 北京")).await.expect(201).json();
    let pdf = format!("/api/v1/lessons/{}/pdf", lesson["id"].as_str().unwrap());
    problems.note(ProblemCode::CannotPrint, &anna.get(&pdf).await);
}

/// The class holds one student.
async fn joining(problems: &mut Problems, test: &TestApp, anna: &Actor) {
    let class = Class::start_by(anna.clone()).await;
    let invitation = format!("/api/v1/classes/{}/invitation", class.info.id);
    let join = format!("/api/v1/invitations/{}/members", class.code());
    let nobody = test.anonymous();
    anna.patch(&invitation, json!({"open": false})).await.expect(200);
    problems.note(ProblemCode::DoorClosed, &nobody.post(&join, json!({"name": "Cy"})).await);
    anna.patch(&invitation, json!({"open": true})).await.expect(200);
    let cy = class.guest("Cy").await;
    problems.note(ProblemCode::ClassFull, &nobody.post(&join, json!({"name": "Dee"})).await);
    let mut teacher = RoomClient::enter(anna, class.run).await;
    teacher.ask(Proposal::Remove { student: cy.me.as_ref().unwrap().id }).await.unwrap();
    problems.note(ProblemCode::RemovedFromClass, &cy.post(&join, json!({})).await);
    let late = "UPDATE classes SET code_expires_at = now() - interval '1 minute'";
    store::batch(&test.database.url, &[late]).await.unwrap();
    problems.note(ProblemCode::InvitationExpired, &nobody.post(&join, json!({"name": "Dee"})).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_problem_has_its_body() {
    let no_fonts = std::env::temp_dir().join("linguaglow-no-fonts");
    std::fs::create_dir_all(&no_fonts).unwrap();
    let settings = [("CLASS_MEMBERS", "1"), ("BODY_TIMEOUT", "1"), ("FONTS_DIR", no_fonts.to_str().unwrap())];
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let test = TestApp::start_with(Options {
        settings,
        no_workers: true,
        strict_limits: true,
        leaves_jobs: &["generate_part", "send_letter"],
        ..Options::default()
    })
    .await;
    let anna = test.teacher().await;
    let mut problems = Problems { redactor: Redactor::of(&test), seen: BTreeMap::new() };
    // It takes a second to be refused: meanwhile, all others.
    let nothing = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let slow = test.anonymous();
    let slow = tokio::spawn(async move {
        send(&slow, "/api/v1/auth/login", "application/json", reqwest::Body::wrap_stream(nothing)).await
    });
    callers(&mut problems, &test, &anna).await;
    requests(&mut problems, &anna).await;
    lessons(&mut problems, &anna).await;
    joining(&mut problems, &test, &anna).await;
    problems.note(ProblemCode::TooSlow, &slow.await.unwrap());
    test.app.store.close();
    problems.note(ProblemCode::Unavailable, &anna.get("/api/v1/me").await);

    let all = ProblemCode::ALL.iter().map(|code| code.as_str());
    let unseen: Vec<&str> = all.filter(|code| !problems.seen.contains_key(*code)).collect();
    // No request gets the first, and the second only by a fault of ours.
    assert_eq!(unseen, ["email_not_confirmed", "internal"]);
    insta::assert_json_snapshot!("problems", problems.seen);
}
