//! What stands around the pages of somebody who is logged in.

mod guard;
mod rail;

pub use guard::Guard;
pub use rail::{Shell, for_teachers, log_out};
