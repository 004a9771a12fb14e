//! The room as a student has it: the class's task or one's own way, one's answers, and what the server made of them.

mod banner;
mod elsewhere;
mod ended;
mod task;
mod work;

use std::collections::BTreeMap;

use leptos::prelude::*;
use types::{
    classroom::{ClientMessage, Event, Proposal, Refusal, Room, StudentRoom, StudentRunTask},
    ids::{ClassRunId, ItemId, TaskId},
    locale::Key,
    tasks::TaskView,
};
use work::Work;

use super::{SavedView, over};
use crate::{
    components::{PageTitle, Skeleton},
    i18n::{Words, t, t_with, tr},
    realtime::{Line, Link, News, Saved},
    state::{AppState, use_app},
    web,
};

/// What the page's parts share.
#[derive(Clone, Copy)]
pub struct Student {
    pub app: AppState,
    pub line: StoredValue<Option<Line>>,
    pub room: RwSignal<Option<StudentRoom>>,
    pub works: RwSignal<BTreeMap<TaskId, Work>>,
    /// The task that was gone to on one's own.
    place: RwSignal<Option<TaskId>>,
    /// What was pressed and the server has not said yet.
    wish: RwSignal<Option<bool>>,
    /// Each item's last word that a key was pressed, by this machine's clock.
    typing: StoredValue<Option<(ItemId, f64)>>,
}

/// At most so often it is said that somebody types, in milliseconds.
const TYPING_MS: f64 = 1_000.0;

impl Student {
    fn open(app: AppState, run: ClassRunId) -> Self {
        let student = Self {
            app,
            line: StoredValue::new(None),
            room: RwSignal::new(None),
            works: RwSignal::new(BTreeMap::new()),
            place: RwSignal::new(None),
            wish: RwSignal::new(None),
            typing: StoredValue::new(None),
        };
        if let Some(me) = untrack(|| app.session.me()) {
            student.line.set_value(Some(Line::open(me.id, run, move |news| student.hear(news))));
        }
        student
    }

    fn with_line(self, work: impl FnOnce(Line)) {
        if let Some(Some(line)) = self.line.try_get_value() {
            work(line);
        }
    }

    fn is_out(self, task: TaskId, item: &ItemId) -> bool {
        self.line.try_get_value().flatten().is_some_and(|line| line.concerns(task, item))
    }

    fn hear(self, news: News) {
        match news {
            News::Room(room) => {
                let Room::Student(room) = *room else { return };
                self.works.update(|works| {
                    for (task, work) in works {
                        work.keep_only(|item| self.is_out(*task, item));
                    }
                });
                self.room.set(Some(room));
                self.wish.set(None);
                self.tell_place();
            }
            News::Events(events, upto) => self.take(&events, upto),
            News::Refused(what, why) => self.refused(&what, why),
            News::Adopted(what) => {
                if let Some((task, answers)) = work::answers_of(&what) {
                    self.works.update(|works| {
                        let work = works.entry(task).or_default();
                        for (item, answer) in answers {
                            work.put(item, answer);
                        }
                    });
                }
            }
            News::Passing(_) => {}
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
        // Both change before anything is shown: an answer must not be seen to jump.
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
            self.wish.set(None);
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
                // Not checked, but not lost: it stands in the field, on the server too.
                for (item, answer) in answers {
                    self.put(task, item, answer);
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
        self.wish.set(None);
        self.app.toasts.say(t(refusal(why)));
    }

    pub fn following(self) -> bool {
        self.wish.get().or_else(|| self.room.with(|room| room.as_ref().map(|room| room.me.following))).unwrap_or(true)
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
        self.wish.set(Some(following));
        self.with_line(|line| line.propose(Proposal::Follow { following }));
        self.tell_place();
    }

    /// Goes to a task on one's own.
    pub fn go(self, task: TaskId) {
        if untrack(|| self.following()) {
            self.follow(false);
        }
        self.place.set(Some(task));
        self.tell_place();
    }

    fn tell_place(self) {
        if let Some(task) = untrack(|| self.current()) {
            self.with_line(|line| line.say_passing(&ClientMessage::Place { task }));
        }
    }

    /// What stands in a field now.
    pub fn put(self, task: TaskId, item: ItemId, answer: Option<serde_json::Value>) {
        self.works.update(|works| works.entry(task).or_default().put(item.clone(), answer.clone()));
        self.with_line(|line| {
            let now = f64::from(u32::try_from(web::now().timestamp_millis() & 0xffff_ffff).unwrap_or_default());
            let said = self
                .typing
                .with_value(|said| said.as_ref().is_some_and(|(of, at)| *of == item && (now - at).abs() < TYPING_MS));
            if !said {
                self.typing.set_value(Some((item.clone(), now)));
                line.say_passing(&ClientMessage::Typing { task, item: item.clone() });
            }
            line.draft(task, item, answer);
        });
    }

    pub fn check(self, task: TaskId, answers: Vec<types::classroom::Answer>) {
        self.with_line(|line| line.propose(Proposal::Check { task, answers, at: web::now() }));
    }
}

pub fn use_student() -> Student {
    expect_context()
}

/// Why something was not taken.
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

/// Hints come with a later version of the classroom: a button that nothing answers would be a pretence.
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
    let link = Memo::new(move |_| student.line.get_value().map_or(Link::Connecting, Line::link));
    // What decides between pages; the rest changes inside of them.
    let stage = Memo::new(move |_| {
        let removed = student.room.with(|room| room.as_ref().is_some_and(|room| room.me.removed));
        match (link.get(), student.room.with(Option::is_some)) {
            (Link::Over(code), _) => Stage::Over(code),
            _ if removed => Stage::Over(types::classroom::CloseCode::Removed),
            (_, false) => Stage::Waiting,
            (_, true) if student.room.with(|room| room.as_ref().is_some_and(|room| room.ended_at.is_some())) => {
                Stage::Ended
            }
            (_, true) => Stage::Room,
        }
    });
    move || match stage.get() {
        Stage::Over(code) => over(code),
        Stage::Waiting => view! {
            <main id="main" class="page">
                <Show when=move || link.get() == Link::Offline>
                    <p role="status">{tr(Key::ClassNoLine)}</p>
                </Show>
                <Skeleton lines=6 />
            </main>
        }
        .into_any(),
        Stage::Ended => view! { <ended::Ended run again /> }.into_any(),
        Stage::Room => view! { <RoomView /> }.into_any(),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Waiting,
    Room,
    Ended,
    Over(types::classroom::CloseCode),
}

#[component]
fn RoomView() -> impl IntoView {
    let student = use_student();
    let title = Memo::new(move |_| student.room.with(|room| room.as_ref().map(|room| room.title.clone())));
    let saved = Memo::new(move |_| student.line.get_value().map_or(Saved::Connecting, Line::saved));
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
        student.room.with(|room| room.as_ref().map(|room| super::full_name(&room.me.name, room.me.twin)))
    });
    view! {
        <PageTitle title=name.clone() kind=Key::ShellKindClass />
        <div class="student-room">
            <header class="student-top">
                <div class="row">
                    <img src="/favicon.svg" width="28" height="28" alt="" />
                    <h1 class="clip" title=name.show()>
                        {name.show()}
                    </h1>
                    <span class="push">
                        <SavedView saved />
                    </span>
                    <elsewhere::MyMenu />
                </div>
                <p class="vh">{move || me.get().map(|name| t_with(Key::ClassYouAre, &[("name", &name)]))}</p>
                <banner::OfflineBanner saved />
                <banner::FollowBanner />
            </header>
            <main id="main" tabindex="-1">
                {task}
            </main>
        </div>
    }
}
