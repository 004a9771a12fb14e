//! Undo and redo, carried out by the same calls that made the steps.

use leptos::prelude::*;
use types::{
    ids::TaskId,
    lesson::{TaskBodyInput, UpdateLesson, UpdateTask},
};

use super::{
    autosave::State,
    calls::Went,
    history::{Call, Direction, Step, Written},
    model::Builder,
};
use crate::{api, state::Step as Tried};

impl Builder {
    /// Undoes or redoes a step. What is being written is saved first, so that it is the step to be undone.
    pub fn travel(self, direction: Direction) {
        if let Some(id) = self.editing.get_untracked() {
            let is_unfinished = self.savers.try_update(|savers| {
                let saver = savers.get_mut(&id)?;
                (saver.state() == State::Unfinished).then(|| saver.discard())
            });
            if is_unfinished.flatten().is_some() {
                self.keep(id);
                self.begin_anew(id);
                return;
            }
            self.flush(id);
        }
        // An empty call: its turn comes when all earlier calls are done.
        self.ask(
            || async { Ok(()) },
            move |_| {
                if let Some(call) = self.history.try_update(|history| history.take(direction)).flatten() {
                    self.carry_out(call, move |went| match went {
                        Went::Done => {}
                        Went::Refused => self.history.update(|history| history.failed(direction)),
                        Went::Gone => self.history.update(|history| history.forget(direction)),
                    });
                }
            },
        );
    }

    /// A toast's own **Undo**. After the page is gone it still restores a deleted task or section.
    pub(super) fn take_back(self, step: &Step) {
        if self.is_gone() {
            let scope = self.app.scope;
            match step {
                Step::Delete(id) => {
                    let id = *id;
                    scope.spawn(async move { drop(api::tasks::restore(id).await) });
                }
                Step::DeleteSection(id) => {
                    let id = *id;
                    scope.spawn(async move { drop(api::lessons::restore_section(id).await) });
                }
                Step::Edit { .. }
                | Step::Move { .. }
                | Step::Add(_)
                | Step::Title { .. }
                | Step::Level { .. }
                | Step::AddSection(_)
                | Step::RenameSection { .. }
                | Step::MoveSection { .. } => {}
            }
            return;
        }
        if let Some(call) = self.history.try_update(|history| history.take_out(step)).flatten() {
            self.carry_out(call, |_| {});
        }
    }

    fn carry_out(self, call: Call, then: impl FnOnce(Went) + 'static) {
        match call {
            Call::Write(id, written) => self.write_back(id, *written, then),
            Call::Move(id, place) => self.move_quietly(id, place, then),
            Call::Delete(id) => self.delete_quietly(id, then),
            Call::Restore(id) => self.ask(
                move || api::tasks::restore(id),
                move |answer| {
                    if let Err(error) = &answer {
                        self.say(error);
                    } else {
                        self.keep(id);
                        self.select(id);
                        self.reload();
                    }
                    then(Went::of(&answer));
                },
            ),
            Call::Title(title) => self.change_lesson_then(move |change| change.title = Some(title.clone()), then),
            Call::Level(level) => self.change_lesson_then(move |change| change.level = Some(level), then),
            Call::DeleteSection(id) => self.delete_section_quietly(id, then),
            Call::RestoreSection(id) => self.ask(
                move || api::lessons::restore_section(id),
                move |answer| {
                    if let Err(error) = &answer {
                        self.say(error);
                    } else {
                        self.keep_all();
                        self.reload();
                    }
                    then(Went::of(&answer));
                },
            ),
            Call::RenameSection(id, title) => self.rename_quietly(id, title, then),
            Call::MoveSection(id, after) => self.move_section_quietly(id, after, then),
        }
    }

    fn change_lesson_then(self, set: impl Fn(&mut UpdateLesson) + 'static, then: impl FnOnce(Went) + 'static) {
        let before = self.lesson.with_untracked(|lesson| (lesson.title.clone(), lesson.level));
        self.change_lesson(set, None);
        // The next turn comes after that of the change itself: the lesson then shows how it went.
        self.ask(
            || async { Ok(()) },
            move |_| {
                let is_changed = self.lesson.with_untracked(|lesson| (lesson.title.clone(), lesson.level)) != before;
                then(if is_changed { Went::Done } else { Went::Refused });
            },
        );
    }

    fn write_back(self, id: TaskId, written: Written, then: impl FnOnce(Went) + 'static) {
        self.ask(
            move || async move {
                let revision = self.task_now(id).map_or(0, |task| task.revision);
                let body = UpdateTask {
                    revision,
                    title: written.title,
                    instructions: written.instructions,
                    body: TaskBodyInput::from(&written.body),
                };
                api::tasks::update(id, body).await
            },
            move |answer| {
                match &answer {
                    Ok(task) => {
                        self.put_task(task.clone());
                        self.select(id);
                        self.app.memory.did(Tried::Edited);
                    }
                    Err(error) => {
                        self.say(error);
                        self.reload();
                    }
                }
                then(Went::of(&answer));
            },
        );
    }
}
