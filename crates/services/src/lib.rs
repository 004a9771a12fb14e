//! Clients of external services, each with a local default: mail and files go to a folder, the database is a private
//! one.

pub mod files;
pub mod mail;
pub mod pictures;
pub mod postgres;
pub mod private;
