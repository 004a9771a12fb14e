//! The client of a language model behind any OpenAI-compatible address. What it says is data: parsed strictly, limited,
//! cleaned of markup and checked before anybody sees it.

mod ask;
mod breaker;
mod clean;
pub(crate) mod prompt;
mod reply;
mod schema;
mod transport;

use std::{fmt, time::Duration};

pub use ask::Model;
pub(crate) use clean::{short, text};
pub(crate) use prompt::Request;

use crate::made::Made;

/// The version of prompts and drafts: told with every task that a model wrote.
pub(crate) const PROMPT_VERSION: &str = "prompt-1";

/// A language model's server.
#[derive(Clone)]
pub struct ModelConfig {
    /// The base address, up to and with `/v1`.
    pub url: String,
    pub key: String,
    /// The model's name there.
    pub model: String,
    /// How long one answer may take.
    pub timeout: Duration,
    /// The most questions at a time.
    pub parallel: usize,
}

impl fmt::Debug for ModelConfig {
    /// Without key and address: this may be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelConfig").field("model", &self.model).finish_non_exhaustive()
    }
}

/// What a model fills in for a kind of task, and what becomes of it.
pub(crate) trait Draft: serde::de::DeserializeOwned + schemars::JsonSchema + Send {
    const KIND: &'static str;

    /// What the model is told to write.
    fn instructions(request: &Request<'_>) -> String;

    /// The content, or what is wrong with the draft. Items over the count asked for are dropped.
    ///
    /// # Errors
    /// [`DraftFault`] in words that a model can mend the draft by.
    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault>;
}

/// What is wrong with a draft: where, and what should be there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftFault {
    pub path: &'static str,
    pub what: &'static str,
}

impl DraftFault {
    pub fn new(path: &'static str, what: &'static str) -> Self {
        Self { path, what }
    }
}

impl fmt::Display for DraftFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}
