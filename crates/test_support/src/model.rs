//! A scripted language model: an HTTP server that speaks the model protocol and behaves, or misbehaves, as a test says.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the server does with one request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers with this text.
    Say(String),
    /// Answers with this text, cut off by the token limit.
    SayCutOff(String),
    /// Any body, sent as if it were an answer.
    Body(String),
    Status(u16),
    /// Refuses with a status and headers, the body in the protocol's format.
    Refusal(u16, Vec<(&'static str, String)>),
    /// Refuses with a status and an error with this code.
    RefusalWith(u16, &'static str),
    /// Refuses this type of `response_format`, as servers without it do; any other type gets the next act.
    Refuse(&'static str),
    /// An endless answer, in chunks.
    Endless,
    /// Announces a body of this many bytes and sends only a few.
    Claim(u64),
    /// Reads the request and never answers.
    Hang,
    /// Closes the connection in the middle of the answer.
    HangUp,
}

/// A request as received.
#[derive(Clone, Debug)]
pub struct Asked {
    pub body: Value,
    /// The request line and headers, in lower case.
    pub head: String,
}

impl Asked {
    /// The kind of task requested, from the name of its schema.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.body["response_format"]["json_schema"]["name"].as_str().unwrap_or_default()
    }

    /// Whether this is the second request, which says what was wrong with the first answer.
    #[must_use]
    pub fn is_repair(&self) -> bool {
        self.body["messages"].as_array().is_some_and(|messages| messages.len() > 2)
    }
}

type Respond = dyn Fn(&Asked) -> Act + Send + Sync;

struct Shared {
    respond: Box<Respond>,
    asked: Mutex<Vec<Asked>>,
    sent: AtomicU64,
}

/// A running server. It stops with the test's runtime.
pub struct ScriptedModel {
    /// The base URL, up to and including `/v1`.
    pub url: String,
    shared: Arc<Shared>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ScriptedModel {
    /// Answers requests with `acts`, in order.
    ///
    /// # Panics
    /// In the server's task, if a request comes after the last act: it gets no answer.
    pub async fn script(acts: Vec<Act>) -> Self {
        let left = Mutex::new(VecDeque::from(acts));
        let next = move || held(&left).pop_front().expect("the script has an act for every request");
        Self::answering(move |asked| {
            let act = next();
            let Act::Refuse(kind) = act else { return act };
            if asked.body["response_format"]["type"] == kind { Act::Status(400) } else { next() }
        })
        .await
    }

    /// Answers each request with what `respond` returns for it.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn answering(respond: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/v1", listener.local_addr().expect("its address"));
        let shared =
            Arc::new(Shared { respond: Box::new(respond), asked: Mutex::default(), sent: AtomicU64::default() });
        let of_server = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let shared = Arc::clone(&of_server);
                tokio::spawn(async move {
                    // A client may hang up.
                    let _ = serve(socket, &shared).await;
                });
            }
        });
        Self { url, shared }
    }

    /// The requests received so far, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        held(&self.shared.asked).clone()
    }

    /// Bytes of endless answers written so far.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

async fn read(socket: &mut TcpStream) -> std::io::Result<Asked> {
    let mut bytes = Vec::new();
    let mut wanted = usize::MAX;
    let mut head_end = 0;
    while bytes.len() < wanted {
        let mut chunk = [0u8; 4096];
        let n = socket.read(&mut chunk).await?;
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..n]);
        if head_end == 0
            && let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n")
        {
            head_end = end + 4;
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            wanted = head_end + length.unwrap_or(0);
        }
    }
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
    Ok(Asked { head, body: serde_json::from_slice(&bytes[head_end..]).unwrap_or_default() })
}

/// Wraps a text in the protocol's answer.
fn answer(content: &str, reason: &str) -> String {
    json!({"id": "x", "object": "chat.completion", "choices": [
        {"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": content}}
    ]})
    .to_string()
}

