//! The model client against a scripted server that speaks the protocol over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test may unwrap: that is how it fails")]

use std::time::{Duration, Instant};

use linguaglow_generation::{Model, ModelConfig, PartFailure};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use test_support::model::{Act, ScriptedModel};
use tokio::net::TcpListener;
use types::generation::PartFault;

#[derive(Debug, Deserialize, JsonSchema)]
struct Draft {
    words: Vec<String>,
}

fn model(url: &str) -> Model {
    patient_model(url, Duration::from_millis(1500))
}

fn patient_model(url: &str, timeout: Duration) -> Model {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let config =
        ModelConfig { url: url.into(), key: "sk-very-secret".into(), model: "test".into(), timeout, parallel: 2 };
    Model::new(&config)
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

fn good() -> Act {
    say(r#"{"words": ["a", "b"]}"#)
}

#[tokio::test]
async fn a_good_reply_is_a_draft_and_the_schema_was_strict() {
    let server = ScriptedModel::script(vec![good()]).await;
    assert_eq!(ask(&model(&server.url)).await.unwrap(), ["a", "b"]);
    let asked = server.asked();
    let format = &asked[0].body["response_format"]["json_schema"];
    assert_eq!((&format["strict"], &format["schema"]["additionalProperties"]), (&json!(true), &json!(false)));
    // Nothing from the environment is sent.
    assert!(asked[0].head.contains("authorization: bearer sk-very-secret") && !asked[0].head.contains("openai-"));
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_for_an_object_then_plainly_and_remembered() {
    let server = ScriptedModel::script(vec![
        Act::Refuse("json_schema"),
        Act::Refuse("json_object"),
        say(r#"Here: {"words": ["a", "b"]} Good luck!"#),
        say(r#"{"words": ["c", "d"]}"#),
    ])
    .await;
    let model = model(&server.url);
    assert_eq!(ask(&model).await.unwrap(), ["a", "b"]);
    assert_eq!(ask(&model).await.unwrap(), ["c", "d"]);
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked[3].body["response_format"].is_null());
}

#[tokio::test]
async fn missing_fields_are_named_to_the_model_and_repaired() {
    let server = ScriptedModel::script(vec![say(r#"{"word": "a"}"#), good()]).await;
    assert_eq!(ask(&model(&server.url)).await.unwrap(), ["a", "b"]);
    let asked = server.asked();
    assert!(asked[1].is_repair());
    assert!(asked[1].body["messages"][3]["content"].as_str().unwrap().contains("missing field `words`"));
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
        (vec![Act::Status(500)], PartFault::ModelUnreachable),
        (vec![Act::Body("<html>sk-very-secret</html>".to_owned())], PartFault::ReplyMalformed),
        (vec![Act::Body("[".repeat(100_000))], PartFault::ReplyMalformed),
        (vec![say(&"{\"words\":".repeat(20_000)), say(&"[".repeat(100_000))], PartFault::ReplyMalformed),
        (vec![Act::HangUp], PartFault::ModelUnreachable),
        (vec![Act::Hang], PartFault::ModelTimeout),
    ] {
        let told = format!("{script:?}").chars().take(80).collect::<String>();
        let server = ScriptedModel::script(script).await;
        let failure = ask(&model(&server.url)).await.unwrap_err();
        assert_eq!(failure.fault, fault, "{told}");
        let told = format!("{failure:?}");
        assert!(!told.contains("secret") && !told.contains("127.0.0.1"), "{told}");
    }
}

#[tokio::test]
async fn ten_thousand_items_are_cut_and_lose_their_tags() {
    let many: Vec<String> = (0..10_000).map(|n| format!("<b>w{n}</b>")).collect();
    let server = ScriptedModel::script(vec![say(&json!({ "words": many }).to_string())]).await;
    let words = ask(&model(&server.url)).await.unwrap();
    assert!(words.len() <= 100 && words.iter().all(|word| !word.contains('<')), "{}", words.len());
}

#[tokio::test]
async fn an_answer_without_end_is_read_up_to_a_limit() {
    for act in [Act::Endless, Act::Claim(1 << 40)] {
        let server = ScriptedModel::script(vec![act]).await;
        let started = Instant::now();
        let failure = ask(&patient_model(&server.url, Duration::from_secs(60))).await.unwrap_err();
        assert_eq!(failure.fault, PartFault::ReplyMalformed, "{failure:?}");
        assert!(failure.detail.unwrap().contains("bytes"));
        // The limit ends it, not the timeout. What was sent beyond it is in the buffers of the two sockets.
        assert!(started.elapsed() < Duration::from_secs(30));
        assert!(server.sent() < 32 * 1024 * 1024, "{}", server.sent());
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = ScriptedModel::script(vec![good()]).await;
    for status in [301, 302, 307, 308] {
        let to = format!("{}/chat/completions", other.url);
        let server = ScriptedModel::script(vec![Act::Refusal(status, vec![("location", to)])]).await;
        let failure = ask(&model(&server.url)).await.unwrap_err();
        assert_eq!(failure.fault, PartFault::ModelUnreachable);
        assert_eq!(failure.detail.as_deref(), Some(format!("HTTP {status}").as_str()));
    }
    assert!(other.asked().is_empty(), "the key went to another server");
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_given_up_in_time() {
    for status in [429, 503] {
        let server = ScriptedModel::script(vec![Act::Status(status), good()]).await;
        assert_eq!(ask(&model(&server.url)).await.unwrap(), ["a", "b"]);
        let server = ScriptedModel::script(vec![Act::Status(status); 10]).await;
        assert_eq!(ask(&model(&server.url)).await.unwrap_err().fault, PartFault::ModelBusy);
    }
}

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let (date, later) = ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:01 GMT");
    for headers in
        [vec![("retry-after", "1".to_owned())], vec![("retry-after", later.to_owned()), ("date", date.to_owned())]]
    {
        let server = ScriptedModel::script(vec![Act::Refusal(429, headers), good()]).await;
        let started = Instant::now();
        let model = patient_model(&server.url, Duration::from_secs(20));
        assert_eq!(ask(&model).await.unwrap(), ["a", "b"]);
        assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_server_that_asks_for_more_time_than_there_is_is_given_up_at_once() {
    for status in [429, 503] {
        let server = ScriptedModel::script(vec![Act::Refusal(status, vec![("retry-after", "3600".to_owned())])]).await;
        let started = Instant::now();
        let failure = ask(&patient_model(&server.url, Duration::from_secs(60))).await.unwrap_err();
        assert_eq!(failure.fault, PartFault::ModelBusy);
        assert!(started.elapsed() < Duration::from_secs(30));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn what_a_server_asks_of_one_question_holds_for_the_others() {
    let server = ScriptedModel::script(vec![Act::Refusal(429, vec![("retry-after", "3600".to_owned())]), good()]).await;
    let model = patient_model(&server.url, Duration::from_secs(30));
    for _ in 0..2 {
        assert_eq!(ask(&model).await.unwrap_err().fault, PartFault::ModelBusy);
    }
    assert_eq!(server.asked().len(), 1, "the second question was not sent");
}

#[tokio::test]
async fn an_account_without_quota_is_said_and_not_asked_again() {
    let server = ScriptedModel::script(vec![Act::RefusalWith(429, "insufficient_quota"), good()]).await;
    let failure = ask(&patient_model(&server.url, Duration::from_secs(20))).await.unwrap_err();
    assert_eq!(failure.fault, PartFault::ModelUnreachable);
    assert_eq!(failure.detail.as_deref(), Some("the account at the model's server has no quota left"));
    assert_eq!(server.asked().len(), 1);
    // Another code means too many requests.
    let server = ScriptedModel::script(vec![Act::RefusalWith(429, "rate_limit_exceeded"), good()]).await;
    assert_eq!(ask(&patient_model(&server.url, Duration::from_secs(20))).await.unwrap(), ["a", "b"]);
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

#[tokio::test]
async fn a_key_that_is_none_is_said_and_not_sent() {
    let server = ScriptedModel::script(Vec::new()).await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let model = Model::new(&ModelConfig {
        url: server.url.clone(),
        key: "ключ\n".into(),
        model: "test".into(),
        timeout: Duration::from_secs(5),
        parallel: 1,
    });
    assert!(ask(&model).await.unwrap_err().detail.unwrap().contains("the key of the model"));
    assert!(server.asked().is_empty());
}
