//! Rate limit for outgoing frames. Needs no browser.

use types::classroom::FRAMES_PER_SECOND;

/// Frames that may be sent at once after a quiet time.
const BURST: f64 = FRAMES_PER_SECOND as f64;
/// Sustained rate, in frames per second: heartbeats, places and typing need room beside it.
const PER_SECOND: f64 = BURST * 0.6;

#[derive(Clone, Copy, Debug)]
pub struct Pace {
    left: f64,
    at: f64,
}

impl Pace {
    pub fn new(now: f64) -> Self {
        Self { left: BURST, at: now }
    }

    /// Takes a token for one frame. Returns whether it may be sent now.
    pub fn take(&mut self, now: f64) -> bool {
        self.left = ((now - self.at).max(0.0) / 1000.0).mul_add(PER_SECOND, self.left).min(BURST);
        self.at = now;
        let may = self.left >= 1.0;
        if may {
            self.left -= 1.0;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_queue_goes_out_slower_than_the_server_allows() {
        let mut pace = Pace::new(0.0);
        let sent = (0..10_000).filter(|n| pace.take(f64::from(*n))).count();
        assert!(sent <= (BURST + 10.0 * PER_SECOND) as usize, "{sent}");
        assert!(sent >= 250, "{sent}");
    }
}
