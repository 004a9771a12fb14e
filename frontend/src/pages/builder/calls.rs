//! The builder's requests to the server. The page shows a change at once; requests go one at a time, in the order of
//! the changes, and what the server refuses is rolled back and reported.

use std::{pin::Pin, time::Duration};

use futures::{FutureExt as _, StreamExt as _, channel::mpsc, future::LocalBoxFuture};
use leptos::prelude::*;
use types::{
    generation::{GenerateTask, Regenerate},
    ids::TaskId,
    lesson::Lesson,
    locale::Key,
    problem::ProblemCode,
    tasks::Meta,
};

use super::{
    history::{Step, Written},
    model::Builder,
    places::{self, Place, Way},
    scroll,
};
use crate::{
    api::{self, Answer, ApiError},
    i18n::{t, t_with},
    state::AppState,
    web,
};

/// Pause before the lesson is read again after the connection was lost.
const OFFLINE_PAUSE: Duration = Duration::from_secs(5);

type Job = Pin<Box<dyn Future<Output = ()>>>;

/// Runs calls one after the other. Calls already queued still run after the page is left.
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

/// Outcome of a call, for whoever keeps the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    Done,
    Refused,
    /// What the call was about no longer exists.
    Gone,
}

impl Went {
    pub(super) fn of<T>(answer: &Answer<T>) -> Self {
        match answer {
            Ok(_) => Self::Done,
            Err(error) if error.code() == Some(ProblemCode::NotFound) => Self::Gone,
            Err(_) => Self::Refused,
        }
    }
}

/// What the queue needs to know of an answer, whatever the request.
struct Reply {
    is_ok: bool,
    is_offline: bool,
    /// Handles the answer.
    then: Box<dyn FnOnce()>,
}

impl Builder {
    /// Asks what can be generated here. Without an answer, a kind that can't is refused by the server.
    pub fn ask_options(self) {
        if self.options.with_untracked(Option::is_some) {
            return;
        }
        self.scope.spawn(async move {
            if let Ok(options) = api::generation::options().await {
                self.options.set(Some(options));
            }
        });
    }

    /// Whether a kind of task can be generated here.
    pub fn can_generate(self, meta: &Meta) -> bool {
        meta.generated
            && self.options.with(|options| {
                options.as_ref().is_none_or(|options| options.kinds.iter().any(|kind| kind == meta.kind))
            })
    }

    /// Whether the page is gone, and its signals with it.
    pub fn is_gone(self) -> bool {
        self.lesson.is_disposed()
    }

