//! The model client against a scripted server that speaks the protocol over real HTTP.

use std::{sync::Arc, time::Duration};

use linguaglow_generation::{Model, ModelConfig, PartFailure};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Mutex,
};
use types::generation::PartFault;

/// What the server does with one request.
#[derive(Clone)]
enum Act {
    Say(String),
    SayCutOff(String),
    Status(u16),
    /// Refuses a `response_format` of this type, as servers that lack it do; else goes on with the next act.
    Refuse(&'static str),
    Hang,
    Garbage,
}

struct Scripted {
    url: String,
    seen: Arc<Mutex<Vec<Value>>>,
}

async fn serve(script: Vec<Act>) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let script = Arc::new(Mutex::new(script.into_iter().collect::<std::collections::VecDeque<_>>()));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (log, script) = (Arc::clone(&log), Arc::clone(&script));
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                let (head, length) = loop {
                    let mut chunk = [0u8; 4096];
                    let n = socket.read(&mut chunk).await.unwrap();
                    bytes.extend_from_slice(&chunk[..n]);
                    if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
                        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                        let length: usize = head
                            .split("content-length: ")
                            .nth(1)
                            .and_then(|l| l.split("\r\n").next()?.parse().ok())
                            .unwrap_or(0);
                        break (end + 4, length);
                    }
                    assert!(n > 0, "the client hung up");
                };
                while bytes.len() < head + length {
                    let mut chunk = [0u8; 4096];
                    let n = socket.read(&mut chunk).await.unwrap();
                    bytes.extend_from_slice(&chunk[..n]);
                }
                let request: Value = serde_json::from_slice(&bytes[head..]).unwrap();
                log.lock().await.push(request.clone());
                let mut act = script.lock().await.pop_front().expect("the script has an act for every request");
                if let Act::Refuse(kind) = act {
                    if request["response_format"]["type"] == kind {
                        act = Act::Status(400);
                    } else {
                        act = script.lock().await.pop_front().expect("an act after a refusal");
                    }
                }
                let answer = |content: &str, reason: &str| {
                    json!({"id": "x", "object": "chat.completion", "choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": content}}]}).to_string()
                };
                let (status, body) = match act {
                    Act::Say(text) => (200, answer(&text, "stop")),
                    Act::SayCutOff(text) => (200, answer(&text, "length")),
                    Act::Status(status) => (
                        status,
                        json!({"error": {"message": "no", "type": "x", "param": null, "code": null}}).to_string(),
                    ),
                    Act::Garbage => (200, "<html>".to_owned()),
                    Act::Hang => std::future::pending().await,
                    Act::Refuse(_) => unreachable!("replaced above"),
                };
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = socket.write_all((head + &body).as_bytes()).await;
            });
        }
    });
    Scripted { url, seen }
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Draft {
    words: Vec<String>,
}

fn model(url: &str) -> Model {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Model::new(&ModelConfig {
        url: url.into(),
        key: "sk-very-secret".into(),
        model: "test".into(),
        timeout: Duration::from_millis(1500),
        parallel: 2,
    })
}

async fn ask(model: &Model) -> Result<Vec<String>, PartFailure> {
    let check = |draft: Draft| {
        if draft.words.len() >= 2 { Ok(draft.words) } else { Err(vec!["there must be two words".to_owned()]) }
    };
    model.ask("words", "You write words.", "Topic: travel", check).await
}

fn say(text: &str) -> Act {
    Act::Say(text.to_owned())
}

#[tokio::test]
async fn a_good_reply_is_a_draft_and_the_schema_was_strict() {
    let server = serve(vec![say(r#"{"words": ["a", "b"]}"#)]).await;
    assert_eq!(ask(&model(&server.url)).await.unwrap(), ["a", "b"]);
    let seen = server.seen.lock().await;
    assert_eq!(seen[0]["response_format"]["json_schema"]["strict"], true);
    assert_eq!(seen[0]["response_format"]["json_schema"]["schema"]["additionalProperties"], false);
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_for_an_object_then_plainly_and_remembered() {
    let server = serve(vec![
        Act::Refuse("json_schema"),
        Act::Refuse("json_object"),
        say(r#"Here: {"words": ["a", "b"]} Good luck!"#),
        say(r#"{"words": ["c", "d"]}"#),
    ])
    .await;
    let model = model(&server.url);
    assert_eq!(ask(&model).await.unwrap(), ["a", "b"]);
    assert_eq!(ask(&model).await.unwrap(), ["c", "d"]);
    let seen = server.seen.lock().await;
    assert_eq!(seen.len(), 4);
    assert!(seen[3]["response_format"].is_null());
}

#[tokio::test]
async fn missing_fields_are_named_to_the_model_and_repaired() {
    let server = serve(vec![say(r#"{"word": "a"}"#), say(r#"{"words": ["a", "b"]}"#)]).await;
    assert_eq!(ask(&model(&server.url)).await.unwrap(), ["a", "b"]);
    let seen = server.seen.lock().await;
    assert!(seen[1]["messages"][3]["content"].as_str().unwrap().contains("missing field `words`"));
}

#[tokio::test]
async fn hostile_replies_are_refused_or_cleaned() {
    for (script, fault) in [
        (vec![say(r#"{"words": ["a"]}"#), say(r#"{"words": ["a"]}"#)], PartFault::ReplyRefused),
        (vec![say("no"), say("never")], PartFault::ReplyMalformed),
        (vec![say(""), say("")], PartFault::ReplyMalformed),
        (vec![Act::SayCutOff(r#"{"words": ["a", "#.to_owned())], PartFault::ReplyCutOff),
        (vec![Act::Status(401)], PartFault::ModelUnreachable),
        (vec![Act::Status(404)], PartFault::ModelUnreachable),
        (vec![Act::Garbage], PartFault::ReplyMalformed),
        (vec![Act::Hang], PartFault::ModelTimeout),
    ] {
        let server = serve(script).await;
        let failure = ask(&model(&server.url)).await.unwrap_err();
        assert_eq!(failure.fault, fault);
        let told = format!("{failure:?}");
        assert!(!told.contains("secret") && !told.contains("127.0.0.1"), "{told}");
    }
    let many: Vec<String> = (0..10_000).map(|n| format!("<b onclick=x>w{n}</b>")).collect();
    let server = serve(vec![say(&json!({ "words": many }).to_string())]).await;
    let words = ask(&model(&server.url)).await.unwrap();
    assert!(words.len() <= 100 && words.iter().all(|word| !word.contains('<')));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_given_up_in_time() {
    let server = serve(vec![Act::Status(429), say(r#"{"words": ["a", "b"]}"#)]).await;
    assert_eq!(ask(&model(&server.url)).await.unwrap(), ["a", "b"]);
    let server = serve(vec![Act::Status(429); 10]).await;
    let failure = ask(&model(&server.url)).await.unwrap_err();
    assert!(matches!(failure.fault, PartFault::ModelBusy | PartFault::ModelTimeout));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_left_alone_after_five_failures() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let model = model(&url);
    for _ in 0..5 {
        assert_eq!(ask(&model).await.unwrap_err().fault, PartFault::ModelUnreachable);
    }
    let detail = ask(&model).await.unwrap_err().detail.unwrap();
    assert!(detail.contains("left alone"), "{detail}");
}
