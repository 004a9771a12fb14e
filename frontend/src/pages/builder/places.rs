//! Positions of tasks among others, and moving them. Needs no browser.

use types::{
    ids::{SectionId, TaskId},
    lesson::{Lesson, MoveTask, Task},
};

/// A place in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub section: SectionId,
    /// `None`: first.
    pub after: Option<TaskId>,
}

impl From<Place> for MoveTask {
    fn from(place: Place) -> Self {
        Self { section_id: place.section, after: place.after }
    }
}

/// The direction of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

fn find(lesson: &Lesson, task: TaskId) -> Option<(usize, usize)> {
    lesson
        .sections
        .iter()
        .enumerate()
        .find_map(|(s, section)| section.tasks.iter().position(|t| t.id == task).map(|t| (s, t)))
}

/// Finds a task by its id.
pub fn task(lesson: &Lesson, id: TaskId) -> Option<&Task> {
    lesson.tasks().find(|task| task.id == id)
}

pub fn task_mut(lesson: &mut Lesson, id: TaskId) -> Option<&mut Task> {
    lesson.sections.iter_mut().flat_map(|section| &mut section.tasks).find(|task| task.id == id)
}

pub fn place_of(lesson: &Lesson, id: TaskId) -> Option<Place> {
    let (s, t) = find(lesson, id)?;
    let section = &lesson.sections[s];
    Some(Place { section: section.id, after: t.checked_sub(1).map(|before| section.tasks[before].id) })
}

/// The place one step up or down; past the edge of its section it goes into the next one. `None` at the lesson's end.
pub fn step(lesson: &Lesson, id: TaskId, way: Way) -> Option<Place> {
    let (s, t) = find(lesson, id)?;
    let tasks = &lesson.sections[s].tasks;
    let here = lesson.sections[s].id;
    match way {
        Way::Up if t > 0 => Some(Place { section: here, after: t.checked_sub(2).map(|n| tasks[n].id) }),
        Way::Up => {
            let above = lesson.sections.get(s.checked_sub(1)?)?;
            Some(Place { section: above.id, after: above.tasks.last().map(|task| task.id) })
        }
        Way::Down if t + 1 < tasks.len() => Some(Place { section: here, after: Some(tasks[t + 1].id) }),
        Way::Down => Some(Place { section: lesson.sections.get(s + 1)?.id, after: None }),
    }
}

/// The place for a drop before `before`, or at the section's end without it. `None` if the task would stay where it is.
pub fn drop_before(lesson: &Lesson, id: TaskId, section: SectionId, before: Option<TaskId>) -> Option<Place> {
    if before == Some(id) {
        return None;
    }
    let others: Vec<TaskId> =
        lesson.sections.iter().find(|s| s.id == section)?.tasks.iter().map(|t| t.id).filter(|t| *t != id).collect();
    let at = match before {
        Some(before) => others.iter().position(|t| *t == before)?,
        None => others.len(),
    };
    let place = Place { section, after: at.checked_sub(1).map(|n| others[n]) };
    (place_of(lesson, id) != Some(place)).then_some(place)
}

/// Moves a task. If the place doesn't exist, nothing changes. Returns whether it moved.
pub fn relocate(lesson: &mut Lesson, id: TaskId, place: Place) -> bool {
    let Some((s, t)) = find(lesson, id) else { return false };
    if !lesson.sections.iter().any(|section| section.id == place.section) || place.after == Some(id) {
        return false;
    }
    let mut task = lesson.sections[s].tasks.remove(t);
    task.section_id = place.section;
    put(lesson, task, place.after);
    true
}

/// Inserts a task into its section: after `after`, or first if that is `None`, or last if `after` doesn't exist.
pub fn put(lesson: &mut Lesson, task: Task, after: Option<TaskId>) {
    let Some(section) = lesson.sections.iter_mut().find(|section| section.id == task.section_id) else { return };
    let at = match after {
        None => 0,
        Some(after) => section.tasks.iter().position(|t| t.id == after).map_or(section.tasks.len(), |n| n + 1),
    };
    section.tasks.insert(at, task);
}

