//! Local tasks: a blank one can't be marked, so the server accepts a task only once it is complete. Until then it is in
//! its place on the page, and in this browser's storage.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use types::{
    evidence::GateReport,
    ids::{LessonId, SectionId, TaskId},
    lesson::{CreateTask, Lesson, MoveTask, Origin, Task, UpdateTask},
    locale::Key,
    tasks::TaskBody,
};

use super::{
    autosave::{Failure, KeptDraft, Saver, State},
    model::{AddAt, Builder},
    places::{self, Place},
    saving::now_ms,
    scroll,
};
use crate::{
    api::{self, Answer},
    i18n::{t, t_with},
    state::unsaved::list_name,
    tasks::kind_info,
    web,
};

/// The stored place of a local task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct LocalTask {
    id: TaskId,
    section: SectionId,
    after: Option<TaskId>,
    kind: String,
}

fn blank(id: TaskId, section: SectionId, kind: &str, now: DateTime<Utc>) -> Option<Task> {
    Some(Task {
        id,
        section_id: section,
        title: t(kind_info(kind)?.name).to_owned(),
        instructions: String::new(),
        body: TaskBody::blank(kind)?,
        origin: Origin::teacher(),
        evidence: GateReport::default(),
        revision: 0,
        updated_at: now,
    })
}

fn stored_places(lesson: LessonId) -> Vec<LocalTask> {
    let kept = web::stored(&list_name(lesson)).and_then(|json| types::json::from_str(&json).ok());
    kept.unwrap_or_default()
}

impl Builder {
    /// Whether the server has never had the task.
    pub fn is_local(self, id: TaskId) -> bool {
        self.savers.with_untracked(|savers| savers.get(&id).is_some_and(Saver::is_new))
    }

    /// Whether the server doesn't have the task: it never had, or the task was deleted elsewhere.
    pub fn is_only_here(self, id: TaskId) -> bool {
        self.savers.with_untracked(|savers| {
            savers.get(&id).is_some_and(|saver| saver.is_new() || saver.state() == State::Gone)
        })
    }

    /// Adds a blank task of a kind and opens it for editing.
    pub fn add_blank(self, kind: &str, at: AddAt) {
        let id = TaskId(web::fresh_uuid());
        let Some(task) = blank(id, at.section, kind, web::now()) else { return };
        let after = at.after.or_else(|| self.last_of(at.section));
        self.savers.update(|savers| {
            savers.insert(id, Saver::new(&task));
        });
        self.lesson.update(|lesson| places::put(lesson, task, after));
        self.edit(id);
        scroll::show_task(id);
    }

    pub(super) fn last_of(self, section: SectionId) -> Option<TaskId> {
        self.lesson.with_untracked(|lesson| {
            lesson.sections.iter().find(|s| s.id == section).and_then(|s| s.tasks.last()).map(|task| task.id)
        })
    }

    /// A place in terms of the tasks that the server knows.
    pub(super) fn known_place(self, place: Place) -> Place {
        self.lesson.with_untracked(|lesson| places::without_local(lesson, place, |id| self.is_local(id)))
    }

