//! What the builder asks of the server. The page shows a change at once; one call goes at a time, in the order in
//! which things were done, and what the server refuses is taken back and said.

use std::pin::Pin;

use futures::{StreamExt as _, channel::mpsc};
use leptos::prelude::*;
use types::{
    generation::{GenerateTask, Regenerate},
    ids::{SectionId, TaskId},
    lesson::{
        CourseChoice, CreateSection, CreateTask, Lesson, MoveSection, TaskBodyInput, UpdateLesson, UpdateSection,
        UpdateTask,
    },
    levels::CefrLevel,
    locale::Key,
    problem::ProblemCode,
    tasks::TaskBody,
};

use super::{
    history::{Call, Direction, Step, Written},
    model::{AddAt, Builder},
    places::{self, Place, Way},
    scroll,
};
use crate::{
    api::{self, Answer, ApiError},
    i18n::{t, t_with},
    state::{AppState, Step as Tried},
    tasks::kind_info,
    web,
};

type Job = Pin<Box<dyn Future<Output = ()>>>;

/// Calls one after the other. What was begun goes on when the page is left.
#[derive(Clone, Copy)]
pub struct Queue(StoredValue<mpsc::UnboundedSender<Job>, LocalStorage>);

impl Queue {
    pub fn new(app: AppState) -> Self {
        let (sender, mut jobs) = mpsc::unbounded::<Job>();
        app.scope.spawn(async move {
            while let Some(job) = jobs.next().await {
                job.await;
            }
        });
        Self(StoredValue::new_local(sender))
    }

    fn push(self, job: impl Future<Output = ()> + 'static) {
        let job: Job = Box::pin(job);
        // The other end lives as long as the app.
        self.0.with_value(|sender| drop(sender.unbounded_send(job)));
    }
}

/// What to change of a lesson; the rest stays.
fn lesson_change(revision: i32) -> UpdateLesson {
    UpdateLesson { revision, title: None, topic: None, notes: None, level: None, course: None::<CourseChoice> }
}

impl Builder {
    /// The page has gone; its signals too.
    pub fn is_gone(self) -> bool {
        self.lesson.is_disposed()
    }

    /// Puts a call into the queue. `call` is made when its turn comes, so that it knows the newest revision.
    pub(super) fn ask<T: 'static, F: Future<Output = Answer<T>> + 'static>(
        self,
        call: impl FnOnce() -> F + 'static,
        then: impl FnOnce(Answer<T>) + 'static,
    ) {
        self.pending.update(|pending| *pending += 1);
        self.queue.push(async move {
            if self.is_gone() {
                // Nobody is there to be told, but what was asked for is still done.
                let _ = call().await;
                return;
            }
            let answer = call().await;
            if self.is_gone() {
                return;
            }
            self.pending.update(|pending| *pending = pending.saturating_sub(1));
            self.heard(&answer);
            then(answer);
            if self.wants_reload.get_value() {
                self.reload();
            }
        });
    }

    /// Notes whether the server can be reached, and when it last had everything.
    fn heard<T>(self, answer: &Answer<T>) {
        let is_offline = matches!(answer, Err(ApiError::Offline));
        if self.unreachable.get_untracked() != is_offline {
            self.unreachable.set(is_offline);
        }
        if answer.is_ok() {
            self.saved_at.set(Some(web::now()));
        }
    }

    fn say(self, error: &ApiError) {
        self.app.toasts.error(error);
    }

    // ---------- reading ----------

    /// Reads the lesson anew; while calls are under way, when they are through.
    pub fn reload(self) {
        if self.pending.get_untracked() > 0 {
            self.wants_reload.set_value(true);
            return;
        }
        self.wants_reload.set_value(false);
        self.scope.spawn(async move {
            let id = self.lesson.with_untracked(|lesson| lesson.id);
            let answer = api::lessons::get(id).await;
            if self.pending.get_untracked() > 0 || self.wants_reload.get_value() {
                // Something was done meanwhile: this answer may be older.
                self.reload();
                return;
            }
            match answer {
                Ok(lesson) => self.took_lesson(lesson),
                Err(error) => self.say(&error),
            }
        });
    }

