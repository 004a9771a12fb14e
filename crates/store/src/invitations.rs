//! Who may come into a class, and joining it.

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
    classes::{Announcement, append, instant, invitation_end, is_member, lock, lock_own, members, open_run},
    schema::{class_members, classes, retired_codes, users},
};

/// Most people who were ever in a class, removed ones included, as a multiple of its size.
const EVER_TIMES: usize = 10;
/// Alphabet of codes: no character is mistaken for another when read aloud or typed.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// 31 letters to the tenth: not to be found by trying.
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

/// The number that a name gets among its namesakes. The class is held.
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

/// Puts a new code in place of a class's old one, by which only its members still get in.
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

/// The class of a code, and whether that is the code it has now.
async fn class_of(conn: &mut Conn, code: &str) -> Result<(Uuid, bool)> {
    let now: Option<Uuid> =
        classes::table.filter(classes::code.eq(code)).select(classes::id).first(conn).await.optional()?;
    match now {
        Some(class) => Ok((class, true)),
        None => Ok((retired_codes::table.find(code).select(retired_codes::class_id).first(conn).await?, false)),
    }
}

/// Did the teacher remove somebody from a class?
async fn is_removed(conn: &mut Conn, class: Uuid, caller: Option<UserId>) -> Result<bool> {
    let Some(caller) = caller else { return Ok(false) };
    let row = class_members::table.find((class, caller.0)).filter(class_members::removed_at.is_not_null());
    Ok(diesel::select(exists(row)).get_result(conn).await?)
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

    /// What a code leads to, and whether the caller is the class's teacher.
    ///
    /// # Errors
    /// `NotFound` where no class has or had this code, [`StoreError::InvitationExpired`],
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

    /// Joins a class by its code. Who belongs to it already stays as they are.
    ///
    /// # Errors
    /// `NotFound` where no class has or had this code, [`StoreError::InvitationExpired`], [`StoreError::DoorClosed`],
    /// [`StoreError::RemovedFromClass`], [`StoreError::ClassFull`] where `members_max` are in it.
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
            // By a link that was replaced, even just now, nobody new comes in.
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
            // An account's name may be older than what cleans names.
            let name = names::clean_or(&me.name, "?");
            let name_ordinal = name_ordinal(conn, class.into(), &name).await?;
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

    /// Lets somebody back in whom the teacher removed. Who is in the class already stays as they are.
    ///
    /// # Errors
    /// `NotFound` where the class is another's or they were never in it, [`StoreError::ClassFull`].
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

/// Writes into the log of the open run, which is held, that somebody is in the class.
async fn announce_joined(conn: &mut Conn, class: Uuid, run: Option<Uuid>, student: UserId) -> Result<Announcement> {
    let Some(run) = run else { return Ok(None) };
    let known = members(conn, class, Some(run)).await?;
    match known.into_iter().find(|member| member.id == student) {
        Some(member) => Ok(Some((run.into(), append(conn, run, EventBody::Joined { member }).await?))),
        None => Ok(None),
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
