//! The types that server and browser share: ids, problems, accounts, lessons, tasks and their marking.
//!
//! Nothing here does I/O or depends on a web framework, a database or a browser; it builds for wasm32.

pub mod account;
pub mod classroom;
pub mod clients;
pub mod evidence;
pub mod files;
pub mod generation;
pub mod ids;
pub mod json;
pub mod lesson;
pub mod levels;
pub mod locale;
pub mod marks;
#[cfg(feature = "server")]
pub mod names;
pub mod page;
pub mod print;
pub mod problem;
pub mod shuffle;
pub mod tasks;
pub mod text;
pub mod typed;
