//! When to connect, when to send a heartbeat, and when silence means that the connection is dead. Needs no browser.
//! Times are in milliseconds of any clock.

use types::classroom::{CloseCode, HEARTBEAT_MS};

use super::connection::Link;

/// After this much silence the connection is dead. Every heartbeat is answered, so this is two of them and a little.
const SILENCE_MS: f64 = 12_000.0;
/// A connection attempt that takes longer than this has failed.
const PATIENCE_MS: f64 = 8_000.0;
/// After the machine or the tab slept, the answer to a heartbeat comes within this time or never.
const PROBE_MS: f64 = 3_000.0;
/// A gap this long between ticks means that the machine or the tab slept.
const SLEPT_MS: f64 = 6_000.0;
const FIRST_WAIT_MS: f64 = 400.0;
const LONGEST_WAIT_MS: f64 = 15_000.0;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Waiting { until: f64 },
    Opening { until: f64 },
    Online { unheard_until: f64, beat_at: f64 },
    Over(CloseCode),
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Todo {
    Nothing,
    Connect,
    Beat,
    /// Drop the socket: it is dead.
    Drop,
}

#[derive(Clone, Debug)]
pub struct Pulse {
    phase: Phase,
    /// Failed attempts since it was last online.
    failures: u32,
    ticked_at: f64,
    was_online: bool,
}

impl Pulse {
    pub fn new(now: f64) -> Self {
        Self { phase: Phase::Waiting { until: now }, failures: 0, ticked_at: now, was_online: false }
    }

    pub fn link(&self) -> Link {
        match self.phase {
            Phase::Online { .. } => Link::Online,
            Phase::Over(code) => Link::Over(code),
            Phase::Waiting { .. } | Phase::Opening { .. } if !self.was_online && self.failures == 0 => Link::Connecting,
            Phase::Waiting { .. } | Phase::Opening { .. } => Link::Offline,
        }
    }

    pub fn tick(&mut self, now: f64) -> Todo {
        let slept = now - self.ticked_at > SLEPT_MS;
        self.ticked_at = now;
        match &mut self.phase {
            Phase::Waiting { until } if now >= *until => {
                self.phase = Phase::Opening { until: now + PATIENCE_MS };
                Todo::Connect
            }
            Phase::Online { unheard_until, beat_at } if slept => {
                // No heartbeat went out meanwhile, so silence says nothing yet.
                *unheard_until = now + PROBE_MS;
                *beat_at = now + f64::from(HEARTBEAT_MS);
                Todo::Beat
            }
            Phase::Opening { until } | Phase::Online { unheard_until: until, .. } if now >= *until => Todo::Drop,
            Phase::Online { beat_at, .. } if now >= *beat_at => {
                *beat_at = now + f64::from(HEARTBEAT_MS);
                Todo::Beat
            }
            Phase::Waiting { .. } | Phase::Opening { .. } | Phase::Online { .. } | Phase::Over(_) => Todo::Nothing,
        }
    }

    /// The server sent its greeting.
    pub fn greeted(&mut self, now: f64) {
        self.failures = 0;
        self.was_online = true;
        self.phase = Phase::Online { unheard_until: now + SILENCE_MS, beat_at: now };
    }

    pub fn heard(&mut self, now: f64) {
        if let Phase::Online { unheard_until, .. } = &mut self.phase {
            *unheard_until = now + SILENCE_MS;
        }
    }

    /// The socket is gone. `luck`, between 0 and 1, spreads reconnects: a whole class must not come back at the same
    /// moment.
    pub fn lost(&mut self, now: f64, code: Option<CloseCode>, luck: f64) {
        if matches!(self.phase, Phase::Over(_)) {
            return;
        }
        if let Some(code) = code
            && !code.may_return()
        {
            self.phase = Phase::Over(code);
            return;
        }
        let longest = (FIRST_WAIT_MS * f64::from(1u32 << self.failures.min(6))).min(LONGEST_WAIT_MS);
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Waiting { until: now + longest * luck.clamp(0.0, 1.0).mul_add(0.7, 0.3) };
    }

