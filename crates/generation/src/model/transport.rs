//! Sends requests: no redirects, a bounded answer. Every error becomes a [`Fault`] here, so that nothing of an answer
//! reaches the client library's log, and the library never backs off by itself.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use async_openai::{error::OpenAIError, middleware::HttpRequestFactory};
use reqwest::{
    Client, Response,
    header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use tower_service::Service;

/// The longest response body accepted, in bytes: the text and the protocol's JSON around it.
const BODY_MAX: usize = 1024 * 1024;
/// A reachable server accepts a connection sooner.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// Why there is no answer; quotes nothing from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Refused, with the time to wait if the server named one.
    Status {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// Refused until somebody pays: retrying is pointless.
    NoQuota,
    TooLong,
    NotJson,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, .. } => write!(f, "HTTP {status}"),
            Self::NoQuota => f.write_str("the account at the model's server has no quota left"),
            Self::TooLong => write!(f, "an answer of more than {BODY_MAX} bytes"),
            Self::NotJson => f.write_str("not an answer of this protocol"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for OpenAIError {
    fn from(fault: Fault) -> Self {
        Self::Boxed(Box::new(fault))
    }
}

/// The [`Fault`] inside an error of the client library, if it is one of ours.
pub(super) fn fault_of(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<Fault> {
    error.downcast_ref::<Fault>().copied()
}

/// Sends requests. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    client: Client,
}

impl Transport {
    /// `timeout` is the longest that one answer may take.
    ///
    /// # Errors
    /// If TLS can't be set up.
    pub fn new(timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_MAX.min(timeout))
            .timeout(timeout)
            .user_agent(concat!("LinguaGlow/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client })
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }
}

/// Reads the whole body, never holding more than the limit.
async fn read(response: &mut Response) -> Result<Vec<u8>, OpenAIError> {
    let limit = u64::try_from(BODY_MAX).unwrap_or(u64::MAX);
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(Fault::TooLong.into());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(Fault::TooLong.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// How long the server asks to wait: seconds, or a date by the server's own clock (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    let date = headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    Some(at.duration_since(date.unwrap_or_else(SystemTime::now)).unwrap_or_default())
}

/// Whether a 429 means an account without money rather than too many requests. OpenAI and compatible servers tell them
/// apart by a code, which is only compared.
async fn says_no_quota(response: &mut Response) -> bool {
    let Ok(body) = read(response).await else { return false };
    let Ok(said) = serde_json::from_slice::<serde_json::Value>(&body) else { return false };
    ["code", "type"].iter().any(|field| said["error"][field] == "insufficient_quota")
}

async fn exchange(client: Client, request: HttpRequestFactory) -> Result<Response, OpenAIError> {
    let mut response = client.execute(request.build().await?).await?;
    let status = response.status();
    if !status.is_success() {
        if status.as_u16() == 429 && says_no_quota(&mut response).await {
            return Err(Fault::NoQuota.into());
        }
        // The rest of a refusal may quote the key, so it is dropped.
        return Err(Fault::Status { status: status.as_u16(), retry_after: retry_after(response.headers()) }.into());
    }
    let body = read(&mut response).await?;
    if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
        return Err(Fault::NotJson.into());
    }
    let mut answer = http::Response::new(body);
    answer.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    Ok(answer.into())
}

impl Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        Box::pin(exchange(self.client.clone(), request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_time_to_wait_is_read_in_seconds_and_as_a_date() {
        let wait = |all: &[(&'static str, &'static str)]| retry_after(&headers(all));
        assert_eq!(wait(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(wait(&[("retry-after", "Wed, 21 Oct 2015 07:28:09 GMT"), date]), Some(Duration::from_secs(9)));
        assert_eq!(wait(&[("retry-after", "Wed, 21 Oct 2015 07:27:00 GMT"), date]), Some(Duration::ZERO));
        // Long past by our own clock.
        assert_eq!(wait(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]), Some(Duration::ZERO));
        for bad in ["", "-1", "soon", "1.5"] {
            assert_eq!(retry_after(&[(RETRY_AFTER, bad.parse().unwrap())].into_iter().collect()), None, "{bad}");
        }
        assert_eq!(wait(&[]), None);
    }
}
