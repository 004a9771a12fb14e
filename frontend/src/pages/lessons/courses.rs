//! Courses as a row of filters, and creating, changing and deleting them.

use leptos::prelude::*;
use types::{
    ids::CourseId,
    lesson::{Course, CreateCourse, UpdateCourse},
    levels::{CefrLevel, Language},
    locale::{Key, Plural},
};

use crate::{
    api::{self, Answer},
    components::{
        Dialog, DialogFoot, Each, FormFailure, Icon, LanguagePair, LevelSegment, Menu, MenuItem, SubmitButton,
        TextField,
    },
    forms::Form,
    i18n::{Words, t_n, t_with, tr},
    state::{AppState, use_app},
    web,
};

/// The page's courses, the selected one, and the dialog.
#[derive(Clone, Copy)]
pub struct Courses {
    all: RwSignal<Vec<Course>>,
    pub chosen: Signal<Option<CourseId>>,
    choose: Callback<Option<CourseId>>,
    editing: RwSignal<bool>,
    /// The course that the dialog changes; `None`: it creates a new one.
    subject: RwSignal<Option<Course>>,
    app: AppState,
}

impl Courses {
    pub fn new(chosen: Signal<Option<CourseId>>, choose: impl Fn(Option<CourseId>) + Send + Sync + 'static) -> Self {
        let courses = Self {
            all: RwSignal::new(Vec::new()),
            chosen,
            choose: Callback::new(choose),
            editing: RwSignal::new(false),
            subject: RwSignal::new(None),
            app: use_app(),
        };
        courses.load();
        courses
    }

    /// Loads the courses. Call again after lessons were added or removed: courses count their lessons.
    pub fn load(self) {
        self.app.scope.spawn(async move {
            match api::courses::list().await {
                Ok(all) => {
                    let _ = self.all.try_set(all);
                }
                Err(error) => self.app.toasts.error(&error),
            }
        });
    }

    pub fn current(self) -> Option<Course> {
        let chosen = self.chosen.get()?;
        self.all.with(|all| all.iter().find(|course| course.id == chosen).cloned())
    }

    fn edit(self, course: Option<Course>) {
        self.subject.set(course);
        self.editing.set(true);
    }

    fn delete(self, course: &Course) {
        let (id, title) = (course.id, course.title.clone());
        self.app.scope.spawn(async move {
            if let Err(error) = api::courses::delete(id).await {
                self.app.toasts.error(&error);
                return;
            }
            let _ = self.all.try_update(|all| all.retain(|course| course.id != id));
            let _ = self.choose.try_run(None);
            web::keep_focus();
            self.app.toasts.undo(t_with(Key::LessonsCourseDeleted, &[("title", &title)]), move || {
                self.app.scope.spawn(async move {
                    match api::courses::restore(id).await {
                        Ok(()) => self.load(),
                        Err(error) => self.app.toasts.error(&error),
                    }
                });
            });
        });
    }

    fn take(self, course: Course) {
        let _ = self.all.try_update(|all| match all.iter_mut().find(|old| old.id == course.id) {
            Some(old) => *old = course.clone(),
            None => all.push(course.clone()),
        });
    }
}

