//! Slow senders, and callers with many connections, block nobody but themselves.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::support::{Actor, Options, TestApp};

const PATIENCE: Duration = Duration::from_secs(30);

/// Connects from a given address: all of 127.0.0.0/8 is loopback.
async fn connect_from(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((from, 0)))?;
    socket.connect(to).await
}

fn server(base: &str) -> SocketAddr {
    base.trim_start_matches("http://").parse().unwrap()
}

fn head(path: &str, body: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {body}\r\n\r\n{{")
}

/// Everything received until the server closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset counts as closed.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the server ends it");
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn strict(settings: &[(&str, &str)], leaves_jobs: &'static [&'static str]) -> TestApp {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let options = Options { settings, no_workers: true, strict_limits: true, leaves_jobs, ..Options::default() };
    TestApp::start_with(options).await
}

/// Another caller checks the server's health and logs in: the time that each took.
async fn others(test: &TestApp) -> [Duration; 2] {
    let began = Instant::now();
    test.anonymous().get("/healthz").await.expect(200);
    let alive = began.elapsed();
    let began = Instant::now();
    let login = json!({"email": "anna@test.example", "password": "correct horse"});
    test.anonymous().post("/api/v1/auth/login", login).await.expect(200);
    [alive, began.elapsed()]
}

/// The job that [`anna`] leaves.
const LETTER: &[&str] = &["send_letter"];

async fn anna(test: &TestApp) {
    let new = json!({"name": "Anna", "email": "anna@test.example", "password": "correct horse", "locale": "en"});
    test.anonymous().post("/api/v1/auth/register", new).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let test = strict(&[("BODY_TIMEOUT", "1")], &[]).await;
    for path in ["/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/invitations/abc/members"] {
        let mut slow = TcpStream::connect(server(&test.base)).await.unwrap();
        slow.write_all(head(path, 1_000).as_bytes()).await.unwrap();
        let said = rest(&mut slow).await;
        assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("\"too_slow\""), "{path}: {said}");
    }
}

