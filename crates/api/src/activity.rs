//! Records the days on which users were active: one row per user and day, written on their first call of the day.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{NaiveDate, Utc};
use store::Store;
use types::ids::UserId;

use crate::error::ApiResult;

/// The users recorded today, so that reads write nothing. Another server, or this one after a restart, may record a
/// user again, which changes nothing.
#[derive(Debug, Default)]
pub struct Activity(Mutex<(NaiveDate, HashSet<UserId>)>);

impl Activity {
    fn noted(&self, today: NaiveDate) -> MutexGuard<'_, (NaiveDate, HashSet<UserId>)> {
        // No code panics while holding this lock.
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.0 != today {
            *noted = (today, HashSet::new());
        }
        noted
    }

    /// Records that a user is active today.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn note(&self, store: &Store, user: UserId) -> ApiResult<()> {
        let today = Utc::now().date_naive();
        if self.noted(today).1.contains(&user) {
            return Ok(());
        }
        store.note_activity(user, today).await?;
        self.noted(today).1.insert(user);
        Ok(())
    }
}
