//! Users, their sessions and tokens, and one-time links.

mod links;
mod sessions;
mod tokens;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::{prelude::*, result::DatabaseErrorKind};
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{
    account::{Me, Role, canonical_email, shown_email},
    ids::{SessionId, UserId},
    locale::Locale,
};
use uuid::Uuid;

pub use links::LinkPurpose;
pub(crate) use sessions::insert_session;
pub use sessions::{Authenticated, NewSession};
pub use tokens::TokenAuthenticated;

use links::{insert_link, take_link};
use sessions::end_access;

use crate::{
    Conn, NewJob, Result, Store, StoreError, jobs,
    schema::{activity_days, users},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct UserRow {
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

/// A user to create.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub name: String,
    /// As typed; stored in canonical form.
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub roles: Vec<Role>,
    pub locale: Locale,
    pub email_confirmed: bool,
}

/// The user that a login attempt names.
#[derive(Debug)]
pub struct LoginUser {
    pub me: Me,
    pub password_hash: Option<String>,
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

async fn any_admin(conn: &mut Conn) -> Result<bool> {
    let filter = users::table.filter(users::roles.contains(vec!["admin"])).filter(users::deleted_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(filter)).get_result(conn).await?)
}

impl Store {
    /// Creates a user and logs them in. If their address is to be confirmed, also stores the link and enqueues a job
    /// that sends the letter.
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

    /// Creates a user without logging them in; for the demo and for tests.
    ///
    /// # Errors
    /// [`StoreError::EmailTaken`].
    pub async fn create_user(&self, user: &NewUser) -> Result<Me> {
        insert_user(&mut *self.conn().await?, user).await
    }

    /// Creates the first administrator by the one-time link of the first start.
    ///
    /// # Errors
    /// `NotFound` if the link is wrong or was used, [`StoreError::EmailTaken`].
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

    /// Whether there is no administrator yet.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn needs_first_admin(&self) -> Result<bool> {
        Ok(!any_admin(&mut *self.conn().await?).await?)
    }

    /// # Errors
    /// `NotFound` if no user has this address.
    pub async fn user_by_email(&self, email: &str) -> Result<LoginUser> {
        let (row, password_hash) = users::table
            .filter(users::email.eq(canonical_email(email).ok_or(StoreError::NotFound)?))
            .filter(users::deleted_at.is_null())
            .select((UserRow::as_select(), users::password_hash))
            .first::<(UserRow, Option<String>)>(&mut self.conn().await?)
            .await?;
        Ok(LoginUser { me: row.into(), password_hash })
    }

    /// The stored hash of a user's password.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn password_hash(&self, user: UserId) -> Result<Option<String>> {
        Ok(users::table.find(user.0).select(users::password_hash).first(&mut self.conn().await?).await?)
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

    /// Sets a new password, ends all sessions except `keep` and revokes all tokens.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_password(&self, user: UserId, hash: &str, keep: Option<SessionId>) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            diesel::update(users::table.find(user.0)).set(users::password_hash.eq(hash)).execute(conn).await?;
            end_access(conn, user.0, keep).await
        })
        .await
    }

    /// Records that a user was active on a day. Recording it again changes nothing.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_activity(&self, user: UserId, day: NaiveDate) -> Result<()> {
        diesel::insert_into(activity_days::table)
            .values((activity_days::user_id.eq(user.0), activity_days::day.eq(day)))
            .on_conflict_do_nothing()
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// The days on which a user was active, latest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn activity(&self, user: UserId) -> Result<Vec<NaiveDate>> {
        Ok(activity_days::table
            .filter(activity_days::user_id.eq(user.0))
            .order(activity_days::day.desc())
            .limit(366)
            .select(activity_days::day)
            .load(&mut self.conn().await?)
            .await?)
    }
}
