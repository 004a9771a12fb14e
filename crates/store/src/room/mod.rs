//! The log of a class run and the state derived from it: read as a whole, read from a `seq` on, and written in batches.

mod read;
mod write;

pub use read::RoomFacts;
pub(crate) use read::read;
pub use write::RoomTx;
