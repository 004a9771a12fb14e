//! What every request and job may use.

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
    /// What links in letters begin with: `PUBLIC_URL`, else where we listen. Never what a request calls us: whoever asks
    /// for a letter could send its reader anywhere.
    pub letters_url: String,
    pub classroom: Classroom,
}

impl App {
    /// Ends the connections to the database: who waits for one gets an error.
    pub fn close(&self) {
        self.store.close();
        self.classroom.close();
    }
}
