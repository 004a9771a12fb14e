//! The teacher page's model of the room.

use std::collections::BTreeMap;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use types::{
    classroom::{ClassInfo, Event, EventBody, Invitation, Passing, Proposal, Refusal, Room, TeacherRoom},
    ids::{ClassRunId, ItemId, TaskId, UserId},
    locale::Key,
};

use crate::{
    api,
    i18n::t,
    realtime::{RoomConnection, RoomUpdate},
    state::{AppState, Scope},
    web,
};

/// Bursts of events are rendered together: at most once in this many milliseconds.
const SHOW_MS: u32 = 200;
/// How long somebody counts as typing after a key press, in milliseconds.
const TYPING_MS: i64 = 2_500;

type Place = (UserId, TaskId, ItemId);

#[derive(Clone, Copy)]
pub struct Teacher {
    pub app: AppState,
    pub connection: StoredValue<Option<RoomConnection>>,
    pub room: RwSignal<Option<TeacherRoom>>,
    /// Who pressed a key where, and when (milliseconds since 1970).
    typing: RwSignal<BTreeMap<Place, i64>>,
    /// The task on the teacher's own screen, if it isn't the class's.
    place: RwSignal<Option<TaskId>>,
    /// Choosing a task moves the class there.
    pub leads: RwSignal<bool>,
    /// The item that the foot of the grid is about; `None`: the hardest.
    pub item: RwSignal<Option<ItemId>>,
    /// The student whose work is open.
    pub looking_at: RwSignal<Option<UserId>>,
    /// The proposal that waits for confirmation.
    pub asking: RwSignal<Option<Proposal>>,
    pub inviting: RwSignal<bool>,
    pub showing_tasks: RwSignal<bool>,
    pub showing_people: RwSignal<bool>,
    pub invitation: RwSignal<Option<Invitation>>,
    pub class: StoredValue<ClassInfo>,
    show: StoredValue<Option<Timeout>, LocalStorage>,
    pub scope: Scope,
}

impl Teacher {
    pub fn open(app: AppState, class: ClassInfo, run: ClassRunId) -> Self {
        let teacher = Self {
            app,
            connection: StoredValue::new(None),
            room: RwSignal::new(None),
            typing: RwSignal::new(BTreeMap::new()),
            place: RwSignal::new(None),
            leads: RwSignal::new(true),
            item: RwSignal::new(None),
            looking_at: RwSignal::new(None),
            asking: RwSignal::new(None),
            inviting: RwSignal::new(false),
            showing_tasks: RwSignal::new(false),
            showing_people: RwSignal::new(false),
            invitation: RwSignal::new(class.invitation.clone()),
            class: StoredValue::new(class),
            show: StoredValue::new_local(None),
            scope: Scope::new(),
        };
        if let Some(me) = untrack(|| app.session.me()) {
            teacher.connection.set_value(Some(RoomConnection::open(me.id, run, move |update| teacher.hear(update))));
        }
        teacher
    }

    fn hear(self, update: RoomUpdate) {
        match update {
            RoomUpdate::Room(room) => {
                let Room::Teacher(room) = *room else { return };
                let no_focus = room.focus.is_none() && room.ended_at.is_none();
                let first = room.tasks.first().map(|task| task.id);
                self.room.set(Some(room));
                if let (true, Some(first)) = (no_focus, first) {
                    self.propose(Proposal::Focus { task: first });
                }
            }
            RoomUpdate::Events(events, upto) => {
                self.room.update_untracked(|room| {
                    if let Some(room) = room {
                        for event in &events {
                            room.apply(event);
                        }
                        room.upto = room.upto.max(upto);
                    }
                });
                // The class was moved by another page of the teacher's: a page that leads shows what the class sees.
                let focus = |event: &Event| {
                    if let EventBody::Focused { task } = &event.body { Some(*task) } else { None }
                };
                let elsewhere = events
                    .iter()
                    .rev()
                    .find_map(focus)
                    .is_some_and(|focus| self.place.get_untracked().is_some_and(|place| place != focus));
                if elsewhere && self.leads.get_untracked() && !self.is_asking() {
                    self.item.set(None);
                    self.place.set(None);
                }
                // An item that was checked is no longer being typed.
                self.typing.update_untracked(|typing| {
                    for event in &events {
                        if let EventBody::Answered { student, task, item, .. } = &event.body {
                            typing.remove(&(*student, *task, item.clone()));
                        }
                    }
                });
                if !events.is_empty() {
                    self.show_soon();
                }
                if events.iter().any(|event| matches!(event.body, EventBody::Removed { .. })) {
                    self.ask_for_invitation();
                }
            }
            RoomUpdate::Passing(events) => {
                let now = web::now().timestamp_millis();
                self.room.update_untracked(|room| {
                    if let Some(room) = room {
                        for passing in &events {
                            room.apply_passing(passing);
                        }
                    }
                });
                self.typing.update_untracked(|typing| {
                    for passing in events {
                        if let Passing::Typing { student, task, item } = passing {
                            typing.insert((student, task, item), now);
                        }
                    }
                });
                self.show_soon();
            }
            RoomUpdate::Refused(_, why) => self.app.toasts.say(t(refusal(why))),
            RoomUpdate::Adopted(_) => {}
        }
    }

