//! One-time links sent in letters.

use chrono::{Duration, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{account::Me, ids::UserId};
use uuid::Uuid;

use super::{
    NewSession, UserRow, insert_session,
    sessions::{end_access, insert_device},
};
use crate::{
    Conn, NewJob, Result, Store, StoreError, jobs,
    schema::{one_time_links, users},
};

/// Most valid confirmation links per user: somebody who requests another letter may open either.
const CONFIRM_LINKS_MAX: i64 = 5;

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    ConfirmEmail,
    ResetPassword,
    FirstAdmin,
    /// Lets a guest continue on another device.
    RecoverGuest,
}

impl LinkPurpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::ResetPassword => "reset_password",
            Self::FirstAdmin => "first_admin",
            Self::RecoverGuest => "recover_guest",
        }
    }
}

pub(super) async fn insert_link(
    conn: &mut Conn,
    purpose: LinkPurpose,
    user: Option<UserId>,
    token_hash: &[u8],
    lifetime: Duration,
) -> Result<()> {
    // One open link per user and purpose: a new one invalidates the older one. When an address is confirmed, the older
    // letter is as good, since it went to the same address.
    let kept = if purpose == LinkPurpose::ConfirmEmail { CONFIRM_LINKS_MAX - 1 } else { 0 };
    let of_sort = one_time_links::table
        .filter(one_time_links::purpose.eq(purpose.as_str()))
        .filter(one_time_links::user_id.is_not_distinct_from(user.map(|id| id.0)));
    let kept: Vec<Uuid> =
        of_sort.order(one_time_links::id.desc()).limit(kept).select(one_time_links::id).load(conn).await?;
    diesel::delete(of_sort.filter(one_time_links::id.ne_all(kept))).execute(conn).await?;
    diesel::insert_into(one_time_links::table)
        .values((
            one_time_links::id.eq(Uuid::now_v7()),
            one_time_links::purpose.eq(purpose.as_str()),
            one_time_links::user_id.eq(user.map(|id| id.0)),
            one_time_links::token_hash.eq(token_hash),
            one_time_links::expires_at.eq(Utc::now() + lifetime),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Consumes a link. `NotFound` if it doesn't exist, was used or has expired.
pub(super) async fn take_link(conn: &mut Conn, purpose: LinkPurpose, token_hash: &[u8]) -> Result<Option<Uuid>> {
    let taken: Option<Uuid> = diesel::delete(
        one_time_links::table
            .filter(one_time_links::purpose.eq(purpose.as_str()))
            .filter(one_time_links::token_hash.eq(token_hash))
            .filter(one_time_links::expires_at.gt(now)),
    )
    .returning(one_time_links::user_id)
    .get_result(conn)
    .await?;
    Ok(taken)
}

impl Store {
    /// Stores a one-time link in place of an older one for the same purpose, and enqueues a job that sends its letter.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn create_link(
        &self,
        purpose: LinkPurpose,
        user: Option<UserId>,
        token_hash: &[u8],
        lifetime: Duration,
        letter: Option<&NewJob>,
    ) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            insert_link(conn, purpose, user, token_hash, lifetime).await?;
            if let Some(job) = letter {
                jobs::enqueue(conn, job).await?;
            }
            Ok(())
        })
        .await
    }

    /// Confirms the address that the link belongs to. The link stays valid until it expires, since a mail scanner may
    /// open it before its reader does; opening it again changes nothing.
    ///
    /// # Errors
    /// `NotFound` if the link is wrong or has expired.
    pub async fn confirm_email(&self, link_hash: &[u8]) -> Result<()> {
        let mut conn = self.conn().await?;
        let user: Option<Uuid> = one_time_links::table
            .filter(one_time_links::purpose.eq(LinkPurpose::ConfirmEmail.as_str()))
            .filter(one_time_links::token_hash.eq(link_hash))
            .filter(one_time_links::expires_at.gt(now))
            .select(one_time_links::user_id)
            .first(&mut conn)
            .await?;
        let user = user.ok_or(StoreError::NotFound)?;
        diesel::update(users::table.find(user).filter(users::email_confirmed_at.is_null()))
            .set(users::email_confirmed_at.eq(now))
            .execute(&mut conn)
            .await?;
        Ok(())
    }

    /// Whether a link would work now. Doesn't consume it.
    pub async fn link_works(&self, purpose: LinkPurpose, link_hash: &[u8]) -> Result<bool> {
        let mut conn = self.conn().await?;
        let link = one_time_links::table
            .filter(one_time_links::purpose.eq(purpose.as_str()))
            .filter(one_time_links::token_hash.eq(link_hash))
            .filter(one_time_links::expires_at.gt(now));
        Ok(diesel::select(diesel::dsl::exists(link)).get_result(&mut conn).await?)
    }

    /// Sets a new password by a link, ends all sessions and revokes all tokens. It also confirms the address, since the
    /// letter got there, and marks the device that opened the link as known.
    ///
    /// # Errors
    /// `NotFound` if the link is wrong, was used or has expired.
    pub async fn reset_password(&self, link_hash: &[u8], password_hash: &str, device_hash: &[u8]) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let user = take_link(conn, LinkPurpose::ResetPassword, link_hash).await?.ok_or(StoreError::NotFound)?;
            diesel::update(users::table.find(user)).set(users::password_hash.eq(password_hash)).execute(conn).await?;
            diesel::update(users::table.find(user).filter(users::email_confirmed_at.is_null()))
                .set(users::email_confirmed_at.eq(now))
                .execute(conn)
                .await?;
            end_access(conn, user, None).await?;
            insert_device(conn, user.into(), device_hash).await
        })
        .await
    }

    /// Logs a guest in by a link.
    ///
    /// # Errors
    /// `NotFound` if the link is wrong, was used or has expired.
    pub async fn recover_guest(&self, link_hash: &[u8], session: &NewSession) -> Result<Me> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let user = take_link(conn, LinkPurpose::RecoverGuest, link_hash).await?.ok_or(StoreError::NotFound)?;
            let row = users::table
                .find(user)
                .filter(users::deleted_at.is_null())
                .select(UserRow::as_select())
                .first(conn)
                .await?;
            insert_session(conn, user.into(), session).await?;
            Ok(row.into())
        })
        .await
    }
}
