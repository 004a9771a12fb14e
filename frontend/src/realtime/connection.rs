//! The connection to one run's room: the reconnecting socket, the journal, and one loop that reads.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
};
use gloo_timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use serde_json::Value;
use types::{
    classroom::{ClientMessage, CloseCode, Event, Passing, Proposal, Refusal, Room, ServerMessage},
    ids::{ClassRunId, ItemId, ProposalId, TaskId, UserId},
    problem::ProblemCode,
};

use super::{
    core::{Core, Frames},
    database::{Database, Kept},
    pulse::{Saved, Todo},
    socket::{FromSocket, Socket},
    tabs,
};
use crate::{
    api::{self, Answer, ApiError, BASE},
    state::Scope,
    web,
};

/// How often the loop looks for work, in milliseconds.
const TICK_MS: u32 = 500;
/// A draft is sent this long after the last key press, in milliseconds.
const PAUSE_MS: u32 = 400;
/// Number of ticks between looks for proposals that another page left behind.
const ADOPT_TICKS: u32 = 10;

/// State of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The first attempt.
    Connecting,
    Online,
    Offline,
    /// Closed for good, and why.
    Over(CloseCode),
}

/// What the server doesn't have yet, as far as this page knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    pub waiting: usize,
    /// Tasks whose marks are pending.
    pub checks: BTreeSet<TaskId>,
}

/// Updates for a room, in order.
pub enum RoomUpdate {
    Room(Box<Room>),
    Events(Vec<Event>, u64),
    Passing(Vec<Passing>),
    /// The proposal will never be carried out.
    Refused(Proposal, Refusal),
    /// A proposal that an earlier page made and that was still unanswered.
    Adopted(Proposal),
}

enum Input {
    Tick,
    Socket(u32, FromSocket),
    /// Send what is due. `ripen`: typing paused, so held drafts are due too.
    Pump {
        ripen: bool,
    },
    Network(bool),
    /// The outcome of an ordinary request that was made while the socket failed.
    Probed(Answer<()>),
    Adopted(Vec<Kept>),
}

#[derive(Clone, Copy)]
pub struct RoomConnection {
    core: StoredValue<Rc<RefCell<Core>>, LocalStorage>,
    inbox: StoredValue<UnboundedSender<Input>, LocalStorage>,
    link: RwSignal<Link>,
    blocked: RwSignal<bool>,
    pending: RwSignal<Pending>,
}

impl RoomConnection {
    /// Opens the connection; it lives as long as the component. `tell` is called for every update, in order.
    pub fn open(person: UserId, run: ClassRunId, tell: impl Fn(RoomUpdate) + 'static) -> Self {
        let core = Core::new(run, tabs::register(), clock());
        let (inbox, messages) = unbounded();
        let connection = Self {
            core: StoredValue::new_local(Rc::new(RefCell::new(core))),
            inbox: StoredValue::new_local(inbox),
            link: RwSignal::new(Link::Connecting),
            blocked: RwSignal::new(false),
            pending: RwSignal::new(Pending::default()),
        };
        connection.listen();
        Scope::new().spawn(connection.read_inbox(person, run, messages, tell));
        connection
    }

    pub fn link(self) -> Link {
        self.link.get()
    }

    /// Whether the network lets ordinary requests through but not the room's socket.
    pub fn is_blocked(self) -> bool {
        self.blocked.get()
    }

    /// Sends drafts that are still being typed.
    pub fn flush(self) {
        self.say(Input::Pump { ripen: true });
    }

    /// Whether no page of this browser holds anything of this person that the server lacks.
    pub async fn is_nothing_kept(self) -> bool {
        match self.with(|core| core.database.clone()).flatten() {
            Some(database) => database.all().await.is_empty(),
            None => true,
        }
    }

    pub fn saved(self) -> Saved {
        Saved::of(self.link.get(), self.pending.with(|pending| pending.waiting))
    }

    pub fn pending(self) -> RwSignal<Pending> {
        self.pending
    }

    /// Proposes a lasting change: it is kept here until the server has it.
    pub fn propose(self, what: Proposal) {
        self.with(|core| {
            let id = ProposalId(web::fresh_uuid());
            let needless = core.journal.put(id, what.clone());
            if let Some(database) = &core.database {
                database.delete(&needless);
                database.put(&Kept { id, tab: core.tab.clone(), what });
            }
        });
        self.update_signals();
        self.say(Input::Pump { ripen: false });
    }

    /// Keeps the value of a field: here at once, on the server when typing pauses.
    pub fn draft(self, task: TaskId, item: ItemId, response: Option<Value>) {
        let inbox = self.inbox.try_get_value();
        self.with(|core| {
            let fresh = ProposalId(web::fresh_uuid());
            let id = core.journal.draft(fresh, task, item.clone(), response.clone());
            if let Some(database) = &core.database {
                let what = Proposal::Draft { task, item, response };
                database.put(&Kept { id, tab: core.tab.clone(), what });
            }
            core.pause = inbox
                .map(|inbox| Timeout::new(PAUSE_MS, move || drop(inbox.unbounded_send(Input::Pump { ripen: true }))));
        });
        self.update_signals();
    }

