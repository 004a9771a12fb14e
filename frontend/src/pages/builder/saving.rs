//! Autosave: connects the state machines of `autosave` to the clock, the server and the browser's storage.

use std::time::Duration;

use leptos::prelude::*;
use types::{
    ids::TaskId,
    lesson::{Task, UpdateTask},
    locale::Key,
    problem::ProblemCode,
};

use super::{
    autosave::{Failure, KeptDraft, Saver},
    history::{Step, Written},
    model::Builder,
    places,
};
use crate::{
    api::{self, ApiError},
    i18n::t,
    state::{Step as Tried, unsaved},
    web,
};

pub(super) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// What a failed save means for the draft.
fn failure(error: &ApiError) -> Failure {
    let later = Failure::Later { offline: false };
    match error {
        ApiError::Offline | ApiError::Aborted => Failure::Later { offline: true },
        ApiError::Other => later,
        ApiError::Problem(problem) => match (problem.code, error.current::<Task>()) {
            (ProblemCode::Stale, Some(theirs)) => Failure::Stale(Box::new(theirs)),
            (ProblemCode::NotFound, _) => Failure::Gone,
            (ProblemCode::Invalid | ProblemCode::Malformed | ProblemCode::TooLarge, _) => {
                Failure::Refused(problem.errors.clone())
            }
            (_, _) => later,
        },
    }
}

impl Builder {
    /// The name under which a draft is stored in this browser.
    pub(super) fn draft_name(self, id: TaskId) -> String {
        unsaved::draft_name(self.lesson.with_untracked(|lesson| lesson.id), id)
    }

    /// Opens a task's editor.
    pub fn edit(self, id: TaskId) {
        if let Some(open) = self.editing.get_untracked()
            && open != id
        {
            self.close_editor();
        }
        let Some(task) = self.task_now(id) else { return };
        self.savers.update(|savers| {
            savers.entry(id).or_insert_with(|| Saver::new(&task));
        });
        self.improving.set(None);
        self.select(id);
        self.editing.set(Some(id));
    }

    /// Closes the editor; changes are sent without waiting.
    pub fn close_editor(self) {
        if let Some(id) = self.editing.get_untracked() {
            self.flush(id);
            self.editing.set(None);
            self.history.update(super::history::History::end_sitting);
            self.drop_untouched(id);
        }
    }

    /// Takes a change by the author.
    pub fn write(self, id: TaskId, change: impl FnOnce(&mut Written)) {
        let Some(task) = self.task_now(id) else { return };
        self.savers.update(|savers| {
            let saver = savers.entry(id).or_insert_with(|| Saver::new(&task));
            let mut draft = saver.draft().clone();
            change(&mut draft);
            saver.write(draft, now_ms());
        });
        self.keep(id);
        self.schedule();
    }

    /// Sends what can be sent of a task.
    pub fn flush(self, id: TaskId) {
        self.savers.update(|savers| {
            if let Some(saver) = savers.get_mut(&id) {
                saver.hurry(now_ms());
            }
        });
        self.send_due();
    }

    /// Sends everything that can be sent, without waiting any longer.
    pub fn flush_all(self) {
        self.savers.update(|savers| savers.values_mut().for_each(|saver| saver.hurry(now_ms())));
        self.send_due();
    }

    /// Stores a draft in this browser until the server has it.
    pub(super) fn keep(self, id: TaskId) {
        let kept = self.savers.with_untracked(|savers| savers.get(&id).and_then(Saver::kept));
        match kept.and_then(|kept| serde_json::to_string(&kept).ok()) {
            Some(json) => web::store(&self.draft_name(id), &json),
            None => web::forget(&self.draft_name(id)),
        }
        self.keep_local();
    }

    /// Stores the drafts of all tasks that have any.
    pub(super) fn keep_all(self) {
        let ids: Vec<TaskId> = self.savers.with_untracked(|savers| savers.keys().copied().collect());
        ids.into_iter().for_each(|id| self.keep(id));
    }

