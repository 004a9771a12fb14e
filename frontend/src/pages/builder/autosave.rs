//! Autosave of one task, as a state machine that needs no browser: it takes events and says what to send. One save at a
//! time; nobody's work is overwritten silently; what the server doesn't have yet is kept here.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{
    evidence::GateReport,
    ids::{SectionId, TaskId},
    lesson::{Origin, Task, TaskBodyInput, UpdateTask, validate_task_texts},
    problem::FieldError,
    tasks::TaskBody,
};

use super::history::Written;

/// Pause after the last change before a save, in milliseconds.
pub const PAUSE_MS: f64 = 800.0;
/// Wait after the first failed save, in milliseconds; it doubles with each further failure.
const BACK_OFF_MS: f64 = 2_000.0;
const BACK_OFF_MAX_MS: f64 = 60_000.0;

/// Why a save failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// No connection, or trouble on the server: it is retried.
    Later { offline: bool },
    /// Somebody changed it in between.
    Stale(Box<Task>),
    /// The server rejects it as it is.
    Refused(Vec<FieldError>),
    /// The task no longer exists.
    Gone,
}

/// The save state that the page shows.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Saved,
    /// Will be sent in a moment.
    Waiting,
    Saving,
    /// Incomplete: kept here, sent once complete.
    Unfinished,
    /// Kept here; retried automatically. `offline`: no connection, else trouble on the server.
    Kept {
        offline: bool,
    },
    Conflict,
    Gone,
}

/// The saving of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Saver {
    revision: i32,
    saved: Written,
    draft: Written,
    in_flight: Option<Written>,
    /// When to send, by the page's clock, in milliseconds.
    due: Option<f64>,
    tries: u32,
    offline: bool,
    theirs: Option<Box<Task>>,
    refused: Vec<FieldError>,
    gone: bool,
}

/// A draft as stored in the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptDraft {
    revision: i32,
    title: String,
    instructions: String,
    kind: String,
    /// The content's format version, as in the database.
    #[serde(default = "first_version")]
    version: i16,
    content: Value,
}

fn first_version() -> i16 {
    1
}

impl KeptDraft {
    /// Whether the server has never had the task.
    pub fn is_new(&self) -> bool {
        self.revision == 0
    }

    fn written(&self) -> Written {
        Written {
            title: self.title.clone(),
            instructions: self.instructions.clone(),
            body: TaskBody::from_stored(&self.kind, self.version, self.content.clone()),
        }
    }

    /// Turns the draft of a deleted task into a task to show and its saver, which knows that the task is gone.
    pub fn of_deleted(&self, id: TaskId, section: SectionId, now: DateTime<Utc>) -> (Task, Saver) {
        let draft = self.written();
        let task = Task {
            id,
            section_id: section,
            title: draft.title.clone(),
            instructions: draft.instructions.clone(),
            body: TaskBody::blank(&self.kind).unwrap_or_else(|| draft.body.clone()),
            origin: Origin::teacher(),
            evidence: GateReport::default(),
            revision: self.revision,
            updated_at: now,
        };
        let saver = Saver { draft, gone: true, ..Saver::new(&task) };
        (task, saver)
    }
}

/// All faults of a task, with the server's paths.
pub fn faults(written: &Written) -> Vec<FieldError> {
    let mut faults = validate_task_texts(&written.title, &written.instructions);
    faults.extend(written.body.validate().into_iter().map(|error| FieldError {
        path: if error.path.is_empty() { "body.content".to_owned() } else { format!("body.content.{}", error.path) },
        ..error
    }));
    faults
}

impl Saver {
    pub fn new(task: &Task) -> Self {
        let saved = Written::from(task);
        Self {
            revision: task.revision,
            draft: saved.clone(),
            saved,
            in_flight: None,
            due: None,
            tries: 0,
            offline: false,
            theirs: None,
            refused: Vec::new(),
            gone: false,
        }
    }

    /// Whether the server has never had the task: its first save creates it.
    pub fn is_new(&self) -> bool {
        self.revision == 0
    }

    pub fn draft(&self) -> &Written {
        &self.draft
    }

    pub fn theirs(&self) -> Option<&Task> {
        self.theirs.as_deref()
    }

    /// What the server rejected, until it is changed.
    pub fn refused(&self) -> &[FieldError] {
        &self.refused
    }

    /// Whether there is something here that the server does not have.
    pub fn is_dirty(&self) -> bool {
        self.draft != self.saved || self.in_flight.is_some()
    }

    pub fn state(&self) -> State {
        if self.gone {
            State::Gone
        } else if self.theirs.is_some() {
            State::Conflict
        } else if self.in_flight.is_some() {
            State::Saving
        } else if self.draft == self.saved && !self.is_new() {
            State::Saved
        } else if !self.refused.is_empty() || !faults(&self.draft).is_empty() {
            State::Unfinished
        } else if self.tries > 0 {
            State::Kept { offline: self.offline }
        } else {
            State::Waiting
        }
    }

    /// Takes a change by the author.
    pub fn write(&mut self, draft: Written, now: f64) {
        if draft == self.draft {
            return;
        }
        self.draft = draft;
        self.refused.clear();
        if self.draft == self.saved && self.in_flight.is_none() {
            self.due = None;
            self.tries = 0;
        } else if self.tries == 0 || self.due.is_none() {
            // After a failed attempt the back-off continues: typing must not hammer a server that is down.
            self.due = Some(now + PAUSE_MS);
        }
    }

    /// Stops waiting: the editor was closed, or the network is back.
    pub fn hurry(&mut self, now: f64) {
        if self.is_dirty() {
            self.due = Some(now);
        }
    }

