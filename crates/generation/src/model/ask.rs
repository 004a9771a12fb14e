//! One request for a draft: fallback response formats, one repair, back-off, deadline and circuit breaker.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use async_openai::{Client, config::OpenAIConfig, error::OpenAIError};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use types::generation::PartFault;

use super::{
    ModelConfig,
    breaker::Breaker,
    reply, schema,
    transport::{Fault, Transport, fault_of},
};
use crate::job::PartFailure;

/// The token limit of one answer.
const TOKENS_MAX: u32 = 6_000;
/// Attempts per request while the server is busy.
const BUSY_TRIES: u32 = 4;
/// A server that asks for a longer pause is tried again after this time all the same: somebody may have pressed 'try
/// again'.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// How to request the answer's format. If a server refuses one, the next is used from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rung {
    StrictSchema,
    JsonObject,
    Plain,
}

impl Rung {
    fn of(number: u8) -> Self {
        match number {
            0 => Self::StrictSchema,
            1 => Self::JsonObject,
            _ => Self::Plain,
        }
    }
}

/// A client of a model. Cheap to clone.
#[derive(Clone)]
pub struct Model {
    inner: Arc<Inner>,
}

struct Inner {
    /// The error says why the client couldn't be built.
    client: Result<Client<OpenAIConfig>, &'static str>,
    name: String,
    timeout: Duration,
    turns: Semaphore,
    rung: AtomicU8,
    breaker: Breaker,
    /// Until when the server asked for a pause; applies to all requests.
    pause: Mutex<Option<tokio::time::Instant>>,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("name", &self.inner.name).finish_non_exhaustive()
    }
}

fn failure(fault: PartFault, detail: impl Into<String>) -> PartFailure {
    let detail = detail.into();
    PartFailure { fault, detail: (!detail.is_empty()).then_some(detail) }
}

/// The result of one request.
enum Said {
    Text(String),
    /// The server doesn't support this response format.
    RungRefused,
}

/// Builds the protocol's client over our own transport.
fn client(config: &ModelConfig) -> Result<Client<OpenAIConfig>, &'static str> {
    // The client library assumes that the key is a valid header value.
    if http::HeaderValue::from_str(&config.key).is_err() {
        return Err("the key of the model has characters that no key has");
    }
    let transport = Transport::new(config.timeout).map_err(|_| "secure connections can't be set up")?;
    let openai = OpenAIConfig::new()
        .with_api_base(config.url.trim_end_matches('/'))
        .with_api_key(&config.key)
        // Otherwise the library reads them from the environment, whatever the server.
        .with_org_id("")
        .with_project_id("");
    Ok(Client::build(transport.client(), openai).with_http_service(transport))
}