/// The section before this one (`None`: it is first); the outer `None`: there is no such section.
pub fn place_of_section(lesson: &Lesson, id: SectionId) -> Option<Option<SectionId>> {
    let at = lesson.sections.iter().position(|section| section.id == id)?;
    Some(at.checked_sub(1).map(|before| lesson.sections[before].id))
}

/// The place one step up or down. `None` at the lesson's end.
pub fn step_section(lesson: &Lesson, id: SectionId, way: Way) -> Option<Option<SectionId>> {
    let at = lesson.sections.iter().position(|section| section.id == id)?;
    match way {
        Way::Up => Some(at.checked_sub(1)?.checked_sub(1).map(|n| lesson.sections[n].id)),
        Way::Down => Some(Some(lesson.sections.get(at + 1)?.id)),
    }
}

/// Moves a section.
pub fn relocate_section(lesson: &mut Lesson, id: SectionId, after: Option<SectionId>) -> bool {
    let Some(at) = lesson.sections.iter().position(|section| section.id == id) else { return false };
    let section = lesson.sections.remove(at);
    let to = match after {
        None => 0,
        Some(after) => lesson.sections.iter().position(|s| s.id == after).map_or(lesson.sections.len(), |n| n + 1),
    };
    lesson.sections.insert(to, section);
    true
}

/// The place in the server's terms: local tasks (`is_local`) are skipped, so the predecessor is the nearest one that
/// the server knows.
pub fn without_local(lesson: &Lesson, place: Place, is_local: impl Fn(TaskId) -> bool) -> Place {
    let after = place.after.and_then(|after| {
        let section = lesson.sections.iter().find(|section| section.id == place.section)?;
        let at = section.tasks.iter().position(|task| task.id == after)?;
        section.tasks[..=at].iter().rev().map(|task| task.id).find(|task| !is_local(*task))
    });
    Place { after, ..place }
}

/// Removes and returns a task.
pub fn remove(lesson: &mut Lesson, id: TaskId) -> Option<Task> {
    let (s, t) = find(lesson, id)?;
    Some(lesson.sections[s].tasks.remove(t))
}

