//! The limits of a socket, and the close code when it exceeds them. Nothing that a client sends stops the room.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use types::{
    classroom::{ClientMessage, CloseCode, FRAME_MAX, PROTOCOL, Proposal, Refusal, SOCKETS_MAX},
    ids::{ProposalId, TaskId},
};
use uuid::Uuid;

use crate::support::{
    Actor, Options, TestApp,
    room::{Class, PATIENCE, RoomClient, Socket, equals_database, text},
};

async fn start() -> TestApp {
    TestApp::start_with(Options { no_workers: true, ..Options::default() }).await
}

fn address(actor: &Actor) -> String {
    actor.base.trim_start_matches("http://").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_limit_closes_with_its_code() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let open = async || Socket::open(&address(&ana), &ana, class.run).await.unwrap();
    let deep = format!("{{\"type\":\"beat\",\"x\":{}{}}}", "[".repeat(40), "]".repeat(40));
    for (message, code) in [
        (Message::binary(vec![1, 2, 3]), CloseCode::Malformed),
        (Message::text("{"), CloseCode::Malformed),
        (Message::text("[]"), CloseCode::Malformed),
        (Message::text(deep), CloseCode::Malformed),
        (Message::text(format!("\"{}\"", "x".repeat(FRAME_MAX))), CloseCode::TooLarge),
    ] {
        for hello_first in [false, true] {
            let mut socket = open().await;
            if hello_first {
                socket.hello(None).await.unwrap();
                assert!(socket.next().await.is_some());
            }
            // A large message may be refused before all of it is written.
            let _ = socket.send(message.clone()).await;
            assert_eq!(socket.closed().await, Some(code.code()), "{code:?}");
        }
    }
    let mut socket = open().await;
    socket.say(&ClientMessage::Hello { protocol: PROTOCOL - 1, epoch: None, upto: None }).await.unwrap();
    assert_eq!(socket.closed().await, Some(CloseCode::Outdated.code()));

    let mut socket = open().await;
    socket.hello(None).await.unwrap();
    for _ in 0..200 {
        let _ = socket.say(&ClientMessage::Beat { hidden: false }).await;
    }
    assert_eq!(socket.closed().await, Some(CloseCode::TooMany.code()));

    let mut clients = Vec::new();
    for _ in 0..SOCKETS_MAX {
        clients.push(RoomClient::enter(&ana, class.run).await);
    }
    let mut socket = open().await;
    socket.hello(None).await.unwrap();
    assert_eq!(socket.closed().await, Some(CloseCode::TooManySockets.code()));

    // An unreadable proposal is refused for good; an unknown message is ignored.
    let mut client = clients.pop().unwrap();
    let id = ProposalId(Uuid::now_v7());
    client.socket.send(Message::text(json!({"type": "later", "x": 1}).to_string())).await.unwrap();
    client
        .socket
        .send(Message::text(json!({"type": "propose", "id": id, "what": {"type": "check"}}).to_string()))
        .await
        .unwrap();
    client.until("refused", |client| client.refused.get(&id) == Some(&Refusal::Malformed)).await;
    let later = json!({"type": "propose", "id": id, "what": {"type": "board", "x": 1}}).to_string();
    client.socket.send(Message::text(later)).await.unwrap();
    client.until("refused", |client| client.refused.get(&id) == Some(&Refusal::NotAllowed)).await;
}

