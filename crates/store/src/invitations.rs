//! Who may come into a class, and joining it.

use chrono::{DateTime, Duration, Utc};
use diesel::{dsl::max, prelude::*};
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{
    account::{Me, Role},
    classroom::{EventBody, InvitationInfo, MEMBERS_MAX},
    ids::{ClassId, ClassRunId, UserId},
    problem::{FieldCode, FieldError},
};
use uuid::Uuid;

use crate::{
    Conn, NewSession, NewUser, Result, Store, StoreError, accounts,
    classes::{Told, append, instant, invitation_end, is_member, lock, lock_own, members, open_run},
    schema::{class_members, classes, users},
};

/// At most this many people were ever in a class, those removed included.
const EVER_MEMBERS_MAX: i64 = 1_000;

/// An invitation as stored; its address is made by whoever knows where this server is.
#[derive(Clone, Debug)]
pub struct StoredInvitation {
    pub code: String,
    pub open: bool,
    pub expires_at: DateTime<Utc>,
}

/// Who joins.
#[derive(Clone, Debug)]
pub enum Joiner {
    Account(Me),
    /// Made with the membership, so that a refusal leaves no account behind.
    Guest {
        user: NewUser,
        session: NewSession,
    },
}

/// Names are the same where people would take them for the same.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The number that a name gets among its namesakes. The class is held.
async fn twin(conn: &mut Conn, class: ClassId, name: &str) -> Result<i32> {
    let taken: Vec<(String, i32)> = class_members::table
        .filter(class_members::class_id.eq(class.0))
        .select((class_members::name, class_members::twin))
        .load(conn)
        .await?;
    let folded_name = folded(name);
    Ok(taken.iter().filter(|(other, _)| folded(other) == folded_name).map(|(_, twin)| *twin).max().unwrap_or(0) + 1)
}

async fn check_room(conn: &mut Conn, class: ClassId) -> Result<()> {
    let of_class = class_members::table.filter(class_members::class_id.eq(class.0));
    let ever: i64 = of_class.count().get_result(conn).await?;
    let there: i64 = of_class.filter(class_members::removed_at.is_null()).count().get_result(conn).await?;
    if there >= i64::try_from(MEMBERS_MAX).unwrap_or(i64::MAX) || ever >= EVER_MEMBERS_MAX {
        return Err(StoreError::Limit(FieldError::with_limit("", FieldCode::TooMany, MEMBERS_MAX)));
    }
    Ok(())
}

