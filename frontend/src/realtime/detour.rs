//! Detects networks that let pages through but not the socket, as schools' and offices' networks do. Needs no browser.

/// Failed attempts after which an ordinary request is made beside each.
const FAILED: u32 = 2;
/// Requests that must have come through, each after a failed attempt: a single one may have met a server that had just
/// come back.
const ANSWERED: u32 = 2;

#[derive(Clone, Copy, Debug, Default)]
pub struct Detour {
    /// Failed attempts since the last connection.
    failed: u32,
    answered: u32,
}

impl Detour {
    /// Notes another failed attempt. Returns whether to check if ordinary requests come through.
    pub fn failed(&mut self) -> bool {
        self.failed = self.failed.saturating_add(1);
        self.failed >= FAILED
    }

    pub fn answered(&mut self, is_answered: bool) {
        self.answered = if is_answered { self.answered.saturating_add(1) } else { 0 };
    }

    pub fn is_blocked(self) -> bool {
        self.answered >= ANSWERED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_several_failures_beside_which_requests_come_through() {
        let mut detour = Detour::default();
        assert!(!detour.failed(), "one break is no block");
        assert!(detour.failed());
        detour.answered(true);
        assert!(!detour.is_blocked(), "the server may have come back in between");
        assert!(detour.failed());
        detour.answered(true);
        assert!(detour.is_blocked());
    }

    #[test]
    fn where_nothing_comes_through_there_is_no_network() {
        let mut detour = Detour::default();
        for _ in 0..5 {
            detour.failed();
            detour.answered(false);
        }
        assert!(!detour.is_blocked());
        detour.answered(true);
        detour.answered(false);
        assert!(!detour.is_blocked());
    }
}
