//! The running program with a separate database, and callers of every kind.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod document;
pub mod lessons;
pub mod program;
pub mod proxy;
pub mod redact;
pub mod restartable;
pub mod room;

use std::{
    net::TcpListener,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web;
use linguaglow_api::{
    auth,
    config::Config,
    jobs::{self, Recovery, Workers},
    limits::Strictness,
    passwords, server,
    state::App,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use store::{Finished, NewSession, NewTaskRun, NewUser};
use test_support::{
    database::{TestDatabase, finish},
    wire::Wire,
};
use types::{
    account::{Me, Role, Scope},
    generation::{PartFault, Run, StoredRequest},
    levels::CefrLevel,
    locale::Locale,
};

/// A server for one test. Server, workers, database and files end with this, also when the test panics. A test that
/// passes must leave no job in the queue, except those that it names in [`Options::leaves_jobs`].
pub struct TestApp {
    pub base: String,
    pub app: Arc<App>,
    pub database: TestDatabase,
    pub folder: PathBuf,
    /// The server's traffic with its database, if the test watches it.
    pub wire: Option<Wire>,
    /// Shared by all callers: they differ in what they send, and to make one takes longer than a request.
    client: reqwest::Client,
    workers: Option<Workers>,
    handle: actix_web::dev::ServerHandle,
}

/// Options for starting it.
#[derive(Default)]
pub struct Options {
    /// Further settings, without the prefix.
    pub settings: Vec<(String, String)>,
    pub no_workers: bool,
    pub strict_limits: bool,
    /// Record the statements that it sends to its database.
    pub watched: bool,
    /// Names of the jobs that are left when the test ends, because nobody was to do them.
    pub leaves_jobs: &'static [&'static str],
}

/// Changes with the migrations, so that the template database is recreated.
fn template_key() -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(root).unwrap().flatten() {
        files.push(entry.path().join("up.sql"));
    }
    files.sort();
    for file in files {
        for byte in std::fs::read(file).unwrap() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut database =
            TestDatabase::create(&template_key(), |url| async move { linguaglow_api::database::migrate(&url).await })
                .await
                .expect("a database");
        database.leaves_jobs(options.leaves_jobs);
        let folder = std::env::temp_dir().join(format!("linguaglow-test-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut settings = vec![
            ("LINGUAGLOW_DATA_DIR".to_owned(), folder.display().to_string()),
            ("LINGUAGLOW_DATABASE_CONNECTIONS".to_owned(), "8".to_owned()),
        ];
        settings.extend(options.settings.into_iter().map(|(name, value)| (format!("LINGUAGLOW_{name}"), value)));
        let config = Config::read(None, settings).expect("settings");
        let strictness = if options.strict_limits { Strictness::Usual } else { Strictness::Off };
        let wire = options.watched.then(|| Wire::before(&database.url));
        let url = wire.as_ref().map_or(&database.url, |wire| &wire.url);
        let app = Arc::new(server::assemble(config, url, strictness).expect("an app"));
        let workers = if options.no_workers {
            None
        } else {
            Some(jobs::start(Arc::clone(&app), &database.url, 4, Recovery::AtStart).await.expect("workers"))
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let running = server::start(web::Data::from(Arc::clone(&app)), listener, 1).unwrap();
        let handle = running.handle();
        tokio::spawn(running);
        // Nothing here speaks TLS, and reading the system's certificates takes longer than starting the server.
        let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
        Self { base, app, database, folder, wire, client, workers, handle }
    }

    /// Waits until no job waits or runs; fails after 20 seconds.
    pub async fn wait_for_jobs(&self) {
        assert!(self.jobs_end().await, "jobs are still waiting");
    }

    /// Whether the queue becomes empty in time.
    async fn jobs_end(&self) -> bool {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.app.store.pending_jobs().await.is_ok_and(|jobs| jobs == 0) {
            if Instant::now() > deadline {
                return false;
            }
            tick.tick().await;
        }
        true
    }

    /// A caller without a cookie or a token.
    pub fn anonymous(&self) -> Actor {
        Actor { base: self.base.clone(), client: self.client.clone(), cookie: None, token: None, me: None }
    }

    async fn person(&self, roles: &[Role]) -> Actor {
        let id = uuid::Uuid::now_v7();
        let me = self
            .app
            .store
            .create_user(&NewUser {
                name: "Test Person".into(),
                email: Some(format!("p{}@test.example", id.simple())),
                password_hash: None,
                roles: roles.to_vec(),
                locale: Locale::En,
                email_confirmed: true,
            })
            .await
            .unwrap();
        let secret = auth::new_secret();
        let session = NewSession {
            token_hash: auth::hash_secret(&secret),
            user_agent: "test".into(),
            address: "127.0.0.1".into(),
            lifetime: chrono::Duration::days(1),
        };
        self.app.store.create_session(me.id, &session).await.unwrap();
        Actor { cookie: Some(secret), me: Some(me), ..self.anonymous() }
    }

    pub async fn teacher(&self) -> Actor {
        self.person(&[Role::Teacher]).await
    }

    pub async fn student(&self) -> Actor {
        self.person(&[Role::Student]).await
    }

    pub async fn admin(&self) -> Actor {
        self.person(&[Role::Admin]).await
    }

    /// A guest who has joined a class.
    pub async fn guest(&self, code: &str) -> Actor {
        room::join_as_guest(&self.anonymous(), code, "A guest").await
    }

    /// A run with one part that failed because the model was too slow; without a model, no part fails by itself.
    pub async fn failed_run(&self, of: &Actor, lesson: &str, section: &str) -> Run {
        let request = NewTaskRun {
            request_id: uuid::Uuid::now_v7(),
            request: StoredRequest::Task { topic: "Travel".into(), level: CefrLevel::A2 },
            lesson: lesson.parse().unwrap(),
            section: section.parse().unwrap(),
            after: None,
            replaces: None,
            kind: "matching".into(),
            title: "Words of travel".into(),
            plan: json!({}),
        };
        let run = self.app.store.create_task_run(of.me.as_ref().unwrap().id, &request).await.unwrap();
        let work = self.app.store.start_part(run.parts[0].id).await.unwrap().unwrap();
        let failed = Finished::Failed { fault: PartFault::ModelTimeout, detail: None };
        self.app.store.finish_part(&work, &failed).await.unwrap();
        run
    }

    /// A token of this user.
    pub async fn token(&self, of: &Actor, scopes: &[Scope]) -> Actor {
        let secret = format!("{}{}", auth::TOKEN_PREFIX, auth::new_secret());
        let me = of.me.clone().unwrap();
        let lifetime = chrono::Duration::days(1);
        self.app.store.create_api_token(me.id, "test", scopes, &auth::hash_secret(&secret), lifetime).await.unwrap();
        Actor { token: Some(secret), me: Some(me), ..self.anonymous() }
    }

    /// Sets a user's password.
    pub async fn set_password(&self, of: &Actor, password: &str) {
        let hash = passwords::hash(password).await.unwrap();
        let me = of.me.as_ref().unwrap();
        self.app.store.set_password(me.id, &hash, None).await.unwrap();
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The jobs of a failed test are of no interest: its workers stop by themselves.
        let workers = self.workers.take().filter(|_| !std::thread::panicking());
        finish(async {
            if let Some(workers) = workers {
                // What is left after that, the database reports when it is dropped.
                self.jobs_end().await;
                workers.drain().await;
            }
            self.handle.stop(false).await;
        });
        self.app.close();
        // Nothing can be done if somebody is still writing there.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A caller.
#[derive(Clone)]
pub struct Actor {
    pub base: String,
    pub client: reqwest::Client,
    pub cookie: Option<String>,
    pub token: Option<String>,
    pub me: Option<Me>,
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// The code and the paths of a problem.
    pub fn problem(&self) -> (String, Vec<String>) {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let json = self.json();
        let paths = json["errors"].as_array().unwrap().iter().map(|e| e["path"].as_str().unwrap().to_owned()).collect();
        (json["code"].as_str().unwrap().to_owned(), paths)
    }
}

impl Actor {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).header("Origin", &self.base);
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", format!("{}={cookie}", auth::COOKIE));
        }
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        request
    }

    /// Sends a request and checks that the API's document lists the response's status.
    pub async fn send(request: RequestBuilder) -> Answer {
        let (client, request) = request.build_split();
        let request = request.expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let answer = Self::sent(client.execute(request).await.expect("an answer")).await;
        document::names(&method, &path, answer.status.as_u16());
        answer
    }

    /// A response, read to its end.
    pub async fn sent(response: reqwest::Response) -> Answer {
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, bytes: response.bytes().await.expect("a body").to_vec() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        Self::send(self.request(method, path).json(&body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, body).await
    }

    /// Creates an empty lesson. Returns its id and its section's.
    pub async fn lesson(&self) -> (String, String) {
        let made = self
            .post(
                "/api/v1/lessons",
                json!({"title": "A lesson", "level": "B1", "target_language": "en", "students_language": "ru"}),
            )
            .await
            .expect(201)
            .json();
        (made["id"].as_str().unwrap().to_owned(), made["sections"][0]["id"].as_str().unwrap().to_owned())
    }

    /// Creates a task with two pairs to match.
    pub async fn task(&self, lesson: &str, section: &str, title: &str) -> Value {
        self.post(
            &format!("/api/v1/lessons/{lesson}/tasks"),
            json!({"section_id": section, "title": title, "body": matching()}),
        )
        .await
        .expect(201)
        .json()
    }
}

/// A valid task body.
pub fn matching() -> Value {
    json!({"kind": "matching", "content": {"pairs": [
        {"id": "i1", "left": {"text": "customs"}, "right": {"text": "where officers check your bags"}},
        {"id": "i2", "left": {"text": "gate"}, "right": {"text": "where you board the plane"}}
    ], "extra": []}})
}
