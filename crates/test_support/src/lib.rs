//! Test support: a private PostgreSQL per run, a database per test, a scripted language model, a Redis, and readers for
//! the mail and the SQL that the program sends.

pub mod database;
pub mod model;
pub mod outbox;
pub mod redis;
pub mod wire;
