//! Clients of the outside world, a local default for each: mail and files go to a folder, the database is our own.

pub mod files;
pub mod mail;
pub mod pictures;
pub mod postgres;
pub mod private;
