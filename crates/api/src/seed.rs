//! The order in which a person sees a task's options.

use sha2::{Digest, Sha256};
use types::ids::{TaskId, UserId};

/// The seed for the order in which one person sees a task's options: the same each time they look.
#[must_use]
pub fn seed(task: TaskId, person: UserId) -> u64 {
    let digest = Sha256::new().chain_update(task.0.as_bytes()).chain_update(person.0.as_bytes()).finalize();
    digest.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}
