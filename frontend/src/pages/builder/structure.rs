//! Changing the lesson itself and its sections.

use leptos::prelude::*;
use types::{
    ids::SectionId,
    lesson::{CourseChoice, CreateSection, Lesson, MoveSection, UpdateLesson, UpdateSection},
    levels::CefrLevel,
    locale::Key,
    problem::ProblemCode,
};

use super::{
    calls::Went,
    history::Step,
    model::Builder,
    places::{self, Way},
};
use crate::{
    api::{self, ApiError},
    i18n::t_with,
    web,
};

/// A change of a lesson that changes nothing yet.
fn lesson_change(revision: i32) -> UpdateLesson {
    UpdateLesson { revision, title: None, topic: None, notes: None, level: None, course: None::<CourseChoice> }
}

impl Builder {
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

    pub(super) fn change_lesson(self, set: impl Fn(&mut UpdateLesson) + 'static, step: Option<Step>) {
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
                // The revision counts every change in the lesson. If what we change is still what it was, retrying
                // overwrites nobody.
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
        self.rename_quietly(id, title, move |went| {
            if went == Went::Done {
                self.history.update(|history| history.push(step));
            }
        });
    }

    fn section_title(self, id: SectionId) -> String {
        self.lesson.with_untracked(|lesson| {
            lesson.sections.iter().find(|section| section.id == id).map(|s| s.title.clone()).unwrap_or_default()
        })
    }

    pub(super) fn rename_quietly(self, id: SectionId, title: String, then: impl FnOnce(Went) + 'static) {
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
                api::lessons::update_section(
                    id,
                    UpdateSection { revision: revision.flatten().unwrap_or_default(), title },
                )
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
                then(Went::of(&answer));
            },
        );
    }

    pub fn step_section(self, id: SectionId, way: Way) {
        let to = self.lesson.with_untracked(|lesson| places::step_section(lesson, id, way));
        let from = self.lesson.with_untracked(|lesson| places::place_of_section(lesson, id));
        if let (Some(to), Some(from)) = (to, from) {
            self.move_section_quietly(id, to, move |went| {
                if went == Went::Done {
                    self.history.update(|history| history.push(Step::MoveSection { section: id, from, to }));
                }
            });
        }
    }

    pub(super) fn move_section_quietly(self, id: SectionId, to: Option<SectionId>, then: impl FnOnce(Went) + 'static) {
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
                then(Went::of(&answer));
            },
        );
    }

    pub fn delete_section(self, id: SectionId) {
        let title = self.section_title(id);
        let step = Step::DeleteSection(id);
        self.delete_section_quietly(id, move |went| {
            if went == Went::Done {
                self.history.update(|history| history.push(step.clone()));
                self.app.toasts.undo(t_with(Key::BuilderDeleted, &[("title", &title)]), move || self.take_back(&step));
            }
        });
    }

    pub(super) fn delete_section_quietly(self, id: SectionId, then: impl FnOnce(Went) + 'static) {
        let was = self.lesson.get_untracked().sections;
        if let Some(editing) = self.editing.get_untracked()
            && was.iter().any(|section| section.id == id && section.tasks.iter().any(|task| task.id == editing))
        {
            self.close_editor();
        }
        self.lesson.update(|lesson| lesson.sections.retain(|section| section.id != id));
        web::keep_focus();
        self.ask(
            move || api::lessons::delete_section(id),
            move |answer| {
                match &answer {
                    // Unfinished drafts went with it; Undo brings all back.
                    Ok(_) => was
                        .iter()
                        .filter(|section| section.id == id)
                        .flat_map(|section| &section.tasks)
                        .for_each(|task| web::forget(&self.draft_name(task.id))),
                    Err(error) => {
                        self.say(error);
                        self.lesson.update(|lesson| lesson.sections = was);
                        self.reload();
                    }
                }
                then(Went::of(&answer));
            },
        );
    }
}
