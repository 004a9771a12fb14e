//! Users, their sessions and tokens, and links that work once.

use chrono::{DateTime, Duration, NaiveDate, SubsecRound, Utc};
use diesel::{dsl::now, prelude::*, result::DatabaseErrorKind};
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{
    account::{ApiToken, Me, Role, Scope, Session, canonical_email, shown_email},
    ids::{ApiTokenId, SessionId, UserId},
    locale::Locale,
    problem::{FieldCode, FieldError},
};
use uuid::Uuid;

use crate::{
    Conn, NewJob, Result, Store, StoreError, jobs,
    schema::{activity_days, api_tokens, known_devices, one_time_links, sessions, users},
};

/// At most this many tokens a person.
const API_TOKENS_MAX: i64 = 20;
/// At most this many sessions a person: the oldest go first.
const SESSIONS_MAX: i64 = 20;
/// At most this many known devices a person: the ones not seen for longest go first.
const DEVICES_MAX: i64 = 20;
/// So many links to confirm an address work at a time: whoever asks for another letter may open either.
const CONFIRM_LINKS_MAX: i64 = 5;

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct UserRow {
    id: Uuid,
    name: String,
    email: Option<String>,
    email_confirmed_at: Option<DateTime<Utc>>,
    roles: Vec<String>,
    locale: String,
}

impl From<UserRow> for Me {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            guest: row.email.is_none(),
            email: row.email.as_deref().map(shown_email),
            email_confirmed: row.email_confirmed_at.is_some(),
            roles: row.roles.iter().map(|role| Role::parse(role)).collect(),
            locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        }
    }
}

/// A person to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub name: String,
    /// As typed; stored in one form.
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub roles: Vec<Role>,
    pub locale: Locale,
    pub email_confirmed: bool,
}

/// Who tries to log in.
#[derive(Debug)]
pub struct LoginUser {
    pub me: Me,
    pub password_hash: Option<String>,
}

/// A login to be recorded.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub token_hash: Vec<u8>,
    pub user_agent: String,
    pub address: String,
    pub lifetime: Duration,
}

/// A caller with a session.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub session: SessionId,
    pub me: Me,
    /// When the session was last noted as seen.
    pub seen_at: DateTime<Utc>,
}

/// A caller with a token.
#[derive(Clone, Debug)]
pub struct TokenAuthenticated {
    pub token: ApiTokenId,
    pub me: Me,
    pub scopes: Vec<Scope>,
    pub used_at: Option<DateTime<Utc>>,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    ConfirmEmail,
    ResetPassword,
    FirstAdmin,
    /// A guest goes on from another device.
    RecoverGuest,
}

impl LinkPurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::ResetPassword => "reset_password",
            Self::FirstAdmin => "first_admin",
            Self::RecoverGuest => "recover_guest",
        }
    }
}

