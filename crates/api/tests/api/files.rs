//! Pictures in tasks: how uploads are stored, who may see them, and which are deleted when nothing shows them.

use std::io::Cursor;

use chrono::{Duration, Utc};
use image::{ImageFormat, Rgb, RgbImage};
use linguaglow_api::{auth, files};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, Options, TestApp};

fn photo(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    RgbImage::from_pixel(width, height, Rgb([200, 90, 30])).write_to(&mut out, format).unwrap();
    out.into_inner()
}

async fn upload(actor: &Actor, media: &str, bytes: Vec<u8>) -> Answer {
    Actor::send(actor.request(Method::POST, "/api/v1/files").header("Content-Type", media).body(bytes)).await
}

/// Uploads a picture as a teacher and returns its id.
async fn picture(actor: &Actor, side: u32) -> String {
    let made = upload(actor, "image/png", photo(side, side, ImageFormat::Png)).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

fn words(picture: &str) -> Value {
    json!({"kind": "word_list", "content": {"words": [{"id": "i1", "word": "fox", "meaning": {"picture": picture}}]}})
}

async fn put_into_lesson(actor: &Actor, lesson: &str, section: &str, body: Value) -> Answer {
    let task = json!({"section_id": section, "title": "Animals", "body": body});
    actor.post(&format!("/api/v1/lessons/{lesson}/tasks"), task).await
}

fn address(id: &str) -> String {
    format!("/api/v1/files/{id}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_comes_back_as_a_picture_of_our_making() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let made = upload(&anna, "image/jpeg", photo(2_000, 1_000, ImageFormat::Jpeg)).await.expect(201).json();
    assert_eq!((made["width"].as_u64(), made["height"].as_u64()), (Some(1_280), Some(640)));
    let path = address(made["id"].as_str().unwrap());
    let got = anna.get(&path).await.expect(200);
    assert_eq!(got.headers["content-type"], "image/jpeg");
    assert_eq!(got.headers["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(got.headers["x-content-type-options"], "nosniff");
    assert_eq!(got.headers["cache-control"], "private, max-age=31536000, immutable");
    assert_eq!(got.bytes.len() as u64, made["size"].as_u64().unwrap());
    let kept = image::load_from_memory(&got.bytes).unwrap();
    assert_eq!((kept.width(), kept.height()), (1_280, 640));
    let etag = got.headers["etag"].to_str().unwrap().to_owned();
    let again = Actor::send(anna.request(Method::GET, &path).header("If-None-Match", etag)).await.expect(304);
    assert!(again.bytes.is_empty());
    // Uploading the same picture again returns the first; another teacher's upload is a separate one.
    let twice = upload(&anna, "image/jpeg", photo(2_000, 1_000, ImageFormat::Jpeg)).await.expect(201).json();
    assert_eq!(twice["id"], made["id"]);
    let boris = test.teacher().await;
    let his = upload(&boris, "image/jpeg", photo(2_000, 1_000, ImageFormat::Jpeg)).await.expect(201).json();
    assert_ne!(his["id"], made["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_picture_is_refused_and_nothing_is_kept() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let script = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    let huge = vec![0_u8; types::files::UPLOAD_MAX + 1];
    for (media, bytes, status, code) in [
        ("image/svg+xml", script.clone(), 422, "not_a_picture"),
        ("image/png", script, 422, "not_a_picture"),
        ("image/png", Vec::new(), 422, "not_a_picture"),
        ("image/png", photo(64, 64, ImageFormat::Png)[..60].to_vec(), 422, "picture_cut_off"),
        ("image/png", photo(12_001, 1, ImageFormat::Png), 413, "picture_too_large"),
        ("image/png", huge, 413, "picture_too_large"),
        ("application/json", photo(8, 8, ImageFormat::Png), 415, "wrong_media_type"),
        // What a form on another site could send.
        ("multipart/form-data; boundary=x", photo(8, 8, ImageFormat::Png), 415, "wrong_media_type"),
        ("text/plain", photo(8, 8, ImageFormat::Png), 415, "wrong_media_type"),
    ] {
        let refused = upload(&anna, media, bytes).await.expect(status);
        assert_eq!(refused.problem().0, code, "{media}");
    }
    // Nor in chunks without a length.
    let pieces = futures::stream::iter((0..16).map(|_| Ok::<_, std::io::Error>(vec![7_u8; 1024 * 1024])));
    let request = anna.request(Method::POST, "/api/v1/files").header("Content-Type", "image/png");
    let refused = Actor::send(request.body(reqwest::Body::wrap_stream(pieces))).await.expect(413);
    assert_eq!(refused.problem().0, "picture_too_large");
    let foreign = anna
        .client
        .post(format!("{}/api/v1/files", anna.base))
        .header("Cookie", format!("{}={}", auth::COOKIE, anna.cookie.as_ref().unwrap()))
        .header("Origin", "https://elsewhere.example")
        .header("Content-Type", "image/png");
    assert_eq!(Actor::send(foreign.body(photo(8, 8, ImageFormat::Png))).await.expect(403).problem().0, "wrong_origin");
    assert_eq!(files::sweep(&test.app, Utc::now() + Duration::days(1)).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_shows_only_pictures_of_its_teacher() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let (anna, boris) = (test.teacher().await, test.teacher().await);
    let (own, his) = (picture(&anna, 8).await, picture(&boris, 9).await);
    let (lesson, section) = anna.lesson().await;
    for foreign in [his.clone(), uuid::Uuid::now_v7().to_string()] {
        let refused = put_into_lesson(&anna, &lesson, &section, words(&foreign)).await.expect(422);
        let path = "body.content.words.0.meaning.picture".to_owned();
        assert_eq!(refused.problem(), ("invalid".to_owned(), vec![path]));
    }
    let task = put_into_lesson(&anna, &lesson, &section, words(&own)).await.expect(201).json();
    let change = |body: Value| json!({"revision": 1, "title": "Animals", "instructions": "", "body": body});
    let path = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
    let pair = |left: &str, right: &str| {
        json!({"kind": "matching", "content": {"pairs": [
            {"id": "i1", "left": {"text": "a fox", "picture": left}, "right": {"text": "fox"}},
            {"id": "i2", "left": {"text": "a hen"}, "right": {"text": "hen", "picture": right}}
        ], "extra": []}})
    };
    let refused = anna.put(&path, change(pair(&own, &his))).await.expect(422);
    assert_eq!(refused.problem().1, ["body.content.pairs.1.right.picture"]);
    // A refused change changes nothing.
    assert_eq!(anna.get(&path).await.json()["revision"], 1);
    let changed = anna.put(&path, change(pair(&own, &own))).await.expect(200).json();
    assert_eq!(changed["body"]["content"]["pairs"][0]["left"]["picture"], own.as_str());
    // A student sees the picture; screen readers get its text.
    let view = anna.get(&format!("{path}/student-view")).await.expect(200).json();
    assert_eq!(view["view"]["view"]["left"][0]["side"], json!({"text": "a fox", "picture": own}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_class_sees_the_pictures_of_its_lesson_and_nobody_else_does() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let (shown, other) = (picture(&anna, 8).await, picture(&anna, 9).await);
    let (lesson, section) = anna.lesson().await;
    let task = put_into_lesson(&anna, &lesson, &section, words(&shown)).await.expect(201).json();
    let start = async || {
        let class = json!({"id": uuid::Uuid::now_v7(), "lesson_id": lesson});
        anna.post("/api/v1/classes", class).await.expect(201).json()
    };
    let class = start().await;
    let code = class["invitation"]["code"].as_str().unwrap();
    let student = test.guest(code).await;
    student.get(&address(&shown)).await.expect(200);
    student.get(&address(&other)).await.expect(404);
    for outsider in [test.student().await, test.teacher().await] {
        outsider.get(&address(&shown)).await.expect(404);
    }
    test.anonymous().get(&address(&shown)).await.expect(401);
    // The class continues with the lesson as it was when the run began.
    let change = json!({"revision": 1, "title": "Animals", "instructions": "", "body": words(&other)});
    anna.put(&format!("/api/v1/tasks/{}", task["id"].as_str().unwrap()), change).await.expect(200);
    student.get(&address(&shown)).await.expect(200);
    student.get(&address(&other)).await.expect(404);
    // Another class of the same teacher sees only its own.
    let second = start().await;
    let stranger = test.guest(second["invitation"]["code"].as_str().unwrap()).await;
    stranger.get(&address(&other)).await.expect(200);
    stranger.get(&address(&shown)).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_goes_only_when_nothing_shows_it() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let (shown, unused) = (picture(&anna, 8).await, picture(&anna, 9).await);
    let (lesson, section) = anna.lesson().await;
    put_into_lesson(&anna, &lesson, &section, words(&shown)).await.expect(201);
    // Bytes without a row: the server died in between.
    let stray = types::ids::FileId(uuid::Uuid::now_v7());
    test.app.files.put(&[7; 32], stray, photo(4, 4, ImageFormat::Png).into()).await.unwrap();
    // A fresh upload stays: a task that is being written may still show it.
    assert_eq!(files::sweep(&test.app, Utc::now() - Duration::days(1)).await.unwrap(), 0);
    anna.get(&address(&unused)).await.expect(200);
    assert_eq!(files::sweep(&test.app, Utc::now() + Duration::seconds(5)).await.unwrap(), 2);
    anna.get(&address(&unused)).await.expect(404);
    anna.get(&address(&shown)).await.expect(200);
    assert_eq!(test.app.files.get(&[7; 32], stray).await.unwrap(), None);
    // A copy of the lesson shows it too, and a deleted lesson can be restored with it.
    let copy = anna.post(&format!("/api/v1/lessons/{lesson}/duplicate"), json!({})).await.expect(201).json();
    assert_eq!(copy["sections"][0]["tasks"][0]["body"]["content"]["words"][0]["meaning"]["picture"], shown.as_str());
    anna.delete(&format!("/api/v1/lessons/{lesson}")).await.expect(204);
    assert_eq!(files::sweep(&test.app, Utc::now() + Duration::seconds(5)).await.unwrap(), 0);
    anna.get(&address(&shown)).await.expect(200);
    // On paper as well.
    let pdf = anna.get(&format!("/api/v1/lessons/{}/pdf", copy["id"].as_str().unwrap())).await.expect(200);
    assert!(pdf.bytes.windows(14).any(|bytes| bytes == b"/Subtype/Image"));
}
