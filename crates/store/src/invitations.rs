//! Invitations to a class, and joining it.

use chrono::{DateTime, Duration, Utc};
use diesel::{
    dsl::{exists, max},
    prelude::*,
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use rand::Rng;
use types::{
    account::{Me, Role},
    classroom::{EventBody, InvitationInfo},
    ids::{ClassId, ClassRunId, UserId},
    names,
};
use uuid::Uuid;

use crate::{
    Conn, NewSession, NewUser, Result, Store, StoreError, accounts,
    classes::{Announcement, append, invitation_end, is_member, lock, lock_own, members, open_run},
    instant,
    schema::{class_members, classes, retired_codes, users},
};

/// Most people who may ever join a class, including removed ones, as a multiple of its size.
const EVER_TIMES: usize = 10;
/// Alphabet of codes, without characters that are confused when read aloud or typed.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Length of a code: 31 to the power of 10 codes can't be guessed by trial.
const LENGTH: usize = 10;

/// A new code for a class.
#[must_use]
pub fn new_code() -> String {
    let mut rng = rand::rng();
    (0..LENGTH).filter_map(|_| LETTERS.get(rng.random_range(0..LETTERS.len()))).map(|&byte| char::from(byte)).collect()
}

/// An invitation as stored; its URL is built by the API, which knows the server's address.
#[derive(Clone, Debug)]
pub struct StoredInvitation {
    pub code: String,
    pub open: bool,
    pub expires_at: DateTime<Utc>,
}

/// Who is joining.
#[derive(Clone, Debug)]
pub enum Joiner {
    Account(Me),
    /// The account is created together with the membership, so that a refusal leaves none behind.
    Guest {
        user: NewUser,
        session: NewSession,
    },
}

/// The ordinal of a new member among members whose names look the same. The class must be locked.
async fn name_ordinal(conn: &mut Conn, class: ClassId, name: &str) -> Result<i32> {
    let taken: Vec<(String, i32)> = class_members::table
        .filter(class_members::class_id.eq(class.0))
        .select((class_members::name, class_members::name_ordinal))
        .load(conn)
        .await?;
    Ok(taken.iter().filter(|(other, _)| names::look_alike(other, name)).map(|(_, ordinal)| *ordinal).max().unwrap_or(0)
        + 1)
}

async fn check_room(conn: &mut Conn, class: ClassId, members_max: usize) -> Result<()> {
    let of_class = class_members::table.filter(class_members::class_id.eq(class.0));
    let ever: i64 = of_class.count().get_result(conn).await?;
    let there: i64 = of_class.filter(class_members::removed_at.is_null()).count().get_result(conn).await?;
    let reached = |count: i64, most: usize| usize::try_from(count).unwrap_or(usize::MAX) >= most;
    if reached(there, members_max) || reached(ever, members_max * EVER_TIMES) {
        return Err(StoreError::ClassFull(members_max));
    }
    Ok(())
}

/// Replaces a class's code; the old one then works for its members only.
pub(crate) async fn renew_code(conn: &mut Conn, class: Uuid, code: &str) -> Result<()> {
    let old: String = classes::table.find(class).select(classes::code).first(conn).await?;
    diesel::insert_into(retired_codes::table)
        .values((retired_codes::code.eq(old), retired_codes::class_id.eq(class)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    diesel::update(classes::table.find(class))
        .set((classes::code.eq(code), classes::code_expires_at.eq(invitation_end())))
        .execute(conn)
        .await?;
    Ok(())
}

/// The class of a code, and whether the code is its current one.
async fn class_of(conn: &mut Conn, code: &str) -> Result<(Uuid, bool)> {
    let now: Option<Uuid> =
        classes::table.filter(classes::code.eq(code)).select(classes::id).first(conn).await.optional()?;
    match now {
        Some(class) => Ok((class, true)),
        None => Ok((retired_codes::table.find(code).select(retired_codes::class_id).first(conn).await?, false)),
    }
}

/// Whether the teacher has removed the caller from a class.
async fn is_removed(conn: &mut Conn, class: Uuid, caller: Option<UserId>) -> Result<bool> {
    let Some(caller) = caller else { return Ok(false) };
    let row = class_members::table.find((class, caller.0)).filter(class_members::removed_at.is_not_null());
    Ok(diesel::select(exists(row)).get_result(conn).await?)
}

impl Store {
    /// Opens or closes the door, and replaces the code if a new one is given.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn change_invitation(
        &self,
        owner: UserId,
        class: ClassId,
        open: Option<bool>,
        code: Option<&str>,
    ) -> Result<(StoredInvitation, Announcement)> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let locked = lock_own(conn, owner, class).await?;
            let door = open.unwrap_or(locked.door_open);
            let expires_at = if code.is_some() { invitation_end() } else { locked.expires_at };
            if let Some(code) = code {
                renew_code(conn, class.0, code).await?;
            }
            let code = code.map_or(locked.code, ToOwned::to_owned);
            diesel::update(classes::table.find(class.0))
                .set((classes::code_expires_at.eq(expires_at), classes::door_open.eq(door)))
                .execute(conn)
                .await?;
            let announcement = match locked.open_run {
                Some(run) if door != locked.door_open => {
                    Some((run.into(), append(conn, run, EventBody::Door { open: door }).await?))
                }
                Some(_) | None => None,
            };
            Ok((StoredInvitation { code, open: door, expires_at }, announcement))
        })
        .await
    }

    /// Describes the class of a code, and tells whether the caller teaches it.
    ///
    /// # Errors
    /// `NotFound` if no class has or had this code, [`StoreError::InvitationExpired`],
    /// [`StoreError::RemovedFromClass`].
    pub async fn invitation(&self, code: &str, caller: Option<UserId>) -> Result<(InvitationInfo, bool)> {
        let mut conn = self.conn().await?;
        let (class, current) = class_of(&mut conn, code).await?;
        let (title, owner, teacher, expires_at, open): (String, Uuid, String, DateTime<Utc>, bool) = classes::table
            .inner_join(users::table.on(users::id.eq(classes::owner_id)))
            .filter(classes::id.eq(class))
            .select((classes::title, classes::owner_id, users::name, classes::code_expires_at, classes::door_open))
            .first(&mut conn)
            .await?;
        let teaching = caller.is_some_and(|caller| caller.0 == owner);
        let member = teaching || is_member(&mut conn, class, caller).await?;
        if is_removed(&mut conn, class, caller).await? {
            return Err(StoreError::RemovedFromClass);
        }
        if (!current || expires_at <= Utc::now()) && !member {
            return Err(StoreError::InvitationExpired);
        }
        let open_run = open_run(&mut conn, class.into()).await?.map(Into::into);
        Ok((InvitationInfo { class: class.into(), title, teacher, open, member, open_run }, teaching))
    }

    /// Joins a class by its code. For somebody who already belongs to it, nothing changes.
    ///
    /// # Errors
    /// `NotFound` if no class has or had this code, [`StoreError::InvitationExpired`], [`StoreError::DoorClosed`],
    /// [`StoreError::RemovedFromClass`], [`StoreError::ClassFull`] if it has `members_max` members.
    pub async fn join_class(
        &self,
        code: &str,
        joiner: &Joiner,
        members_max: usize,
    ) -> Result<(Me, ClassId, Option<ClassRunId>, Announcement)> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let (class, _) = class_of(conn, code).await?;
            let locked = lock(conn, class.into()).await?;
            let open = locked.open_run.map(Into::into);
            if let Joiner::Account(me) = joiner
                && is_member(conn, class, Some(me.id)).await?
            {
                return Ok((me.clone(), class.into(), open, None));
            }
            if let Joiner::Account(me) = joiner
                && is_removed(conn, class, Some(me.id)).await?
            {
                return Err(StoreError::RemovedFromClass);
            }
            // A replaced code, even one replaced just now, admits nobody new.
            if locked.code != code || locked.expires_at <= Utc::now() {
                return Err(StoreError::InvitationExpired);
            }
            if !locked.door_open {
                return Err(StoreError::DoorClosed);
            }
            check_room(conn, class.into(), members_max).await?;
            let me = match joiner {
                Joiner::Account(me) => me.clone(),
                Joiner::Guest { user, session } => {
                    let me = accounts::insert_user(conn, user).await?;
                    accounts::insert_session(conn, me.id, session).await?;
                    me
                }
            };
            // An account's name may predate name cleaning.
            let name = names::clean_or(&me.name, "?");
            let name_ordinal = name_ordinal(conn, class.into(), &name).await?;
            let last: Option<DateTime<Utc>> = class_members::table
                .filter(class_members::class_id.eq(class))
                .select(max(class_members::joined_at))
                .first(conn)
                .await?;
            // Later than all other members, whatever this machine's clock says.
            let joined_at = last.map_or_else(instant, |last| instant().max(last + Duration::microseconds(1)));
            diesel::insert_into(class_members::table)
                .values((
                    class_members::class_id.eq(class),
                    class_members::user_id.eq(me.id.0),
                    class_members::name.eq(name),
                    class_members::name_ordinal.eq(name_ordinal),
                    class_members::guest.eq(me.guest),
                    class_members::joined_at.eq(joined_at),
                ))
                .execute(conn)
                .await?;
            let announcement = announce_joined(conn, class, locked.open_run, me.id).await?;
            Ok((me, class.into(), open, announcement))
        })
        .await
    }

    /// Readmits a student whom the teacher removed. If they are in the class, nothing changes.
    ///
    /// # Errors
    /// `NotFound` if the class is another teacher's or they were never in it, [`StoreError::ClassFull`].
    pub async fn let_back_in(
        &self,
        owner: UserId,
        class: ClassId,
        student: UserId,
        members_max: usize,
    ) -> Result<Announcement> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let locked = lock_own(conn, owner, class).await?;
            let member = class_members::table.find((class.0, student.0));
            let removed: Option<DateTime<Utc>> = member.select(class_members::removed_at).first(conn).await?;
            if removed.is_none() {
                return Ok(None);
            }
            check_room(conn, class, members_max).await?;
            diesel::update(member).set(class_members::removed_at.eq(None::<DateTime<Utc>>)).execute(conn).await?;
            announce_joined(conn, class.0, locked.open_run, student).await
        })
        .await
    }
}

/// Writes to the log of the open run, whose row is locked, that a student is in the class.
async fn announce_joined(conn: &mut Conn, class: Uuid, run: Option<Uuid>, student: UserId) -> Result<Announcement> {
    let Some(run) = run else { return Ok(None) };
    let known = members(conn, class, Some(run)).await?;
    match known.into_iter().find(|member| member.id == student) {
        Some(member) => Ok(Some((run.into(), append(conn, run, EventBody::Joined { member }).await?))),
        None => Ok(None),
    }
}

/// A guest account to create.
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
