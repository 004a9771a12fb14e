//! Every operation of the API, and who may call it. An operation without a row fails the test.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use types::account::Scope;

use crate::support::{Actor, Options, TestApp, matching};

#[derive(Clone, Copy, Debug)]
enum Access {
    /// Anybody, logged in or not.
    Open,
    /// Anybody logged in, including by token.
    Known,
    /// Anybody with a session; never a token.
    InPerson,
    /// Guests only, with a session.
    Guest,
    /// Anybody in the class; with a token, this scope.
    Member(Scope),
    /// Teachers; with a token, this scope.
    Teacher(Scope),
    /// Like `Teacher`, and only for their own objects.
    Owner(Scope),
    /// Anybody who may see it: the owner, by token with this scope, and the class that is taught with it.
    Shown(Scope),
}

struct Row {
    operation: &'static str,
    access: Access,
    /// The body, with ids from the fixture.
    body: fn(&Fixture) -> Value,
    /// The value of the path's `{id}`.
    id: fn(&Fixture) -> String,
}

/// One teacher's objects.
struct Fixture {
    lesson: String,
    section: String,
    task: String,
    course: String,
    run: String,
    failed_part: String,
    session: String,
    token: String,
    class: String,
    class_run: String,
    code: String,
    file: String,
    removed: String,
}

/// The smallest picture: one pixel.
const GIF: &[u8; 43] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

