//! The client of a language model behind any OpenAI-compatible address. What it says is data: parsed strictly, limited,
//! cleaned of markup and checked before anybody sees it.

mod ask;
mod breaker;
mod reply;
mod schema;

use std::{fmt, time::Duration};

pub use ask::Model;

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