/// A client's masked frame (RFC 6455 §5.2), with a zero mask that changes nothing.
fn raw(head: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![head, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0];
    bytes.extend_from_slice(payload);
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_in_parts_is_read_and_its_parts_are_counted() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let open = async || {
        let mut stream = tokio::net::TcpStream::connect(address(&ana)).await.unwrap();
        let head = format!(
            "GET /api/v1/runs/{}/socket HTTP/1.1\r\nhost: {}\r\norigin: {}\r\ncookie: lg_session={}\r\n\
             connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            class.run,
            address(&ana),
            ana.base,
            ana.cookie.as_ref().unwrap()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.unwrap());
        }
        assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
        stream
    };
    let hello = serde_json::to_vec(&ClientMessage::Hello { protocol: PROTOCOL, epoch: None, upto: None }).unwrap();
    let (first, last) = hello.split_at(10);
    let mut whole = open().await;
    for frame in [raw(0x01, first), raw(0x00, &[]), raw(0x80, last)] {
        whole.write_all(&frame).await.unwrap();
    }
    assert_eq!(whole.read_u8().await.unwrap(), 0x81, "it is welcome");
    // Empty frames without end count as frames, too; they used to be free.
    let mut endless = open().await;
    endless.write_all(&raw(0x01, b"{")).await.unwrap();
    let flood: Vec<u8> = (0..10_000).flat_map(|_| raw(0x00, &[])).collect();
    let _ = endless.write_all(&flood).await;
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, endless.read_to_end(&mut bytes)).await.expect("it is closed");
    assert_eq!(bytes, [&[0x88, 2][..], &CloseCode::TooMany.code().to_be_bytes()].concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_that_say_no_hello_are_few() {
    let test = start().await;
    let class = Class::start(&test).await;
    let (ana, ben) = (class.guest("Ana").await, class.guest("Ben").await);
    let mut silent = Vec::new();
    let refused = loop {
        match Socket::open(&address(&ana), &ana, class.run).await {
            Ok(socket) => silent.push(socket),
            Err(error) => break error.to_string(),
        }
    };
    assert!(refused.contains("429") && silent.len() == 2 * SOCKETS_MAX, "{} {refused}", silent.len());
    // Others are admitted, and so is she once one of her sockets has said hello.
    let _ben = RoomClient::enter(&ben, class.run).await;
    silent[0].hello(None).await.unwrap();
    assert!(silent[0].next().await.is_some());
    Socket::open(&address(&ana), &ana, class.run).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_needs_our_pages_a_session_and_its_life() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    // From another site, with the cookie: the socket is not even opened.
    for origin in [Some("https://elsewhere.example"), None] {
        let mut request =
            format!("ws://{}/api/v1/runs/{}/socket", address(&ana), class.run).into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("Cookie", format!("lg_session={}", ana.cookie.as_ref().unwrap()).parse().unwrap());
        if let Some(origin) = origin {
            headers.insert("Origin", origin.parse().unwrap());
        }
        let refused = Socket::open_with(&address(&ana), request).await.err().expect("refused").to_string();
        assert!(refused.contains("403"), "{refused}");
    }
    let nobody = test.anonymous();
    let mut socket = Socket::open(&address(&nobody), &nobody, class.run).await.unwrap();
    assert_eq!(socket.closed().await, Some(CloseCode::LoggedOut.code()));
    // Logged out in another tab.
    let mut client = RoomClient::enter(&ana, class.run).await;
    ana.post("/api/v1/auth/logout", Value::Null).await.expect(204);
    assert_eq!(client.socket.closed().await, Some(CloseCode::LoggedOut.code()));
    // The server shuts down: everybody is told to reconnect.
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let (app, closed) = (std::sync::Arc::clone(&test.app), teacher.socket.closed());
    let (code, ()) = tokio::join!(closed, app.classroom.drain());
    assert_eq!(code, Some(CloseCode::Restart.code()));
    assert_eq!(app.classroom.connections(), 0);
}

/// Clients are expected to wait for the response to their upgrade (RFC 6455 §4.1). What one sends earlier follows the
/// request when the connection is handed to the rooms, and must not be lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_before_the_answer_is_heard_and_sees_the_end() {
    let test = start().await;
    let class = Class::start(&test).await;
    let ana = class.guest("Ana").await;
    let host = address(&ana);
    let mut sent = format!(
        "GET /api/v1/runs/{}/socket HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nCookie: lg_session={}\r\n\
         Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        class.run,
        ana.base,
        ana.cookie.as_ref().unwrap(),
    )
    .into_bytes();
    let said = |text: &str| {
        // A zero mask.
        let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap(), 0, 0, 0, 0];
        frame.extend_from_slice(text.as_bytes());
        frame
    };
    sent.extend(said(&json!({"type": "hello", "protocol": PROTOCOL}).to_string()));
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(&sent).await.unwrap();
    let mut came = Vec::new();
    let says = |came: &[u8], text: &str| String::from_utf8_lossy(came).contains(text);
    timeout(PATIENCE, async {
        while !says(&came, "\"welcome\"") {
            assert!(stream.read_buf(&mut came).await.unwrap() > 0);
        }
        assert!(says(&came, "HTTP/1.1 101"));
        // Nonsense: first the close code, then an orderly end, and no reset although there is more to read.
        came.clear();
        stream.write_all(&[said("["), said("{}"), said("{}")].concat()).await.unwrap();
        stream.read_to_end(&mut came).await.unwrap();
    })
    .await
    .unwrap();
    let code = CloseCode::Malformed.code().to_be_bytes();
    assert!(came.ends_with(&[0x88, 2, code[0], code[1]]), "{came:?}");
    assert_eq!(test.app.classroom.connections(), 0);
}