    /// The network is back, or the page is looked at again: stop waiting.
    pub fn hurry(&mut self, now: f64) {
        if let Phase::Waiting { until } = &mut self.phase {
            *until = now;
        }
    }
}

/// The save state of the user's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Connecting,
    /// The server has all of it.
    Saved,
    Saving,
    /// No connection, and this many proposals wait here.
    Offline(usize),
}

impl Saved {
    pub fn of(link: Link, waiting: usize) -> Self {
        match link {
            Link::Connecting => Self::Connecting,
            Link::Online if waiting == 0 => Self::Saved,
            Link::Online => Self::Saving,
            Link::Offline | Link::Over(_) => Self::Offline(waiting),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_connects_beats_and_notices_silence() {
        let mut pulse = Pulse::new(0.0);
        assert_eq!(pulse.link(), Link::Connecting);
        assert_eq!(pulse.tick(0.0), Todo::Connect);
        pulse.greeted(100.0);
        assert_eq!(pulse.tick(200.0), Todo::Beat);
        assert_eq!(pulse.tick(4_000.0), Todo::Nothing);
        assert_eq!(pulse.tick(5_300.0), Todo::Beat);
        pulse.heard(5_400.0);
        assert_eq!(pulse.tick(10_400.0), Todo::Beat);
        assert_eq!(pulse.tick(15_500.0), Todo::Beat);
        assert_eq!(pulse.tick(17_500.0), Todo::Drop);
        pulse.lost(17_500.0, None, 0.0);
        assert_eq!(pulse.link(), Link::Offline);
    }

    #[test]
    fn waits_grow_are_jittered_and_end_somewhere() {
        let wait = |failures: u32, luck: f64| {
            let mut pulse = Pulse { failures, ..Pulse::new(0.0) };
            pulse.lost(0.0, None, luck);
            let Phase::Waiting { until } = pulse.phase else { panic!("it waits") };
            until
        };
        assert!(wait(0, 1.0) <= 400.0 && wait(0, 0.0) >= 100.0);
        assert!(wait(3, 0.5) > wait(1, 0.5));
        assert!(wait(5, 0.0) < wait(5, 1.0));
        assert!(wait(60, 1.0) <= LONGEST_WAIT_MS);
    }

    #[test]
    fn who_slept_asks_before_believing_that_nobody_is_there() {
        let mut pulse = Pulse::new(0.0);
        pulse.tick(0.0);
        pulse.greeted(0.0);
        assert_eq!(pulse.tick(600_000.0), Todo::Beat);
        assert_eq!(pulse.tick(601_000.0), Todo::Nothing);
        assert_eq!(pulse.tick(603_100.0), Todo::Drop);
    }

    #[test]
    fn some_ends_are_final() {
        let mut pulse = Pulse::new(0.0);
        pulse.tick(0.0);
        pulse.greeted(0.0);
        pulse.lost(1.0, Some(CloseCode::Restart), 0.0);
        assert_eq!(pulse.link(), Link::Offline);
        pulse.hurry(2.0);
        assert_eq!(pulse.tick(2.0), Todo::Connect);
        pulse.lost(3.0, Some(CloseCode::Removed), 0.0);
        pulse.hurry(4.0);
        assert_eq!((pulse.tick(9e9), pulse.link()), (Todo::Nothing, Link::Over(CloseCode::Removed)));
    }

    #[test]
    fn saved_is_said_only_when_nothing_waits() {
        assert_eq!(Saved::of(Link::Online, 0), Saved::Saved);
        assert_eq!(Saved::of(Link::Online, 1), Saved::Saving);
        assert_eq!(Saved::of(Link::Offline, 3), Saved::Offline(3));
        assert_eq!(Saved::of(Link::Connecting, 0), Saved::Connecting);
    }
}