    /// The lesson as it stands on the server. What is being written stays; what is being read stays where it is.
    pub(super) fn took_lesson(self, lesson: Lesson) {
        let mut anew = Vec::new();
        self.savers.update(|savers| {
            for (id, saver) in savers {
                if let Some(task) = places::task(&lesson, *id)
                    && saver.read(task)
                {
                    anew.push(*id);
                }
            }
        });
        for id in anew {
            self.begin_anew(id);
        }
        scroll::keeping_place(move || self.lesson.set(lesson));
        self.note_made_again();
    }

    pub(super) fn begin_anew(self, id: TaskId) {
        self.anew.update(|anew| *anew.entry(id).or_default() += 1);
    }

    // ---------- tasks ----------

    pub fn select(self, id: TaskId) {
        if self.selected.get_untracked() != Some(id) {
            self.selected.set(Some(id));
        }
    }

    /// One place up or down.
    pub fn step_task(self, id: TaskId, way: Way) {
        if let Some(place) = self.lesson.with_untracked(|lesson| places::step(lesson, id, way)) {
            self.move_task(id, place);
        }
    }

    pub fn move_task(self, id: TaskId, to: Place) {
        let Some(from) = self.lesson.with_untracked(|lesson| places::place_of(lesson, id)) else { return };
        self.move_quietly(id, to, move |done| {
            if done {
                self.history.update(|history| history.push(Step::Move { task: id, from, to }));
            }
        });
    }

    fn move_quietly(self, id: TaskId, to: Place, then: impl FnOnce(bool) + 'static) {
        let from = self.lesson.with_untracked(|lesson| places::place_of(lesson, id));
        self.lesson.update(|lesson| {
            places::relocate(lesson, id, to);
        });
        scroll::show_task(id);
        self.ask(
            move || api::tasks::move_to(id, to.into()),
            move |answer| {
                if let Err(error) = &answer {
                    self.say(error);
                    if let Some(from) = from {
                        self.lesson.update(|lesson| {
                            places::relocate(lesson, id, from);
                        });
                    }
                }
                then(answer.is_ok());
            },
        );
    }

    pub fn delete_task(self, id: TaskId) {
        let Some(task) = self.task_now(id) else { return };
        let next = self.lesson.with_untracked(|lesson| places::neighbour(lesson, id));
        let step = Step::Delete(id);
        if self.editing.get_untracked() == Some(id) {
            self.close_editor();
        }
        self.delete_quietly(id, {
            let step = step.clone();
            move |done| {
                if done {
                    self.history.update(|history| history.push(step.clone()));
                    let title = task.title.clone();
                    self.app.toasts.undo(t_with(Key::BuilderDeleted, &[("title", &title)]), move || {
                        self.take_back(&step);
                    });
                }
            }
        });
        self.selected.set(next);
        if let Some(next) = next {
            scroll::focus_task(next);
        }
    }

    fn delete_quietly(self, id: TaskId, then: impl FnOnce(bool) + 'static) {
        let was = self.lesson.with_untracked(|lesson| {
            places::place_of(lesson, id).zip(places::task(lesson, id).cloned())
        });
        self.lesson.update(|lesson| {
            places::remove(lesson, id);
        });
        self.ask(
            move || api::tasks::delete(id),
            move |answer| {
                if let Err(error) = &answer {
                    self.say(error);
                    if let Some((place, task)) = was {
                        self.lesson.update(|lesson| places::put(lesson, task, place.after));
                    }
                }
                then(answer.is_ok());
            },
        );
    }

    pub fn duplicate_task(self, id: TaskId) {
        self.flush(id);
        self.ask(
            move || api::tasks::duplicate(id),
            move |answer| match answer {
                Ok(copy) => {
                    let new = copy.id;
                    self.lesson.update(|lesson| places::put(lesson, copy, Some(id)));
                    self.history.update(|history| history.push(Step::Add(new)));
                    self.select(new);
                    scroll::show_task(new);
                    self.app.toasts.say(t(Key::BuilderDuplicated));
                }
                Err(error) => self.say(&error),
            },
        );
    }

