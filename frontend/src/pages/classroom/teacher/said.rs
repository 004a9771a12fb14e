//! Screen reader announcements of the teacher's page, and where the focus goes when the focused element is gone.

use leptos::prelude::*;
use types::{ids::TaskId, locale::Key};

use super::model::Teacher;
use crate::{
    components::Announcer,
    i18n::{t, t_with},
    realtime::{Link, RoomConnection},
    web,
};

/// The state of the page, as far as its changes are announced.
#[derive(Clone, Debug, Default, PartialEq)]
struct Moment {
    task: Option<(TaskId, usize, String)>,
    /// The class is on this task.
    is_focus: bool,
    locked: bool,
    revealed: bool,
    offline: bool,
    blocked: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Said {
    Task {
        number: usize,
        title: String,
    },
    /// The class moved to the task on the screen.
    ClassHere,
    Locked(bool),
    Revealed(bool),
    Offline,
    Blocked,
    BackOnline,
}

fn between(before: &Moment, now: &Moment) -> Vec<Said> {
    let mut said = Vec::new();
    match ((before.offline, before.blocked), (now.offline, now.blocked)) {
        ((false, _), (true, false)) => said.push(Said::Offline),
        ((_, false), (_, true)) => said.push(Said::Blocked),
        ((true, _), (false, _)) => said.push(Said::BackOnline),
        (_, _) => {}
    }
    let same = before.task == now.task;
    if let Some((_, number, title)) = now.task.as_ref().filter(|_| !same) {
        said.push(Said::Task { number: *number, title: title.clone() });
    }
    if now.is_focus && !(same && before.is_focus) {
        said.push(Said::ClassHere);
    }
    if if same { before.locked != now.locked } else { now.locked } {
        said.push(Said::Locked(now.locked));
    }
    if if same { before.revealed != now.revealed } else { now.revealed } {
        said.push(Said::Revealed(now.revealed));
    }
    said
}

pub fn say_what_changes(teacher: Teacher, announcer: Announcer) {
    let moment = Memo::new(move |_| {
        let connection = teacher.connection.get_value();
        let current = teacher.current();
        teacher.room.with(Option::is_some).then(|| Moment {
            task: current.and_then(|id| {
                teacher.read(|room| {
                    let at = room.tasks.iter().position(|task| task.id == id)?;
                    room.tasks.get(at).map(|task| (id, at + 1, task.title.clone()))
                })
            }),
            is_focus: current.is_some() && teacher.read(|room| room.focus) == current,
            locked: current.is_some_and(|id| teacher.is_locked(id)),
            revealed: current.is_some_and(|id| teacher.is_revealed(id)),
            offline: connection.is_some_and(|connection| connection.link() == Link::Offline),
            blocked: connection.is_some_and(RoomConnection::is_blocked),
        })
    });
    Effect::new(move |before: Option<Option<Moment>>| {
        let now = moment.get();
        if let (Some(Some(before)), Some(now)) = (before, &now) {
            for said in between(&before, now) {
                announcer.say(&in_words(&said));
            }
            if before.task != now.task {
                lead_focus();
            }
        }
        now
    });
}

fn in_words(said: &Said) -> String {
    match said {
        Said::Task { number, title } => t_with(Key::ClassTaskSaid, &[("n", &number.to_string()), ("title", title)]),
        Said::ClassHere => t(Key::ClassHereSaid).to_owned(),
        Said::Locked(true) => t(Key::ClassLockedSaidTeacher).to_owned(),
        Said::Locked(false) => t(Key::ClassUnlockedSaid).to_owned(),
        Said::Revealed(true) => t(Key::ClassRevealedSaid).to_owned(),
        Said::Revealed(false) => t(Key::ClassHiddenSaid).to_owned(),
        Said::Offline => format!("{} {}", t(Key::ClassNoConnection), t(Key::ClassTeacherOffline)),
        Said::Blocked => format!("{} {}", t(Key::ClassBlocked), t(Key::ClassBlockedTeacher)),
        Said::BackOnline => t(Key::ClassBackOnline).to_owned(),
    }
}

/// Moves the focus to the new card's heading if it was lost, because the pressed arrow has no counterpart there.
fn lead_focus() {
    request_animation_frame(|| {
        request_animation_frame(|| {
            if web::is_focus_lost() {
                web::focus_in_place(".room-main h2[tabindex], .room-main h3[tabindex]");
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn moment(n: u128) -> Moment {
        let task = (TaskId(Uuid::from_u128(n)), usize::try_from(n).unwrap(), format!("Title {n}"));
        Moment { task: Some(task), is_focus: true, ..Moment::default() }
    }

    #[test]
    fn a_new_task_is_said_and_whether_the_class_is_there() {
        let task = Said::Task { number: 2, title: "Title 2".into() };
        assert_eq!(between(&moment(1), &moment(2)), [task.clone(), Said::ClassHere]);
        let alone = Moment { is_focus: false, ..moment(2) };
        assert_eq!(between(&moment(1), &alone), [task]);
        assert_eq!(between(&alone, &moment(2)), [Said::ClassHere]);
    }

    #[test]
    fn what_was_done_to_the_task_is_said() {
        let locked = Moment { locked: true, ..moment(1) };
        assert_eq!(between(&moment(1), &locked), [Said::Locked(true)]);
        assert_eq!(between(&locked, &moment(1)), [Said::Locked(false)]);
        assert_eq!(between(&moment(1), &Moment { revealed: true, ..moment(1) }), [Said::Revealed(true)]);
        assert_eq!(between(&moment(1), &moment(1)), []);
    }

    #[test]
    fn the_connection_is_said() {
        let off = Moment { offline: true, ..moment(1) };
        assert_eq!(between(&moment(1), &off), [Said::Offline]);
        assert_eq!(between(&off, &moment(1)), [Said::BackOnline]);
    }
}
