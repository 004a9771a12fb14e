//! What tests stand on: one private PostgreSQL a run, a database a test, a scripted language model, and readers for what the
//! program leaves behind and sends.

pub mod database;
pub mod model;
pub mod outbox;
pub mod redis;
pub mod wire;
