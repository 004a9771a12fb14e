//! Follows generation: polls the lesson's runs while one is running, and reads in what is ready.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use types::{
    generation::Run,
    ids::{GenerationPartId, GenerationRunId, SectionId},
    locale::Key,
};

use super::{
    model::{AddAt, Builder},
    outline::{ends_polling, is_running, pause_ms, run_changes},
};
use crate::{
    api::{self, Answer},
    i18n::t,
};

impl Builder {
    /// Takes the first state of the runs, and polls while something is being generated.
    pub fn watch(self, runs: Vec<Run>) {
        self.took_runs(runs);
        self.poll();
    }

    fn poll(self) {
        let runs = self.runs.with_untracked(|runs| runs.iter().any(is_running));
        if !runs || self.is_polling.get_value() {
            return;
        }
        self.is_polling.set_value(true);
        self.scope.spawn(async move {
            let id = self.lesson.with_untracked(|lesson| lesson.id);
            let mut failures = 0;
            loop {
                TimeoutFuture::new(pause_ms(document().hidden(), failures)).await;
                match api::generation::runs(id).await {
                    Ok(runs) => {
                        failures = 0;
                        if !self.took_runs(runs) {
                            break;
                        }
                    }
                    Err(error) if ends_polling(&error) => {
                        self.app.toasts.error(&error);
                        break;
                    }
                    Err(_) => failures += 1,
                }
            }
            self.is_polling.set_value(false);
        });
    }

    /// Takes the result of a poll. Returns whether something is still running.
    fn took_runs(self, runs: Vec<Run>) -> bool {
        let changes = self.runs.with_untracked(|before| run_changes(before, &runs));
        if self.runs.with_untracked(|before| *before != runs) {
            self.runs.set(runs);
        }
        if changes.lesson_changed {
            self.reload();
        }
        if changes.finished {
            let failed = self.runs.with_untracked(|runs| runs.iter().any(|run| run.failed() > 0));
            self.app.toasts.say(t(if failed { Key::GenerationDoneSomeFailed } else { Key::GenerationDone }));
        }
        changes.running
    }

    /// Takes one run's newest state from the answer to a request.
    pub(super) fn took_run(self, run: Run) {
        let mut runs = self.runs.get_untracked();
        let keeps = is_running(&run) || run.failed() > 0;
        match runs.iter_mut().find(|known| known.id == run.id) {
            Some(known) => *known = run,
            None => runs.push(run),
        }
        if !keeps {
            // What was ready is already in the lesson, or will be once it is read.
            self.reload();
        }
        self.took_runs(runs);
        self.poll();
    }

    pub fn stop_run(self, id: GenerationRunId) {
        self.ask_run(move || api::generation::stop_run(id), |()| {});
    }

    /// Stops all running runs.
    pub fn stop_all(self) {
        let running: Vec<GenerationRunId> =
            self.runs.with_untracked(|runs| runs.iter().filter(|run| is_running(run)).map(|run| run.id).collect());
        for id in running {
            self.stop_run(id);
        }
    }

    pub fn retry_part(self, id: GenerationPartId) {
        self.ask_run(move || api::generation::retry_part(id), |()| {});
    }

    /// Dismisses a failed part.
    pub fn dismiss_part(self, id: GenerationPartId) {
        self.ask_run(move || api::generation::dismiss_part(id), |()| {});
    }

    /// Dismisses a failed part and opens a blank task of its kind in its place.
    pub fn write_myself(self, id: GenerationPartId, kind: String, section: SectionId) {
        let after = self.task_before(id);
        self.ask_run(
            move || api::generation::dismiss_part(id),
            move |()| {
                self.add_blank(&kind, AddAt { section, after });
            },
        );
    }

    /// The task before a part in its section.
    fn task_before(self, id: GenerationPartId) -> Option<types::ids::TaskId> {
        use super::outline::EntryId;
        self.outline.with_untracked(|sections| {
            sections.iter().find_map(|section| {
                let at = section.entries.iter().position(|entry| entry.id == EntryId::Part(id))?;
                section.entries[..at].iter().rev().find_map(|entry| match entry.id {
                    EntryId::Task(task) => Some(task),
                    EntryId::Part(_) => None,
                })
            })
        })
    }

    fn ask_run<F: Future<Output = Answer<Run>> + 'static>(
        self,
        call: impl FnOnce() -> F + 'static,
        then: impl FnOnce(()) + 'static,
    ) {
        self.ask(call, move |answer| match answer {
            Ok(run) => {
                self.took_run(run);
                then(());
            }
            Err(error) => self.app.toasts.error(&error),
        });
    }
}