    /// Sends something passing; without a connection it is dropped.
    pub fn say_passing(self, message: &ClientMessage) {
        self.with(|core| core.say_passing(message));
    }

    /// Tells the server which task is on the screen.
    pub fn tell_place(self, task: TaskId) {
        self.with(|core| core.tell_place(task));
    }

    /// Whether a proposal about this item is still unanswered.
    pub fn concerns(self, task: TaskId, item: &ItemId) -> bool {
        self.with(|core| core.journal.concerns(task, item)).unwrap_or_default()
    }

    fn with<T>(self, work: impl FnOnce(&mut Core) -> T) -> Option<T> {
        let core = self.core.try_get_value()?;
        let mut core = core.borrow_mut();
        Some(work(&mut core))
    }

    fn say(self, input: Input) {
        if let Some(inbox) = self.inbox.try_get_value() {
            let _ = inbox.unbounded_send(input);
        }
    }

    /// Updates the signals from the core.
    fn update_signals(self) {
        let Some((link, pending, blocked)) = self.with(|core| {
            let pending = Pending { waiting: core.journal.waiting(), checks: core.journal.checks() };
            (core.pulse.link(), pending, core.detour.is_blocked())
        }) else {
            return;
        };
        if self.blocked.try_get_untracked().is_some_and(|before| before != blocked) {
            self.blocked.set(blocked);
        }
        if self.link.try_get_untracked().is_some_and(|before| before != link) {
            self.link.set(link);
        }
        if self.pending.try_with_untracked(|before| *before != pending).unwrap_or_default() {
            self.pending.set(pending);
        }
    }

    /// Listens to ticks, to the browser's online and offline events, and to the page being shown or hidden.
    fn listen(self) {
        let tick = Interval::new(TICK_MS, move || self.say(Input::Tick));
        let tick = StoredValue::new_local(Some(tick));
        let up = window_event_listener_untyped("online", move |_| self.say(Input::Network(true)));
        let down = window_event_listener_untyped("offline", move |_| self.say(Input::Network(false)));
        let seen = window_event_listener_untyped("visibilitychange", move |_| self.say(Input::Pump { ripen: true }));
        let hide = window_event_listener_untyped("pagehide", move |_| self.say(Input::Pump { ripen: true }));
        on_cleanup(move || {
            tick.update_value(|tick| drop(tick.take()));
            for listener in [up, down, seen, hide] {
                listener.remove();
            }
            self.with(|core| {
                core.socket = None;
                core.pause = None;
            });
        });
    }

    async fn read_inbox(
        self,
        person: UserId,
        run: ClassRunId,
        mut messages: UnboundedReceiver<Input>,
        tell: impl Fn(RoomUpdate) + 'static,
    ) {
        if let Some(database) = Database::open(person, run).await {
            let database = Rc::new(database);
            self.with(|core| {
                // Proposals made while it was opening.
                for (id, what) in core.journal.all() {
                    database.put(&Kept { id, tab: core.tab.clone(), what: what.clone() });
                }
                core.database = Some(database.clone());
            });
            let left = left_behind(&database).await;
            self.take_over(left, &tell);
        }
        self.say(Input::Tick);
        while let Some(input) = messages.next().await {
            self.handle(input, &tell);
            self.update_signals();
        }
    }

    fn take_over(self, left: Vec<Kept>, tell: &impl Fn(RoomUpdate)) {
        for mut kept in left {
            let is_new = self.with(|core| {
                let is_new = core.journal.adopt(kept.id, kept.what.clone());
                if is_new && let Some(database) = &core.database {
                    kept.tab.clone_from(&core.tab);
                    database.put(&kept);
                }
                is_new
            });
            if is_new == Some(true) {
                tell(RoomUpdate::Adopted(kept.what));
            }
        }
        self.say(Input::Pump { ripen: false });
    }

    fn handle(self, input: Input, tell: &impl Fn(RoomUpdate)) {
        let now = clock();
        match input {
            Input::Tick => {
                self.tick(now);
                self.look_for_left_behind();
            }
            Input::Network(true) => {
                self.with(|core| core.pulse.hurry(now));
                self.tick(now);
            }
            Input::Network(false) => self.lose(now, None),
            Input::Probed(answer) => {
                let code = answer.as_ref().err().and_then(ApiError::code).and_then(for_good);
                self.with(|core| {
                    core.detour.answered(answer.is_ok());
                    if code.is_some() {
                        core.lose(now, code, js_sys::Math::random());
                    }
                });
            }
            Input::Pump { ripen } => {
                self.tick(now);
                self.with(|core| {
                    if ripen {
                        core.journal.ripen();
                    }
                    core.pump(now);
                });
            }
            Input::Adopted(left) => self.take_over(left, tell),
            Input::Socket(generation, event) => {
                let current = self.with(|core| core.generation == generation && core.socket.is_some());
                if current != Some(true) {
                    return;
                }
                match event {
                    FromSocket::Opened => {
                        self.with(Core::greet);
                    }
                    FromSocket::Closed(code) => self.lose(now, CloseCode::of(code)),
                    FromSocket::Text(text) => self.read(&text, now, tell),
                }
            }
        }
    }

