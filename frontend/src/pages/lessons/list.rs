//! A list of lessons as shown on a page, and its updates.

use leptos::prelude::*;
use types::{
    ids::{CourseId, LessonId},
    lesson::{Lesson, LessonSummary},
    page::Page,
};

/// Shared by Home and Lessons. Code that outlives the page (Undo) uses it too, so every method tolerates a page that is
/// gone.
#[derive(Clone, Copy)]
pub struct LessonList {
    rows: RwSignal<Vec<LessonSummary>>,
    total: RwSignal<u32>,
    next: RwSignal<Option<String>>,
}

impl LessonList {
    #[expect(clippy::new_without_default, reason = "it belongs to the current owner")]
    pub fn new() -> Self {
        Self { rows: RwSignal::new(Vec::new()), total: RwSignal::new(0), next: RwSignal::new(None) }
    }

    pub fn rows(self) -> Vec<LessonSummary> {
        self.rows.get()
    }

    pub fn is_empty(self) -> bool {
        self.rows.with(Vec::is_empty)
    }

    pub fn first(self) -> Option<LessonId> {
        self.rows.with(|rows| rows.first().map(|row| row.id))
    }

    pub fn total(self) -> u32 {
        self.total.get()
    }

    /// Cursor of the next page.
    pub fn next(self) -> Option<String> {
        self.next.get()
    }

    pub fn set(self, page: Page<LessonSummary>) {
        let _ = self.rows.try_set(page.items);
        let _ = self.total.try_set(page.total);
        let _ = self.next.try_set(page.next);
    }

    pub fn append(self, page: Page<LessonSummary>) {
        let _ = self.rows.try_update(|rows| append(rows, page.items));
        let _ = self.total.try_set(page.total);
        let _ = self.next.try_set(page.next);
    }

    pub fn put_first(self, row: LessonSummary) {
        self.insert(0, row);
    }

    pub fn insert(self, at: usize, row: LessonSummary) {
        let _ = self.rows.try_update(|rows| rows.insert(at.min(rows.len()), row));
        let _ = self.total.try_update(|total| *total += 1);
    }

    /// Removes lessons that were moved out of the list's course.
    pub fn keep_course(self, course: CourseId) {
        let left = self.rows.try_with_untracked(|rows| {
            rows.iter().filter(|row| row.course_id != Some(course)).map(|row| row.id).collect::<Vec<_>>()
        });
        for id in left.unwrap_or_default() {
            self.remove(id);
        }
    }

    /// Removes a lesson. Returns its position and its row.
    pub fn remove(self, id: LessonId) -> Option<(usize, LessonSummary)> {
        let removed = self.rows.try_update(|rows| {
            let at = rows.iter().position(|row| row.id == id)?;
            Some((at, rows.remove(at)))
        })??;
        let _ = self.total.try_update(|total| *total = total.saturating_sub(1));
        Some(removed)
    }

    pub fn replace(self, row: LessonSummary) {
        let _ = self.rows.try_update(|rows| {
            if let Some(old) = rows.iter_mut().find(|old| old.id == row.id) {
                *old = row;
            }
        });
    }
}

/// Appends a page. A lesson that moved between two pages comes twice; it stays where it was first.
fn append(rows: &mut Vec<LessonSummary>, more: Vec<LessonSummary>) {
    for row in more {
        if rows.iter().all(|known| known.id != row.id) {
            rows.push(row);
        }
    }
}

/// Summarises a lesson for a list.
pub fn summary(lesson: &Lesson) -> LessonSummary {
    LessonSummary {
        id: lesson.id,
        course_id: lesson.course_id,
        title: lesson.title.clone(),
        topic: lesson.topic.clone(),
        level: lesson.level,
        target_language: lesson.target_language,
        students_language: lesson.students_language,
        skills: lesson.tasks().map(|task| task.body.skill()).collect(),
        revision: lesson.revision,
        updated_at: lesson.updated_at,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use types::levels::{CefrLevel, Language};
    use uuid::Uuid;

    use super::*;

    fn row(n: u128) -> LessonSummary {
        LessonSummary {
            id: LessonId(Uuid::from_u128(n)),
            course_id: None,
            title: format!("Lesson {n}"),
            topic: String::new(),
            level: CefrLevel::B1,
            target_language: Language::En,
            students_language: Language::Ru,
            skills: Vec::new(),
            revision: 1,
            updated_at: DateTime::default(),
        }
    }

    #[test]
    fn a_row_that_comes_twice_is_shown_once() {
        let mut rows = vec![row(1), row(2)];
        append(&mut rows, vec![row(2), row(3)]);
        assert_eq!(rows.iter().map(|row| row.id.0.as_u128()).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn undo_puts_a_lesson_back_where_it_was() {
        let owner = Owner::new();
        owner.with(|| {
            let list = LessonList::new();
            list.set(Page { items: vec![row(1), row(2), row(3)], next: None, total: 3 });
            let (at, removed) = list.remove(row(2).id).unwrap();
            assert_eq!((at, list.total.get_untracked()), (1, 2));
            list.insert(at, removed);
            assert_eq!(list.rows.get_untracked()[1], row(2));
            assert_eq!(list.remove(row(9).id), None);
        });
    }
}
