//! Registering, logging in, sessions, passwords, tokens and the first administrator, over HTTP.

use serde_json::json;
use test_support::outbox::link_secret;

use crate::support::{Actor, Options, TestApp};

fn cookie_of(answer: &crate::support::Answer) -> String {
    let header = answer.headers["set-cookie"].to_str().unwrap();
    assert!(header.contains("HttpOnly") && header.contains("SameSite=Lax") && header.contains("Path=/"), "{header}");
    header.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
}

async fn register(test: &TestApp, email: &str) -> Actor {
    let answer = test
        .anonymous()
        .post(
            "/api/v1/auth/register",
            json!({"name": "Anna", "email": email, "password": "correct horse", "locale": "ru"}),
        )
        .await
        .expect(201);
    Actor { cookie: Some(cookie_of(&answer)), ..test.anonymous() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_teacher_registers_confirms_logs_out_and_in() {
    let test = TestApp::start().await;
    let anna = register(&test, "Anna@Test.Example").await;
    let me = anna.get("/api/v1/me").await.expect(200).json();
    assert_eq!(
        (me["email"].as_str(), me["email_confirmed"].as_bool(), me["roles"][0].as_str()),
        (Some("anna@test.example"), Some(false), Some("teacher"))
    );

    let secret = link_secret(&test.folder.join("outbox"), "anna@test.example", "confirm-email").await;
    test.anonymous().post("/api/v1/auth/confirm-email", json!({"token": secret})).await.expect(204);
    // A mail scanner may have opened the link first: opening it again gives the same response.
    test.anonymous().post("/api/v1/auth/confirm-email", json!({"token": secret})).await.expect(204);
    let wrong = test.anonymous().post("/api/v1/auth/confirm-email", json!({"token": "x"})).await.expect(410);
    assert_eq!(wrong.problem().0, "link_expired");
    assert_eq!(anna.get("/api/v1/me").await.json()["email_confirmed"], true);

    anna.post("/api/v1/auth/logout", json!(null)).await.expect(204);
    anna.get("/api/v1/me").await.expect(401);
    let wrong = json!({"email": "anna@test.example", "password": "wrong horse"});
    assert_eq!(test.anonymous().post("/api/v1/auth/login", wrong).await.expect(401).problem().0, "wrong_credentials");
    let nobody = json!({"email": "nobody@test.example", "password": "wrong horse"});
    assert_eq!(test.anonymous().post("/api/v1/auth/login", nobody).await.expect(401).problem().0, "wrong_credentials");
    let right = json!({"email": " ANNA@test.example ", "password": "correct horse"});
    let answer = test.anonymous().post("/api/v1/auth/login", right).await.expect(200);
    let back = Actor { cookie: Some(cookie_of(&answer)), ..test.anonymous() };
    back.get("/api/v1/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_is_one_account() {
    let test = TestApp::start().await;
    register(&test, "a@test.example").await;
    let twice = json!({"name": "B", "email": "A@test.example", "password": "correct horse", "locale": "en"});
    let (code, paths) = test.anonymous().post("/api/v1/auth/register", twice).await.expect(409).problem();
    assert_eq!((code.as_str(), paths), ("email_taken", vec!["email".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_password_is_set_anew_and_ends_all_sessions() {
    let test = TestApp::start().await;
    let anna = register(&test, "anna@test.example").await;
    test.anonymous().post("/api/v1/auth/forgot-password", json!({"email": "nobody@test.example"})).await.expect(204);
    test.anonymous().post("/api/v1/auth/forgot-password", json!({"email": "anna@test.example"})).await.expect(204);
    let secret = link_secret(&test.folder.join("outbox"), "anna@test.example", "reset-password").await;
    let weak = json!({"token": secret, "password": "12345678"});
    assert_eq!(test.anonymous().post("/api/v1/auth/reset-password", weak).await.expect(422).problem().1, ["password"]);
    let new = json!({"token": secret, "password": "another horse"});
    test.anonymous().post("/api/v1/auth/reset-password", new.clone()).await.expect(204);
    test.anonymous().post("/api/v1/auth/reset-password", new).await.expect(410);
    anna.get("/api/v1/me").await.expect(401);
    test.anonymous()
        .post("/api/v1/auth/login", json!({"email": "anna@test.example", "password": "correct horse"}))
        .await
        .expect(401);
    test.anonymous()
        .post("/api/v1/auth/login", json!({"email": "anna@test.example", "password": "another horse"}))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_seen_and_ended() {
    let test = TestApp::start().await;
    let phone = register(&test, "anna@test.example").await;
    let answer = test
        .anonymous()
        .post("/api/v1/auth/login", json!({"email": "anna@test.example", "password": "correct horse"}))
        .await;
    let laptop = Actor { cookie: Some(cookie_of(&answer)), ..test.anonymous() };
    let seen = laptop.get("/api/v1/me/sessions").await.expect(200).json();
    assert_eq!(seen.as_array().unwrap().len(), 2);
    let other = seen.as_array().unwrap().iter().find(|s| s["current"] == false).unwrap();
    laptop.delete(&format!("/api/v1/me/sessions/{}", other["id"].as_str().unwrap())).await.expect(204);
    phone.get("/api/v1/me").await.expect(401);
    laptop.get("/api/v1/me").await.expect(200);

    let wrong = json!({"current": "not it", "password": "another horse"});
    assert_eq!(laptop.post("/api/v1/me/password", wrong).await.expect(422).problem().1, ["current"]);
    laptop
        .post("/api/v1/me/password", json!({"current": "correct horse", "password": "another horse"}))
        .await
        .expect(204);
    laptop.get("/api/v1/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_does_what_its_scopes_say_until_it_is_revoked() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let made =
        anna.post("/api/v1/me/tokens", json!({"name": "Site", "scopes": ["lessons:read"]})).await.expect(201).json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(!String::from_utf8_lossy(&anna.get("/api/v1/me/tokens").await.bytes).contains(&secret));
    let site = Actor { token: Some(secret), ..test.anonymous() };
    site.get("/api/v1/lessons").await.expect(200);
    let write = json!({"title": "L", "level": "A1", "target_language": "en", "students_language": "en"});
    assert_eq!(site.post("/api/v1/lessons", write).await.expect(403).problem().0, "missing_scope");
    anna.delete(&format!("/api/v1/me/tokens/{}", made["token"]["id"].as_str().unwrap())).await.expect(204);
    site.get("/api/v1/lessons").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_administrator_comes_by_the_link_and_only_once() {
    let test = TestApp::start().await;
    assert_eq!(test.anonymous().get("/api/v1/setup").await.json()["needs_first_admin"], true);
    let old = linguaglow_api::server::first_admin_link(&test.app, &test.base).await.unwrap().unwrap();
    let new = linguaglow_api::server::first_admin_link(&test.app, &test.base).await.unwrap().unwrap();
    let body = |link: &str, email: &str| json!({"token": link.split_once("token=").unwrap().1, "name": "Root", "email": email, "password": "correct horse", "locale": "en"});
    let check = |link: &str| json!({"purpose": "first_admin", "token": link.split_once("token=").unwrap().1});
    test.anonymous().post("/api/v1/auth/check-link", check(&old)).await.expect(410);
    test.anonymous().post("/api/v1/auth/first-admin", body(&old, "old@test.example")).await.expect(410);
    // The check doesn't consume the link, and it depends on the link's purpose.
    for _ in 0..2 {
        test.anonymous().post("/api/v1/auth/check-link", check(&new)).await.expect(204);
    }
    let other = json!({"purpose": "reset_password", "token": new.split_once("token=").unwrap().1});
    assert_eq!(test.anonymous().post("/api/v1/auth/check-link", other).await.problem().0, "link_expired");
    let me =
        test.anonymous().post("/api/v1/auth/first-admin", body(&new, "root@test.example")).await.expect(201).json();
    assert!(me["roles"].as_array().unwrap().contains(&json!("admin")));
    test.anonymous().post("/api/v1/auth/check-link", check(&new)).await.expect(410);
    test.anonymous().post("/api/v1/auth/first-admin", body(&new, "two@test.example")).await.expect(410);
    assert!(linguaglow_api::server::first_admin_link(&test.app, &test.base).await.unwrap().is_none());
    assert_eq!(test.anonymous().get("/api/v1/setup").await.json()["needs_first_admin"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_under_a_cookie_must_come_from_our_pages() {
    let test = TestApp::start().await;
    let anna = test.teacher().await;
    let cookie = format!("{}={}", linguaglow_api::auth::COOKIE, anna.cookie.clone().unwrap());
    let client = reqwest::Client::new();
    let send = |origin: Option<(&'static str, String)>| {
        let mut request =
            client.patch(format!("{}/api/v1/me", test.base)).header("Cookie", &cookie).json(&json!({"name": "X"}));
        if let Some((name, value)) = origin {
            request = request.header(name, value);
        }
        request.send()
    };
    for (origin, status) in [
        (None, 403),
        (Some(("Origin", "https://evil.example".to_owned())), 403),
        (Some(("Origin", "null".to_owned())), 403),
        (Some(("Sec-Fetch-Site", "cross-site".to_owned())), 403),
        (Some(("Sec-Fetch-Site", "same-origin".to_owned())), 200),
        (Some(("Origin", test.base.clone())), 200),
    ] {
        assert_eq!(send(origin.clone()).await.unwrap().status().as_u16(), status, "{origin:?}");
    }
    // A form on another site can't send `application/json` without a preflight request.
    let form = client
        .patch(format!("{}/api/v1/me", test.base))
        .header("Cookie", &cookie)
        .header("Origin", &test.base)
        .header("Content-Type", "text/plain")
        .body("{}");
    assert_eq!(form.send().await.unwrap().status().as_u16(), 415);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trying_passwords_is_slowed_down() {
    let test = TestApp::start_with(Options { strict_limits: true, ..Options::default() }).await;
    register(&test, "anna@test.example").await;
    let mut last = 0;
    for _ in 0..12 {
        let answer = test
            .anonymous()
            .post("/api/v1/auth/login", json!({"email": "anna@test.example", "password": "wrong horse"}))
            .await;
        last = answer.status.as_u16();
        if last == 429 {
            assert!(answer.json()["retry_after"].as_u64().unwrap() >= 1);
            assert!(answer.headers.contains_key("retry-after"));
            break;
        }
    }
    assert_eq!(last, 429);
}