impl Model {
    /// Creates a client for the server; sends nothing yet.
    #[must_use]
    pub fn new(config: &ModelConfig) -> Self {
        let inner = Inner {
            client: client(config),
            name: config.model.clone(),
            timeout: config.timeout,
            turns: Semaphore::new(config.parallel.max(1)),
            rung: AtomicU8::new(0),
            breaker: Breaker::default(),
            pause: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The model's name, for the origin of a task.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Requests a draft `D` and turns it into content with `check`, which names what is wrong with it. The model gets
    /// one chance to correct its draft.
    ///
    /// # Errors
    /// [`PartFailure`], with a detail that contains neither the key, nor the URL, nor the model's text.
    pub async fn ask<D, T>(
        &self,
        name: &'static str,
        system: &str,
        user: &str,
        check: impl Fn(D) -> Result<T, Vec<String>> + Send,
    ) -> Result<T, PartFailure>
    where
        D: DeserializeOwned + JsonSchema,
    {
        let _turn = self.inner.turns.acquire().await.map_err(|_| failure(PartFault::Internal, ""))?;
        if !self.inner.breaker.lets_through(Instant::now()) {
            return Err(failure(
                PartFault::ModelUnreachable,
                "it failed several times in a row and is left alone for a moment",
            ));
        }
        let schema = schema::strict::<D>();
        let system = format!("{system}\nAnswer with one JSON object and nothing else. Its JSON Schema:\n{schema}");
        let mut messages = vec![json!({"role": "system", "content": system}), json!({"role": "user", "content": user})];
        let mut last = failure(PartFault::ReplyMalformed, "");
        for round in 0..2 {
            let text = self.say(name, &schema, &messages).await?;
            let wrong = match reply::read::<D>(&text) {
                Ok(draft) => match check(draft) {
                    Ok(content) => return Ok(content),
                    Err(wrong) => {
                        last = failure(PartFault::ReplyRefused, wrong.first().cloned().unwrap_or_default());
                        wrong
                    }
                },
                Err(wrong) => {
                    last = failure(PartFault::ReplyMalformed, "");
                    vec![wrong]
                }
            };
            if round == 0 {
                let said: String = text.chars().take(12_000).collect();
                let list: String = wrong.iter().take(12).map(|line| format!("- {line}\n")).collect();
                messages.push(json!({"role": "assistant", "content": said}));
                messages.push(json!({"role": "user", "content": format!("This can't be used:\n{list}Send the whole corrected JSON object.")}));
            }
        }
        Err(last)
    }

    /// The text of one answer, falling back to simpler formats as needed.
    async fn say(&self, name: &'static str, schema: &Value, messages: &[Value]) -> Result<String, PartFailure> {
        let deadline = tokio::time::Instant::now() + self.inner.timeout;
        loop {
            let number = self.inner.rung.load(Ordering::Relaxed);
            let rung = Rung::of(number);
            let request = self.request(name, schema, messages, rung);
            let said = match tokio::time::timeout_at(deadline, self.send(&request, rung, deadline)).await {
                Ok(said) => said,
                Err(_) => Err(failure(PartFault::ModelTimeout, "")),
            };
            match said {
                Ok(Said::Text(text)) => {
                    self.inner.breaker.succeeded();
                    return Ok(text);
                }
                Ok(Said::RungRefused) => {
                    self.inner.rung.fetch_max(number + 1, Ordering::Relaxed);
                }
                Err(error) => {
                    if matches!(
                        error.fault,
                        PartFault::ModelTimeout | PartFault::ModelUnreachable | PartFault::ModelBusy
                    ) {
                        self.inner.breaker.failed(Instant::now());
                    }
                    return Err(error);
                }
            }
        }
    }

    fn request(&self, name: &'static str, schema: &Value, messages: &[Value], rung: Rung) -> Value {
        let mut request = json!({
            "model": self.inner.name,
            "messages": messages,
            "max_tokens": TOKENS_MAX,
            "temperature": 0.7,
            "stream": false,
        });
        match rung {
            Rung::StrictSchema => {
                request["response_format"] =
                    json!({"type": "json_schema", "json_schema": {"name": name, "strict": true, "schema": schema}});
            }
            Rung::JsonObject => request["response_format"] = json!({"type": "json_object"}),
            Rung::Plain => {}
        }
        request
    }

    fn paused_until(&self) -> Option<tokio::time::Instant> {
        let pause = *self.inner.pause.lock().unwrap_or_else(PoisonError::into_inner);
        pause.filter(|until| *until > tokio::time::Instant::now())
    }

    fn pause_until(&self, until: tokio::time::Instant) {
        let mut pause = self.inner.pause.lock().unwrap_or_else(PoisonError::into_inner);
        *pause = Some(pause.map_or(until, |earlier| earlier.max(until)));
    }

    async fn send(&self, request: &Value, rung: Rung, deadline: tokio::time::Instant) -> Result<Said, PartFailure> {
        let client = self.inner.client.as_ref().map_err(|why| failure(PartFault::ModelUnreachable, *why))?;
        let mut pause = Duration::from_millis(500);
        for attempt in 1..=BUSY_TRIES {
            if let Some(until) = self.paused_until() {
                // A request that can't wait that long fails at once and frees its slot for others.
                if until >= deadline {
                    break;
                }
                tokio::time::sleep_until(until).await;
            }
            let answer: Result<Value, OpenAIError> = client.chat().create_byot(request).await;
            let error = match answer {
                Ok(answer) => return text_of(&answer).map(Said::Text),
                Err(error) => error,
            };
            match fault(error, rung) {
                Refusal::Rung => return Ok(Said::RungRefused),
                Refusal::Final(failure) => return Err(failure),
                Refusal::Busy(asked) => {
                    let now = tokio::time::Instant::now();
                    let until = now + asked.unwrap_or(pause);
                    pause *= 2;
                    if let Some(asked) = asked {
                        self.pause_until(now + asked.min(PAUSE_MAX));
                    }
                    if attempt == BUSY_TRIES || until >= deadline {
                        break;
                    }
                    tokio::time::sleep_until(until).await;
                }
            }
        }
        Err(failure(PartFault::ModelBusy, ""))
    }
}

/// What to do about an error.
enum Refusal {
    /// The server doesn't support this format; try the next.
    Rung,
    /// Retry, after this time if the server named one.
    Busy(Option<Duration>),
    Final(PartFailure),
}

fn fault(error: OpenAIError, rung: Rung) -> Refusal {
    let unreachable = |status: u16| failure(PartFault::ModelUnreachable, format!("HTTP {status}"));
    match error {
        OpenAIError::Boxed(error) => match fault_of(error.as_ref()) {
            Some(Fault::Status { status: 400 | 422, .. }) if rung != Rung::Plain => Refusal::Rung,
            Some(Fault::Status { status: 429 | 503, retry_after }) => Refusal::Busy(retry_after),
            Some(Fault::Status { status, .. }) => Refusal::Final(unreachable(status)),
            Some(fault @ Fault::NoQuota) => Refusal::Final(failure(PartFault::ModelUnreachable, fault.to_string())),
            Some(fault @ (Fault::TooLong | Fault::NotJson)) => {
                Refusal::Final(failure(PartFault::ReplyMalformed, fault.to_string()))
            }
            None => Refusal::Final(failure(PartFault::Internal, "")),
        },
        OpenAIError::Reqwest(error) if error.is_timeout() && !error.is_connect() => {
            Refusal::Final(failure(PartFault::ModelTimeout, ""))
        }
        OpenAIError::Reqwest(_) => Refusal::Final(failure(PartFault::ModelUnreachable, "no connection")),
        OpenAIError::JSONDeserialize(..) => Refusal::Final(failure(PartFault::ReplyMalformed, "")),
        OpenAIError::ApiError(refused) => Refusal::Final(unreachable(refused.status_code.as_u16())),
        OpenAIError::FileSaveError(_)
        | OpenAIError::FileReadError(_)
        | OpenAIError::StreamError(_)
        | OpenAIError::InvalidArgument(_) => Refusal::Final(failure(PartFault::Internal, "")),
    }
}

/// The text of the first choice, if it was not cut off.
fn text_of(answer: &Value) -> Result<String, PartFailure> {
    let choice = &answer["choices"][0];
    if choice["finish_reason"] == "length" {
        return Err(failure(PartFault::ReplyCutOff, ""));
    }
    match choice["message"]["content"].as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err(failure(PartFault::ReplyMalformed, "an empty answer")),
    }
}