pub(crate) async fn insert_user(conn: &mut Conn, user: &NewUser) -> Result<Me> {
    let id = Uuid::now_v7();
    let roles: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
    let confirmed = user.email_confirmed.then(Utc::now);
    let inserted = diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::name.eq(user.name.trim()),
            users::email.eq(user.email.as_ref().and_then(|email| canonical_email(email))),
            users::password_hash.eq(&user.password_hash),
            users::roles.eq(roles),
            users::locale.eq(user.locale.as_str()),
            users::email_confirmed_at.eq(confirmed),
        ))
        .returning(UserRow::as_returning())
        .get_result(conn)
        .await;
    match inserted {
        Ok(row) => Ok(row.into()),
        Err(diesel::result::Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(StoreError::EmailTaken),
        Err(other) => Err(other.into()),
    }
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

async fn insert_link(
    conn: &mut Conn,
    purpose: LinkPurpose,
    user: Option<UserId>,
    token_hash: &[u8],
    lifetime: Duration,
) -> Result<()> {
    // One open link of a sort a person: asking again makes the older one useless. But to confirm an address, the older
    // letter is as good: it went to the same place.
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

/// Uses a link up. `NotFound` where there is none, it was used, or it has run out.
async fn take_link(conn: &mut Conn, purpose: LinkPurpose, token_hash: &[u8]) -> Result<Option<Uuid>> {
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

/// Ends everything that a password opened: sessions but `keep`, tokens, and links to set another one.
async fn end_access(conn: &mut Conn, user: Uuid, keep: Option<SessionId>) -> Result<()> {
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

async fn insert_device(conn: &mut Conn, user: UserId, device_hash: &[u8]) -> Result<()> {
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

async fn any_admin(conn: &mut Conn) -> Result<bool> {
    let filter = users::table.filter(users::roles.contains(vec!["admin"])).filter(users::deleted_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(filter)).get_result(conn).await?)
}

impl Store {
    /// Makes a person, logs them in and, for an address to be confirmed, keeps the link and sends the letter by a job.
    ///
    /// # Errors
    /// [`StoreError::EmailTaken`].
    pub async fn register(
        &self,
        user: &NewUser,
        session: &NewSession,
        confirm: Option<(&[u8], Duration)>,
        letter: impl Fn(&Me) -> NewJob + Send + Sync,
    ) -> Result<Me> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let me = insert_user(conn, user).await?;
            insert_session(conn, me.id, session).await?;
            if let Some((hash, lifetime)) = confirm {
                insert_link(conn, LinkPurpose::ConfirmEmail, Some(me.id), hash, lifetime).await?;
                jobs::enqueue(conn, &letter(&me)).await?;
            }
            Ok(me)
        })
        .await
    }

    /// Makes a person without logging them in; for the demo and for tests.
    ///
    /// # Errors
    /// [`StoreError::EmailTaken`].
    pub async fn create_user(&self, user: &NewUser) -> Result<Me> {
        insert_user(&mut *self.conn().await?, user).await
    }

    /// Makes the first administrator by the one-time link of the first start.
    ///
    /// # Errors
    /// `NotFound` where the link is used or wrong, [`StoreError::EmailTaken`].
    pub async fn create_first_admin(&self, link_hash: &[u8], user: &NewUser, session: &NewSession) -> Result<Me> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            take_link(conn, LinkPurpose::FirstAdmin, link_hash).await?;
            if any_admin(conn).await? {
                return Err(StoreError::NotFound);
            }
            let me = insert_user(conn, user).await?;
            insert_session(conn, me.id, session).await?;
            Ok(me)
        })
        .await
    }

    /// Has no administrator been made yet?
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn needs_first_admin(&self) -> Result<bool> {
        Ok(!any_admin(&mut *self.conn().await?).await?)
    }

    /// # Errors
    /// `NotFound` where there is no such address.
    pub async fn user_by_email(&self, email: &str) -> Result<LoginUser> {
        let (row, password_hash) = users::table
            .filter(users::email.eq(canonical_email(email).ok_or(StoreError::NotFound)?))
            .filter(users::deleted_at.is_null())
            .select((UserRow::as_select(), users::password_hash))
            .first::<(UserRow, Option<String>)>(&mut self.conn().await?)
            .await?;
        Ok(LoginUser { me: row.into(), password_hash })
    }

    /// The stored hash of one's password.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn password_hash(&self, user: UserId) -> Result<Option<String>> {
        Ok(users::table.find(user.0).select(users::password_hash).first(&mut self.conn().await?).await?)
    }

    /// # Errors
    /// Where the database fails.
    pub async fn create_session(&self, user: UserId, session: &NewSession) -> Result<SessionId> {
        insert_session(&mut *self.conn().await?, user, session).await
    }

    /// Who holds this session?
    ///
    /// # Errors
    /// `NotFound` where it has ended or run out.
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

    /// Who holds this token?
    ///
    /// # Errors
    /// `NotFound` where it was revoked.
    pub async fn authenticate_token(&self, token_hash: &[u8]) -> Result<TokenAuthenticated> {
        let (token, scopes, used_at, row) = api_tokens::table
            .inner_join(users::table.on(users::id.eq(api_tokens::user_id)))
            .filter(api_tokens::token_hash.eq(token_hash))
            .filter(api_tokens::expires_at.gt(now))
            .filter(users::deleted_at.is_null())
            .select((api_tokens::id, api_tokens::scopes, api_tokens::used_at, UserRow::as_select()))
            .first::<(Uuid, Vec<String>, Option<DateTime<Utc>>, UserRow)>(&mut self.conn().await?)
            .await?;
        let scopes = scopes.iter().filter_map(|scope| Scope::parse(scope)).collect();
        Ok(TokenAuthenticated { token: token.into(), me: row.into(), scopes, used_at })
    }

    /// Notes that a session was used just now, and lets it live on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn touch_session(&self, session: SessionId, lifetime: Duration) -> Result<()> {
        diesel::update(sessions::table.find(session.0))
            .set((sessions::seen_at.eq(now), sessions::expires_at.eq(Utc::now() + lifetime)))
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// Notes that a token was used just now.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn touch_token(&self, token: ApiTokenId) -> Result<()> {
        diesel::update(api_tokens::table.find(token.0))
            .set(api_tokens::used_at.eq(now))
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// # Errors
    /// Where the database fails.
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

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// `NotFound` where it is not theirs.
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<()> {
        let ended = diesel::delete(sessions::table.find(session.0).filter(sessions::user_id.eq(user.0)))
            .execute(&mut self.conn().await?)
            .await?;
        if ended == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }

    /// Ends all of one's sessions but `keep`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn end_other_sessions(&self, user: UserId, keep: Option<SessionId>) -> Result<usize> {
        let keep = keep.map_or(Uuid::nil(), |id| id.0);
        let others = sessions::table.filter(sessions::user_id.eq(user.0)).filter(sessions::id.ne(keep));
        Ok(diesel::delete(others).execute(&mut self.conn().await?).await?)
    }

    /// # Errors
    /// `NotFound`.
    pub async fn update_me(&self, user: UserId, name: Option<&str>, locale: Option<Locale>) -> Result<Me> {
        let mut conn = self.conn().await?;
        if let Some(name) = name {
            diesel::update(users::table.find(user.0)).set(users::name.eq(name.trim())).execute(&mut conn).await?;
        }
        if let Some(locale) = locale {
            diesel::update(users::table.find(user.0)).set(users::locale.eq(locale.as_str())).execute(&mut conn).await?;
        }
        let row = users::table.find(user.0).select(UserRow::as_select()).first(&mut conn).await?;
        Ok(row.into())
    }

    /// Sets a new password, and ends every session but `keep` and every token.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_password(&self, user: UserId, hash: &str, keep: Option<SessionId>) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            diesel::update(users::table.find(user.0)).set(users::password_hash.eq(hash)).execute(conn).await?;
            end_access(conn, user.0, keep).await
        })
        .await
    }

    /// Notes a device that somebody has just proved to be theirs.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_device(&self, user: UserId, device_hash: &[u8]) -> Result<()> {
        insert_device(&mut *self.conn().await?, user, device_hash).await
    }

    /// Has somebody been logged in on this device before?
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn knows_device(&self, user: UserId, device_hash: &[u8]) -> Result<bool> {
        let row = known_devices::table.find((user.0, device_hash));
        Ok(diesel::select(diesel::dsl::exists(row)).get_result(&mut self.conn().await?).await?)
    }

    /// Ends all of somebody's tokens.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn end_tokens(&self, user: UserId) -> Result<()> {
        diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(user.0)))
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// Notes that somebody was here on a day. Noted again, it stays as it is.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_activity(&self, user: UserId, day: NaiveDate) -> Result<()> {
        diesel::insert_into(activity_days::table)
            .values((activity_days::user_id.eq(user.0), activity_days::day.eq(day)))
            .on_conflict_do_nothing()
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// On which days somebody was here, the last first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn activity(&self, user: UserId) -> Result<Vec<NaiveDate>> {
        Ok(activity_days::table
            .filter(activity_days::user_id.eq(user.0))
            .order(activity_days::day.desc())
            .limit(366)
            .select(activity_days::day)
            .load(&mut self.conn().await?)
            .await?)
    }

    /// Keeps a one-time link, in place of an older one of its sort, and sends its letter by a job.
    ///
    /// # Errors
    /// Where the database fails.
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

    /// Confirms the address whose link this is. The link lives on until it has run out, since a mail scanner may have
    /// opened it before its reader does: opened again, it changes nothing.
    ///
    /// # Errors
    /// `NotFound` where the link is wrong or too old.
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

    /// Whether a link would work now. It is not used up.
    pub async fn link_works(&self, purpose: LinkPurpose, link_hash: &[u8]) -> Result<bool> {
        let mut conn = self.conn().await?;
        let link = one_time_links::table
            .filter(one_time_links::purpose.eq(purpose.as_str()))
            .filter(one_time_links::token_hash.eq(link_hash))
            .filter(one_time_links::expires_at.gt(now));
        Ok(diesel::select(diesel::dsl::exists(link)).get_result(&mut conn).await?)
    }

    /// Sets a new password by a link, ends all sessions and tokens, and confirms the address: the letter got there. The
    /// device it was opened on is known from now on.
    ///
    /// # Errors
    /// `NotFound` where the link is used, wrong or too old.
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
    /// `NotFound` where the link is used, wrong or too old.
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

    /// Which of these sessions are still open?
    ///
    /// # Errors
    /// Where the database fails.
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

    /// # Errors
    /// Where the database fails.
    pub async fn api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>> {
        type Row = (Uuid, String, Vec<String>, DateTime<Utc>, Option<DateTime<Utc>>, DateTime<Utc>);
        let rows: Vec<Row> = api_tokens::table
            .filter(api_tokens::user_id.eq(user.0))
            .order(api_tokens::id.desc())
            .select((
                api_tokens::id,
                api_tokens::name,
                api_tokens::scopes,
                api_tokens::created_at,
                api_tokens::used_at,
                api_tokens::expires_at,
            ))
            .limit(API_TOKENS_MAX)
            .load(&mut self.conn().await?)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, name, scopes, created_at, used_at, expires_at)| ApiToken {
                id: id.into(),
                name,
                scopes: scopes.iter().filter_map(|scope| Scope::parse(scope)).collect(),
                created_at,
                used_at,
                expires_at,
            })
            .collect())
    }

    /// # Errors
    /// [`StoreError::Limit`] past 20.
    pub async fn create_api_token(
        &self,
        user: UserId,
        name: &str,
        scopes: &[Scope],
        token_hash: &[u8],
        lifetime: Duration,
    ) -> Result<ApiToken> {
        let mut conn = self.conn().await?;
        let expires_at = Utc::now().trunc_subsecs(6) + lifetime;
        // Those that have run out make room.
        let of_user = api_tokens::table.filter(api_tokens::user_id.eq(user.0));
        diesel::delete(of_user.filter(api_tokens::expires_at.le(now))).execute(&mut conn).await?;
        let have: i64 = api_tokens::table.filter(api_tokens::user_id.eq(user.0)).count().get_result(&mut conn).await?;
        if have >= API_TOKENS_MAX {
            return Err(StoreError::Limit(FieldError::with_limit("tokens", FieldCode::TooMany, 20)));
        }
        let id = Uuid::now_v7();
        let created_at: DateTime<Utc> = diesel::insert_into(api_tokens::table)
            .values((
                api_tokens::id.eq(id),
                api_tokens::user_id.eq(user.0),
                api_tokens::name.eq(name.trim()),
                api_tokens::token_hash.eq(token_hash),
                api_tokens::expires_at.eq(expires_at),
                api_tokens::scopes.eq(scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>()),
            ))
            .returning(api_tokens::created_at)
            .get_result(&mut conn)
            .await?;
        let name = name.trim().to_owned();
        Ok(ApiToken { id: id.into(), name, scopes: scopes.to_vec(), created_at, used_at: None, expires_at })
    }

    /// # Errors
    /// `NotFound` where it is not theirs.
    pub async fn revoke_api_token(&self, user: UserId, token: ApiTokenId) -> Result<()> {
        let gone = diesel::delete(api_tokens::table.find(token.0).filter(api_tokens::user_id.eq(user.0)))
            .execute(&mut self.conn().await?)
            .await?;
        if gone == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}