/// A form and a picture: both are read by separate code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_bodies_are_not_waited_for_either() {
    let test = strict(&[("BODY_TIMEOUT", "1")], &[]).await;
    let teacher = test.teacher().await;
    let cookie = format!("{}={}", linguaglow_api::auth::COOKIE, teacher.cookie.as_deref().unwrap());
    for (path, media) in [("/join/abc", "application/x-www-form-urlencoded"), ("/api/v1/files", "image/png")] {
        let mut slow = TcpStream::connect(server(&test.base)).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\norigin: {}\r\ncookie: {cookie}\r\ncontent-type: {media}\r\ncontent-length: 1000\r\n\r\n{{",
            server(&test.base),
            test.base,
        );
        slow.write_all(head.as_bytes()).await.unwrap();
        let said = rest(&mut slow).await;
        assert!(said.starts_with("HTTP/1.1 408 "), "{path}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_ask_is_not_read() {
    let test = strict(&[], &[]).await;
    // No body ever arrives: the response doesn't wait for one.
    let mut refused = None;
    for _ in 0..300 {
        let mut stream = TcpStream::connect(server(&test.base)).await.unwrap();
        stream.write_all(head("/api/v1/auth/forgot-password", 1_000).as_bytes()).await.unwrap();
        let mut first = [0; 12];
        if timeout(Duration::from_millis(200), stream.read_exact(&mut first)).await.is_ok_and(|read| read.is_ok()) {
            refused = Some(String::from_utf8_lossy(&first).into_owned());
            break;
        }
    }
    assert_eq!(refused.as_deref(), Some("HTTP/1.1 429"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_so_many_connections_and_others_have_theirs() {
    let test = strict(&[("CONNECTIONS_PER_ADDRESS", "50")], LETTER).await;
    anna(&test).await;
    let from = Ipv4Addr::new(127, 0, 0, 2);
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = connect_from(from, server(&test.base)).await.unwrap();
        // A refused connection may be closed before the client has written.
        let _ = stream.write_all(head("/api/v1/auth/login", 1_000).as_bytes()).await;
        slow.push(stream);
    }
    let mut turned_away = 0;
    for stream in &mut slow[50..] {
        let said = rest(stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 429 "), "{said}");
        turned_away += 1;
    }
    assert_eq!(turned_away, 150);
    for took in others(&test).await {
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    // Once one has closed, there is room for one more.
    slow.clear();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut stream = connect_from(from, server(&test.base)).await.unwrap();
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        if rest(&mut stream).await.starts_with("HTTP/1.1 200 ") {
            break;
        }
        assert!(Instant::now() < deadline, "places come back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_proxy_whom_it_names_is_counted_and_the_proxy_is_not() {
    let test = strict(&[("CONNECTIONS_PER_ADDRESS", "10"), ("TRUST_PROXY", "true")], &[]).await;
    let mut held = Vec::new();
    for n in 0..30 {
        let mut stream = TcpStream::connect(server(&test.base)).await.unwrap();
        let named = format!("x-forwarded-for: 198.51.100.1, 192.0.2.{}\r\n\r\n{{", n % 3);
        stream
            .write_all(head("/api/v1/auth/login", 1_000).replace("\r\n\r\n{", &format!("\r\n{named}")).as_bytes())
            .await
            .unwrap();
        held.push(stream);
    }
    let as_named = async |address: &str| {
        let request = test.anonymous().request(reqwest::Method::GET, "/healthz").header("X-Forwarded-For", address);
        Actor::send(request).await.status.as_u16()
    };
    // Ten of each: all three are at their limit, a fourth is not.
    let deadline = Instant::now() + PATIENCE;
    while as_named("192.0.2.1").await != 429 {
        assert!(Instant::now() < deadline, "the eleventh is refused");
    }
    assert_eq!(as_named("192.0.2.9").await, 200);
    // What the caller sends precedes the proxy's entry.
    assert_eq!(as_named("192.0.2.9, 192.0.2.1").await, 429);
    drop(held);
    while as_named("192.0.2.1").await != 200 {
        assert!(Instant::now() < deadline, "places come back");
    }
}

/// 9,000 slow connections from one address. Not in CI, since it uses up the machine's ports.
/// Run `cargo test --test api -- --ignored nine_thousand`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it opens 9,000 connections"]
async fn nine_thousand_slow_connections_leave_others_their_second() {
    rlimit::increase_nofile_limit(65_536).unwrap();
    let test = strict(&[], LETTER).await;
    anna(&test).await;
    let to = server(&test.base);
    let attack = tokio::spawn(async move {
        let from = Ipv4Addr::new(127, 0, 0, 2);
        let mut slow: Vec<TcpStream> = Vec::new();
        let until = Instant::now() + Duration::from_secs(40);
        let mut opened = 0_u32;
        let mut tick = tokio::time::interval(Duration::from_millis(500));
        while Instant::now() < until {
            // Refused connections reconnect.
            while slow.len() < 9_000 {
                let Ok(Ok(mut stream)) = timeout(Duration::from_secs(2), connect_from(from, to)).await else { break };
                let _ = stream.write_all(head("/api/v1/auth/login", 1_000).as_bytes()).await;
                slow.push(stream);
                opened += 1;
            }
            tick.tick().await;
            let mut alive = Vec::new();
            for mut stream in slow.drain(..) {
                if stream.write_all(b" ").await.is_ok() {
                    alive.push(stream);
                }
            }
            slow = alive;
        }
        opened
    });
    let mut worst = Duration::ZERO;
    let mut asked = 0;
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    while !attack.is_finished() {
        tick.tick().await;
        worst = others(&test).await.into_iter().fold(worst, Duration::max);
        asked += 1;
    }
    println!("{} connections opened; {asked} times asked, at worst {worst:?}", attack.await.unwrap());
    assert!(asked > 20 && worst < Duration::from_secs(1), "{worst:?}");
}
