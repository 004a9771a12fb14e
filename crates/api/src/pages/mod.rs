//! Pages that the server renders itself: what a phone must show before a program of the browser can have come.

mod html;
pub mod join;
