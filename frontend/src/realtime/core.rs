//! What one end of the connection knows and sends. Needs no browser.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use types::{
    classroom::{ClientMessage, CloseCode, Journal, PROTOCOL, Proposal},
    ids::{ClassRunId, ProposalId, TaskId},
};

use super::{connection::Link, database::Database, detour::Detour, pace::Pace, pulse::Pulse};

/// Where frames are sent.
pub trait Frames {
    fn send(&self, text: &str);
}

pub struct Core {
    pub run: ClassRunId,
    pub pulse: Pulse,
    pub pace: Pace,
    pub journal: Journal,
    pub socket: Option<Box<dyn Frames>>,
    /// Number of the current socket: events of earlier ones are ignored.
    pub generation: u32,
    pub upto: Option<u64>,
    pub database: Option<Rc<Database>>,
    /// Name of this page among the browser's pages.
    pub tab: String,
    pub pause: Option<Timeout>,
    pub ticks: u32,
    pub detour: Detour,
    /// The task on the page's screen. A server that was restarted knows none.
    place: Option<TaskId>,
}

impl Core {
    pub fn new(run: ClassRunId, tab: String, now: f64) -> Self {
        Self {
            run,
            pulse: Pulse::new(now),
            pace: Pace::new(now),
            journal: Journal::default(),
            socket: None,
            generation: 0,
            upto: None,
            database: None,
            tab,
            pause: None,
            ticks: 0,
            detour: Detour::default(),
            place: None,
        }
    }

    pub fn send(&self, message: &ClientMessage) {
        if let (Some(socket), Ok(text)) = (&self.socket, serde_json::to_string(message)) {
            socket.send(&text);
        }
    }

    /// Sends something passing; without a connection it is dropped.
    pub fn say_passing(&self, message: &ClientMessage) {
        if self.pulse.link() == Link::Online {
            self.send(message);
        }
    }

    /// Tells the server which task is on the screen: now, and after every greeting. The page hears of a room before the
    /// connection counts as online, so the first place would be lost otherwise.
    pub fn tell_place(&mut self, task: TaskId) {
        self.place = Some(task);
        self.say_passing(&ClientMessage::Place { task });
    }

    pub fn greet(&mut self) {
        let epoch = self.upto.map(|_| self.run);
        self.send(&ClientMessage::Hello { protocol: PROTOCOL, epoch, upto: self.upto });
    }

    pub fn online(&mut self, now: f64, upto: Option<u64>) {
        self.upto = upto;
        self.detour = Detour::default();
        self.pulse.greeted(now);
        if let Some(task) = self.place {
            self.send(&ClientMessage::Place { task });
        }
        self.journal.ripen();
        self.pump(now);
    }

    /// The socket is lost. `luck`: see [`Pulse::lost`].
    pub fn lose(&mut self, now: f64, code: Option<CloseCode>, luck: f64) {
        self.socket = None;
        self.journal.disconnected();
        self.pulse.lost(now, code, luck);
    }

    /// Sends what is due, as fast as the pace allows; the next tick continues.
    pub fn pump(&mut self, now: f64) {
        if self.pulse.link() != Link::Online {
            return;
        }
        while self.journal.has_due() && self.pace.take(now) {
            let Some((id, what)) = self.journal.send_next() else { return };
            self.send(&ClientMessage::Propose { id, what });
        }
    }

    pub fn settle(&mut self, id: ProposalId) -> Option<Proposal> {
        if let Some(database) = &self.database {
            database.delete(&[id]);
        }
        self.journal.settle(id)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use uuid::Uuid;

    use super::*;

    #[derive(Clone, Default)]
    struct Sent(Rc<RefCell<Vec<String>>>);

    impl Frames for Sent {
        fn send(&self, text: &str) {
            self.0.borrow_mut().push(text.to_owned());
        }
    }

    impl Sent {
        /// The places sent since the last look.
        fn places(&self) -> Vec<TaskId> {
            let place = |text: String| {
                let message = serde_json::from_str(&text).unwrap();
                if let ClientMessage::Place { task } = message { Some(task) } else { None }
            };
            self.0.take().into_iter().filter_map(place).collect()
        }
    }

    fn task(n: u128) -> TaskId {
        TaskId(Uuid::from_u128(n))
    }

    #[test]
    fn a_place_is_told_after_every_greeting() {
        let sent = Sent::default();
        let connect = |core: &mut Core| {
            core.socket = Some(Box::new(sent.clone()));
            core.greet();
        };
        let mut core = Core::new(ClassRunId(Uuid::nil()), "a page".into(), 0.0);
        connect(&mut core);
        core.online(0.0, Some(0));
        assert_eq!(sent.places(), [], "the page has said nothing yet");

        core.lose(1.0, None, 0.0);
        connect(&mut core);
        // The page hears of the room before the connection is online.
        core.tell_place(task(1));
        assert_eq!(sent.places(), []);
        core.online(2.0, Some(0));
        assert_eq!(sent.places(), [task(1)]);
        core.tell_place(task(2));
        assert_eq!(sent.places(), [task(2)]);

        // A restarted server knows no places, and a resumed room tells the page nothing.
        core.lose(3.0, Some(CloseCode::Restart), 0.0);
        connect(&mut core);
        core.online(4.0, core.upto);
        assert_eq!(sent.places(), [task(2)]);

        core.lose(5.0, None, 0.0);
        core.tell_place(task(3));
        connect(&mut core);
        core.online(6.0, core.upto);
        assert_eq!(sent.places(), [task(3)], "where the student went meanwhile");
    }
}
