//! Screen reader announcements, made by comparing two moments of the room, so that it makes no difference whether an
//! event came or the whole room anew. Needs no browser.

use types::{classroom::StudentRoom, ids::TaskId, marks::Points};

use super::super::marks::Tally;
use crate::tasks::items_of;

/// The state of the page, as far as its changes are announced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    pub task: Option<Place>,
    pub following: bool,
    /// The number of the class's task.
    pub class_at: Option<usize>,
    pub offline: bool,
    pub blocked: bool,
    pub ended: bool,
}

/// The task on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub id: TaskId,
    pub number: usize,
    pub title: String,
    pub locked: bool,
    /// Number of items whose key was shown, and of all items.
    pub shown: (usize, usize),
    /// Total of the marked items.
    pub tries: u32,
    pub points: Points,
}

impl Place {
    pub fn of(room: &StudentRoom, id: TaskId) -> Option<Self> {
        let at = room.tasks.iter().position(|task| task.id == id)?;
        let task = room.tasks.get(at)?;
        let items = items_of(&task.view);
        let cells = room.cells.get(&id);
        let tries = items.iter().filter_map(|item| cells?.get(item)).map(|cell| cell.tries).sum();
        let shown =
            room.revealed.get(&id).map_or(0, |shown| items.iter().filter(|item| shown.contains_key(*item)).count());
        Some(Self {
            id,
            number: at + 1,
            title: task.title.clone(),
            locked: room.locked.contains(&id),
            shown: (shown, items.len()),
            tries,
            points: Tally::of(&items, cells).points,
        })
    }
}

/// A screen reader announcement.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Task {
        number: usize,
        title: String,
    },
    /// The class moved on without this student, who looks around.
    ClassAt(usize),
    Following(bool),
    Locked(bool),
    /// All answers were shown, or some.
    Shown {
        all: bool,
    },
    Anew,
    Result {
        points: Points,
        of: usize,
    },
    Offline,
    Blocked,
    BackOnline,
    Ended,
}

/// What happened between two moments, the most important last: listeners remember that best.
pub fn between(before: &Moment, now: &Moment) -> Vec<Said> {
    let mut said = Vec::new();
    if !before.ended && now.ended {
        return vec![Said::Ended];
    }
    match ((before.offline, before.blocked), (now.offline, now.blocked)) {
        ((false, _), (true, false)) => said.push(Said::Offline),
        ((_, false), (_, true)) => said.push(Said::Blocked),
        ((true, _), (false, _)) => said.push(Said::BackOnline),
        (_, _) => {}
    }
    if before.following != now.following {
        said.push(Said::Following(now.following));
    }
    match (&before.task, &now.task) {
        (Some(was), Some(is)) if was.id == is.id => {
            if was.locked != is.locked {
                said.push(Said::Locked(is.locked));
            }
            if is.shown.0 > was.shown.0 {
                said.push(Said::Shown { all: is.shown.0 == is.shown.1 });
            } else if is.tries < was.tries || is.shown.0 < was.shown.0 {
                said.push(Said::Anew);
            } else if is.tries > was.tries {
                said.push(Said::Result { points: is.points, of: is.shown.1 });
            }
        }
        (_, Some(is)) => {
            said.push(Said::Task { number: is.number, title: is.title.clone() });
            if is.locked {
                said.push(Said::Locked(true));
            }
        }
        (_, None) => {}
    }
    if !now.following
        && before.class_at != now.class_at
        && let Some(number) = now.class_at
    {
        said.push(Said::ClassAt(number));
    }
    said
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn place(n: u128) -> Place {
        Place {
            id: TaskId(Uuid::from_u128(n)),
            number: usize::try_from(n).unwrap(),
            title: format!("Title {n}"),
            locked: false,
            shown: (0, 2),
            tries: 0,
            points: Points::ZERO,
        }
    }

    fn moment(task: Place) -> Moment {
        Moment { task: Some(task), following: true, class_at: Some(1), ..Moment::default() }
    }

    #[test]
    fn nothing_is_said_where_nothing_changed() {
        assert_eq!(between(&moment(place(1)), &moment(place(1))), []);
    }

    #[test]
    fn a_new_task_is_said_with_its_lock_and_without_what_was_done_in_it_before() {
        let now = moment(Place { locked: true, tries: 3, ..place(2) });
        let task = Said::Task { number: 2, title: "Title 2".into() };
        assert_eq!(between(&moment(place(1)), &now), [task, Said::Locked(true)]);
    }

    #[test]
    fn what_the_teacher_does_to_the_task_is_said() {
        let before = moment(Place { tries: 2, ..place(1) });
        let with = |place: Place| between(&before, &moment(place));
        assert_eq!(with(Place { tries: 2, locked: true, ..place(1) }), [Said::Locked(true)]);
        assert_eq!(with(Place { tries: 2, shown: (1, 2), ..place(1) }), [Said::Shown { all: false }]);
        assert_eq!(with(Place { tries: 2, shown: (2, 2), ..place(1) }), [Said::Shown { all: true }]);
        assert_eq!(with(place(1)), [Said::Anew]);
    }

    #[test]
    fn a_check_is_answered_by_its_result() {
        let now = moment(Place { tries: 2, points: Points::new(3, 2), ..place(1) });
        assert_eq!(between(&moment(place(1)), &now), [Said::Result { points: Points::new(3, 2), of: 2 }]);
    }

    #[test]
    fn the_connection_is_said_when_it_goes_and_when_it_is_back() {
        let on = moment(place(1));
        let off = Moment { offline: true, ..on.clone() };
        let blocked = Moment { blocked: true, ..off.clone() };
        assert_eq!(between(&on, &off), [Said::Offline]);
        assert_eq!(between(&off, &blocked), [Said::Blocked]);
        assert_eq!(between(&blocked, &on), [Said::BackOnline]);
    }

    #[test]
    fn who_looks_around_hears_where_the_class_is() {
        let before = Moment { following: false, ..moment(place(1)) };
        let now = Moment { class_at: Some(2), ..before.clone() };
        assert_eq!(between(&before, &now), [Said::ClassAt(2)]);
    }
}
