//! Pages that the server renders itself: what a phone must show before a client program can have loaded.

mod html;
pub mod join;
