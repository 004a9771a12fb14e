//! Built-in language data: the authored topic pack, word forms, word levels, and the lint that checks them all.
//!
//! Everything is compiled in and parsed once; only [`Levels::with_table`] does I/O.

mod blocklist;
mod example;
mod find;
mod fits;
mod forms;
mod irregular;
mod lemmas;
mod levels;
mod lint;
mod near;
mod pack;
mod solver;
mod surface;
mod variants;

pub use blocklist::is_blocked;
pub use example::Example;
pub use find::{Near, TopicMatch, find_topic};
pub use fits::{Slot, agrees, agrees_in, could_fill, near_in_meaning, related};
pub use forms::{
    Form, article, comparative, forms_of, ing, is_irregular, participles, past, past_plural, plural, superlative,
    third_person,
};
pub use lemmas::lemmas_of;
pub use levels::{Levels, LevelsError};
pub use lint::{LintFault, NAMES, lint};
pub use near::neighbours;
pub use pack::{DrillSentence, Entry, Pack, Passive, Phrase, Pos, TimeKind, Topic, pack};
pub use solver::{Matching, count_assignments};
pub use surface::{Reading, readings_of};
pub use variants::american;