    /// Fetches the new invitation: a removed student knows the old link.
    fn ask_for_invitation(self) {
        let class = self.class.with_value(|class| class.id);
        self.scope.spawn(async move {
            if let Ok(class) = api::classes::get(class).await {
                self.invitation.set(class.invitation);
            }
        });
    }

    /// Schedules one render for everything that arrives until then.
    fn show_soon(self) {
        let is_waiting = self.show.try_with_value(Option::is_some).unwrap_or(true);
        if is_waiting {
            return;
        }
        self.show.set_value(Some(Timeout::new(SHOW_MS, move || {
            self.show.try_update_value(|show| drop(show.take()));
            self.prune();
            self.room.notify();
            self.typing.notify();
        })));
    }

    /// Drops outdated typing notices, and runs again as long as any are left.
    fn prune(self) {
        let now = web::now().timestamp_millis();
        let left = self.typing.try_update_untracked(|typing| {
            typing.retain(|_, at| (now - *at).abs() < TYPING_MS);
            !typing.is_empty()
        });
        if left == Some(true) {
            set_timeout(move || self.show_soon(), std::time::Duration::from_millis(1_000));
        }
    }

    pub fn is_typing(self, place: &Place) -> bool {
        self.typing.with(|typing| typing.contains_key(place))
    }

    pub fn propose(self, what: Proposal) {
        if let Some(Some(connection)) = self.connection.try_get_value() {
            connection.propose(what);
        }
    }

    /// Whether a proposal of this page is still unanswered.
    fn is_asking(self) -> bool {
        let connection = self.connection.try_get_value().flatten();
        connection.is_some_and(|connection| connection.pending().with_untracked(|pending| pending.waiting > 0))
    }

    /// Reads from the room.
    pub fn read<T: Default>(self, read: impl FnOnce(&TeacherRoom) -> T) -> T {
        self.room.with(|room| room.as_ref().map(read)).unwrap_or_default()
    }

    /// The task on the screen.
    pub fn current(self) -> Option<TaskId> {
        let place = self.place.get();
        self.read(|room| place.or(room.focus).or_else(|| room.tasks.first().map(|task| task.id)))
    }

    /// Goes to a task, and takes the class along if this page leads it.
    pub fn go(self, task: TaskId) {
        self.item.set(None);
        self.place.set(Some(task));
        self.showing_tasks.set(false);
        if self.leads.get_untracked() && untrack(|| self.read(|room| room.focus)) != Some(task) {
            self.propose(Proposal::Focus { task });
        }
    }

    /// Goes one task back or forward.
    pub fn step(self, by: isize) {
        let to = untrack(|| {
            let current = self.current()?;
            self.read(|room| {
                let at = room.tasks.iter().position(|task| task.id == current)?;
                room.tasks.get(at.checked_add_signed(by)?).map(|task| task.id)
            })
        });
        if let Some(to) = to {
            self.go(to);
        }
    }

    pub fn set_leads(self, leads: bool) {
        self.leads.set(leads);
        if leads && let Some(current) = untrack(|| self.current()) {
            self.go(current);
        }
    }

    pub fn is_locked(self, task: TaskId) -> bool {
        self.read(|room| room.locked.contains(&task))
    }

    pub fn toggle_lock(self, task: TaskId) {
        let locked = !untrack(|| self.is_locked(task));
        self.propose(Proposal::Lock { task, locked });
    }

    /// Whether all keys of a task have been shown.
    pub fn is_revealed(self, task: TaskId) -> bool {
        self.read(|room| {
            let items = room.tasks.iter().find(|it| it.id == task).map(|it| it.body.items()).unwrap_or_default();
            let shown = room.revealed.get(&task);
            !items.is_empty() && items.iter().all(|item| shown.is_some_and(|shown| shown.contains(item)))
        })
    }

    pub fn reveal(self, task: TaskId, items: Vec<ItemId>) {
        self.propose(Proposal::Reveal { task, items });
    }
}

pub fn use_teacher() -> Teacher {
    expect_context()
}

fn refusal(why: Refusal) -> Key {
    match why {
        Refusal::Ended => Key::ClassRefusedEnded,
        Refusal::Locked
        | Refusal::Revealed
        | Refusal::NotAllowed
        | Refusal::NoSuchTask
        | Refusal::NoSuchItem
        | Refusal::NoSuchStudent
        | Refusal::Malformed
        | Refusal::Unknown => Key::ClassRefusedTeacher,
    }
}
