//! Hostile, faulty and accidental input: none of it causes failures, locks users out or leads anybody elsewhere.

use reqwest::Method;
use serde_json::{Value, json};
use test_support::outbox::{letters, link_secret};
use types::account::Scope;

use crate::support::{Actor, Answer, Options, TestApp, room};

fn cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all("set-cookie").iter().map(|header| header.to_str().unwrap().to_owned()).collect()
}

/// The value of a cookie in a response.
fn cookie(answer: &Answer, name: &str) -> String {
    let all = cookies(answer);
    let found =
        all.iter().find_map(|header| header.strip_prefix(&format!("{name}="))).unwrap_or_else(|| panic!("{all:?}"));
    found.split(';').next().unwrap().to_owned()
}

async fn started(settings: &[(&str, &str)]) -> TestApp {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    TestApp::start_with(Options { settings, strict_limits: true, ..Options::default() }).await
}

fn registration(email: &str) -> Value {
    json!({"name": "Anna", "email": email, "password": "correct horse", "locale": "en"})
}

async fn register(test: &TestApp, email: &str) -> (Actor, Answer) {
    let answer = test.anonymous().post("/api/v1/auth/register", registration(email)).await.expect(201);
    (Actor { cookie: Some(cookie(&answer, "lg_session")), ..test.anonymous() }, answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_leads_to_us_whatever_the_request_calls_us() {
    let test = started(&[]).await;
    register(&test, "anna@test.example").await;
    let forgot = reqwest::Client::new()
        .post(format!("{}/api/v1/auth/forgot-password", test.base))
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example")
        .header("Forwarded", "host=evil.example;proto=https")
        .header("Origin", "http://evil.example")
        .json(&json!({"email": "anna@test.example"}));
    Actor::send(forgot).await.expect(204);
    link_secret(&test.folder.join("outbox"), "anna@test.example", "reset-password").await;
    let all = letters(&test.folder.join("outbox"));
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|letter| !letter.contains("evil.example")), "{all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_of_several_lines_gets_its_letter() {
    let test = started(&[]).await;
    let mut new = registration("anna@test.example");
    new["name"] = json!("Anna\r\nBcc: everybody@test.example\u{202e}");
    let me = test.anonymous().post("/api/v1/auth/register", new).await.expect(201).json();
    assert_eq!(me["name"], "Anna Bcc: everybody@test.example");
    link_secret(&test.folder.join("outbox"), "anna@test.example", "confirm-email").await;
    // A name stored before names were cleaned.
    store::batch(&test.database.url, &["UPDATE users SET name = E'Anna\\r\\nBcc: x@test.example'"]).await.unwrap();
    test.anonymous().post("/api/v1/auth/forgot-password", json!({"email": "anna@test.example"})).await.expect(204);
    link_secret(&test.folder.join("outbox"), "anna@test.example", "reset-password").await;
    for nothing in ["\u{200b}\u{3164}", "\u{202e}", " \n "] {
        let mut new = registration("ben@test.example");
        new["name"] = json!(nothing);
        assert_eq!(test.anonymous().post("/api/v1/auth/register", new).await.expect(422).problem().1, ["name"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_is_not_filled() {
    let test = started(&[]).await;
    let (anna, _) = register(&test, "anna@test.example").await;
    for n in 0..12 {
        let email = if n % 2 == 0 { "anna@test.example" } else { " ANNA@Test.example" };
        test.anonymous().post("/api/v1/auth/forgot-password", json!({"email": email})).await.expect(204);
    }
    let again = anna.post("/api/v1/auth/resend-confirmation", json!(null)).await.expect(429);
    assert!(again.json()["retry_after"].as_u64().unwrap() > 60);
    test.wait_for_jobs().await;
    let sent = letters(&test.folder.join("outbox")).iter().filter(|text| text.contains("token=")).count();
    assert_eq!(sent, 1 + 5, "the first letter, and five that were asked for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_ends_what_the_old_one_opened() {
    let test = started(&[]).await;
    let (anna, _) = register(&test, "anna@test.example").await;
    let token = async |anna: &Actor| {
        let made = anna.post("/api/v1/me/tokens", json!({"name": "t", "scopes": ["lessons:read"]})).await.expect(201);
        Actor { token: Some(made.json()["secret"].as_str().unwrap().to_owned()), ..test.anonymous() }
    };
    let site = token(&anna).await;
    site.get("/api/v1/lessons").await.expect(200);
    test.anonymous().post("/api/v1/auth/forgot-password", json!({"email": "anna@test.example"})).await.expect(204);
    let secret = link_secret(&test.folder.join("outbox"), "anna@test.example", "reset-password").await;
    let change = json!({"current": "correct horse", "password": "another horse"});
    anna.post("/api/v1/me/password", change).await.expect(204);
    site.get("/api/v1/lessons").await.expect(401);
    // Nor does a link that was requested earlier.
    let reset = json!({"token": secret, "password": "a third horse"});
    test.anonymous().post("/api/v1/auth/reset-password", reset).await.expect(410);

    let site = token(&anna).await;
    test.anonymous().post("/api/v1/auth/forgot-password", json!({"email": "anna@test.example"})).await.expect(204);
    let mut newer = secret.clone();
    while newer == secret {
        newer = link_secret(&test.folder.join("outbox"), "anna@test.example", "reset-password").await;
    }
    let reset = json!({"token": newer, "password": "a third horse"});
    test.anonymous().post("/api/v1/auth/reset-password", reset).await.expect(204);
    site.get("/api/v1/lessons").await.expect(401);
    anna.get("/api/v1/me").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_ends_and_says_when() {
    let test = started(&[]).await;
    let anna = test.teacher().await;
    let year =
        anna.post("/api/v1/me/tokens", json!({"name": "t", "scopes": ["lessons:read"]})).await.expect(201).json();
    let days = |token: &Value| {
        let at = |name: &str| token[name].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        (at("expires_at") - at("created_at")).num_hours().div_euclid(24)
    };
    assert!((364..=365).contains(&days(&year["token"])), "{year}");
    let week = json!({"name": "t", "scopes": ["lessons:read"], "expires_in_days": 7});
    let week = anna.post("/api/v1/me/tokens", week).await.expect(201).json();
    assert!((6..=7).contains(&days(&week["token"])), "{week}");
    let never = json!({"name": "t", "scopes": ["lessons:read"], "expires_in_days": 100_000});
    assert_eq!(anna.post("/api/v1/me/tokens", never).await.expect(422).problem().1, ["expires_in_days"]);
    let site = Actor { token: Some(week["secret"].as_str().unwrap().to_owned()), ..test.anonymous() };
    site.get("/api/v1/lessons").await.expect(200);
    store::batch(&test.database.url, &["UPDATE api_tokens SET expires_at = now() - interval '1 second'"])
        .await
        .unwrap();
    site.get("/api/v1/lessons").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_has_no_token_and_leaves_none_behind() {
    let test = started(&[]).await;
    let class = room::Class::start(&test).await;
    let guest = class.guest("Ana").await;
    let new = json!({"name": "t", "scopes": ["lessons:read"]});
    guest.post("/api/v1/me/tokens", new).await.expect(403);
    // A token from before guests were refused one.
    let site = test.token(&guest, &Scope::ALL).await;
    site.get("/api/v1/me").await.expect(200);
    guest.post("/api/v1/auth/logout", json!(null)).await.expect(204);
    site.get("/api/v1/me").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_wrong_passwords_do_not_lock_out_the_owner() {
    let test = started(&[("TRUST_PROXY", "true")]).await;
    let (_, first) = register(&test, "anna@test.example").await;
    let device = cookie(&first, "lg_device");
    let login = async |address: &str, device: Option<&str>, password: &str| {
        let mut request = test
            .anonymous()
            .request(Method::POST, "/api/v1/auth/login")
            .header("X-Forwarded-For", address)
            .json(&json!({"email": "anna@test.example", "password": password}));
        if let Some(device) = device {
            request = request.header("Cookie", format!("lg_device={device}"));
        }
        Actor::send(request).await
    };
    for _ in 0..10 {
        login("192.0.2.1", None, "wrong horse").await.expect(401);
    }
    login("192.0.2.1", None, "correct horse").await.expect(429);
    // At home, and at the same school on a device of hers.
    let home = login("192.0.2.2", None, "correct horse").await.expect(200);
    login("192.0.2.1", Some(&device), "correct horse").await.expect(200);
    login("192.0.2.1", Some(&cookie(&home, "lg_device")), "correct horse").await.expect(200);
    // An unknown device doesn't count as hers.
    login("192.0.2.1", Some("made up"), "correct horse").await.expect(429);
    // Attempts from many addresses are stopped for unknown devices; hers still works.
    let mut stopped = None;
    for n in 10..80 {
        if login(&format!("198.51.100.{n}"), None, "wrong horse").await.status.as_u16() == 429 {
            stopped = Some(n - 10);
            break;
        }
    }
    assert_eq!(stopped, Some(40));
    login("192.0.2.3", None, "correct horse").await.expect(429);
    login("192.0.2.3", Some(&device), "correct horse").await.expect(200);
    // A user without a known device sets a new password by a letter.
    test.anonymous().post("/api/v1/auth/forgot-password", json!({"email": "anna@test.example"})).await.expect(204);
    let secret = link_secret(&test.folder.join("outbox"), "anna@test.example", "reset-password").await;
    let reset = json!({"token": secret, "password": "another horse"});
    let reset = test.anonymous().post("/api/v1/auth/reset-password", reset).await.expect(204);
    login("192.0.2.3", Some(&cookie(&reset, "lg_device")), "another horse").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_of_one_school_register_and_log_in_within_a_minute() {
    let test = started(&[]).await;
    for n in 0..31 {
        register(&test, &format!("teacher{n}@test.example")).await;
    }
    for n in 0..31 {
        let login = json!({"email": format!("teacher{n}@test.example"), "password": "correct horse"});
        test.anonymous().post("/api/v1/auth/login", login).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_in_any_letters_is_one_account() {
    let test = started(&[]).await;
    let (anna, _) = register(&test, "anna@Школа.РФ").await;
    assert_eq!(anna.get("/api/v1/me").await.json()["email"], "anna@школа.рф");
    test.anonymous().post("/api/v1/auth/register", registration("anna@xn--80atdl2c.xn--p1ai")).await.expect(409);
    let login = json!({"email": "ANNA@школа.рф", "password": "correct horse"});
    test.anonymous().post("/api/v1/auth/login", login).await.expect(200);
    link_secret(&test.folder.join("outbox"), "anna@xn--80atdl2c.xn--p1ai", "confirm-email").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nul_is_refused_wherever_it_stands() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let (lesson, section) = anna.lesson().await;
    let nobody = test.anonymous();
    let mut answers = Vec::new();
    for path in [
        "/api/v1/invitations/%00",
        "/api/v1/invitations/a%00b",
        "/api/v1/lessons/%00",
        "/api/v1/lessons?q=%00",
        "/api/v1/lessons?q=a%00b&limit=5",
        "/api/v1/lessons?course=%00",
        "/api/v1/lessons?cursor=%00",
        "/%00",
        "/join/%00",
        "/assets/%00",
    ] {
        answers.push((path.to_owned(), anna.get(path).await));
    }
    let nul = "a\u{0}@test.example";
    let task =
        json!({"section_id": section, "title": "T", "body": {"kind": "text", "content": {"markdown": "a\u{0}b"}}});
    for (who, method, path, body) in [
        (&nobody, Method::POST, "/api/v1/auth/login".to_owned(), json!({"email": nul, "password": "x"})),
        (&nobody, Method::POST, "/api/v1/auth/login".to_owned(), json!({"email": "a@b.co", "password": "\u{0}"})),
        (&nobody, Method::POST, "/api/v1/auth/forgot-password".to_owned(), json!({"email": nul})),
        (&nobody, Method::POST, "/api/v1/auth/register".to_owned(), registration(nul)),
        (&nobody, Method::POST, "/api/v1/auth/confirm-email".to_owned(), json!({"token": "\u{0}"})),
        (&nobody, Method::POST, "/api/v1/auth/login".to_owned(), json!({"e\u{0}mail": 1})),
        (&anna, Method::PATCH, "/api/v1/me".to_owned(), json!({"name": "A\u{0}"})),
        (
            &anna,
            Method::POST,
            "/api/v1/lessons".to_owned(),
            json!({"title": "\u{0}", "level": "A1", "target_language": "en", "students_language": "en"}),
        ),
        (&anna, Method::PATCH, format!("/api/v1/lessons/{lesson}"), json!({"revision": 1, "notes": "\u{0}"})),
        (&anna, Method::POST, format!("/api/v1/lessons/{lesson}/tasks"), task),
        (&anna, Method::POST, "/api/v1/me/tokens".to_owned(), json!({"name": "\u{0}", "scopes": ["generate"]})),
        (
            &anna,
            Method::POST,
            "/api/v1/generation/runs".to_owned(),
            json!({"request_id": uuid::Uuid::now_v7(), "topic": "\u{0}", "level": "A2", "target_language": "en", "students_language": "ru"}),
        ),
    ] {
        answers.push((path.clone(), who.call(method, &path, body).await));
    }
    for (path, answer) in answers {
        assert!(
            (400..500).contains(&answer.status.as_u16()) || answer.status == 200 && !path.starts_with("/api"),
            "{path}: {}",
            answer.status
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dates_and_numbers_that_the_database_lacks_are_refused() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let (lesson, _) = anna.lesson().await;
    let cursor = |micros: i64| {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        URL_SAFE_NO_PAD.encode(format!("{micros}.{lesson}"))
    };
    for micros in [-300_000_000_000_000_000, i64::MIN, i64::MAX, 9_000_000_000_000_000_000] {
        let answer = anna.get(&format!("/api/v1/lessons?cursor={}", cursor(micros))).await.expect(422);
        assert_eq!(answer.problem().1, ["cursor"]);
    }
    for revision in [json!(-1), json!(2_147_483_648_u64), json!(1e300), json!(u64::MAX)] {
        let answer =
            anna.patch(&format!("/api/v1/lessons/{lesson}"), json!({"revision": revision, "title": "T"})).await;
        assert!((400..500).contains(&answer.status.as_u16()), "{revision}: {}", answer.status);
    }
    for limit in ["0", "101", "-1", "4294967296", "1e9"] {
        anna.get(&format!("/api/v1/lessons?limit={limit}")).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_an_object_and_says_where_things_go() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let (lesson, first) = anna.lesson().await;
    let sections = format!("/api/v1/lessons/{lesson}/sections");
    let second = anna.post(&sections, json!({"title": "Two"})).await.expect(201).json();
    let second = second["id"].as_str().unwrap();
    // Arrays instead of structs: at the top level, and inside a task.
    anna.post(&sections, json!(["Three", null])).await.expect(422);
    let login = json!(["anna@test.example", "correct horse"]);
    test.anonymous().post("/api/v1/auth/login", login).await.expect(422);
    let inside = json!({"section_id": first, "title": "T", "body": {"kind": "matching", "content": {"pairs": [
        {"id": "i1", "left": ["a"], "right": {"text": "b"}}, {"id": "i2", "left": {"text": "c"}, "right": {"text": "d"}}
    ]}}});
    let refused = anna.post(&format!("/api/v1/lessons/{lesson}/tasks"), inside).await.expect(422);
    assert_eq!(refused.problem().1, ["body.content.pairs.0.left"]);
    let body = json!({"section_id": first, "title": "T", "body": ["matching", {"pairs": []}]});
    anna.post(&format!("/api/v1/lessons/{lesson}/tasks"), body).await.expect(422);
    // A duplicate name.
    let twice = anna.request(Method::POST, &sections).header("Content-Type", "application/json");
    let twice = Actor::send(twice.body(r#"{"title": "A", "title": "B"}"#)).await.expect(422);
    assert_eq!(twice.problem().1, ["title"]);
    // A missing position doesn't mean first.
    let moved = anna.post(&format!("/api/v1/sections/{second}/move"), json!({})).await.expect(422);
    assert_eq!(moved.problem().1, ["after"]);
    let task = anna.task(&lesson, &first, "T").await;
    let path = format!("/api/v1/tasks/{}/move", task["id"].as_str().unwrap());
    assert_eq!(anna.post(&path, json!({"section_id": first})).await.expect(422).problem().1, ["after"]);
    let whole = anna.get(&format!("/api/v1/lessons/{lesson}")).await.json();
    assert_eq!(whole["sections"][0]["id"], first.as_str());
    anna.post(&format!("/api/v1/sections/{second}/move"), json!({"after": null})).await.expect(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_only_writes_reads_nothing() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let anna = test.teacher().await;
    let (lesson, section) = anna.lesson().await;
    anna.patch(&format!("/api/v1/lessons/{lesson}"), json!({"revision": 1, "notes": "SECRET notes"})).await.expect(200);
    let task = anna.task(&lesson, &section, "SECRET task").await;
    let task = task["id"].as_str().unwrap();
    let new = json!({"title": "SECRET course", "target_language": "en", "students_language": "ru", "level": "A2"});
    let course = anna.post("/api/v1/courses", new).await.expect(201).json();
    let course = course["id"].as_str().unwrap();
    let pen = test.token(&anna, &[Scope::LessonsWrite, Scope::Generate]).await;
    let revision = anna.get(&format!("/api/v1/lessons/{lesson}")).await.expect(200).json()["revision"].clone();
    let mut answers = vec![
        pen.patch(&format!("/api/v1/lessons/{lesson}"), json!({"revision": revision, "level": "B2"})).await.expect(200),
        // Stale: the current state is not revealed either.
        pen.patch(&format!("/api/v1/lessons/{lesson}"), json!({"revision": 0, "level": "B1"})).await.expect(409),
        pen.patch(&format!("/api/v1/courses/{course}"), json!({"revision": 1, "level": "B1"})).await.expect(200),
        pen.patch(&format!("/api/v1/courses/{course}"), json!({"revision": 1, "level": "B1"})).await.expect(409),
        pen.patch(&format!("/api/v1/sections/{section}"), json!({"revision": 9, "title": "X"})).await.expect(409),
        pen.post(&format!("/api/v1/lessons/{lesson}/duplicate"), json!(null)).await.expect(201),
        pen.post(&format!("/api/v1/tasks/{task}/duplicate"), json!(null)).await.expect(201),
        pen.post(&format!("/api/v1/tasks/{task}/move"), json!({"section_id": section, "after": null}))
            .await
            .expect(200),
        pen.put(
            &format!("/api/v1/tasks/{task}"),
            json!({"revision": 9, "title": "T", "instructions": "", "body": crate::support::matching()}),
        )
        .await
        .expect(409),
        pen.post(
            &format!("/api/v1/tasks/{task}/regenerate"),
            json!({"request_id": uuid::Uuid::now_v7(), "revision": 9}),
        )
        .await,
    ];
    pen.delete(&format!("/api/v1/tasks/{task}")).await.expect(204);
    answers.push(pen.post(&format!("/api/v1/tasks/{task}/restore"), json!(null)).await.expect(200));
    for path in [format!("/api/v1/lessons/{lesson}"), "/api/v1/lessons".into(), format!("/api/v1/tasks/{task}")] {
        pen.get(&path).await.expect(403);
    }
    for answer in answers {
        let said = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!said.contains("SECRET") && !said.contains("customs"), "{said}");
        assert!(answer.status != 200 || answer.json()["revision"].is_i64(), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_https_the_cookie_is_ours_alone_and_nobody_is_logged_out() {
    let test = started(&[("PUBLIC_URL", "https://school.example")]).await;
    let origin = |request: reqwest::RequestBuilder| {
        let (client, built) = request.build_split();
        let mut built = built.unwrap();
        built.headers_mut().insert("Origin", "https://school.example".parse().unwrap());
        async move { Actor::sent(client.execute(built).await.unwrap()).await }
    };
    let anonymous = test.anonymous();
    let new = anonymous.request(Method::POST, "/api/v1/auth/register").json(&registration("anna@test.example"));
    let answer = origin(new).await.expect(201);
    for name in ["__Host-lg_session", "__Host-lg_device"] {
        let all = cookies(&answer);
        let header = all.iter().find(|header| header.starts_with(name)).unwrap_or_else(|| panic!("{all:?}"));
        assert!(header.contains("Secure") && header.contains("Path=/") && !header.contains("Domain"), "{header}");
    }
    assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
    let secret = cookie(&answer, "__Host-lg_session");
    let by = async |cookies: String| {
        Actor::send(anonymous.request(Method::GET, "/api/v1/me").header("Cookie", cookies)).await
    };
    assert!(cookies(&by(format!("__Host-lg_session={secret}")).await.expect(200)).is_empty());
    // A session from before stays valid and gets the new cookie name.
    let old = by(format!("lg_session={secret}")).await.expect(200);
    assert_eq!(cookie(&old, "__Host-lg_session"), secret);
    // A neighbour's cookie under the old name is ignored if ours is present.
    by(format!("lg_session=planted; __Host-lg_session={secret}")).await.expect(200);
    by(format!("lg_session={secret}; __Host-lg_session=planted")).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_http_nothing_is_promised_that_only_https_keeps() {
    let test = started(&[]).await;
    let answer = test.anonymous().get("/healthz").await.expect(200);
    assert!(!answer.headers.contains_key("strict-transport-security"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_noted_once_for_whoever_was_here() {
    let test = TestApp::start_with(Options { watched: true, no_workers: true, ..Options::default() }).await;
    let (anna, ben) = (test.teacher().await, test.teacher().await);
    let site = test.token(&ben, &[Scope::LessonsRead]).await;
    for actor in [&anna, &site] {
        actor.get("/api/v1/me").await.expect(200);
    }
    let wire = test.wire.as_ref().unwrap();
    wire.take();
    for actor in [&anna, &site, &ben] {
        actor.get("/api/v1/me").await.expect(200);
    }
    let asked = wire.take();
    assert!(!asked.iter().any(|statement| statement.contains("activity_days")), "{asked:?}");
    let today = chrono::Utc::now().date_naive();
    for actor in [&anna, &ben] {
        let days = test.app.store.activity(actor.me.as_ref().unwrap().id).await.unwrap();
        assert!(!days.is_empty() && (today - days[0]).num_days() <= 1, "{days:?}");
    }
    // Recording a day again, as another server may, adds nothing.
    let me = anna.me.as_ref().unwrap().id;
    let first = test.app.store.activity(me).await.unwrap();
    test.app.store.note_activity(me, first[0]).await.unwrap();
    assert_eq!(test.app.store.activity(me).await.unwrap(), first);
    test.app.store.note_activity(me, first[0] - chrono::Days::new(1)).await.unwrap();
    assert_eq!(test.app.store.activity(me).await.unwrap().len(), first.len() + 1);
}
