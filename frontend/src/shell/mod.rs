//! The frame around the pages of a logged-in user.

mod guard;
mod rail;

pub use guard::Guard;
pub use rail::{Shell, for_teachers, log_out};