/// Frames of every kind: mostly almost valid, some broken, deeply nested, huge, binary or of another protocol.
fn frame(rng: &mut StdRng, task: TaskId) -> Message {
    let id = Uuid::now_v7();
    let mut value = |depth: usize| any_value(rng, depth);
    let (one, two) = (value(2), value(1));
    let json = match rng.random_range(0..10) {
        0 => json!({"type": "propose", "id": id, "what": one}),
        1 => {
            json!({"type": "propose", "id": id, "what": {"type": "check", "task": task, "at": "2026-01-01T00:00:00Z", "answers": one}})
        }
        2 => {
            json!({"type": "propose", "id": id, "what": {"type": "draft", "task": task, "item": "i1", "response": two}})
        }
        3 => {
            json!({"type": "propose", "id": id, "what": {"type": "check", "task": task, "at": "+262142-12-31T23:59:59Z", "answers": [{"item": "i1", "response": {"text": one}}]}})
        }
        4 => {
            json!({"type": "propose", "id": id, "what": {"type": "check", "task": task, "at": "-1000-12-31T23:59:59Z", "answers": [{"item": "i2", "response": {"text": one.to_string()}}]}})
        }
        5 => {
            json!({"type": "propose", "id": id, "what": {"type": "draft", "task": task, "item": "i2", "response": null}})
        }
        6 => json!({"type": "propose", "id": id, "what": {"type": "reveal", "task": task, "items": one}}),
        7 => json!({"type": "place", "task": task, "x": two}),
        8 => json!({"type": "typing", "task": task, "item": "i1", "more": one}),
        _ => json!({"type": "later", "more": one}),
    };
    let mut text = json.to_string();
    match rng.random_range(0..900) {
        0 => text = text.chars().take(rng.random_range(0..=text.chars().count())).collect(),
        1 => text = "[".repeat(rng.random_range(1..3_000)) + &text,
        2 => text.insert_str(0, "{\"type\":\"beat\",\"x\":\""),
        3 => return Message::binary(text.into_bytes()),
        4 => text += &" ".repeat(FRAME_MAX),
        5 => return Message::Ping(text.into_bytes().into_iter().take(100).collect::<Vec<u8>>().into()),
        6 => text = any_value(rng, 0).to_string(),
        _ => {}
    }
    Message::text(text)
}