    /// Restores what an earlier page could not save.
    pub fn recall(self) {
        let tasks: Vec<Task> = self.lesson.with_untracked(|lesson| lesson.tasks().cloned().collect());
        let mut found = self.recall_local() + self.recall_deleted();
        for task in tasks {
            let name = self.draft_name(task.id);
            let Some(kept) = web::stored(&name) else { continue };
            let mut saver = Saver::new(&task);
            let is_new = types::json::from_str::<KeptDraft>(&kept).is_ok_and(|kept| saver.recall(&kept, now_ms()));
            if is_new {
                found += 1;
                self.savers.update(|savers| {
                    savers.insert(task.id, saver);
                });
            } else {
                web::forget(&name);
            }
        }
        if found > 0 {
            self.app.toasts.say(t(Key::BuilderRecalled));
            self.send_due();
        }
    }

    /// Restores, at the lesson's end, the drafts of tasks that were deleted elsewhere meanwhile. What becomes of them
    /// is for their author to decide.
    fn recall_deleted(self) -> usize {
        let Some(section) = self.lesson.with_untracked(|lesson| lesson.sections.last().map(|section| section.id))
        else {
            return 0;
        };
        let mut found = 0;
        for id in unsaved::drafts_of(self.lesson.with_untracked(|lesson| lesson.id)) {
            if self.task_now(id).is_some() {
                continue;
            }
            let kept =
                web::stored(&self.draft_name(id)).and_then(|json| types::json::from_str::<KeptDraft>(&json).ok());
            // A task that the server has never had is in a separate list (`recall_local`).
            let Some(kept) = kept.filter(|kept| !kept.is_new()) else { continue };
            let (task, saver) = kept.of_deleted(id, section, web::now());
            self.savers.update(|savers| {
                savers.insert(id, saver);
            });
            let last = self.last_of(section);
            self.lesson.update(|lesson| places::put(lesson, task, last));
            found += 1;
        }
        found
    }

    /// Sets the timer for the next save that is due.
    fn schedule(self) {
        if let Some(timer) = self.save_timer.get_value() {
            timer.clear();
        }
        let now = now_ms();
        let wait =
            self.savers.with_untracked(|savers| savers.values().filter_map(|saver| saver.wait(now)).reduce(f64::min));
        let timer = wait.and_then(|wait| {
            let wait = Duration::from_secs_f64((wait / 1_000.0).clamp(0.0, 3_600.0));
            set_timeout_with_handle(
                move || {
                    if !self.is_gone() {
                        self.send_due();
                    }
                },
                wait,
            )
            .ok()
        });
        self.save_timer.set_value(timer);
    }

    pub(super) fn send_due(self) {
        let now = now_ms();
        let due: Vec<(TaskId, UpdateTask)> = self
            .savers
            .try_update(|savers| savers.iter_mut().filter_map(|(id, saver)| Some((*id, saver.next(now)?))).collect())
            .unwrap_or_default();
        for (id, body) in due {
            self.send(id, body);
        }
        self.schedule();
    }

    fn send(self, id: TaskId, body: UpdateTask) {
        let (call, name) = (self.save_call(id, body), self.draft_name(id));
        self.ask(
            move || async move {
                let answer = call.await;
                if answer.is_ok() && self.is_gone() {
                    web::forget(&name);
                }
                answer
            },
            move |answer| {
                match answer {
                    Ok(task) => self.took_save(id, task),
                    Err(error) => self.savers.update(|savers| {
                        if let Some(saver) = savers.get_mut(&id) {
                            saver.failed(failure(&error), now_ms());
                        }
                    }),
                }
                self.keep(id);
                self.schedule();
            },
        );
    }