    fn tick(self, now: f64) {
        let Some(todo) = self.with(|core| core.pulse.tick(now)) else { return };
        match todo {
            Todo::Nothing => {}
            Todo::Connect => self.connect(),
            Todo::Beat => {
                let hidden = document().hidden();
                self.with(|core| core.send(&ClientMessage::Beat { hidden }));
            }
            Todo::Drop => self.lose(now, None),
        }
        self.with(|core| core.pump(now));
    }

    /// Every few ticks.
    fn look_for_left_behind(self) {
        let database = self.with(|core| {
            core.ticks = core.ticks.wrapping_add(1);
            core.database.clone().filter(|_| core.ticks % ADOPT_TICKS == 0)
        });
        if let Some(Some(database)) = database {
            leptos::task::spawn_local(async move {
                let left = left_behind(&database).await;
                if !left.is_empty() {
                    self.say(Input::Adopted(left));
                }
            });
        }
    }

    /// Handles a lost socket. If that happens again and again, an ordinary request finds out whether the network lets
    /// only those through.
    fn lose(self, now: f64, code: Option<CloseCode>) {
        let ask = self.with(|core| {
            core.lose(now, code, js_sys::Math::random());
            (code.is_none() && core.detour.failed()).then_some(core.run)
        });
        if let Some(Some(run)) = ask {
            leptos::task::spawn_local(async move {
                self.say(Input::Probed(api::classes::reaches_room(run).await));
            });
        }
    }

    fn connect(self) {
        let Some(inbox) = self.inbox.try_get_value() else { return };
        self.with(|core| {
            core.generation += 1;
            let generation = core.generation;
            let tell = move |event| drop(inbox.unbounded_send(Input::Socket(generation, event)));
            core.socket = Socket::open(&address(core.run), tell).map(|socket| Box::new(socket) as Box<dyn Frames>);
        });
    }

    fn read(self, text: &str, now: f64, tell: &impl Fn(RoomUpdate)) {
        self.with(|core| core.pulse.heard(now));
        let message = match types::json::from_str::<ServerMessage>(text) {
            Ok(message) => message,
            Err(error) => {
                // Later frames can't make up for one that can't be parsed: start over from a fresh room.
                web::log_error(&error.to_string());
                self.with(|core| core.upto = None);
                self.lose(now, None);
                return;
            }
        };
        match message {
            ServerMessage::Welcome { room, .. } => {
                let upto = match room.as_ref() {
                    Room::Teacher(room) => room.upto,
                    Room::Student(room) => room.upto,
                };
                tell(RoomUpdate::Room(room));
                self.with(|core| core.online(now, Some(upto)));
            }
            ServerMessage::Resumed { .. } => {
                self.with(|core| core.online(now, core.upto));
            }
            ServerMessage::Events { events, upto } => {
                tell(RoomUpdate::Events(events, upto));
                self.with(|core| core.upto = Some(upto));
            }
            ServerMessage::Passing { events } => tell(RoomUpdate::Passing(events)),
            ServerMessage::Ack { id, .. } => {
                self.with(|core| core.settle(id));
            }
            ServerMessage::Refused { id, why } => {
                if let Some(Some(what)) = self.with(|core| core.settle(id)) {
                    tell(RoomUpdate::Refused(what, why));
                }
            }
            ServerMessage::Unknown => {}
        }
    }
}

/// Proposals left behind by pages that are gone.
async fn left_behind(database: &Database) -> Vec<Kept> {
    let kept = database.all().await;
    if kept.is_empty() {
        return kept;
    }
    let alive = tabs::others().await;
    kept.into_iter().filter(|kept| !alive.contains(&kept.tab)).collect()
}

/// The close code for a problem that would close a socket for good; `None` if the problem may pass.
#[expect(clippy::wildcard_enum_match_arm, reason = "any other problem may pass")]
fn for_good(code: ProblemCode) -> Option<CloseCode> {
    match code {
        ProblemCode::NotLoggedIn => Some(CloseCode::LoggedOut),
        ProblemCode::NotFound => Some(CloseCode::Removed),
        _ => None,
    }
}

fn address(run: ClassRunId) -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
    format!("{scheme}://{}{BASE}/runs/{run}/socket", location.host().unwrap_or_default())
}

/// This machine's clock, in milliseconds.
fn clock() -> f64 {
    js_sys::Date::now()
}