fn any_value(rng: &mut StdRng, depth: usize) -> Value {
    let words =
        ["type", "hello", "beat", "propose", "typing", "place", "what", "check", "answers", "id", "reveal", "end"];
    match rng.random_range(0..if depth > 4 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => json!(rng.random::<bool>()),
        2 => json!(rng.random::<u64>()),
        3 => json!(rng.random::<f64>() * 1e300),
        4 => json!(words.choose(rng)),
        5 => json!((0..rng.random_range(0..40)).map(|_| rng.random::<char>()).collect::<String>() + "\0"),
        6 => (0..rng.random_range(0..4)).map(|_| any_value(rng, depth + 1)).collect(),
        _ => (0..rng.random_range(0..4))
            .map(|_| ((*words.choose(rng).unwrap()).to_owned(), any_value(rng, depth + 1)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

/// 100,000 frames; `LINGUAGLOW_FUZZ_FRAMES` sets another number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_frame_stops_the_room() {
    let frames: usize = std::env::var("LINGUAGLOW_FUZZ_FRAMES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let panicked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new({
        let panicked = std::sync::Arc::clone(&panicked);
        move |info| {
            panicked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            usual(info);
        }
    }));
    let test = start().await;
    let class = std::sync::Arc::new(Class::start(&test).await);
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    let mut tasks = Vec::new();
    for n in 0..4_u64 {
        let (class, ana) = (std::sync::Arc::clone(&class), class.guest("Fuzz").await);
        tasks.push(tokio::spawn(async move {
            let mut rng = StdRng::seed_from_u64(n);
            let mut sent = 0;
            let mut codes = std::collections::BTreeMap::<Option<u16>, usize>::new();
            while sent < frames / 4 {
                let mut socket = Socket::open(&address(&ana), &ana, class.run).await.expect("a socket");
                if rng.random_bool(0.9) {
                    socket.hello(None).await.unwrap();
                }
                // As many as a socket may send in one burst.
                for _ in 0..rng.random_range(1..75) {
                    if socket.send(frame(&mut rng, class.gaps)).await.is_err() {
                        break;
                    }
                    sent += 1;
                }
                let _ = socket.send(Message::Close(None)).await;
                let code = tokio::time::timeout(Duration::from_secs(20), socket.closed()).await.expect("an end");
                *codes.entry(code).or_default() += 1;
            }
            codes
        }));
    }
    let mut codes = std::collections::BTreeMap::<Option<u16>, usize>::new();
    let mut watched = Box::pin(futures::future::join_all(tasks));
    let mut beat = tokio::time::interval(Duration::from_secs(5));
    let all = loop {
        tokio::select! {
            all = &mut watched => break all,
            message = teacher.socket.next() => teacher.take(message.expect("the teacher stays")),
            // On a slow machine this takes longer than the server puts up with silence.
            _ = beat.tick() => teacher.socket.say(&ClientMessage::Beat { hidden: false }).await.unwrap(),
        }
    };
    for one in all {
        one.unwrap().into_iter().for_each(|(code, n)| *codes.entry(code).or_default() += n);
    }
    println!("closed with {codes:?}");
    for code in [CloseCode::Malformed, CloseCode::TooLarge] {
        assert!(codes.contains_key(&Some(code.code())), "{code:?} in {codes:?}");
    }
    assert!(
        codes.keys().all(|code| code.is_none_or(|code| CloseCode::of(code).is_some() || code == 1000 || code == 1005))
    );
    // The room still works.
    let ben = class.guest("Ben").await;
    let mut client = RoomClient::enter(&ben, class.run).await;
    client.check(class.gaps, &[("i1", text("go"))]).await.unwrap();
    teacher.ask(Proposal::Focus { task: class.gaps }).await.unwrap();
    equals_database(&mut teacher, &test.app).await;
    assert_eq!(panicked.load(std::sync::atomic::Ordering::SeqCst), 0);
}

/// 100,000 frames parsed as bytes: nothing panics, and what doesn't belong to the protocol is reported.
#[test]
fn any_bytes_can_be_read() {
    use linguaglow_api::classroom::wire::{Received, read};
    let mut rng = StdRng::seed_from_u64(1);
    let task = TaskId(Uuid::now_v7());
    let (mut messages, mut refused, mut nonsense) = (0, 0, 0);
    for n in 0..100_000 {
        let bytes = match n % 4 {
            0 => (0..rng.random_range(0..300)).map(|_| rng.random::<u8>()).collect(),
            _ => {
                let mut bytes = frame(&mut rng, task).into_data().to_vec();
                if n % 4 == 1 && !bytes.is_empty() {
                    let at = rng.random_range(0..bytes.len());
                    bytes[at] = rng.random();
                }
                bytes
            }
        };
        match read(&bytes) {
            Received::Message(_) => messages += 1,
            Received::Refused(..) => refused += 1,
            Received::Invalid => nonsense += 1,
        }
    }
    assert!(messages > 10_000 && refused > 10_000 && nonsense > 10_000, "{messages} {refused} {nonsense}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_nothing_is_cut_and_delays_nobody() {
    let test = start().await;
    let class = Class::start(&test).await;
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    // A second page of the teacher's that never reads, although every event is sent to it as well.
    let stalled = RoomClient::enter(&class.teacher, class.run).await;
    let mut students = Vec::new();
    for name in ["Ana", "Ben", "Cy", "Dee"] {
        students.push(RoomClient::enter(&class.guest(name).await, class.run).await);
    }
    let sockets = test.app.classroom.connections();
    let long = "😀".repeat(1_900);
    // No faster than a socket may send.
    let mut pace = tokio::time::interval(Duration::from_millis(30));
    let mut rounds = 0;
    // Until the kernel's buffers and the queue are full.
    while test.app.classroom.connections() == sockets {
        pace.tick().await;
        for client in &mut students {
            let began = std::time::Instant::now();
            client.check(class.gaps, &[("i1", text(&long)), ("i2", text(&long))]).await.unwrap();
            assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        }
        rounds += 1;
        assert!(rounds < 2_000, "a socket that reads nothing is never cut");
        // The teacher's own page keeps reading.
        let upto = students[3].upto();
        teacher.until("as far as the students", |client| client.upto() >= upto).await;
    }
    drop(stalled);
    equals_database(&mut teacher, &test.app).await;
}
