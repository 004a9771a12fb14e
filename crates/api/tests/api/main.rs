//! The API over HTTP, on a real PostgreSQL. One program: each more would be linked with everything, for seconds, and
//! would run after the others instead of beside them.

#![allow(clippy::unwrap_used, reason = "a test may unwrap: that is how it fails")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod authorization;
mod examples;
mod files;
mod first_lesson;
mod generation;
mod interrupted;
mod lessons;
mod model_lesson;
mod private_database;
mod problems;
mod queries;
mod safety;
mod schema;
mod slow_bodies;