impl Store {
    /// Opens or closes the door, and puts a new code in place of the old one.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn change_invitation(
        &self,
        owner: UserId,
        class: ClassId,
        open: Option<bool>,
        code: Option<&str>,
    ) -> Result<(StoredInvitation, Told)> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let locked = lock_own(conn, owner, class).await?;
            let door = open.unwrap_or(locked.door_open);
            let expires_at = if code.is_some() { invitation_end() } else { locked.expires_at };
            let code = code.map_or(locked.code, ToOwned::to_owned);
            diesel::update(classes::table.find(class.0))
                .set((classes::code.eq(&code), classes::code_expires_at.eq(expires_at), classes::door_open.eq(door)))
                .execute(conn)
                .await?;
            let told = match locked.open_run {
                Some(run) if door != locked.door_open => {
                    Some((run.into(), append(conn, run, EventBody::Door { open: door }).await?))
                }
                Some(_) | None => None,
            };
            Ok((StoredInvitation { code, open: door, expires_at }, told))
        })
        .await
    }

    /// What a code leads to, and whether the caller is the class's teacher.
    ///
    /// # Errors
    /// `NotFound` where no class has this code, [`StoreError::InvitationExpired`].
    pub async fn invitation(&self, code: &str, caller: Option<UserId>) -> Result<(InvitationInfo, bool)> {
        let mut conn = self.conn().await?;
        let (class, title, owner, teacher, expires_at, open): (Uuid, String, Uuid, String, DateTime<Utc>, bool) =
            classes::table
                .inner_join(users::table.on(users::id.eq(classes::owner_id)))
                .filter(classes::code.eq(code))
                .select((
                    classes::id,
                    classes::title,
                    classes::owner_id,
                    users::name,
                    classes::code_expires_at,
                    classes::door_open,
                ))
                .first(&mut conn)
                .await?;
        let teaching = caller.is_some_and(|caller| caller.0 == owner);
        let member = teaching || is_member(&mut conn, class, caller).await?;
        if expires_at <= Utc::now() && !member {
            return Err(StoreError::InvitationExpired);
        }
        let open_run = open_run(&mut conn, class.into()).await?.map(Into::into);
        Ok((InvitationInfo { class: class.into(), title, teacher, open, member, open_run }, teaching))
    }

    /// Joins a class by its code. Who belongs to it already stays as they are.
    ///
    /// # Errors
    /// `NotFound` where no class has this code, [`StoreError::InvitationExpired`], [`StoreError::DoorClosed`],
    /// [`StoreError::Limit`] where it is full.
    pub async fn join_class(&self, code: &str, joiner: &Joiner) -> Result<(Me, ClassId, Option<ClassRunId>, Told)> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let class: Uuid = classes::table.filter(classes::code.eq(code)).select(classes::id).first(conn).await?;
            let locked = lock(conn, class.into()).await?;
            if locked.code != code {
                return Err(StoreError::NotFound);
            }
            let open = locked.open_run.map(Into::into);
            if let Joiner::Account(me) = joiner
                && is_member(conn, class, Some(me.id)).await?
            {
                return Ok((me.clone(), class.into(), open, None));
            }
            if locked.expires_at <= Utc::now() {
                return Err(StoreError::InvitationExpired);
            }
            if !locked.door_open {
                return Err(StoreError::DoorClosed);
            }
            check_room(conn, class.into()).await?;
            let me = match joiner {
                Joiner::Account(me) => me.clone(),
                Joiner::Guest { user, session } => {
                    let me = accounts::insert_user(conn, user).await?;
                    accounts::insert_session(conn, me.id, session).await?;
                    me
                }
            };
            let back = diesel::update(class_members::table.find((class, me.id.0)))
                .set(class_members::removed_at.eq(None::<DateTime<Utc>>))
                .execute(conn)
                .await?;
            if back == 0 {
                let twin = twin(conn, class.into(), &me.name).await?;
                let last: Option<DateTime<Utc>> = class_members::table
                    .filter(class_members::class_id.eq(class))
                    .select(max(class_members::joined_at))
                    .first(conn)
                    .await?;
                // Later than everybody else's, whatever this machine's clock says.
                let joined_at = last.map_or_else(instant, |last| instant().max(last + Duration::microseconds(1)));
                diesel::insert_into(class_members::table)
                    .values((
                        class_members::class_id.eq(class),
                        class_members::user_id.eq(me.id.0),
                        class_members::name.eq(me.name.trim()),
                        class_members::twin.eq(twin),
                        class_members::guest.eq(me.guest),
                        class_members::joined_at.eq(joined_at),
                    ))
                    .execute(conn)
                    .await?;
            }
            let mut told = None;
            if let Some(run) = locked.open_run {
                let known = members(conn, class, Some(run)).await?;
                if let Some(member) = known.into_iter().find(|member| member.id == me.id) {
                    told = Some((run.into(), append(conn, run, EventBody::Joined { member }).await?));
                }
            }
            Ok((me, class.into(), open, told))
        })
        .await
    }
}

/// A guest to be made.
#[must_use]
pub fn guest(name: &str, locale: types::locale::Locale) -> NewUser {
    NewUser {
        name: name.to_owned(),
        email: None,
        password_hash: None,
        roles: vec![Role::Student],
        locale,
        email_confirmed: false,
    }
}
