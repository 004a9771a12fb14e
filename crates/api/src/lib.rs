//! The server: REST under `/api/v1`, the client it hands out itself, and the jobs behind both.

pub mod activity;
pub mod auth;
pub mod classroom;
pub mod client;
pub mod config;
pub mod connections;
pub mod cursor;
pub mod database;
pub mod demo;
pub mod error;
pub mod extract;
pub mod files;
pub mod handlers;
pub mod jobs;
pub mod limits;
pub mod locale;
pub mod openapi;
pub mod pages;
pub mod passwords;
pub mod pdf;
pub mod qr;
pub mod router;
pub mod server;
pub mod state;
pub mod watch;