/// The task to select when `id` goes: the next one, else the previous one.
pub fn neighbour(lesson: &Lesson, id: TaskId) -> Option<TaskId> {
    let all: Vec<TaskId> = lesson.tasks().map(|task| task.id).collect();
    let at = all.iter().position(|task| *task == id)?;
    all.get(at + 1).or_else(|| at.checked_sub(1).and_then(|n| all.get(n))).copied()
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::DateTime;
    use types::{
        evidence::GateReport,
        ids::LessonId,
        lesson::{Origin, Section},
        levels::{CefrLevel, Language},
        tasks::TaskBody,
    };
    use uuid::Uuid;

    use super::*;

    pub(crate) fn tid(n: u128) -> TaskId {
        Uuid::from_u128(n).into()
    }

    pub(crate) fn sid(n: u128) -> SectionId {
        Uuid::from_u128(1_000 + n).into()
    }

    pub(crate) fn make(id: TaskId, section: SectionId) -> Task {
        Task {
            id,
            section_id: section,
            title: format!("Task {}", id.0.as_u128()),
            instructions: String::new(),
            body: TaskBody::blank("matching").unwrap(),
            origin: Origin::teacher(),
            evidence: GateReport::default(),
            revision: 1,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    /// A lesson with sections of the given sizes, its tasks numbered from 1.
    pub(crate) fn lesson(sizes: &[usize]) -> Lesson {
        let mut next = 0;
        let sections = sizes
            .iter()
            .enumerate()
            .map(|(s, size)| {
                let id = sid(s as u128);
                let tasks = (0..*size)
                    .map(|_| {
                        next += 1;
                        make(tid(next), id)
                    })
                    .collect();
                Section { id, title: format!("Section {s}"), revision: 1, tasks }
            })
            .collect();
        Lesson {
            id: LessonId(Uuid::nil()),
            course_id: None,
            title: "Lesson".into(),
            topic: String::new(),
            level: CefrLevel::B1,
            target_language: Language::En,
            students_language: Language::Ru,
            notes: String::new(),
            revision: 1,
            updated_at: DateTime::UNIX_EPOCH,
            sections,
        }
    }

    fn order(lesson: &Lesson) -> Vec<Vec<u128>> {
        lesson.sections.iter().map(|s| s.tasks.iter().map(|t| t.id.0.as_u128()).collect()).collect()
    }

    #[test]
    fn a_step_goes_on_into_the_next_section() {
        let mut l = lesson(&[2, 1, 0]);
        let down = step(&l, tid(2), Way::Down).unwrap();
        assert_eq!(down, Place { section: sid(1), after: None });
        assert!(relocate(&mut l, tid(2), down));
        assert_eq!(order(&l), [vec![1], vec![2, 3], vec![]]);
        let up = step(&l, tid(2), Way::Up).unwrap();
        relocate(&mut l, tid(2), up);
        assert_eq!(order(&l), [vec![1, 2], vec![3], vec![]]);
        assert_eq!(step(&l, tid(1), Way::Up), None);
        assert_eq!(step(&l, tid(3), Way::Down), Some(Place { section: sid(2), after: None }));
    }

    #[test]
    fn up_and_down_undo_each_other() {
        for n in 1..=5 {
            for way in [Way::Up, Way::Down] {
                let mut l = lesson(&[3, 2]);
                let before = place_of(&l, tid(n)).unwrap();
                let Some(there) = step(&l, tid(n), way) else { continue };
                relocate(&mut l, tid(n), there);
                assert_eq!(place_of(&l, tid(n)), Some(there));
                relocate(&mut l, tid(n), before);
                assert_eq!(l, lesson(&[3, 2]));
            }
        }
    }

    #[test]
    fn a_drop_where_it_stands_is_none() {
        let l = lesson(&[3]);
        assert_eq!(drop_before(&l, tid(2), sid(0), Some(tid(3))), None);
        assert_eq!(drop_before(&l, tid(2), sid(0), Some(tid(2))), None);
        assert_eq!(drop_before(&l, tid(3), sid(0), None), None);
        assert_eq!(drop_before(&l, tid(3), sid(0), Some(tid(1))), Some(Place { section: sid(0), after: None }));
        assert_eq!(drop_before(&l, tid(1), sid(0), None), Some(Place { section: sid(0), after: Some(tid(3)) }));
    }

    #[test]
    fn sections_go_up_and_down() {
        let mut l = lesson(&[1, 1, 1]);
        let down = step_section(&l, sid(0), Way::Down).unwrap();
        assert!(relocate_section(&mut l, sid(0), down));
        assert_eq!(order(&l), [vec![2], vec![1], vec![3]]);
        let up = step_section(&l, sid(0), Way::Up).unwrap();
        relocate_section(&mut l, sid(0), up);
        assert_eq!(order(&l), [vec![1], vec![2], vec![3]]);
        assert_eq!(step_section(&l, sid(0), Way::Up), None);
        assert_eq!(step_section(&l, sid(2), Way::Down), None);
        assert_eq!(place_of_section(&l, sid(2)), Some(Some(sid(1))));
    }

    #[test]
    fn what_the_server_does_not_have_is_no_place_for_it() {
        let l = lesson(&[3]);
        let place = |after| Place { section: sid(0), after };
        let local = |id: TaskId| id == tid(2) || id == tid(1);
        assert_eq!(without_local(&l, place(Some(tid(3))), local), place(Some(tid(3))));
        assert_eq!(without_local(&l, place(Some(tid(2))), |id| id == tid(2)), place(Some(tid(1))));
        assert_eq!(without_local(&l, place(Some(tid(2))), local), place(None));
    }

    #[test]
    fn reading_goes_on_at_the_next_task() {
        let l = lesson(&[1, 1]);
        assert_eq!(neighbour(&l, tid(1)), Some(tid(2)));
        assert_eq!(neighbour(&l, tid(2)), Some(tid(1)));
        assert_eq!(neighbour(&lesson(&[1]), tid(1)), None);
    }
}
