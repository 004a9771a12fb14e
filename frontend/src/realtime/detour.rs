//! Does the network let pages through and the socket not? Schools' and offices' networks do that: without a browser.

/// So many tries fail before an ordinary request is made beside them.
const FAILED: u32 = 2;
/// So many requests have come through, each after a try that failed: one alone may have met a server that had just come
/// back.
const ANSWERED: u32 = 2;

#[derive(Clone, Copy, Debug, Default)]
pub struct Detour {
    /// Tries since there was a connection.
    failed: u32,
    answered: u32,
}

impl Detour {
    /// Another try failed. Is it to be asked whether requests come through?
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
