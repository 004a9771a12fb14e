//! Actions on a lesson of a list, and their two dialogs.

use leptos::prelude::*;
use types::{
    ids::{CourseId, LessonId},
    lesson::{Course, CourseChoice, Lesson, LessonSummary, UpdateLesson},
    locale::Key,
};

use super::{
    list::{LessonList, summary},
    unsaved::{UnsavedHere, UnsavedHereDialog},
};
use crate::{
    api::{self, Answer, ApiError},
    components::{Dialog, DialogFoot, FormFailure, SubmitButton, TextField, loaded},
    forms::Form,
    i18n::{t_with, tr},
    state::{AppState, Fetched, use_app},
    web,
};

#[derive(Clone, Copy)]
pub struct LessonActions {
    pub list: LessonList,
    /// Called when a lesson was added, removed or moved to another course, to update the page's other counts.
    changed: Callback<()>,
    app: AppState,
    subject: RwSignal<Option<LessonSummary>>,
    renaming: RwSignal<bool>,
    moving: RwSignal<bool>,
    unsaved: UnsavedHere,
}

impl LessonActions {
    pub fn new(list: LessonList, changed: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            list,
            changed: Callback::new(move |()| changed()),
            app: use_app(),
            subject: RwSignal::new(None),
            renaming: RwSignal::new(false),
            moving: RwSignal::new(false),
            unsaved: UnsavedHere::default(),
        }
    }

    pub fn start_rename(self, lesson: LessonSummary) {
        self.subject.set(Some(lesson));
        self.renaming.set(true);
    }

    pub fn start_move(self, lesson: LessonSummary) {
        self.subject.set(Some(lesson));
        self.moving.set(true);
    }

    pub fn duplicate(self, lesson: &LessonSummary) {
        let (id, title) = (lesson.id, lesson.title.clone());
        self.unsaved.ask_first(id, Callback::new(move |()| self.duplicate_saved(id, title.clone())));
    }

    fn duplicate_saved(self, id: LessonId, title: String) {
        self.app.scope.spawn(async move {
            match api::lessons::duplicate(id).await {
                Ok(copy) => {
                    self.list.put_first(summary(&copy));
                    focus_card(id);
                    self.app.toasts.say(t_with(Key::LessonsDuplicated, &[("title", &title)]));
                    self.tell_changed();
                }
                Err(error) => self.app.toasts.error(&error),
            }
        });
    }

    /// Deletes at once, with Undo: a confirmation would be in the way nine times out of ten.
    pub fn delete(self, lesson: &LessonSummary) {
        let (id, title) = (lesson.id, lesson.title.clone());
        self.app.scope.spawn(async move {
            if let Err(error) = api::lessons::delete(id).await {
                self.app.toasts.error(&error);
                return;
            }
            let removed = self.list.remove(id);
            web::keep_focus();
            self.tell_changed();
            self.app.toasts.undo(t_with(Key::LessonsDeleted, &[("title", &title)]), move || {
                let removed = removed.clone();
                self.app.scope.spawn(async move {
                    match api::lessons::restore(id).await {
                        Ok(()) => {
                            if let Some((at, row)) = removed {
                                self.list.insert(at, row);
                            }
                            self.tell_changed();
                        }
                        Err(error) => self.app.toasts.error(&error),
                    }
                });
            });
        });
    }

    /// Reports a change. The page may be gone by the time an answer or Undo comes.
    fn tell_changed(self) {
        let _ = self.changed.try_run(());
    }

    /// Applies the server's answer to a change. A stale one brings the current lesson, so that a second attempt is
    /// based on that.
    fn take(self, answer: &Answer<Lesson>) {
        let now = match answer {
            Ok(lesson) => Some(summary(lesson)),
            Err(error) => error.current::<Lesson>().map(|lesson| summary(&lesson)),
        };
        if let Some(now) = now {
            focus_card(now.id);
            self.list.replace(now.clone());
            let _ = self.subject.try_set(Some(now));
        }
    }

    async fn change(self, lesson: LessonSummary, body: UpdateLesson) -> Result<Lesson, ApiError> {
        let answer = api::lessons::update(lesson.id, body).await;
        self.take(&answer);
        answer
    }
}