    /// The call that saves a task; the first save creates it in its current place.
    pub(super) fn save_call(
        self,
        id: TaskId,
        body: UpdateTask,
    ) -> impl Future<Output = Answer<Task>> + use<> + 'static {
        let lesson = self.lesson.with_untracked(|lesson| lesson.id);
        let place = self.lesson.with_untracked(|lesson| places::place_of(lesson, id));
        let place = place.map(|place| self.known_place(place));
        async move {
            if body.revision > 0 {
                return api::tasks::update(id, body).await;
            }
            let Some(Place { section, after }) = place else { return Err(api::ApiError::Aborted) };
            let new = CreateTask {
                id: Some(id),
                section_id: section,
                after,
                title: body.title,
                instructions: body.instructions,
                body: body.body,
            };
            let made = api::tasks::create(lesson, new).await?;
            if after.is_some() {
                return Ok(made);
            }
            // Created without a predecessor it is put last; it belongs first.
            api::tasks::move_to(id, MoveTask { section_id: section, after: None }).await
        }
    }

    /// The server's lesson with what exists only here put in its places: new tasks, and tasks that were deleted
    /// elsewhere while they were being written. What becomes of the latter is for their author to decide.
    pub(super) fn with_local(self, mut lesson: Lesson) -> Lesson {
        let local: Vec<(Task, Place)> = self.lesson.with_untracked(|now| {
            let mine = now.tasks().filter(|task| self.is_local(task.id) || self.is_unsaved(task.id));
            mine.filter_map(|task| Some((task.clone(), places::place_of(now, task.id)?))).collect()
        });
        for (mut task, place) in local {
            if places::task(&lesson, task.id).is_some() {
                continue;
            }
            if !self.is_local(task.id) {
                self.savers.update(|savers| {
                    if let Some(saver) = savers.get_mut(&task.id) {
                        saver.failed(Failure::Gone, now_ms());
                    }
                });
            }
            if !lesson.sections.iter().any(|section| section.id == place.section)
                && let Some(last) = lesson.sections.last()
            {
                task.section_id = last.id;
            }
            places::put(&mut lesson, task, place.after);
        }
        lesson
    }

    fn is_unsaved(self, id: TaskId) -> bool {
        self.savers.with_untracked(|savers| savers.get(&id).is_some_and(|saver| saver.kept().is_some()))
    }

    /// Stores their places in this browser; their contents are stored with the other drafts. Places that another tab
    /// has stored stay as long as their drafts do.
    pub(super) fn keep_local(self) {
        let (lesson, mut list) = self.lesson.with_untracked(|lesson| {
            let touched = |id: &TaskId| {
                self.savers.with_untracked(|savers| savers.get(id).is_some_and(|s| s.is_new() && s.kept().is_some()))
            };
            let list: Vec<LocalTask> = lesson
                .tasks()
                .filter(|task| touched(&task.id))
                .filter_map(|task| {
                    let place = self.known_place(places::place_of(lesson, task.id)?);
                    let kind = task.body.kind().to_owned();
                    Some(LocalTask { id: task.id, section: place.section, after: place.after, kind })
                })
                .collect();
            (lesson.id, list)
        });
        let others = stored_places(lesson).into_iter().filter(|local| {
            let is_ours = self.savers.with_untracked(|savers| savers.contains_key(&local.id));
            !is_ours && web::stored(&self.draft_name(local.id)).is_some()
        });
        list.extend(others);
        match serde_json::to_string(&list) {
            Ok(json) if !list.is_empty() => web::store(&list_name(lesson), &json),
            Ok(_) | Err(_) => web::forget(&list_name(lesson)),
        }
    }

    /// Restores the local tasks that an earlier page left behind, and returns their number.
    pub(super) fn recall_local(self) -> usize {
        let id = self.lesson.with_untracked(|lesson| lesson.id);
        let mut found = 0;
        for local in stored_places(id) {
            if self.task_now(local.id).is_some() {
                continue;
            }
            let Some(json) = web::stored(&self.draft_name(local.id)) else { continue };
            let (Ok(draft), Some(task)) =
                (types::json::from_str::<KeptDraft>(&json), blank(local.id, local.section, &local.kind, web::now()))
            else {
                continue;
            };
            let mut saver = Saver::new(&task);
            saver.recall(&draft, now_ms());
            self.savers.update(|savers| {
                savers.insert(local.id, saver);
            });
            self.lesson.update(|lesson| places::put(lesson, task, local.after));
            found += 1;
        }
        found
    }

    /// Removes a local task.
    pub(super) fn remove_local(self, id: TaskId) -> Option<(Task, Place, Saver)> {
        let place = self.lesson.with_untracked(|lesson| places::place_of(lesson, id))?;
        let next = self.lesson.with_untracked(|lesson| places::neighbour(lesson, id));
        if self.editing.get_untracked() == Some(id) {
            self.editing.set(None);
        }
        let task = self.lesson.try_update(|lesson| places::remove(lesson, id)).flatten()?;
        let saver = self.savers.try_update(|savers| savers.remove(&id)).flatten()?;
        web::forget(&self.draft_name(id));
        self.keep_local();
        self.selected.set(next);
        Some((task, place, saver))
    }

    /// Removes a local task, with Undo.
    pub(super) fn delete_local(self, id: TaskId) {
        let Some((task, place, saver)) = self.remove_local(id) else { return };
        self.app.toasts.undo(t_with(Key::BuilderDeleted, &[("title", &saver.draft().title)]), move || {
            if self.is_gone() {
                return;
            }
            self.savers.update(|savers| {
                savers.insert(id, saver.clone());
            });
            self.lesson.update(|lesson| places::put(lesson, task.clone(), place.after));
            self.keep(id);
            self.select(id);
        });
    }

    /// Removes a blank task in which nothing was written.
    pub(super) fn drop_untouched(self, id: TaskId) {
        let is_untouched = self
            .savers
            .with_untracked(|savers| savers.get(&id).is_some_and(|saver| saver.is_new() && !saver.is_dirty()));
        if is_untouched {
            self.remove_local(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use types::lesson::TaskBodyInput;

    use super::*;

    #[test]
    fn where_a_new_task_stands_survives_the_browsers_storage() {
        let local = LocalTask {
            id: TaskId(uuid::Uuid::from_u128(1)),
            section: SectionId(uuid::Uuid::from_u128(2)),
            after: None,
            kind: "matching".into(),
        };
        let json = serde_json::to_string(std::slice::from_ref(&local)).unwrap();
        assert_eq!(serde_json::from_str::<Vec<LocalTask>>(&json).unwrap(), [local]);
    }

    #[test]
    fn a_blank_task_is_what_the_server_would_refuse() {
        let blank = |kind| blank(TaskId(uuid::Uuid::nil()), SectionId(uuid::Uuid::nil()), kind, DateTime::UNIX_EPOCH);
        let task = blank("gap_fill").unwrap();
        assert!(task.revision == 0 && !task.body.validate().is_empty());
        assert_eq!(TaskBodyInput::from(&task.body).kind, "gap_fill");
        assert!(blank("hologram").is_none());
    }
}
