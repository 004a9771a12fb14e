//! One file per domain, with routes, requests, responses and what the handlers call.

pub mod accounts;
pub mod class_runs;
pub mod classes;
pub mod courses;
pub mod files;
pub mod generation;
pub mod health;
pub mod invitations;
pub mod lessons;
pub mod me;
pub mod sections;
pub mod tasks;
