//! A circuit breaker: while a server keeps failing, requests fail at once instead of waiting.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// Failures in a row that open the breaker.
const FAILURES: u32 = 5;
/// How long no requests are sent then.
const PAUSE: Duration = Duration::from_secs(20);

#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Set while it is open: no requests are sent until then.
    open_until: Option<Instant>,
}

impl Breaker {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // After a panic elsewhere the counters are still valid.
        work(&mut self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Whether a request may be sent now. After the pause, one request is let through as a probe.
    pub(super) fn lets_through(&self, now: Instant) -> bool {
        self.with(|state| match state.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = Some(now + PAUSE);
                true
            }
            None => true,
        })
    }

    pub(super) fn succeeded(&self) {
        self.with(|state| *state = State::default());
    }

    pub(super) fn failed(&self, now: Instant) {
        self.with(|state| {
            state.failures += 1;
            if state.failures >= FAILURES {
                state.open_until = Some(now + PAUSE);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_and_tries_one_question_after_the_pause() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for _ in 0..FAILURES {
            assert!(breaker.lets_through(start));
            breaker.failed(start);
        }
        assert!(!breaker.lets_through(start));
        let later = start + PAUSE;
        assert!(breaker.lets_through(later));
        assert!(!breaker.lets_through(later), "one question, not all");
        breaker.succeeded();
        assert!(breaker.lets_through(later));
    }
}
