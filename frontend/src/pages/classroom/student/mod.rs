//! The student's room: the class's task or the student's own choice, the answers, and the server's marks.

mod banner;
mod elsewhere;
mod ended;
mod leave;
mod said;
mod task;
mod work;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use said::{Moment, Said};
use types::{
    classroom::{ClientMessage, CloseCode, Event, Proposal, Refusal, Room, StudentRoom, StudentRunTask},
    ids::{ClassRunId, ItemId, TaskId},
    locale::Key,
    tasks::TaskView,
};
use work::Work;

use super::{SavedView, over};
use crate::{
    components::{Announcer, LiveRegion, PageTitle},
    i18n::{self, Words, t, t_with},
    realtime::{Link, RoomConnection, RoomUpdate, Saved},
    state::{AppState, Scope, use_app},
    tasks::keys,
    web,
};

/// State shared by the page's parts.
#[derive(Clone, Copy)]
pub struct Student {
    pub app: AppState,
    pub connection: StoredValue<Option<RoomConnection>>,
    pub room: RwSignal<Option<StudentRoom>>,
    pub works: RwSignal<BTreeMap<TaskId, Work>>,
    /// The task that the student went to alone.
    place: RwSignal<Option<TaskId>>,
    /// The choice to follow or not that the server has not confirmed yet.
    pending_following: RwSignal<Option<bool>>,
    /// A guest is leaving. The room may close before the request that leaves is answered.
    leaving: RwSignal<bool>,
    /// A guest has left: nobody is known on this device any more.
    left: RwSignal<bool>,
    /// Outlives the room's view.
    scope: Scope,
    /// A check was pressed here, and its marks are pending.
    checked: StoredValue<bool>,
    /// The item of the last typing notice, and when it was sent.
    typing: StoredValue<Option<(ItemId, DateTime<Utc>)>>,
}

/// Minimum time between typing notices of one item.
const TYPING_PAUSE: TimeDelta = TimeDelta::seconds(1);

impl Student {
    fn open(app: AppState, run: ClassRunId) -> Self {
        let student = Self {
            app,
            connection: StoredValue::new(None),
            room: RwSignal::new(None),
            works: RwSignal::new(BTreeMap::new()),
            place: RwSignal::new(None),
            pending_following: RwSignal::new(None),
            leaving: RwSignal::new(false),
            left: RwSignal::new(false),
            scope: Scope::new(),
            checked: StoredValue::new(false),
            typing: StoredValue::new(None),
        };
        if let Some(me) = untrack(|| app.session.me()) {
            student.connection.set_value(Some(RoomConnection::open(me.id, run, move |update| student.hear(update))));
        }
        student
    }

    fn with_connection(self, work: impl FnOnce(RoomConnection)) {
        if let Some(Some(connection)) = self.connection.try_get_value() {
            work(connection);
        }
    }

    fn is_out(self, task: TaskId, item: &ItemId) -> bool {
        self.connection.try_get_value().flatten().is_some_and(|connection| connection.concerns(task, item))
    }

