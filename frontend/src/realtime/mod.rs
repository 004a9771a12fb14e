//! The connection to a class's room: it keeps proposals until the server has them, and comes back after any break.
//!
//! `pulse`, `pace` and `detour` decide without a browser, like `types::classroom::Journal`; `core` holds them and sends;
//! `socket`, `database` and `tabs` wrap the browser; `connection` joins them. Frames reach the page one by one, never
//! through a signal, which keeps only the last.

mod connection;
mod core;
mod database;
mod detour;
mod pace;
mod pulse;
mod socket;
mod tabs;

pub use connection::{Link, Pending, RoomConnection, RoomUpdate};
pub use pulse::Saved;
