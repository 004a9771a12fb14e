//! The state that requests and jobs share.

use std::sync::Arc;

use documents::Printer;
use generation::Generator;
use lexicon::Levels;
use services::{files::Files, mail::Mailer};
use store::Store;

use crate::{activity::Activity, classroom::Classroom, config::Config, connections::Connections, limits::Limits};

/// The parts of a running server.
pub struct App {
    pub config: Config,
    pub store: Store,
    pub mailer: Mailer,
    pub files: Files,
    pub generator: Generator,
    pub levels: Arc<Levels>,
    pub printer: Printer,
    pub limits: Limits,
    pub connections: Arc<Connections>,
    pub activity: Activity,
    /// The base of the links in letters: `PUBLIC_URL` or, without it, the address we listen on. Never the request's
    /// host: whoever requests a letter could send its reader anywhere.
    pub letters_url: String,
    pub classroom: Classroom,
}

impl App {
    /// Closes the connections to the database; callers that wait for one get an error.
    pub fn close(&self) {
        self.store.close();
        self.classroom.close();
    }
}