async fn serve(mut socket: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let asked = read(&mut socket).await?;
    held(&shared.asked).push(asked.clone());
    let refusal = json!({"error": {"message": "no", "type": "x", "param": null, "code": null}}).to_string();
    let (status, headers, body) = match (shared.respond)(&asked) {
        Act::Say(text) => (200, Vec::new(), answer(&text, "stop")),
        Act::SayCutOff(text) => (200, Vec::new(), answer(&text, "length")),
        Act::Body(body) => (200, Vec::new(), body),
        Act::Status(status) => (status, Vec::new(), refusal),
        Act::Refusal(status, headers) => (status, headers, refusal),
        Act::RefusalWith(status, code) => {
            let error = json!({"message": "no", "type": code, "param": null, "code": code});
            (status, Vec::new(), json!({"error": error}).to_string())
        }
        Act::Refuse(_) => (400, Vec::new(), refusal),
        Act::Endless => return endless(&mut socket, shared).await,
        Act::Claim(length) => {
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{{\"");
            socket.write_all(head.as_bytes()).await?;
            return std::future::pending().await;
        }
        Act::Hang => return std::future::pending().await,
        Act::HangUp => {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{\"choices\": [";
            return socket.write_all(head.as_bytes()).await;
        }
    };
    let mut head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    socket.write_all((head + &body).as_bytes()).await
}

/// Sends an endless JSON string until the client hangs up.
async fn endless(socket: &mut TcpStream, shared: &Shared) -> std::io::Result<()> {
    socket
        .write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n\"\r\n",
        )
        .await?;
    let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
    loop {
        socket.write_all(chunk.as_bytes()).await?;
        shared.sent.fetch_add(0x2000, Ordering::SeqCst);
    }
}

/// A valid reply for each kind of task: about lighthouses, at B1, in English for speakers of Russian.
///
/// # Panics
/// If no model writes this kind.
#[must_use]
pub fn good_reply(kind: &str) -> String {
    let reply = match kind {
        "text" => json!({"title": "The keeper's daughter", "paragraphs": [
            "Nora grew up in a lighthouse on a small island. Her father was the keeper, and every evening he lit the lamp \
             so that ships could find their way past the rocks.",
            "One winter night the lamp broke during a storm. Nora carried an old lantern up all the stairs and stood at the \
             window until morning. The next day a captain came to thank her."
        ], "key_words": ["lighthouse", "keeper", "lamp", "rocks", "storm", "lantern", "captain"]}),
        "true_false" => json!({"statements": [
            {"statement": "Nora lived on an island when she was a child.", "is_true": true, "explanation": "It says so at the start."},
            {"statement": "Her father sailed a ship.", "is_true": false, "explanation": "He was the keeper."},
            {"statement": "The lamp broke in bad weather.", "is_true": true, "explanation": "It was during a storm."},
            {"statement": "Nora slept through the night.", "is_true": false, "explanation": "She stood at the window."}
        ]}),
        "word_list" => json!({"words": [
            {"word": "lighthouse", "translation": "маяк", "definition": "a tall building that shows ships the way", "example": "We could see the lighthouse from the beach."},
            {"word": "keeper", "translation": "смотритель", "definition": "a person whose job is to look after something", "example": "The keeper lives near the tower."},
            {"word": "lantern", "translation": "фонарь", "definition": "a light that you can carry in your hand", "example": "He took a lantern into the garden."},
            {"word": "captain", "translation": "капитан", "definition": "the person who is in charge of a ship", "example": "The captain knows the sea well."}
        ]}),
        "matching" => json!({"pairs": [
            {"word": "lighthouse", "meaning": "a tall building that shows ships the way"},
            {"word": "lantern", "meaning": "a light that you can carry in your hand"},
            {"word": "captain", "meaning": "the person who is in charge of a ship"},
            {"word": "island", "meaning": "land with water on all sides"}
        ]}),
        "word_bank" => json!({"sentences": [
            {"sentence": "The ship could not see the rocks in the fog.", "answer": "fog"},
            {"sentence": "Her brother climbed all the stairs to the top.", "answer": "climbed"},
            {"sentence": "The water near the beach was very deep.", "answer": "deep"},
            {"sentence": "We waited patiently for the boat.", "answer": "patiently"}
        ], "extra_words": ["kitchen", "borrowed"]}),
        "single_choice" => json!({"questions": [
            {"question": "Why did the keeper light the lamp?", "right": "to guide ships", "wrong": ["to read at night", "to warm the room", "to call his wife"], "explanation": "Ships needed to find their way."},
            {"question": "What did Nora carry upstairs?", "right": "a lantern", "wrong": ["a rope", "a letter", "a blanket"], "explanation": "The lamp was broken."},
            {"question": "Who came the next day?", "right": "a captain", "wrong": ["a doctor", "a teacher", "a friend"], "explanation": "He wanted to thank her."}
        ]}),
        "inline_choice" => json!({"title": "Past simple or past continuous?", "sentences": [
            {"sentence": "The lamp broke while Nora was sleeping.", "answer": "broke", "wrong": ["was breaking"]},
            {"sentence": "It was raining when the ship arrived.", "answer": "was raining", "wrong": ["rained once", "rains"]},
            {"sentence": "The captain thanked her the next day.", "answer": "thanked", "wrong": ["was thanking"]}
        ]}),
        "sorting" => json!({"columns": [
            {"title": "On the sea", "words": ["a ship", "a wave", "a captain"]},
            {"title": "In the lighthouse", "words": ["a lamp", "the stairs", "the keeper"]}
        ]}),
        "ordering" => json!({"passages": [{"lines": [
            {"speaker": "Nora", "text": "Who lit the lamp?"},
            {"speaker": "Captain", "text": "Your father did, before he left."},
            {"speaker": "Nora", "text": "Then he must be on the stairs."},
            {"speaker": "Captain", "text": "We looked there. Nobody was on them."}
        ]}]}),
        "multiple_choice" => json!({"questions": [
            {"question": "What did the keeper do every night?", "right": ["He climbed the stairs.", "He lit the lamp."], "wrong": ["He read a book.", "He called his wife."], "explanation": "The text says both."},
            {"question": "What did Nora take with her?", "right": ["a lantern", "a rope"], "wrong": ["a letter", "a blanket"], "explanation": "She needed light."},
            {"question": "Who came the next day?", "right": ["a captain", "his crew"], "wrong": ["a doctor", "a teacher"], "explanation": "They wanted to thank her."}
        ]}),
        "sentence_builder" => json!({"sentences": [
            {"chunks": ["The old keeper", "lit", "the lamp", "every evening"], "ending": ".", "other_orders": []},
            {"chunks": ["Nora", "stood", "at the window", "until morning"], "ending": ".", "other_orders": []},
            {"chunks": ["The storm", "lasted", "for three", "whole days"], "ending": ".", "other_orders": []}
        ]}),
        "unscramble" => json!({"words": [
            {"word": "lantern", "clue": "a light that you can carry in your hand"},
            {"word": "captain", "clue": "the person who is in charge of a ship"},
            {"word": "island", "clue": "land with water on all sides"}
        ]}),
        "gap_fill" => json!({"title": "Past simple", "items": [
            {"sentence": "The lamp broke during the storm.", "answer": "broke", "cue": "break", "also_right": []},
            {"sentence": "Nora did not sleep that night.", "answer": "did not sleep", "cue": "not / sleep", "also_right": []},
            {"sentence": "A captain came to the island the next day.", "answer": "came", "cue": "come", "also_right": []},
            {"sentence": "She felt very proud afterwards.", "answer": "felt", "cue": "feel", "also_right": []}
        ]}),
        other => panic!("no model writes {other:?}"),
    };
    reply.to_string()
}
