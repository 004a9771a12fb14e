//! Built-in language data: the authored topic pack, forms of words, word levels, and the lint that reads them all.

mod levels;

pub use levels::{Levels, LevelsError};
