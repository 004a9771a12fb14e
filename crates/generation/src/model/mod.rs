//! The client of a language model behind any OpenAI-compatible API. Its output is data: parsed strictly, limited in
//! size, stripped of markup and checked before anybody sees it.

mod ask;
mod breaker;
mod clean;
pub(crate) mod prompt;
mod reply;
mod schema;
mod transport;

use std::{borrow::Cow, fmt, time::Duration};

pub use ask::Model;
pub(crate) use clean::{short, text};
pub(crate) use prompt::Request;

use crate::made::Made;

/// The version of prompts and drafts, recorded with every task written by a model.
pub(crate) const PROMPT_VERSION: &str = "prompt-1";

/// How to reach a language model.
#[derive(Clone)]
pub struct ModelConfig {
    /// The base URL, up to and including `/v1`.
    pub url: String,
    pub key: String,
    /// The model's name on that server.
    pub model: String,
    /// The longest that one answer may take.
    pub timeout: Duration,
    /// Most concurrent requests.
    pub parallel: usize,
}

impl fmt::Debug for ModelConfig {
    /// Omits the key and the URL, so that it may be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelConfig").field("model", &self.model).finish_non_exhaustive()
    }
}

/// What a model fills in for a kind of task, and how that becomes a task.
pub(crate) trait Draft: serde::de::DeserializeOwned + schemars::JsonSchema + Send {
    const KIND: &'static str;

    /// The instructions for the model.
    fn instructions(request: &Request<'_>) -> String;

    /// Turns the draft into content. Items over the requested count are dropped.
    ///
    /// # Errors
    /// [`DraftFault`], in words that let the model correct the draft.
    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault>;
}

/// What is wrong with a draft: where, and what is expected instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftFault {
    pub path: &'static str,
    pub what: Cow<'static, str>,
}

impl DraftFault {
    pub fn new(path: &'static str, what: impl Into<Cow<'static, str>>) -> Self {
        Self { path, what: what.into() }
    }
}

impl fmt::Display for DraftFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}
