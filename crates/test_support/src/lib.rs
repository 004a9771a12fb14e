//! What tests stand on: one private PostgreSQL a run, a database a test, and readers for what the program leaves behind.

pub mod database;
pub mod outbox;
pub mod redis;
