//! Clients of the outside world, a local default for each: mail goes to a folder, the database is our own.

pub mod mail;
pub mod postgres;
