//! One file a domain: route, request, response and what is called, together.

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