#[component]
pub fn CourseFilter(courses: Courses) -> impl IntoView {
    let chip = move |id: Option<CourseId>, words: AnyView| {
        view! {
            <button
                class="chip btnlike"
                type="button"
                aria-pressed=move || (courses.chosen.get() == id).to_string()
                on:click=move |_| courses.choose.run(id)
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="chips" role="group" aria-label=tr(Key::LessonsCourses)>
            {chip(None, tr(Key::LessonsAll).into_any())}
            <Each each=move || courses.all.get() key=|course| (course.id, course.revision, course.title.clone()) let:course>
                {chip(Some(course.id), course.title.into_any())}
            </Each>
            <button class="chip btnlike" type="button" on:click=move |_| courses.edit(None)>
                <Icon name="plus" />
                {tr(Key::LessonsNewCourse)}
            </button>
        </div>
        <Dialog
            open=courses.editing
            title=Words::made(move || {
                let key = if courses.subject.with(Option::is_some) { Key::LessonsEditCourse } else { Key::LessonsNewCourse };
                crate::i18n::t(key).to_owned()
            })
        >
            <CourseForm courses />
        </Dialog>
    }
}

/// The selected course, with its actions.
#[component]
pub fn CourseHead(courses: Courses) -> impl IntoView {
    move || match courses.current() {
        // The cards' headings need one above them.
        None => view! { <h2 class="vh">{tr(Key::LessonsAll)}</h2> }.into_any(),
        Some(course) => {
            let title = course.title.clone();
            let label = Words::made(move || t_with(Key::CommonMoreActions, &[("title", &title)]));
            let lessons = course.lessons;
            let (subject, gone) = (course.clone(), course.clone());
            view! {
                <div class="course-head">
                    <h2>{course.title.clone()}</h2>
                    <span class="chip level">{course.level.as_str()}</span>
                    <span class="sm muted">{move || t_n(Plural::LessonsCount, u64::from(lessons))}</span>
                    <Menu label>
                        <MenuItem
                            icon="pencil-simple"
                            label=Key::LessonsEditCourse
                            on_pick=move |()| courses.edit(Some(subject.clone()))
                        />
                        <MenuItem
                            icon="trash"
                            label=Key::LessonsDeleteCourse
                            danger=true
                            on_pick=move |()| courses.delete(&gone)
                        />
                    </Menu>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn CourseForm(courses: Courses) -> impl IntoView {
    let form = Form::new();
    let memory = courses.app.memory;
    let subject = courses.subject.get_untracked();
    let is_new = subject.is_none();
    let (title, level, target, students) = match &subject {
        Some(course) => (course.title.clone(), course.level, course.target_language, course.students_language),
        None => untrack(|| {
            let target = memory.target().unwrap_or(Language::En);
            (String::new(), memory.level(), target, memory.students().unwrap_or(target))
        }),
    };
    let title = RwSignal::new(title);
    let level = RwSignal::new(level);
    let (target, students) = (RwSignal::new(target), RwSignal::new(students));

    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let texts = (title.get_untracked().trim().to_owned(), level.get_untracked());
        let languages = (target.get_untracked(), students.get_untracked());
        let done = move |course: Course| {
            courses.take(course.clone());
            courses.editing.set(false);
            courses.choose.run(Some(course.id));
        };
        let checked = create_body(texts.clone(), languages).validate();
        form.send(checked, save(courses.subject.get_untracked(), texts, languages), done);
    };
    view! {
        <form novalidate on:submit=on_submit>
            <div class="dialog-body">
                <TextField form path="title" label=Key::LessonsCourseTitle value=title autofocus=true />
                <div class="row wrap g-3">
                    <LevelSegment level />
                    <LanguagePair target students targets=Signal::stored(Language::ALL.to_vec()) />
                </div>
                <p class="hint sm muted">{tr(Key::LessonsCourseHint)}</p>
                <FormFailure form />
            </div>
            <DialogFoot>
                <button class="btn" type="button" on:click=move |_| courses.editing.set(false)>
                    {tr(Key::CommonCancel)}
                </button>
                <SubmitButton form label=if is_new { Key::LessonsCreateCourse } else { Key::CommonSave } />
            </DialogFoot>
        </form>
    }
}

type Texts = (String, CefrLevel);
type Languages = (Language, Language);

fn create_body((title, level): Texts, (target_language, students_language): Languages) -> CreateCourse {
    CreateCourse { title, target_language, students_language, level }
}

async fn save(subject: Option<Course>, texts: Texts, languages: Languages) -> Answer<Course> {
    let body = create_body(texts, languages);
    match subject {
        None => api::courses::create(body).await,
        Some(course) => {
            let change = UpdateCourse {
                revision: course.revision,
                title: Some(body.title),
                target_language: Some(body.target_language),
                students_language: Some(body.students_language),
                level: Some(body.level),
            };
            api::courses::update(course.id, change).await
        }
    }
}