    /// A blank task of a kind, opened for writing.
    pub fn add_blank(self, kind: &str, at: AddAt) {
        let (Some(body), Some(info)) = (TaskBody::blank(kind), kind_info(kind)) else { return };
        let id = TaskId(web::fresh_uuid());
        let new = CreateTask {
            id: Some(id),
            section_id: at.section,
            after: at.after,
            title: t(info.name).to_owned(),
            instructions: String::new(),
            body: TaskBodyInput::from(&body),
        };
        let lesson = self.lesson.with_untracked(|lesson| lesson.id);
        self.ask(
            move || api::tasks::create(lesson, new),
            move |answer| match answer {
                Ok(task) => {
                    let after = at.after.or_else(|| self.last_of(at.section));
                    self.lesson.update(|lesson| places::put(lesson, task, after));
                    self.history.update(|history| history.push(Step::Add(id)));
                    self.edit(id);
                    scroll::show_task(id);
                }
                Err(error) => self.say(&error),
            },
        );
    }

    fn last_of(self, section: SectionId) -> Option<TaskId> {
        self.lesson.with_untracked(|lesson| {
            lesson.sections.iter().find(|s| s.id == section).and_then(|s| s.tasks.last()).map(|task| task.id)
        })
    }

    /// Has a task made. `failed` is told why it could not be begun.
    pub fn generate(self, body: GenerateTask, then: impl FnOnce(Result<(), ApiError>) + 'static) {
        let lesson = self.lesson.with_untracked(|lesson| lesson.id);
        let after = body.after;
        self.ask(
            move || api::generation::generate_task(lesson, body),
            move |answer| {
                then(answer.map(|run| {
                    if let Some(after) = after {
                        self.wished.update(|wished| {
                            wished.insert(run.id, after);
                        });
                    }
                    self.took_run(run);
                }));
            },
        );
    }

    /// Has a task made anew, differently. What stands now can be brought back by undo.
    pub fn make_again(self, id: TaskId, wish: String) {
        if self.editing.get_untracked() == Some(id) {
            self.close_editor();
        }
        self.flush(id);
        self.ask(
            move || async move {
                // The newest revision: what was just written may have been saved a moment ago.
                let revision = self.task_now(id).map_or(0, |task| task.revision);
                let body = Regenerate { request_id: web::fresh_uuid(), revision, wish };
                api::generation::regenerate(id, body).await
            },
            move |answer| match answer {
                Ok(run) => {
                    if let Some(task) = self.task_now(id) {
                        self.before_again.update_value(|before| {
                            before.insert(id, Written::from(&task));
                        });
                    }
                    self.took_run(run);
                }
                Err(error) => {
                    if error.code() == Some(ProblemCode::Stale) {
                        self.reload();
                    }
                    self.say(&error);
                }
            },
        );
    }

    /// What was made again is a step that can be undone.
    fn note_made_again(self) {
        let busy = self.runs.with_untracked(|runs| super::outline::being_made_again(runs));
        let waiting: Vec<TaskId> =
            self.before_again.with_value(|before| before.keys().copied().filter(|id| !busy.contains(id)).collect());
        for id in waiting {
            let before = self.before_again.try_update_value(|before| before.remove(&id)).flatten();
            if let (Some(before), Some(task)) = (before, self.task_now(id)) {
                let after = Box::new(Written::from(&task));
                self.history.update(|history| {
                    history.push(Step::Edit { task: id, before: Box::new(before), after });
                    history.end_sitting();
                });
            }
        }
    }

    // ---------- the lesson and its sections ----------

    pub fn set_title(self, title: String) {
        let title = title.trim().to_owned();
        let before = self.lesson.with_untracked(|lesson| lesson.title.clone());
        if title.is_empty() || title == before {
            return;
        }
        let step = Step::Title { before, after: title.clone() };
        self.change_lesson(move |change| change.title = Some(title.clone()), Some(step));
    }

    pub fn set_level(self, level: CefrLevel) {
        let before = self.lesson.with_untracked(|lesson| lesson.level);
        if level != before {
            let step = Step::Level { before, after: level };
            self.change_lesson(move |change| change.level = Some(level), Some(step));
        }
    }

