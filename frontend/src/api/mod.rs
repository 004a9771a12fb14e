//! Client for the REST API: one request builder, and a file of functions per domain.
//!
//! A request lives as long as its future: dropping the future aborts it, and [`crate::state::Scope`] drops
//! the futures of a page when the page goes.

use std::{cell::RefCell, rc::Rc};

use futures::{
    future::{Either, select},
    pin_mut,
};
use gloo_net::http::{Method, RequestBuilder};
use serde::{Serialize, de::DeserializeOwned};
use types::problem::{FieldError, Problem, ProblemCode};
use web_sys::AbortController;

use crate::web;

pub mod account;
pub mod classes;
pub mod courses;
pub mod files;
pub mod generation;
pub mod lessons;
pub mod tasks;

/// Base path of the API.
pub const BASE: &str = "/api/v1";

/// A request with no answer after this long counts as offline.
const DEADLINE_MS: u32 = 30_000;
/// Deadline for uploads: a photo over a bad network takes longer.
const FILE_DEADLINE_MS: u32 = 120_000;

/// Why a request failed.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// The server refused, and says why.
    Problem(Box<Problem>),
    /// The server could not be reached, or did not answer in time.
    Offline,
    /// The page that made the request is gone.
    Aborted,
    /// An answer that can't be parsed: from another program, or another version.
    Other,
}

pub type Answer<T> = Result<T, ApiError>;

impl ApiError {
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Offline | Self::Aborted | Self::Other => None,
        }
    }

    pub fn code(&self) -> Option<ProblemCode> {
        self.problem().map(|problem| problem.code)
    }

    /// Errors of individual fields.
    pub fn fields(&self) -> &[FieldError] {
        self.problem().map_or(&[], |problem| &problem.errors)
    }

    /// After a stale write: the current value on the server.
    pub fn current<T: DeserializeOwned>(&self) -> Option<T> {
        self.problem().and_then(|problem| types::json::from_value(problem.current.clone()?).ok())
    }
}

thread_local! {
    static LOGGED_OUT: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Sets what to do when the server no longer recognises the session. Called once, by the app's root.
pub(crate) fn on_logged_out(then: impl Fn() + 'static) {
    LOGGED_OUT.set(Some(Rc::new(then)));
}

/// Builder for one request.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    method: Method,
    url: String,
    body: Option<Body>,
    /// The caller handles an expired session.
    quiet: bool,
}

#[derive(Debug)]
enum Body {
    Json(String),
    File(web_sys::File),
}

impl Request {
    fn new(method: Method, path: impl AsRef<str>) -> Self {
        Self { method, url: format!("{BASE}{}", path.as_ref()), body: None, quiet: false }
    }

    pub fn get(path: impl AsRef<str>) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: impl AsRef<str>) -> Self {
        Self::new(Method::POST, path)
    }

    pub fn put(path: impl AsRef<str>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub fn patch(path: impl AsRef<str>) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub fn delete(path: impl AsRef<str>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.push(if self.url.contains('?') { '&' } else { '?' });
        self.url.push_str(name);
        self.url.push('=');
        self.url.push_str(&percent_encode(value));
        self
    }

    /// Adds a query parameter if there is a value.
    pub fn query_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    pub fn json(mut self, body: &impl Serialize) -> Self {
        // Our own types have string keys and no failing serializers.
        self.body = Some(Body::Json(serde_json::to_string(body).expect("a DTO is JSON")));
        self
    }

    /// Sends a file as the body, unchanged.
    pub fn file(mut self, file: web_sys::File) -> Self {
        self.body = Some(Body::File(file));
        self
    }

    /// Reports an expired session to the caller only, not to the whole app.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Sends the request and parses the answer.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn send<T: DeserializeOwned>(self) -> Answer<T> {
        let url = self.url.clone();
        let text = self.text().await?;
        types::json::from_str(&text).map_err(|error| {
            web::log_error(&format!("{url}: {error}"));
            ApiError::Other
        })
    }

    /// Sends a request whose answer has no body.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn done(self) -> Answer<()> {
        self.text().await.map(|_| ())
    }

    async fn text(self) -> Answer<String> {
        let abort = AbortOnDrop::new();
        let quiet = self.quiet;
        let request = RequestBuilder::new(&self.url)
            .method(self.method)
            .header("Accept", "application/json, application/problem+json")
            .abort_signal(abort.signal().as_ref());
        let patience = if matches!(self.body, Some(Body::File(_))) { FILE_DEADLINE_MS } else { DEADLINE_MS };
        let request = match self.body {
            Some(Body::Json(text)) => request.header("Content-Type", "application/json").body(text),
            Some(Body::File(file)) => {
                // A file that the system doesn't recognise has no type; the server looks at its bytes.
                let known = Some(file.type_()).filter(|media| media.starts_with("image/"));
                request.header("Content-Type", known.as_deref().unwrap_or("image/unknown")).body(file)
            }
            None => request.build(),
        };
        let exchange = async {
            let response = request.map_err(broken)?.send().await.map_err(broken)?;
            let text = response.text().await.map_err(broken)?;
            Ok((response.status(), text))
        };
        let deadline = gloo_timers::future::TimeoutFuture::new(patience);
        pin_mut!(exchange);
        let answer = match select(exchange, deadline).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(ApiError::Offline),
        };
        let (status, text) = answer?;
        abort.finished();
        if (200..300).contains(&status) {
            return Ok(text);
        }
        let error = read_error(&text);
        // An expired session concerns the whole app; a wrong password has its own code and stays with its form.
        if !quiet
            && error.code() == Some(ProblemCode::NotLoggedIn)
            && let Some(then) = LOGGED_OUT.with_borrow(Clone::clone)
        {
            then();
        }
        Err(error)
    }
}

/// Parses an error's body: a problem of ours, or something from a proxy in between.
fn read_error(body: &str) -> ApiError {
    types::json::from_str(body).map_or(ApiError::Other, |problem| ApiError::Problem(Box::new(problem)))
}

fn broken(error: gloo_net::Error) -> ApiError {
    match error {
        gloo_net::Error::JsError(error) if error.name == "AbortError" => ApiError::Aborted,
        gloo_net::Error::JsError(_) | gloo_net::Error::GlooError(_) | gloo_net::Error::SerdeError(_) => {
            ApiError::Offline
        }
    }
}

/// Aborts the exchange when its future is dropped.
struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }

    fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Encodes a parameter's value: everything but the unreserved characters of RFC 3986.
pub fn percent_encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_encoded_and_joined() {
        let request = Request::get("/lessons").query("q", "a b&c=ж").query_if("course", None).query("limit", "5");
        assert_eq!(request.url, "/api/v1/lessons?q=a%20b%26c%3D%D0%B6&limit=5");
    }

    #[test]
    fn a_problem_is_read_and_anything_else_is_not_shown() {
        let problem = Problem::new(ProblemCode::EmailTaken);
        let body = serde_json::to_string(&problem).unwrap();
        assert_eq!(read_error(&body), ApiError::Problem(Box::new(problem)));
        assert_eq!(read_error("<h1>502 Bad Gateway</h1>"), ApiError::Other);
    }

    #[test]
    fn a_stale_write_brings_what_stands_now() {
        let mut problem = Problem::new(ProblemCode::Stale);
        problem.current = Some(serde_json::json!({"revision": 4}));
        let current: Option<types::lesson::Revision> = ApiError::Problem(Box::new(problem)).current();
        assert_eq!(current.unwrap().revision, 4);
        assert_eq!(ApiError::Offline.current::<types::lesson::Revision>(), None);
    }
}