    fn hear(self, update: RoomUpdate) {
        match update {
            RoomUpdate::Room(room) => {
                let Room::Student(room) = *room else { return };
                self.works.update(|works| {
                    for (task, work) in works {
                        work.keep_only(|item| self.is_out(*task, item));
                    }
                });
                self.room.set(Some(room));
                self.pending_following.set(None);
                self.tell_place();
            }
            RoomUpdate::Events(events, upto) => self.take(&events, upto),
            RoomUpdate::Refused(what, why) => self.refused(&what, why),
            RoomUpdate::Adopted(what) => {
                if let Some((task, answers)) = work::answers_of(&what) {
                    self.works.update(|works| {
                        let work = works.entry(task).or_default();
                        for (item, answer) in answers {
                            work.put(item, answer);
                        }
                    });
                }
            }
            RoomUpdate::Passing(_) => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other events are not about answers")]
    fn take(self, events: &[Event], upto: u64) {
        if events.is_empty() {
            self.room.update_untracked(|room| {
                if let Some(room) = room {
                    room.upto = room.upto.max(upto);
                }
            });
            return;
        }
        use types::classroom::EventBody;
        // Update both before anything renders: an answer must not visibly jump.
        self.works.update_untracked(|works| {
            for event in events {
                let task = match &event.body {
                    EventBody::Answered { task, .. }
                    | EventBody::Drafted { task, .. }
                    | EventBody::Reset { task, .. }
                    | EventBody::Revealed { task, .. } => task,
                    _ => continue,
                };
                works.entry(*task).or_default().take(&event.body, |item| self.is_out(*task, item));
            }
        });
        self.room.update_untracked(|room| {
            if let Some(room) = room {
                for event in events {
                    room.apply(event);
                }
                room.upto = room.upto.max(upto);
            }
        });
        if events.iter().any(|event| matches!(event.body, EventBody::Followed { .. })) {
            self.pending_following.set(None);
        }
        self.works.notify();
        self.room.notify();
        if events.iter().any(|event| matches!(event.body, EventBody::Focused { .. } | EventBody::Followed { .. })) {
            self.tell_place();
        }
    }

    fn refused(self, what: &Proposal, why: Refusal) {
        if let Some((task, answers)) = work::answers_of(what) {
            if why == Refusal::Locked && matches!(what, Proposal::Check { .. }) {
                // Not checked, but not lost: the answers stay in their fields, and on the server. What was typed after
                // the check stands. Nobody is typing now, so the teacher is told of no typing.
                for (item, answer) in answers {
                    if !self.is_out(task, &item) {
                        self.keep(task, item, answer);
                    }
                }
            } else {
                self.works.update(|works| {
                    let work = works.entry(task).or_default();
                    for (item, _) in answers {
                        work.forget(&item);
                    }
                });
            }
        }
        self.pending_following.set(None);
        self.app.toasts.say(t(refusal(why)));
    }

    pub fn following(self) -> bool {
        self.pending_following
            .get()
            .or_else(|| self.room.with(|room| room.as_ref().map(|room| room.me.following)))
            .unwrap_or(true)
    }

    pub fn focus(self) -> Option<TaskId> {
        self.room.with(|room| room.as_ref().and_then(|room| room.focus))
    }

    /// The task on the screen.
    pub fn current(self) -> Option<TaskId> {
        let first = || self.room.with(|room| room.as_ref().and_then(|room| room.tasks.first().map(|task| task.id)));
        let focus = self.focus();
        if self.following() { focus.or_else(first) } else { self.place.get().or(focus).or_else(first) }
    }

    pub fn follow(self, following: bool) {
        if !following {
            self.place.set(untrack(|| self.current()));
        }
        self.pending_following.set(Some(following));
        self.with_connection(|connection| connection.propose(Proposal::Follow { following }));
        self.tell_place();
    }

    /// Goes to a task alone.
    pub fn go(self, task: TaskId) {
        if untrack(|| self.following()) {
            self.follow(false);
        }
        self.place.set(Some(task));
        self.tell_place();
    }

    fn tell_place(self) {
        if let Some(task) = untrack(|| self.current()) {
            self.with_connection(|connection| connection.tell_place(task));
        }
    }

    /// Records the current value of a field: on the page, and as a draft for the server.
    fn keep(self, task: TaskId, item: ItemId, answer: Option<serde_json::Value>) {
        self.works.update(|works| works.entry(task).or_default().put(item.clone(), answer.clone()));
        self.with_connection(|connection| connection.draft(task, item, answer));
    }

    /// Takes what the student types or picks: records it, and tells the teacher of the typing.
    pub fn put(self, task: TaskId, item: ItemId, answer: Option<serde_json::Value>) {
        self.say_typing(task, &item);
        self.keep(task, item, answer);
    }

    fn say_typing(self, task: TaskId, item: &ItemId) {
        self.with_connection(|connection| {
            let now = web::now();
            let is_recent = |at: DateTime<Utc>| (now - at).abs() < TYPING_PAUSE;
            let said =
                self.typing.with_value(|said| said.as_ref().is_some_and(|(of, at)| of == item && is_recent(*at)));
            if !said {
                self.typing.set_value(Some((item.clone(), now)));
                connection.say_passing(&ClientMessage::Typing { task, item: item.clone() });
            }
        });
    }

    pub fn check(self, task: TaskId, answers: Vec<types::classroom::Answer>) {
        self.checked.set_value(true);
        self.with_connection(|connection| connection.propose(Proposal::Check { task, answers, at: web::now() }));
    }
}

pub fn use_student() -> Student {
    expect_context()
}

/// The text for a refusal.
fn refusal(why: Refusal) -> Key {
    match why {
        Refusal::Locked => Key::ClassRefusedLocked,
        Refusal::Revealed => Key::ClassRefusedRevealed,
        Refusal::Ended => Key::ClassRefusedEnded,
        Refusal::NotAllowed
        | Refusal::NoSuchTask
        | Refusal::NoSuchItem
        | Refusal::NoSuchStudent
        | Refusal::Malformed
        | Refusal::Unknown => Key::ClassRefusedOther,
    }
}

/// Removes hints, which the classroom does not support yet: a button without effect would mislead.
pub fn without_hints(mut view: TaskView) -> TaskView {
    if let TaskView::GapFill(view) = &mut view {
        for part in &mut view.parts {
            if let types::tasks::gaps::Part::Gap(gap) = part {
                gap.has_hint = false;
            }
        }
    }
    view
}

#[component]
pub fn StudentPage(run: ClassRunId, again: Callback<()>) -> impl IntoView {
    let student = Student::open(use_app(), run);
    super::waiting::note_run(run);
    provide_context(student);
    let announcer = Announcer::provide();
    say_what_changes(student, announcer);
    let link = Memo::new(move |_| student.connection.get_value().map_or(Link::Connecting, RoomConnection::link));
    // The stage decides between pages; everything else changes within them.
    let stage = Memo::new(move |_| {
        let removed = student.room.with(|room| room.as_ref().is_some_and(|room| room.me.removed));
        match (link.get(), student.room.with(Option::is_some)) {
            (_, _) if student.left.get() => Stage::Left,
            (Link::Over(CloseCode::LoggedOut), _) if student.leaving.get() => Stage::Left,
            (Link::Over(code), _) => Stage::Over(code),
            _ if removed => Stage::Over(CloseCode::Removed),
            (_, false) => Stage::Waiting,
            (_, true) if student.room.with(|room| room.as_ref().is_some_and(|room| room.ended_at.is_some())) => {
                Stage::Ended
            }
            (_, true) => Stage::Room,
        }
    });
    let page = move || match stage.get() {
        Stage::Left => view! { <super::Outside title=Key::ClassLeft text=Key::ClassLeftText home=false /> }.into_any(),
        Stage::Over(code) => over(code),
        Stage::Waiting => view! { <super::NoRoomYet connection=student.connection lines=6 /> }.into_any(),
        Stage::Ended => view! { <ended::Ended run again /> }.into_any(),
        Stage::Room => view! { <RoomView /> }.into_any(),
    };
    view! {
        <LiveRegion announcer />
        {page}
    }
}

/// Announces changes, and moves the focus if the focused element is gone: to the result after a check, else to the
/// task's heading. It is never lost.
fn say_what_changes(student: Student, announcer: Announcer) {
    let moment = Memo::new(move |_| {
        let link = student.connection.get_value().map_or(Link::Connecting, RoomConnection::link);
        let is_blocked = student.connection.get_value().is_some_and(RoomConnection::is_blocked);
        let (following, current, focus) = (student.following(), student.current(), student.focus());
        student.room.with(|room| {
            let room = room.as_ref()?;
            Some(Moment {
                task: current.and_then(|id| said::Place::of(room, id)),
                following,
                class_at: room.tasks.iter().position(|task| Some(task.id) == focus).map(|n| n + 1),
                offline: link == Link::Offline,
                blocked: is_blocked,
                ended: room.ended_at.is_some(),
            })
        })
    });
    Effect::new(move |before: Option<Option<Moment>>| {
        let now = moment.get();
        if let (Some(Some(before)), Some(now)) = (before, &now) {
            let said = said::between(&before, now);
            let is_result = said.iter().any(|said| matches!(said, Said::Result { .. }));
            for said in &said {
                announcer.say(&in_words(student, said));
            }
            let to_score = is_result && student.checked.get_value();
            if is_result {
                student.checked.set_value(false);
            }
            if !said.is_empty() {
                lead_focus(to_score);
            }
        }
        now
    });
}

fn in_words(student: Student, said: &Said) -> String {
    match said {
        Said::Task { number, title } => t_with(Key::ClassTaskSaid, &[("n", &number.to_string()), ("title", title)]),
        Said::ClassAt(number) => t_with(Key::ClassOnTask, &[("n", &number.to_string())]),
        Said::Following(true) => {
            let teacher = student.room.with_untracked(|room| room.as_ref().map(|room| room.teacher.clone()));
            t_with(Key::ClassFollowing, &[("teacher", &teacher.unwrap_or_default())])
        }
        Said::Following(false) => t(Key::ClassOnOwn).to_owned(),
        Said::Locked(true) => t(Key::ClassLocked).to_owned(),
        Said::Locked(false) => t(Key::ClassUnlockedSaid).to_owned(),
        Said::Shown { all } => t(if *all { Key::ClassShownLine } else { Key::ClassShownSome }).to_owned(),
        Said::Anew => t(Key::ClassAnewSaid).to_owned(),
        Said::Result { points, of } => {
            t_with(Key::ClassResultSaid, &[("n", &i18n::points(*points)), ("of", &of.to_string())])
        }
        Said::Offline => format!("{} {}", t(Key::ClassNoConnection), t(Key::ClassKeepGoing)),
        Said::Blocked => format!("{} {}", t(Key::ClassBlocked), t(Key::ClassBlockedNone)),
        Said::BackOnline => t(Key::ClassBackOnline).to_owned(),
        Said::Ended => t(Key::ClassOver).to_owned(),
    }
}

/// Moves the focus once the page shows what changed.
fn lead_focus(to_score: bool) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            let is_lost = web::is_focus_lost();
            // The pressed button and the field are gone or about to disappear.
            let in_task = || keys::focus_is_within(".student-task, .student-foot");
            if to_score && (is_lost || in_task()) && web::focus_in_place("[data-result]") {
                return;
            }
            if is_lost {
                web::focus_in_place(".student-room h2[tabindex], .student-room h3[tabindex], .outside h1");
            }
        });
    });
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Waiting,
    /// The guest chose to leave.
    Left,
    Room,
    Ended,
    Over(CloseCode),
}

