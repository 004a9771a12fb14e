//! Texts for what is sent as a code: problems, field errors, levels, languages, times.

mod languages;
mod problems;
mod time;

pub use languages::{explained_in, language, only};
pub use problems::{field, problem};
pub use time::{edited, moment, with_day};