    /// Queues a call. `call` runs when its turn comes, so that it uses the newest revision.
    pub(super) fn ask<T: 'static, F: Future<Output = Answer<T>> + 'static>(
        self,
        call: impl FnOnce() -> F + 'static,
        then: impl FnOnce(Answer<T>) + 'static,
    ) {
        let call = move || -> LocalBoxFuture<'static, Reply> {
            let reply = |answer: Answer<T>| Reply {
                is_ok: answer.is_ok(),
                is_offline: matches!(answer, Err(ApiError::Offline)),
                then: Box::new(move || then(answer)),
            };
            call().map(reply).boxed_local()
        };
        self.ask_in_turn(Box::new(call));
    }

    /// The part of [`Self::ask`] that doesn't depend on the answer's type, so that it is compiled once.
    fn ask_in_turn(self, call: Box<dyn FnOnce() -> LocalBoxFuture<'static, Reply>>) {
        self.pending.update(|pending| *pending += 1);
        self.queue.push(async move {
            if self.is_gone() {
                // Nobody is left to hear the result, but the call is still made.
                let _ = call().await;
                return;
            }
            let reply = call().await;
            if self.is_gone() {
                return;
            }
            self.pending.update(|pending| *pending = pending.saturating_sub(1));
            self.note_reply(&reply);
            (reply.then)();
            if self.wants_reload.get_value() {
                self.reload();
            }
        });
    }

    /// Records whether the server can be reached, and when it last had everything.
    fn note_reply(self, reply: &Reply) {
        if self.unreachable.get_untracked() != reply.is_offline {
            self.unreachable.set(reply.is_offline);
            if reply.is_offline {
                self.reload_later();
            }
        }
        if reply.is_ok {
            self.saved_at.set(Some(web::now()));
        }
    }

    pub(super) fn say(self, error: &ApiError) {
        self.app.toasts.error(error);
    }

    /// Reads the lesson again; if calls are pending, once they are done.
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
                // Something changed meanwhile: this answer may be outdated.
                self.reload();
                return;
            }
            match answer {
                Ok(lesson) => {
                    if self.unreachable.get_untracked() {
                        self.unreachable.set(false);
                    }
                    self.took_lesson(lesson);
                }
                Err(ApiError::Offline) => self.reload_later(),
                Err(error) => self.say(&error),
            }
        });
    }

    /// Without a connection: silently retries after a while.
    fn reload_later(self) {
        set_timeout(
            move || {
                if !self.is_gone() {
                    self.reload();
                }
            },
            OFFLINE_PAUSE,
        );
    }

    /// Takes the lesson from the server. What is being written stays; what is being read keeps its scroll position.
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
        let lesson = self.with_local(lesson);
        self.note_made(&lesson);
        scroll::keeping_place(move || self.lesson.set(lesson));
        self.note_made_again();
    }

    pub(super) fn begin_anew(self, id: TaskId) {
        self.anew.update(|anew| *anew.entry(id).or_default() += 1);
    }

    pub fn select(self, id: TaskId) {
        if self.selected.get_untracked() != Some(id) {
            self.selected.set(Some(id));
        }
    }

    /// Moves a task one place up or down.
    pub fn step_task(self, id: TaskId, way: Way) {
        if let Some(place) = self.lesson.with_untracked(|lesson| places::step(lesson, id, way)) {
            self.move_task(id, place);
        }
    }

    pub fn move_task(self, id: TaskId, to: Place) {
        let Some(from) = self.lesson.with_untracked(|lesson| places::place_of(lesson, id)) else { return };
        self.move_quietly(id, to, move |went| {
            if went == Went::Done {
                self.history.update(|history| history.push(Step::Move { task: id, from, to }));
            }
        });
    }

    pub(super) fn move_quietly(self, id: TaskId, to: Place, then: impl FnOnce(Went) + 'static) {
        let from = self.lesson.with_untracked(|lesson| places::place_of(lesson, id));
        let has_focus = scroll::has_focus(id);
        self.lesson.update(|lesson| {
            places::relocate(lesson, id, to);
        });
        scroll::show_task(id);
        // An element that is moved in the page loses the focus.
        if has_focus {
            scroll::focus_task(id);
        }
        if self.is_local(id) {
            self.keep_local();
            return;
        }
        let known = self.known_place(to);
        self.ask(
            move || api::tasks::move_to(id, known.into()),
            move |answer| {
                if let Err(error) = &answer {
                    self.say(error);
                    if let Some(from) = from {
                        self.lesson.update(|lesson| {
                            places::relocate(lesson, id, from);
                        });
                    }
                }
                then(Went::of(&answer));
            },
        );
    }

    pub fn delete_task(self, id: TaskId) {
        let Some(task) = self.task_now(id) else { return };
        if self.is_only_here(id) {
            self.delete_local(id);
            return;
        }
        let next = self.lesson.with_untracked(|lesson| places::neighbour(lesson, id));
        let step = Step::Delete(id);
        if self.editing.get_untracked() == Some(id) {
            self.close_editor();
        }
        self.delete_quietly(id, {
            let step = step.clone();
            move |went| {
                if went == Went::Done {
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

    pub(super) fn delete_quietly(self, id: TaskId, then: impl FnOnce(Went) + 'static) {
        let was =
            self.lesson.with_untracked(|lesson| places::place_of(lesson, id).zip(places::task(lesson, id).cloned()));
        self.lesson.update(|lesson| {
            places::remove(lesson, id);
        });
        self.ask(
            move || api::tasks::delete(id),
            move |answer| {
                match &answer {
                    // Its unfinished draft went with it; Undo brings both back.
                    Ok(()) => web::forget(&self.draft_name(id)),
                    Err(error) => {
                        self.say(error);
                        if let Some((place, task)) = was {
                            self.lesson.update(|lesson| places::put(lesson, task, place.after));
                        }
                    }
                }
                then(Went::of(&answer));
            },
        );
    }

    pub fn duplicate_task(self, id: TaskId) {
        if self.is_local(id) {
            return;
        }
        self.when_saved(Some(id), Callback::new(move |()| self.duplicate_saved(id)));
    }

    fn duplicate_saved(self, id: TaskId) {
        self.ask(
            move || api::tasks::duplicate(id),
            move |answer| match answer {
                Ok(copy) => {
                    let new = copy.id;
                    let has_focus = scroll::has_focus(id);
                    self.lesson.update(|lesson| places::put(lesson, copy, Some(id)));
                    self.history.update(|history| history.push(Step::Add(new)));
                    self.select(new);
                    scroll::show_task(new);
                    if has_focus {
                        scroll::focus_task(new);
                    }
                    self.app.toasts.say(t(Key::BuilderDuplicated));
                }
                Err(error) => self.say(&error),
            },
        );
    }

    /// Has a task generated. `then` receives an error if the run could not be started.
    pub fn generate(self, body: GenerateTask, then: impl FnOnce(Result<(), ApiError>) + 'static) {
        let lesson = self.lesson.with_untracked(|lesson| lesson.id);
        let after = body.after;
        let known = self.known_place(Place { section: body.section_id, after });
        let body = GenerateTask { after: known.after, ..body };
        self.ask(
            move || api::generation::generate_task(lesson, body),
            move |answer| {
                then(answer.map(|run| {
                    if let Some(after) = after {
                        self.wished.update(|wished| {
                            wished.insert(run.id, after);
                        });
                    }
                    self.asked_for.update_value(|asked_for| *asked_for += 1);
                    self.took_run(run);
                }));
            },
        );
    }

    /// Has a task made again, differently. Undo brings back the current one.
    pub fn make_again(self, id: TaskId, wish: String) {
        if self.is_local(id) {
            return;
        }
        if self.editing.get_untracked() == Some(id) {
            self.close_editor();
        }
        self.flush(id);
        self.ask(
            move || async move {
                // Use the newest revision: what was just written may only now have been saved.
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

    /// Records generated single tasks that have arrived as steps that can be undone.
    fn note_made(self, lesson: &Lesson) {
        let asked_for = self.asked_for.get_value();
        if asked_for == 0 {
            return;
        }
        let new: Vec<TaskId> = self.lesson.with_untracked(|before| {
            let is_new = |id: &TaskId| places::task(before, *id).is_none();
            lesson.tasks().map(|task| task.id).filter(is_new).take(asked_for).collect()
        });
        let is_over = !self.runs.with_untracked(|runs| runs.iter().any(super::outline::is_running));
        self.asked_for.set_value(if is_over { 0 } else { asked_for - new.len() });
        for id in new {
            self.history.update(|history| history.push(Step::Add(id)));
        }
    }

    /// Records tasks that were made again as steps that can be undone.
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
}
