//! Words for what travels as a code: problems, faults of fields, levels, languages, times.

mod languages;
mod problems;
mod time;

pub use languages::{explained_in, language, only};
pub use problems::{field, problem};
pub use time::{edited, moment, with_day};
