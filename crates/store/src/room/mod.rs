//! The log of a run and what follows from it: read whole, read from a place on, and written in batches.

mod read;
mod write;

pub use read::RoomFacts;
pub(crate) use read::read;
pub use write::{Batch, Done, NewAttempt, RoomTx};
