//! The connection to a class's room: it keeps proposals until the server has them, and comes back after any break.
//!
//! `pulse`, `pace` and `detour` decide without a browser, like `types::classroom::Journal`; `socket`, `database` and
//! `tabs` wrap the browser; `connection` joins them. Nothing goes through a 'latest message' signal: every frame is handed to the room as it
//! comes.

mod connection;
mod database;
mod detour;
mod pace;
mod pulse;
mod socket;
mod tabs;

pub use connection::{Link, Pending, RoomConnection, RoomUpdate};
pub use pulse::Saved;