    fn change_lesson(self, set: impl Fn(&mut UpdateLesson) + 'static, step: Option<Step>) {
        let before = self.lesson.with_untracked(|lesson| (lesson.title.clone(), lesson.level));
        let mut shown = lesson_change(0);
        set(&mut shown);
        self.lesson.update(|lesson| {
            if let Some(title) = shown.title {
                lesson.title = title;
            }
            if let Some(level) = shown.level {
                lesson.level = level;
            }
        });
        let (id, revision) = self.lesson.with_untracked(|lesson| (lesson.id, lesson.revision));
        let seen = before.clone();
        self.ask(
            move || async move {
                let revision = if self.is_gone() { revision } else { self.lesson.with_untracked(|l| l.revision) };
                let mut change = lesson_change(revision);
                set(&mut change);
                let first = api::lessons::update(id, change.clone()).await;
                // The revision counts everything that stands in the lesson. Where what we change is still what it
                // was, nobody is overwritten.
                match first.as_ref().err().and_then(ApiError::current::<Lesson>) {
                    Some(current) if (current.title.clone(), current.level) == seen => {
                        api::lessons::update(id, UpdateLesson { revision: current.revision, ..change }).await
                    }
                    Some(_) | None => first,
                }
            },
            move |answer| match answer {
                Ok(lesson) => {
                    if let Some(step) = step {
                        self.history.update(|history| history.push(step));
                    }
                    if self.pending.get_untracked() == 0 { self.took_lesson(lesson) } else { self.reload() }
                }
                Err(error) => {
                    self.lesson.update(|lesson| (lesson.title, lesson.level) = before);
                    if error.code() == Some(ProblemCode::Stale) {
                        self.reload();
                    }
                    self.say(&error);
                }
            },
        );
    }

    pub fn add_section(self, title: String) {
        let lesson = self.lesson.with_untracked(|lesson| lesson.id);
        self.ask(
            move || api::lessons::create_section(lesson, CreateSection { title, after: None }),
            move |answer| match answer {
                Ok(section) => {
                    let id = section.id;
                    self.lesson.update(|lesson| lesson.sections.push(section));
                    self.history.update(|history| history.push(Step::AddSection(id)));
                }
                Err(error) => self.say(&error),
            },
        );
    }

    pub fn rename_section(self, id: SectionId, title: String) {
        let before = self.section_title(id);
        let title = title.trim().to_owned();
        if title.is_empty() || title == before {
            return;
        }
        let step = Step::RenameSection { section: id, before, after: title.clone() };
        self.rename_quietly(id, title, move |done| {
            if done {
                self.history.update(|history| history.push(step));
            }
        });
    }

    fn section_title(self, id: SectionId) -> String {
        self.lesson.with_untracked(|lesson| {
            lesson.sections.iter().find(|section| section.id == id).map(|s| s.title.clone()).unwrap_or_default()
        })
    }

    fn rename_quietly(self, id: SectionId, title: String, then: impl FnOnce(bool) + 'static) {
        let before = self.section_title(id);
        let put = move |title: String| {
            self.lesson.update(|lesson| {
                if let Some(section) = lesson.sections.iter_mut().find(|section| section.id == id) {
                    section.title = title;
                }
            });
        };
        put(title.clone());
        self.ask(
            move || {
                let revision = self.lesson.try_with_untracked(|lesson| {
                    lesson.sections.iter().find(|section| section.id == id).map(|section| section.revision)
                });
                api::lessons::update_section(id, UpdateSection { revision: revision.flatten().unwrap_or_default(), title })
            },
            move |answer| {
                match &answer {
                    Ok(now) => self.lesson.update(|lesson| {
                        if let Some(section) = lesson.sections.iter_mut().find(|section| section.id == id) {
                            section.revision = now.revision;
                        }
                    }),
                    Err(error) => {
                        self.say(error);
                        put(before);
                        self.reload();
                    }
                }
                then(answer.is_ok());
            },
        );
    }

