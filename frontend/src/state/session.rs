//! The user's session.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;
use types::account::{Me, Role};

use crate::api::{self, Answer, ApiError};

/// What is known of the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// Not asked yet.
    Asking,
    Nobody,
    Someone(Me),
    /// The request failed.
    Unreachable(ApiError),
}

/// The session of this browser. The browser manages the cookie itself.
#[derive(Clone, Copy)]
pub struct Session(RwSignal<Who>);

impl Session {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(Who::Asking))
    }

    pub fn who(self) -> Who {
        self.0.get()
    }

    /// Whether somebody is logged in, without tracking.
    pub fn is_someone_now(self) -> bool {
        self.0.with_untracked(|who| matches!(who, Who::Someone(_)))
    }

    pub fn me(self) -> Option<Me> {
        self.0.with(|who| match who {
            Who::Someone(me) => Some(me.clone()),
            Who::Asking | Who::Nobody | Who::Unreachable(_) => None,
        })
    }

    /// Whether the user may create lessons.
    pub fn is_teacher(self) -> bool {
        self.0.with(|who| match who {
            Who::Someone(me) => me.is(Role::Teacher) || me.is(Role::Admin),
            Who::Asking | Who::Nobody | Who::Unreachable(_) => false,
        })
    }

    pub fn set(self, me: Me) {
        self.0.set(Who::Someone(me));
    }

    pub fn clear(self) {
        self.0.set(Who::Nobody);
    }

    /// Asks the server who is logged in.
    pub async fn ask(self) {
        self.0.set(Who::Asking);
        self.0.set(read(api::account::me().await));
    }
}

/// Pause between requests to a server that can't be reached.
const PAUSE: Duration = Duration::from_secs(3);

impl Session {
    /// Asks the server, and again while it can't be reached: a page that started without network recovers by itself.
    pub async fn ask_until_answered(self) {
        self.ask().await;
        while self.0.with_untracked(|who| matches!(who, Who::Unreachable(ApiError::Offline))) {
            sleep(PAUSE).await;
            let who = read(api::account::me().await);
            // The user's own retry may have come first.
            self.0.maybe_update(|now| {
                let is_news = matches!(now, Who::Unreachable(_)) && *now != who;
                if is_news {
                    *now = who;
                }
                is_news
            });
        }
    }
}

fn read(answer: Answer<Me>) -> Who {
    match answer {
        Ok(me) => Who::Someone(me),
        Err(error) if error.problem().is_some_and(|problem| problem.status == 401) => Who::Nobody,
        Err(error) => Who::Unreachable(error),
    }
}

#[cfg(test)]
mod tests {
    use types::problem::{Problem, ProblemCode};

    use super::*;

    #[test]
    fn a_server_that_does_not_answer_is_no_logout() {
        let problem = |code| Err(ApiError::Problem(Box::new(Problem::new(code))));
        assert_eq!(read(problem(ProblemCode::NotLoggedIn)), Who::Nobody);
        assert!(matches!(read(problem(ProblemCode::Unavailable)), Who::Unreachable(_)));
        assert!(matches!(read(Err(ApiError::Offline)), Who::Unreachable(_)));
    }
}