async fn fixture(test: &TestApp, owner: &Actor) -> Fixture {
    let (lesson, section) = owner.lesson().await;
    let task = owner.task(&lesson, &section, "Match").await["id"].as_str().unwrap().to_owned();
    let course = owner
        .post(
            "/api/v1/courses",
            json!({"title": "C", "target_language": "en", "students_language": "ru", "level": "A2"}),
        )
        .await
        .expect(201)
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let run = test.failed_run(owner, &lesson, &section).await;
    let session = owner.get("/api/v1/me/sessions").await.expect(200).json()[0]["id"].as_str().unwrap().to_owned();
    let token = owner.post("/api/v1/me/tokens", json!({"name": "t", "scopes": ["generate"]})).await.expect(201).json()
        ["token"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let pixel = owner.request(Method::POST, "/api/v1/files").header("Content-Type", "image/gif").body(&GIF[..]);
    let file = Actor::send(pixel).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let words =
        json!({"kind": "word_list", "content": {"words": [{"id": "i1", "word": "w", "meaning": {"picture": file}}]}});
    let pictured = json!({"section_id": section, "title": "W", "body": words});
    owner.post(&format!("/api/v1/lessons/{lesson}/tasks"), pictured).await.expect(201);
    let class = owner.post("/api/v1/classes", json!({"id": uuid::Uuid::now_v7(), "lesson_id": lesson})).await;
    let class = class.expect(201).json();
    // A former member of the class.
    let code = class["invitation"]["code"].as_str().unwrap();
    let removed = test.guest(code).await.me.unwrap().id.to_string();
    Fixture {
        removed,
        class: class["id"].as_str().unwrap().to_owned(),
        class_run: class["open_run"].as_str().unwrap().to_owned(),
        code: class["invitation"]["code"].as_str().unwrap().to_owned(),
        file,
        lesson,
        section,
        task,
        course,
        run: run.id.to_string(),
        failed_part: run.parts[0].id.to_string(),
        session,
        token,
    }
}

fn rows() -> Vec<Row> {
    use Access::{Guest, InPerson, Known, Member, Open, Owner, Shown, Teacher};
    use Scope::{ClassesRead, ClassesWrite, Generate, LessonsRead as Read, LessonsWrite as Write};
    let none: fn(&Fixture) -> Value = |_| Value::Null;
    let no_id: fn(&Fixture) -> String = |_| String::new();
    let lesson: fn(&Fixture) -> String = |f| f.lesson.clone();
    let section: fn(&Fixture) -> String = |f| f.section.clone();
    let task: fn(&Fixture) -> String = |f| f.task.clone();
    let course: fn(&Fixture) -> String = |f| f.course.clone();
    let run: fn(&Fixture) -> String = |f| f.run.clone();
    let part: fn(&Fixture) -> String = |f| f.failed_part.clone();
    let class: fn(&Fixture) -> String = |f| f.class.clone();
    let class_run: fn(&Fixture) -> String = |f| f.class_run.clone();
    let row = |operation, access, id, body| Row { operation, access, body, id };
    vec![
        row("GET /healthz", Open, no_id, none),
        row("GET /readyz", Open, no_id, none),
        row("GET /api/v1/setup", Open, no_id, none),
        row(
            "POST /api/v1/auth/register",
            Open,
            no_id,
            |_| json!({"name": "", "email": "", "password": "", "locale": "en"}),
        ),
        row("POST /api/v1/auth/login", Open, no_id, |_| json!({"email": "nobody@x.yz"})),
        row("POST /api/v1/auth/confirm-email", Open, no_id, |_| json!({"token": "x"})),
        row("POST /api/v1/auth/forgot-password", Open, no_id, |_| json!({"email": "nobody@x.yz"})),
        row("POST /api/v1/auth/check-link", Open, no_id, |_| json!({"purpose": "reset_password", "token": "x"})),
        row("POST /api/v1/auth/reset-password", Open, no_id, |_| json!({"token": "x", "password": "a long password"})),
        row("POST /api/v1/auth/first-admin", Open, no_id, |_| json!({"token": "x"})),
        row("POST /api/v1/auth/logout", InPerson, no_id, none),
        row("POST /api/v1/auth/resend-confirmation", InPerson, no_id, none),
        row("GET /api/v1/me", Known, no_id, none),
        row("PATCH /api/v1/me", InPerson, no_id, |_| json!({"name": "New"})),
        row("POST /api/v1/me/password", InPerson, no_id, |_| json!({"current": "x", "password": "a long password"})),
        row("GET /api/v1/me/sessions", InPerson, no_id, none),
        row("DELETE /api/v1/me/sessions", InPerson, no_id, none),
        row("DELETE /api/v1/me/sessions/{id}", InPerson, |f| f.session.clone(), none),
        row("GET /api/v1/me/tokens", InPerson, no_id, none),
        row("POST /api/v1/me/tokens", InPerson, no_id, |_| json!({"name": "x", "scopes": ["generate"]})),
        row("DELETE /api/v1/me/tokens/{id}", InPerson, |f| f.token.clone(), none),
        row("GET /api/v1/courses", Teacher(Read), no_id, none),
        row(
            "POST /api/v1/courses",
            Teacher(Write),
            no_id,
            |_| json!({"title": "C", "target_language": "en", "students_language": "ru", "level": "A2"}),
        ),
        row("PATCH /api/v1/courses/{id}", Owner(Write), course, |_| json!({"revision": 1, "title": "D"})),
        row("DELETE /api/v1/courses/{id}", Owner(Write), course, none),
        row("POST /api/v1/courses/{id}/restore", Owner(Write), course, none),
        row("GET /api/v1/lessons", Teacher(Read), no_id, none),
        row(
            "POST /api/v1/lessons",
            Teacher(Write),
            no_id,
            |_| json!({"title": "L", "target_language": "en", "students_language": "ru", "level": "A2"}),
        ),
        row("GET /api/v1/lessons/{id}", Owner(Read), lesson, none),
        row("PATCH /api/v1/lessons/{id}", Owner(Write), lesson, |_| json!({"revision": 4, "title": "D"})),
        row("DELETE /api/v1/lessons/{id}", Owner(Write), lesson, none),
        row("POST /api/v1/lessons/{id}/restore", Owner(Write), lesson, none),
        row("POST /api/v1/lessons/{id}/duplicate", Owner(Write), lesson, none),
        row("GET /api/v1/lessons/{id}/pdf", Owner(Read), lesson, none),
        row("GET /api/v1/lessons/{id}/printable", Owner(Read), lesson, none),
        row("GET /api/v1/lessons/{id}/runs", Owner(Read), lesson, none),
        row("POST /api/v1/lessons/{id}/sections", Owner(Write), lesson, |_| json!({"title": "S"})),
        row("PATCH /api/v1/sections/{id}", Owner(Write), section, |_| json!({"revision": 1, "title": "S"})),
        row("POST /api/v1/sections/{id}/move", Owner(Write), section, |_| json!({"after": null})),
        row("DELETE /api/v1/sections/{id}", Owner(Write), section, none),
        row("POST /api/v1/sections/{id}/restore", Owner(Write), section, none),
        row(
            "POST /api/v1/lessons/{id}/tasks",
            Owner(Write),
            lesson,
            |f| json!({"section_id": f.section, "title": "T", "body": matching()}),
        ),
        row(
            "POST /api/v1/lessons/{id}/tasks/generate",
            Owner(Generate),
            lesson,
            |f| json!({"request_id": uuid::Uuid::now_v7(), "kind": "matching", "section_id": f.section, "topic": "travel"}),
        ),
        row("GET /api/v1/tasks/{id}", Owner(Read), task, none),
        row(
            "PUT /api/v1/tasks/{id}",
            Owner(Write),
            task,
            |_| json!({"revision": 1, "title": "T", "instructions": "", "body": matching()}),
        ),
        row("POST /api/v1/tasks/{id}/move", Owner(Write), task, |f| json!({"section_id": f.section, "after": null})),
        row("DELETE /api/v1/tasks/{id}", Owner(Write), task, none),
        row("POST /api/v1/tasks/{id}/restore", Owner(Write), task, none),
        row("POST /api/v1/tasks/{id}/duplicate", Owner(Write), task, none),
        row(
            "POST /api/v1/tasks/{id}/regenerate",
            Owner(Generate),
            task,
            |_| json!({"request_id": uuid::Uuid::now_v7(), "revision": 1}),
        ),
        row("GET /api/v1/tasks/{id}/student-view", Owner(Read), task, none),
        row(
            "POST /api/v1/tasks/{id}/marks",
            Owner(Read),
            task,
            |_| json!({"answers": [{"item": "i1", "answer": {"right": "x"}}]}),
        ),
        row("POST /api/v1/tasks/{id}/hints", Owner(Read), task, |_| json!({"item": "i1"})),
        row("POST /api/v1/files", Teacher(Write), no_id, none),
        row("GET /api/v1/files/{id}", Shown(Read), |f| f.file.clone(), none),
        row("GET /api/v1/generation/options", Teacher(Read), no_id, none),
        row(
            "POST /api/v1/generation/runs",
            Teacher(Generate),
            no_id,
            |_| json!({"request_id": uuid::Uuid::now_v7(), "topic": "travel", "level": "A2", "target_language": "en", "students_language": "ru"}),
        ),
        row("GET /api/v1/generation/runs/{id}", Owner(Read), run, none),
        row("POST /api/v1/generation/runs/{id}/stop", Owner(Generate), run, none),
        row("POST /api/v1/generation/parts/{id}/retry", Owner(Generate), part, none),
        row("POST /api/v1/generation/parts/{id}/dismiss", Owner(Generate), part, none),
        row("POST /api/v1/auth/recover", Open, no_id, |_| json!({"token": "x"})),
        // The owner is not a guest: see `classroom/join.rs`.
        row("POST /api/v1/me/recovery-link", Guest, no_id, none),
        row("GET /api/v1/classes", Member(ClassesRead), no_id, none),
        row(
            "POST /api/v1/classes",
            Teacher(ClassesWrite),
            no_id,
            |f| json!({"id": uuid::Uuid::now_v7(), "lesson_id": f.lesson}),
        ),
        row("GET /api/v1/classes/{id}", Member(ClassesRead), class, none),
        row(
            "POST /api/v1/classes/{id}/runs",
            Owner(ClassesWrite),
            class,
            |f| json!({"id": uuid::Uuid::now_v7(), "lesson_id": f.lesson}),
        ),
        row("PATCH /api/v1/classes/{id}/invitation", Owner(ClassesWrite), class, |_| json!({"open": true})),
        row("POST /api/v1/classes/{id}/members", Owner(ClassesWrite), class, |f| json!({"student": f.removed})),
        row("GET /api/v1/invitations/{code}", Open, no_id, none),
        row("POST /api/v1/invitations/{code}/members", Open, no_id, |_| json!({"name": "Ana"})),
        row("GET /api/v1/runs", Teacher(ClassesRead), no_id, none),
        row("GET /api/v1/runs/{id}/report", Owner(ClassesRead), class_run, none),
        row("GET /api/v1/runs/{id}/attempts", Owner(ClassesRead), class_run, none),
        row("POST /api/v1/runs/{id}/end", Owner(ClassesWrite), class_run, none),
        row("GET /api/v1/runs/{id}/socket", InPerson, class_run, none),
    ]
}

async fn call(actor: &Actor, row: &Row, fixture: &Fixture) -> u16 {
    let (method, path) = row.operation.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let path = path.replace("{id}", &(row.id)(fixture)).replace("{code}", &fixture.code);
    let body = (row.body)(fixture);
    let request = actor.request(method, &path);
    let answer = Actor::send(if body.is_null() { request } else { request.json(&body) }).await;
    answer.status.as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_lets_in_whom_it_should_and_nobody_else() {
    let leaves_jobs = &["generate_part"];
    let test = TestApp::start_with(Options { no_workers: true, leaves_jobs, ..Options::default() }).await;
    let mut faults = Vec::new();
    for row in rows() {
        let owner = test.teacher().await;
        let things = fixture(&test, &owner).await;
        let mut check = |who: &str, status: u16, fine: bool| {
            if !fine {
                faults.push(format!("{} as {who}: {status}", row.operation));
            }
        };
        let let_in = |status: u16| status < 500 && !matches!(status, 401 | 403 | 404);
        let nobody = call(&test.anonymous(), &row, &things).await;
        let other_scopes: Vec<Scope> = match row.access {
            Access::Teacher(scope) | Access::Owner(scope) | Access::Shown(scope) | Access::Member(scope) => {
                Scope::ALL.into_iter().filter(|s| *s != scope).collect()
            }
            Access::Open | Access::Known | Access::InPerson | Access::Guest => Scope::ALL.to_vec(),
        };
        let wrong_token = test.token(&owner, &other_scopes).await;
        let right_token = match row.access {
            Access::Teacher(scope) | Access::Owner(scope) | Access::Shown(scope) | Access::Member(scope) => {
                test.token(&owner, &[scope]).await
            }
            Access::Open | Access::Known | Access::InPerson | Access::Guest => test.token(&owner, &Scope::ALL).await,
        };
        match row.access {
            Access::Open => check("nobody", nobody, nobody < 500 && nobody != 403 && nobody != 404),
            Access::Known => {
                check("nobody", nobody, nobody == 401);
                let status = call(&right_token, &row, &things).await;
                check("a token", status, let_in(status));
                let status = call(&test.student().await, &row, &things).await;
                check("a student", status, let_in(status));
            }
            Access::InPerson => {
                check("nobody", nobody, nobody == 401);
                let status = call(&right_token, &row, &things).await;
                check("a token", status, status == 403);
                if row.operation.contains("{id}") {
                    let status = call(&test.teacher().await, &row, &things).await;
                    check("another", status, status == 404);
                }
                let status = call(&owner, &row, &things).await;
                check("the owner", status, let_in(status));
            }
            Access::Guest => {
                check("nobody", nobody, nobody == 401);
                let status = call(&owner, &row, &things).await;
                check("an account", status, status == 403);
                let status = call(&test.guest(&things.code).await, &row, &things).await;
                check("a guest", status, let_in(status));
            }
            Access::Member(_) => {
                check("nobody", nobody, nobody == 401);
                let status = call(&wrong_token, &row, &things).await;
                check("a token with other scopes", status, status == 403);
                if row.operation.contains("{id}") {
                    let status = call(&test.teacher().await, &row, &things).await;
                    check("another teacher", status, status == 404);
                }
                for (who, actor) in
                    [("a token with the scope", right_token), ("a member", test.guest(&things.code).await)]
                {
                    let status = call(&actor, &row, &things).await;
                    check(who, status, let_in(status));
                }
            }
            Access::Shown(_) => {
                check("nobody", nobody, nobody == 401);
                let status = call(&wrong_token, &row, &things).await;
                check("a token with other scopes", status, status == 403);
                for (who, actor) in [("a student", test.student().await), ("another teacher", test.teacher().await)] {
                    let status = call(&actor, &row, &things).await;
                    check(who, status, status == 404);
                }
                for (who, actor) in
                    [("a token with the scope", right_token), ("a member", test.guest(&things.code).await)]
                {
                    let status = call(&actor, &row, &things).await;
                    check(who, status, let_in(status));
                }
            }
            Access::Teacher(_) | Access::Owner(_) => {
                check("nobody", nobody, nobody == 401);
                for (who, actor) in [
                    ("a student", test.student().await),
                    ("an admin who is no teacher", test.admin().await),
                    ("a token with other scopes", wrong_token),
                    ("a member", test.guest(&things.code).await),
                ] {
                    let status = call(&actor, &row, &things).await;
                    check(who, status, status == 403);
                }
                if matches!(row.access, Access::Owner(_)) {
                    let status = call(&test.teacher().await, &row, &things).await;
                    check("another teacher", status, status == 404);
                    let status = call(&owner, &Row { id: |_| "not-an-id".into(), ..copy(&row) }, &things).await;
                    check("the owner with a broken id", status, status == 404);
                }
                let status = call(&right_token, &row, &things).await;
                check("a token with the scope", status, let_in(status));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn copy(row: &Row) -> Row {
    Row { operation: row.operation, access: row.access, body: row.body, id: row.id }
}

/// The scopes in the document must be those that the rows prove.
#[test]
fn the_document_names_the_scopes() {
    let api = serde_json::to_value(linguaglow_api::document::document()).unwrap();
    for row in rows() {
        let (method, path) = row.operation.split_once(' ').unwrap();
        let ways = api["paths"][path][method.to_lowercase()]["security"].as_array().unwrap();
        let token = ways.iter().find_map(|way| way.get("token"));
        let expected = match row.access {
            Access::Open if row.operation == "POST /api/v1/invitations/{code}/members" => {
                Some(json!(["classes:write"]))
            }
            Access::Open | Access::InPerson | Access::Guest => None,
            Access::Known => Some(json!([])),
            Access::Teacher(scope) | Access::Owner(scope) | Access::Shown(scope) | Access::Member(scope) => {
                Some(json!([scope.as_str()]))
            }
        };
        assert_eq!(token, expected.as_ref(), "{}", row.operation);
        assert_eq!(ways.contains(&json!({})), matches!(row.access, Access::Open), "{}", row.operation);
    }
}

#[test]
fn every_operation_has_a_row() {
    let api = linguaglow_api::document::document();
    let mut there = BTreeSet::new();
    for (path, item) in &api.paths.paths {
        for (method, operation) in [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ] {
            if operation.is_some() {
                there.insert(format!("{method} {path}"));
            }
        }
    }
    let rows: BTreeSet<String> = rows().iter().map(|row| row.operation.to_owned()).collect();
    assert_eq!(rows, there);
}
