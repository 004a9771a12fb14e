//! A live class: over real sockets, on a real PostgreSQL and a real Redis.

#![allow(clippy::unwrap_used, reason = "a test may unwrap: that is how it fails")]

#[path = "../support/mod.rs"]
mod support;

mod buses;
mod fold;
mod join;
mod join_page;
mod limits;
mod room;
mod storm;
mod taught;
