//! Sessions, and the devices on which users have logged in.

use chrono::{DateTime, Duration, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::RunQueryDsl;
use types::{
    account::{Me, Session},
    ids::{SessionId, UserId},
};
use uuid::Uuid;

use super::{LinkPurpose, UserRow};
use crate::{
    Conn, Result, Store, StoreError,
    schema::{api_tokens, known_devices, one_time_links, sessions, users},
};

/// Most sessions per user: the oldest are ended first.
const SESSIONS_MAX: i64 = 20;

/// Most known devices per user: those not seen for longest are dropped first.
const DEVICES_MAX: i64 = 20;

/// A session to create.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub token_hash: Vec<u8>,
    pub user_agent: String,
    pub address: String,
    pub lifetime: Duration,
}

/// A caller authenticated by a session.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub session: SessionId,
    pub me: Me,
    /// When the session was last recorded as used.
    pub seen_at: DateTime<Utc>,
}

pub(crate) async fn insert_session(conn: &mut Conn, user: UserId, new: &NewSession) -> Result<SessionId> {
    let id = Uuid::now_v7();
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::user_id.eq(user.0),
            sessions::token_hash.eq(&new.token_hash),
            sessions::user_agent.eq(&new.user_agent),
            sessions::address.eq(&new.address),
            sessions::expires_at.eq(Utc::now() + new.lifetime),
        ))
        .execute(conn)
        .await?;
    let kept = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .order(sessions::id.desc())
        .limit(SESSIONS_MAX)
        .select(sessions::id);
    let kept: Vec<Uuid> = kept.load(conn).await?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user.0)).filter(sessions::id.ne_all(kept)))
        .execute(conn)
        .await?;
    Ok(id.into())
}

pub(super) async fn insert_device(conn: &mut Conn, user: UserId, device_hash: &[u8]) -> Result<()> {
    diesel::insert_into(known_devices::table)
        .values((known_devices::user_id.eq(user.0), known_devices::device_hash.eq(device_hash)))
        .on_conflict((known_devices::user_id, known_devices::device_hash))
        .do_update()
        .set(known_devices::seen_at.eq(now))
        .execute(conn)
        .await?;
    let kept: Vec<Vec<u8>> = known_devices::table
        .filter(known_devices::user_id.eq(user.0))
        .order(known_devices::seen_at.desc())
        .limit(DEVICES_MAX)
        .select(known_devices::device_hash)
        .load(conn)
        .await?;
    diesel::delete(
        known_devices::table.filter(known_devices::user_id.eq(user.0)).filter(known_devices::device_hash.ne_all(kept)),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends all access gained by a password: sessions except `keep`, tokens, and password-reset links.
pub(super) async fn end_access(conn: &mut Conn, user: Uuid, keep: Option<SessionId>) -> Result<()> {
    let keep = keep.map_or(Uuid::nil(), |id| id.0);
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::id.ne(keep)))
        .execute(conn)
        .await?;
    diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(user))).execute(conn).await?;
    diesel::delete(
        one_time_links::table
            .filter(one_time_links::user_id.eq(user))
            .filter(one_time_links::purpose.eq(LinkPurpose::ResetPassword.as_str())),
    )
    .execute(conn)
    .await?;
    Ok(())
}

impl Store {
    /// # Errors
    /// If the database fails.
    pub async fn create_session(&self, user: UserId, session: &NewSession) -> Result<SessionId> {
        insert_session(&mut *self.conn().await?, user, session).await
    }

    /// Finds the user of a session by its token's hash.
    ///
    /// # Errors
    /// `NotFound` if the session has ended or expired.
    pub async fn authenticate(&self, token_hash: &[u8]) -> Result<Authenticated> {
        let (session, seen_at, row) = sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .filter(sessions::token_hash.eq(token_hash))
            .filter(sessions::expires_at.gt(now))
            .filter(users::deleted_at.is_null())
            .select((sessions::id, sessions::seen_at, UserRow::as_select()))
            .first::<(Uuid, DateTime<Utc>, UserRow)>(&mut self.conn().await?)
            .await?;
        Ok(Authenticated { session: session.into(), me: row.into(), seen_at })
    }

    /// Records that a session was used just now, and extends its lifetime.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn touch_session(&self, session: SessionId, lifetime: Duration) -> Result<()> {
        diesel::update(sessions::table.find(session.0))
            .set((sessions::seen_at.eq(now), sessions::expires_at.eq(Utc::now() + lifetime)))
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// # Errors
    /// If the database fails.
    pub async fn sessions(&self, user: UserId, current: Option<SessionId>) -> Result<Vec<Session>> {
        type Row = (Uuid, DateTime<Utc>, DateTime<Utc>, String, String);
        let rows: Vec<Row> = sessions::table
            .filter(sessions::user_id.eq(user.0))
            .filter(sessions::expires_at.gt(now))
            .order(sessions::seen_at.desc())
            .select((sessions::id, sessions::created_at, sessions::seen_at, sessions::user_agent, sessions::address))
            .limit(SESSIONS_MAX)
            .load(&mut self.conn().await?)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, created_at, seen_at, user_agent, address)| Session {
                id: id.into(),
                created_at,
                seen_at,
                user_agent,
                address,
                current: current.is_some_and(|current| current.0 == id),
            })
            .collect())
    }

    /// Ends one of the user's sessions.
    ///
    /// # Errors
    /// `NotFound` if it is not the user's.
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<()> {
        let ended = diesel::delete(sessions::table.find(session.0).filter(sessions::user_id.eq(user.0)))
            .execute(&mut self.conn().await?)
            .await?;
        if ended == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }

    /// Ends all of the user's sessions except `keep`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_other_sessions(&self, user: UserId, keep: Option<SessionId>) -> Result<usize> {
        let keep = keep.map_or(Uuid::nil(), |id| id.0);
        let others = sessions::table.filter(sessions::user_id.eq(user.0)).filter(sessions::id.ne(keep));
        Ok(diesel::delete(others).execute(&mut self.conn().await?).await?)
    }

    /// Records a device that the user has just proved to be theirs.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_device(&self, user: UserId, device_hash: &[u8]) -> Result<()> {
        insert_device(&mut *self.conn().await?, user, device_hash).await
    }

    /// Whether the user has logged in on this device before.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn knows_device(&self, user: UserId, device_hash: &[u8]) -> Result<bool> {
        let row = known_devices::table.find((user.0, device_hash));
        Ok(diesel::select(diesel::dsl::exists(row)).get_result(&mut self.conn().await?).await?)
    }

    /// Which of these sessions are still open.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn open_sessions(&self, of: &[SessionId]) -> Result<Vec<SessionId>> {
        let ids: Vec<Uuid> = of.iter().map(|id| id.0).collect();
        let open: Vec<Uuid> = sessions::table
            .filter(sessions::id.eq_any(ids))
            .filter(sessions::expires_at.gt(now))
            .select(sessions::id)
            .load(&mut self.conn().await?)
            .await?;
        Ok(open.into_iter().map(Into::into).collect())
    }
}