/// A card that is re-rendered or moved loses the focus: return it to the card whose menu was opened.
fn focus_card(id: LessonId) {
    request_animation_frame(move || {
        if web::is_focus_lost() {
            web::focus_later(None, format!("[data-lesson='{id}'] [aria-haspopup='menu']"));
        }
    });
}

fn no_change(revision: i32) -> UpdateLesson {
    UpdateLesson { revision, title: None, topic: None, notes: None, level: None, course: None }
}

/// Rendered once, beside the cards.
#[component]
pub fn LessonDialogs(actions: LessonActions) -> impl IntoView {
    view! {
        <Dialog open=actions.renaming title=Key::LessonsRenameTitle class="narrow">
            <RenameForm actions />
        </Dialog>
        <Dialog open=actions.moving title=Key::LessonsMoveTitle class="narrow">
            <MoveForm actions />
        </Dialog>
        <UnsavedHereDialog here=actions.unsaved />
    }
}

#[component]
fn RenameForm(actions: LessonActions) -> impl IntoView {
    let form = Form::new();
    let title = RwSignal::new(actions.subject.get_untracked().map(|lesson| lesson.title).unwrap_or_default());
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(lesson) = actions.subject.get_untracked() else { return };
        let text = title.get_untracked().trim().to_owned();
        let body = UpdateLesson { title: Some(text), ..no_change(lesson.revision) };
        form.send(body.validate(), actions.change(lesson, body), move |_| actions.renaming.set(false));
    };
    view! {
        <form novalidate on:submit=on_submit>
            <div class="dialog-body">
                <TextField form path="title" label=Key::LessonsTitleOf value=title autofocus=true />
                <FormFailure form />
            </div>
            <DialogFoot>
                <button class="btn" type="button" on:click=move |_| actions.renaming.set(false)>
                    {tr(Key::CommonCancel)}
                </button>
                <SubmitButton form label=Key::CommonRename />
            </DialogFoot>
        </form>
    }
}

#[component]
fn MoveForm(actions: LessonActions) -> impl IntoView {
    let form = Form::new();
    let courses = Fetched::new(api::courses::list);
    let chosen = RwSignal::new(actions.subject.get_untracked().and_then(|lesson| lesson.course_id));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(lesson) = actions.subject.get_untracked() else { return };
        let course = CourseChoice { id: chosen.get_untracked() };
        let body = UpdateLesson { course: Some(course), ..no_change(lesson.revision) };
        form.send(body.validate(), actions.change(lesson, body), move |lesson| {
            actions.moving.set(false);
            actions.app.toasts.say(t_with(Key::LessonsMoved, &[("title", &lesson.title)]));
            actions.tell_changed();
        });
    };
    let choice = move |id: Option<CourseId>, words: AnyView| {
        view! {
            <label class="opt">
                <input
                    type="radio"
                    name="course"
                    prop:checked=move || chosen.get() == id
                    on:change=move |_| chosen.set(id)
                />
                <span class="anywhere">{words}</span>
            </label>
        }
    };
    let list = move |courses: Vec<Course>| {
        let none_yet = courses.is_empty().then(|| view! { <p class="muted sm">{tr(Key::LessonsNoCourses)}</p> });
        view! {
            <fieldset class="radio-rows">
                <legend class="vh">{tr(Key::LessonsCourse)}</legend>
                {choice(None, tr(Key::LessonsNoCourse).into_any())}
                {courses.into_iter().map(|course| choice(Some(course.id), course.title.into_any())).collect_view()}
            </fieldset>
            {none_yet}
        }
    };
    view! {
        <form novalidate on:submit=on_submit>
            <div class="dialog-body">
                {loaded(courses, || view! { <crate::components::Skeleton lines=2 /> }.into_any(), list)}
                <FormFailure form />
            </div>
            <DialogFoot>
                <button class="btn" type="button" on:click=move |_| actions.moving.set(false)>
                    {tr(Key::CommonCancel)}
                </button>
                <SubmitButton form label=Key::LessonsMoveDo />
            </DialogFoot>
        </form>
    }
}
