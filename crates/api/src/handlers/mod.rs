//! One file a domain: route, request, response and what is called, together.

pub mod accounts;
pub mod courses;
pub mod generation;
pub mod health;
pub mod lessons;
pub mod me;
pub mod sections;
pub mod tasks;