    pub fn step_section(self, id: SectionId, way: Way) {
        let to = self.lesson.with_untracked(|lesson| places::step_section(lesson, id, way));
        let from = self.lesson.with_untracked(|lesson| places::place_of_section(lesson, id));
        if let (Some(to), Some(from)) = (to, from) {
            self.move_section_quietly(id, to, move |done| {
                if done {
                    self.history.update(|history| history.push(Step::MoveSection { section: id, from, to }));
                }
            });
        }
    }

    fn move_section_quietly(self, id: SectionId, to: Option<SectionId>, then: impl FnOnce(bool) + 'static) {
        self.lesson.update(|lesson| {
            places::relocate_section(lesson, id, to);
        });
        self.ask(
            move || api::lessons::move_section(id, MoveSection { after: to }),
            move |answer| {
                if let Err(error) = &answer {
                    self.say(error);
                    self.reload();
                }
                then(answer.is_ok());
            },
        );
    }

    pub fn delete_section(self, id: SectionId) {
        let title = self.section_title(id);
        let step = Step::DeleteSection(id);
        self.delete_section_quietly(id, move |done| {
            if done {
                self.history.update(|history| history.push(step.clone()));
                self.app.toasts.undo(t_with(Key::BuilderDeleted, &[("title", &title)]), move || self.take_back(&step));
            }
        });
    }

    fn delete_section_quietly(self, id: SectionId, then: impl FnOnce(bool) + 'static) {
        let was = self.lesson.get_untracked().sections;
        if let Some(editing) = self.editing.get_untracked()
            && was.iter().any(|section| section.id == id && section.tasks.iter().any(|task| task.id == editing))
        {
            self.close_editor();
        }
        self.lesson.update(|lesson| lesson.sections.retain(|section| section.id != id));
        self.ask(
            move || api::lessons::delete_section(id),
            move |answer| {
                if let Err(error) = &answer {
                    self.say(error);
                    self.lesson.update(|lesson| lesson.sections = was);
                    self.reload();
                }
                then(answer.is_ok());
            },
        );
    }

    // ---------- undo ----------

    /// Undo or redo. What is just being written is saved first, so that it is the step that goes back.
    pub fn travel(self, direction: Direction) {
        if let Some(id) = self.editing.get_untracked() {
            let is_unfinished = self.savers.try_update(|savers| {
                let saver = savers.get_mut(&id)?;
                (saver.state() == super::autosave::State::Unfinished).then(|| saver.discard())
            });
            if is_unfinished.flatten().is_some() {
                self.keep(id);
                self.begin_anew(id);
                return;
            }
            self.flush(id);
        }
        // An empty call: its turn comes when everything before it is through.
        self.ask(
            || async { Ok(()) },
            move |_| {
                if let Some(call) = self.history.try_update(|history| history.take(direction)).flatten() {
                    self.carry_out(call, move |done| {
                        if !done {
                            self.history.update(|history| history.failed(direction));
                        }
                    });
                }
            },
        );
    }

    /// A toast's own **Undo**. Pressed when the page has gone, it does what it says nevertheless.
    fn take_back(self, step: &Step) {
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

    fn carry_out(self, call: Call, then: impl FnOnce(bool) + 'static) {
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
                        self.select(id);
                        self.reload();
                    }
                    then(answer.is_ok());
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
                        self.reload();
                    }
                    then(answer.is_ok());
                },
            ),
            Call::RenameSection(id, title) => self.rename_quietly(id, title, then),
            Call::MoveSection(id, after) => self.move_section_quietly(id, after, then),
        }
    }

    fn change_lesson_then(self, set: impl Fn(&mut UpdateLesson) + 'static, then: impl FnOnce(bool) + 'static) {
        let before = self.lesson.with_untracked(|lesson| (lesson.title.clone(), lesson.level));
        self.change_lesson(set, None);
        // The next turn comes after the change's own: the lesson then tells how it went.
        self.ask(
            || async { Ok(()) },
            move |_| then(self.lesson.with_untracked(|lesson| (lesson.title.clone(), lesson.level)) != before),
        );
    }

    fn write_back(self, id: TaskId, written: Written, then: impl FnOnce(bool) + 'static) {
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
                then(answer.is_ok());
            },
        );
    }
}