    fn took_save(self, id: TaskId, task: Task) {
        let was_new = self.is_local(id);
        let before = self
            .savers
            .try_update(|savers| savers.get_mut(&id).and_then(|saver| saver.took(&task, now_ms())))
            .flatten();
        if let Some(before) = before {
            let after = Box::new(Written::from(&task));
            let edit = Step::Edit { task: id, before: Box::new(before), after };
            self.history.update(|history| history.push(if was_new { Step::Add(id) } else { edit }));
        }
        self.lesson.update(|lesson| {
            if let Some(there) = places::task_mut(lesson, id) {
                *there = task;
            }
        });
        self.app.memory.did(Tried::Edited);
    }

    /// Takes a task as the server has it now, by our own doing: an open editor follows it.
    pub(super) fn put_task(self, task: Task) {
        let id = task.id;
        let follows = self
            .savers
            .try_update(|savers| savers.get_mut(&id).is_some_and(|saver| saver.read(&task)))
            .unwrap_or_default();
        self.lesson.update(|lesson| {
            if let Some(there) = places::task_mut(lesson, id) {
                *there = task;
            }
        });
        if follows {
            self.begin_anew(id);
        }
    }

    pub fn take_theirs(self, id: TaskId) {
        self.savers.update(|savers| {
            if let Some(saver) = savers.get_mut(&id) {
                saver.take_theirs();
            }
        });
        self.keep(id);
        self.begin_anew(id);
        self.reload();
    }

    pub fn keep_mine(self, id: TaskId) {
        self.savers.update(|savers| {
            if let Some(saver) = savers.get_mut(&id) {
                saver.keep_mine(now_ms());
            }
        });
        self.send_due();
    }

    /// Restores a task that was deleted elsewhere, with its draft.
    pub fn put_back(self, id: TaskId) {
        self.ask(
            move || api::tasks::restore(id),
            move |answer| match answer {
                Ok(task) => {
                    self.put_task(task);
                    self.flush(id);
                    self.reload();
                }
                Err(error) => self.say(&error),
            },
        );
    }

    /// Discards a draft that could not be saved.
    pub fn discard(self, id: TaskId) {
        self.savers.update(|savers| {
            if let Some(saver) = savers.get_mut(&id) {
                saver.discard();
            }
        });
        self.keep(id);
        self.begin_anew(id);
        if self.is_only_here(id) {
            self.remove_local(id);
        }
    }

    /// The page is being left within the app: what is complete is sent now, the rest stays in this browser.
    pub fn leave(self) {
        let now = now_ms();
        let due: Vec<(TaskId, UpdateTask)> = self
            .savers
            .try_update_untracked(|savers| {
                savers
                    .iter_mut()
                    .filter_map(|(id, saver)| {
                        saver.hurry(now);
                        Some((*id, saver.next(now)?))
                    })
                    .collect()
            })
            .unwrap_or_default();
        for (id, body) in due {
            let (call, name) = (self.save_call(id, body), self.draft_name(id));
            self.app.scope.spawn(async move {
                if call.await.is_ok() {
                    web::forget(&name);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use types::problem::Problem;

    use super::*;

    fn problem(code: ProblemCode) -> ApiError {
        ApiError::Problem(Box::new(Problem::new(code)))
    }

    #[test]
    fn only_a_real_no_stops_the_saving() {
        assert_eq!(failure(&ApiError::Offline), Failure::Later { offline: true });
        assert_eq!(failure(&problem(ProblemCode::Internal)), Failure::Later { offline: false });
        assert_eq!(failure(&problem(ProblemCode::NotLoggedIn)), Failure::Later { offline: false });
        assert_eq!(failure(&problem(ProblemCode::NotFound)), Failure::Gone);
        assert_eq!(failure(&problem(ProblemCode::Invalid)), Failure::Refused(Vec::new()));
        assert_eq!(
            failure(&problem(ProblemCode::Stale)),
            Failure::Later { offline: false },
            "without the other's work"
        );
    }
}