    /// Milliseconds until [`Saver::next`] may have something to send.
    pub fn wait(&self, now: f64) -> Option<f64> {
        let can = self.in_flight.is_none() && self.theirs.is_none() && !self.gone && self.refused.is_empty();
        if can { self.due.map(|due| (due - now).max(0.0)) } else { None }
    }

    /// What to send now, if anything. The caller reports the result with [`Saver::took`] or [`Saver::failed`].
    pub fn next(&mut self, now: f64) -> Option<UpdateTask> {
        if self.wait(now)? > 0.0 {
            return None;
        }
        self.due = None;
        if self.draft == self.saved || !faults(&self.draft).is_empty() {
            return None;
        }
        self.in_flight = Some(self.draft.clone());
        Some(UpdateTask {
            revision: self.revision,
            title: self.draft.title.clone(),
            instructions: self.draft.instructions.clone(),
            body: TaskBodyInput::from(&self.draft.body),
        })
    }

    /// The save succeeded. Returns what the server had before, for undo.
    pub fn took(&mut self, task: &Task, now: f64) -> Option<Written> {
        let sent = self.in_flight.take()?;
        let before = std::mem::replace(&mut self.saved, Written::from(task));
        self.revision = task.revision;
        self.tries = 0;
        // The server may have added to it (the neighbours of a key): that is not a change by the author.
        if self.draft == sent {
            self.draft = self.saved.clone();
            self.due = None;
        } else {
            self.due = Some(now + PAUSE_MS);
        }
        Some(before)
    }

    pub fn failed(&mut self, failure: Failure, now: f64) {
        self.in_flight = None;
        match failure {
            Failure::Later { offline } => {
                self.offline = offline;
                self.tries += 1;
                let wait = BACK_OFF_MS * f64::from(2_u32.saturating_pow(self.tries.min(10) - 1));
                self.due = Some(now + wait.min(BACK_OFF_MAX_MS));
            }
            Failure::Stale(theirs) => {
                // The same was written in both places, or this save got through and only its answer was lost.
                if Written::from(&*theirs).is_like(&self.draft) {
                    self.adopt(&theirs);
                } else if Written::from(&*theirs).is_like(&self.saved) {
                    // Only its place or its evidence changed, by our own doing: send the same change again.
                    self.revision = theirs.revision;
                    self.due = Some(now);
                } else {
                    self.theirs = Some(theirs);
                    self.due = None;
                }
            }
            Failure::Refused(errors) => {
                self.refused = errors;
                self.due = None;
            }
            Failure::Gone => {
                self.gone = true;
                self.due = None;
            }
        }
    }

    /// The task was changed on the server by our own doing elsewhere (made again, moved), or was read again. Returns
    /// `true` if the draft follows it, so that an open editor has to start anew.
    pub fn read(&mut self, task: &Task) -> bool {
        if std::mem::take(&mut self.gone) && task.revision == self.revision {
            // Restored as it was: a draft that was kept without it is compared with it from now on.
            self.saved = Written::from(task);
        }
        if task.revision <= self.revision || self.in_flight.is_some() {
            return false;
        }
        if self.draft == self.saved {
            let follows = Written::from(task) != self.saved;
            self.adopt(task);
            return follows;
        }
        if Written::from(task).is_like(&self.saved) {
            // Only its place or its evidence changed: the draft continues from there.
            self.revision = task.revision;
        } else {
            self.theirs = Some(Box::new(task.clone()));
        }
        false
    }

    fn adopt(&mut self, task: &Task) {
        *self = Self::new(task);
    }

    /// Settles the conflict: mine is dropped.
    pub fn take_theirs(&mut self) {
        if let Some(theirs) = self.theirs.take() {
            self.adopt(&theirs);
        }
    }

    /// Settles the conflict: mine overwrites theirs, which the teacher has seen.
    pub fn keep_mine(&mut self, now: f64) {
        if let Some(theirs) = self.theirs.take() {
            self.revision = theirs.revision;
            self.saved = Written::from(&*theirs);
            self.tries = 0;
            self.due = Some(now);
        }
    }

    /// Discards what is not saved.
    pub fn discard(&mut self) {
        self.draft = self.saved.clone();
        self.refused.clear();
        self.due = None;
        self.tries = 0;
    }

    /// What to keep in the browser; `None` if the server has everything.
    pub fn kept(&self) -> Option<KeptDraft> {
        (self.draft != self.saved).then(|| KeptDraft {
            revision: self.revision,
            title: self.draft.title.clone(),
            instructions: self.draft.instructions.clone(),
            kind: self.draft.body.kind().to_owned(),
            version: self.draft.body.version(),
            content: self.draft.body.content(),
        })
    }

    /// Continues with what an earlier page kept. Returns whether it held anything that the server lacks.
    pub fn recall(&mut self, kept: &KeptDraft, now: f64) -> bool {
        let draft = kept.written();
        if draft.is_like(&self.saved) {
            return false;
        }
        if kept.revision < self.revision {
            let mut theirs = self.as_theirs();
            theirs.revision = self.revision;
            self.theirs = Some(Box::new(theirs));
        }
        self.draft = draft;
        self.due = Some(now);
        true
    }

    /// What the server has, as a task: to choose between two versions only its texts matter.
    fn as_theirs(&self) -> Task {
        Task {
            id: uuid::Uuid::nil().into(),
            section_id: uuid::Uuid::nil().into(),
            title: self.saved.title.clone(),
            instructions: self.saved.instructions.clone(),
            body: self.saved.body.clone(),
            origin: Origin::teacher(),
            evidence: GateReport::default(),
            revision: self.revision,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }
}

#[cfg(test)]
#[path = "autosave_tests.rs"]
mod tests;
