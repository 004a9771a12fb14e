//! On which days people were here: one row a person and day, written when they first call on that day.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{NaiveDate, Utc};
use store::Store;
use types::ids::UserId;

use crate::error::ApiResult;

/// Who has been noted today, so that reading writes nothing. Another server, or this one started anew, may note them
/// again, which changes nothing.
#[derive(Debug, Default)]
pub struct Activity(Mutex<(NaiveDate, HashSet<UserId>)>);

impl Activity {
    fn noted(&self, today: NaiveDate) -> MutexGuard<'_, (NaiveDate, HashSet<UserId>)> {
        // Nothing panics while it holds this.
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.0 != today {
            *noted = (today, HashSet::new());
        }
        noted
    }

    /// Notes that somebody is here.
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
