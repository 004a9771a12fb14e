//! The thread that rooms run on, with their database connections. On the program's shared threads, a room, its
//! connection and the database's answers would wake each other across threads, which costs more than all the room's
//! own work.

use std::{io, thread};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// A thread with a runtime, which ends when this is dropped.
pub struct RoomRuntime {
    handle: Handle,
    /// Dropping it ends the thread.
    _open: oneshot::Sender<()>,
}

impl RoomRuntime {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system can't start one.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (open, closed) = oneshot::channel::<()>();
        thread::Builder::new().name("rooms".to_owned()).spawn(move || {
            let _ = runtime.block_on(closed);
        })?;
        Ok(Self { handle, _open: open })
    }

    /// For spawning tasks on the thread.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}
