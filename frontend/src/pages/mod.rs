//! The pages, a folder each.

pub mod builder;
pub mod classes;
pub mod classroom;
pub mod confirm_email;
pub mod first_admin;
pub mod forgot_password;
pub mod gate;
pub mod home;
pub mod lessons;
pub mod login;
pub mod not_found;
pub mod recover;
pub mod register;
pub mod report;
pub mod reset_password;
pub mod settings;
pub mod student;