#[component]
fn RoomView() -> impl IntoView {
    let student = use_student();
    let title = Memo::new(move |_| student.room.with(|room| room.as_ref().map(|room| room.title.clone())));
    let saved = Memo::new(move |_| student.connection.get_value().map_or(Saved::Connecting, RoomConnection::saved));
    let name = Words::made(move || title.get().unwrap_or_default());
    let current = Memo::new(move |_| student.current());
    let task = move || {
        let id = current.get()?;
        let task: Option<(usize, StudentRunTask)> = student.room.with_untracked(|room| {
            let tasks = &room.as_ref()?.tasks;
            let n = tasks.iter().position(|task| task.id == id)?;
            tasks.get(n).cloned().map(|task| (n + 1, task))
        });
        Some(match task {
            Some((number, task)) => view! { <task::TaskPage number task /> }.into_any(),
            None => ().into_any(),
        })
    };
    let me = Memo::new(move |_| {
        student.room.with(|room| room.as_ref().map(|room| super::full_name(&room.me.name, room.me.name_ordinal)))
    });
    web::follow_keyboard();
    view! {
        <PageTitle title=name.clone() kind=Key::ShellKindClass />
        <div class="student-room">
            <header class="student-top">
                <h1 class="clip" title=name.show()>
                    {name.show()}
                </h1>
                <banner::WayBack />
                <SavedView saved />
                <elsewhere::MyMenu />
                <p class="vh">{move || me.get().map(|name| t_with(Key::ClassYouAre, &[("name", &name)]))}</p>
            </header>
            <main id="main" tabindex="-1">
                {task}
            </main>
        </div>
    }
}
