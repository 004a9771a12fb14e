//! Classes: creating them, and the runs in which lessons are taught to them.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use diesel::{
    dsl::{count_star, exists},
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{
    classroom::{ClassInfo, ClassRunSummary, CreateClass, Event, EventBody, Member, StartRun},
    ids::{ClassId, ClassRunId, LessonId, UserId},
    problem::{FieldCode, FieldError},
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, StoreError, check_limit, files, instant,
    invitations::StoredInvitation,
    lessons,
    schema::{class_members, class_run_members, class_run_tasks, class_runs, classes, room_events, users},
};

/// Most classes per user.
const CLASSES_MAX: i64 = 1_000;
/// Most classes listed.
const LISTED_MAX: i64 = 50;
/// Most runs listed with a class.
const RUNS_LISTED_MAX: i64 = 50;
/// Most runs listed with each class of a list.
const RUNS_IN_LIST_MAX: i64 = 5;
/// Days that an invitation stays valid after the class's last start.
const INVITATION_DAYS: i64 = 30;

/// A class and, if the caller teaches it, its invitation.
#[derive(Clone, Debug)]
pub struct StoredClass {
    pub info: ClassInfo,
    pub invitation: Option<StoredInvitation>,
}

/// An event written along with a change, to be announced to the room.
pub type Announcement = Option<(ClassRunId, Event)>;

/// A user's role in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunRole {
    Teacher,
    Student,
}

pub(crate) fn invitation_end() -> DateTime<Utc> {
    Utc::now() + Duration::days(INVITATION_DAYS)
}

/// A class whose row is locked until the transaction ends.
pub(crate) struct Locked {
    owner: Uuid,
    pub code: String,
    pub expires_at: DateTime<Utc>,
    pub door_open: bool,
    pub open_run: Option<Uuid>,
}

pub(crate) async fn open_run(conn: &mut Conn, class: ClassId) -> Result<Option<Uuid>> {
    Ok(class_runs::table
        .filter(class_runs::class_id.eq(class.0))
        .filter(class_runs::ended_at.is_null())
        .select(class_runs::id)
        .first(conn)
        .await
        .optional()?)
}

/// Locks the open run, then the class: the order in which a room locks them.
pub(crate) async fn lock(conn: &mut Conn, class: ClassId) -> Result<Locked> {
    // Retry if a run started or ended between the two reads. Once the class's row is locked, neither can happen.
    for _ in 0..5 {
        let run = open_run(conn, class).await?;
        if let Some(run) = run {
            class_runs::table.find(run).select(class_runs::id).for_no_key_update().first::<Uuid>(conn).await?;
        }
        let (owner, code, expires_at, door_open) = classes::table
            .find(class.0)
            .select((classes::owner_id, classes::code, classes::code_expires_at, classes::door_open))
            .for_no_key_update()
            .first(conn)
            .await?;
        if open_run(conn, class).await? == run {
            return Ok(Locked { owner, code, expires_at, door_open, open_run: run });
        }
    }
    Err(StoreError::Unavailable("the class starts and ends without a pause".into()))
}

pub(crate) async fn lock_own(conn: &mut Conn, owner: UserId, class: ClassId) -> Result<Locked> {
    let locked = lock(conn, class).await?;
    if locked.owner == owner.0 { Ok(locked) } else { Err(StoreError::NotFound) }
}

/// Appends an event to the log of a run whose row is locked.
pub(crate) async fn append(conn: &mut Conn, run: Uuid, body: EventBody) -> Result<Event> {
    let seq: i64 = diesel::update(class_runs::table.find(run))
        .set(class_runs::seq.eq(class_runs::seq + 1))
        .returning(class_runs::seq)
        .get_result(conn)
        .await?;
    let event = Event { seq: seq.unsigned_abs(), at: instant(), body };
    diesel::insert_into(room_events::table)
        .values((
            room_events::run_id.eq(run),
            room_events::seq.eq(seq),
            room_events::at.eq(event.at),
            room_events::body.eq(serde_json::to_value(&event.body).unwrap_or_default()),
        ))
        .execute(conn)
        .await?;
    Ok(event)
}

async fn end(conn: &mut Conn, run: Uuid) -> Result<(ClassRunId, Event)> {
    let event = append(conn, run, EventBody::Ended {}).await?;
    diesel::update(class_runs::table.find(run)).set(class_runs::ended_at.eq(event.at)).execute(conn).await?;
    Ok((run.into(), event))
}

/// Starts a run with the lesson in its current state.
async fn start(conn: &mut Conn, owner: UserId, class: ClassId, run: ClassRunId, lesson: LessonId) -> Result<()> {
    let lesson = match lessons::read(conn, owner, lesson).await {
        Err(StoreError::NotFound) => {
            return Err(StoreError::Invalid(FieldError::new("lesson_id", FieldCode::NoSuchReference)));
        }
        read => read?,
    };
    if lesson.tasks().next().is_none() {
        return Err(StoreError::Invalid(FieldError::new("lesson_id", FieldCode::Required)));
    }
    diesel::insert_into(class_runs::table)
        .values((
            class_runs::id.eq(run.0),
            class_runs::class_id.eq(class.0),
            class_runs::lesson_id.eq(lesson.id.0),
            class_runs::title.eq(&lesson.title),
            class_runs::target_language.eq(lesson.target_language.as_str()),
            class_runs::students_language.eq(lesson.students_language.as_str()),
            class_runs::started_at.eq(instant()),
        ))
        .execute(conn)
        .await?;
    let mut rows = Vec::new();
    for section in &lesson.sections {
        for task in &section.tasks {
            rows.push((
                class_run_tasks::run_id.eq(run.0),
                class_run_tasks::task_id.eq(task.id.0),
                class_run_tasks::position.eq(i32::try_from(rows.len()).unwrap_or(i32::MAX)),
                class_run_tasks::section.eq(&section.title),
                class_run_tasks::kind.eq(task.body.kind()),
                class_run_tasks::title.eq(&task.title),
                class_run_tasks::instructions.eq(&task.instructions),
                class_run_tasks::content.eq(task.body.content()),
                class_run_tasks::schema_version.eq(task.body.version()),
                class_run_tasks::revision.eq(task.revision),
            ));
        }
    }
    diesel::insert_into(class_run_tasks::table).values(rows).execute(conn).await?;
    files::link_run(conn, run, lesson.tasks().map(|task| &task.body)).await
}

type MemberRow = (Uuid, String, i32, bool, DateTime<Utc>, Option<DateTime<Utc>>, Option<bool>);

/// A member's row, including what the run stores about them.
pub(crate) fn member((id, name, name_ordinal, guest, joined_at, removed_at, following): MemberRow) -> Member {
    Member {
        id: id.into(),
        name,
        name_ordinal: name_ordinal.unsigned_abs(),
        guest,
        joined_at,
        removed: removed_at.is_some(),
        following: following.unwrap_or(true),
        presence: types::classroom::Presence::Gone,
        place: None,
    }
}

/// The members of a class as a run sees them, in the order they joined.
pub(crate) async fn members(conn: &mut Conn, class: Uuid, run: Option<Uuid>) -> Result<Vec<Member>> {
    let run = run.unwrap_or_else(Uuid::nil);
    let rows: Vec<MemberRow> = class_members::table
        .left_join(
            class_run_members::table
                .on(class_run_members::user_id.eq(class_members::user_id).and(class_run_members::run_id.eq(run))),
        )
        .filter(class_members::class_id.eq(class))
        .order((class_members::joined_at, class_members::user_id))
        .select((
            class_members::user_id,
            class_members::name,
            class_members::name_ordinal,
            class_members::guest,
            class_members::joined_at,
            class_members::removed_at,
            class_run_members::following.nullable(),
        ))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(member).collect())
}

#[derive(QueryableByName)]
struct RunRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    class_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    lesson_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    students: i64,
}

type ClassRow = (Uuid, String, Uuid, String, String, DateTime<Utc>, bool);

/// Takes three queries for any number of classes.
async fn infos(conn: &mut Conn, caller: UserId, only: Option<ClassId>) -> Result<Vec<StoredClass>> {
    let joined = class_members::table
        .filter(class_members::class_id.eq(classes::id))
        .filter(class_members::user_id.eq(caller.0))
        .filter(class_members::removed_at.is_null());
    let mut query = classes::table
        .inner_join(users::table.on(users::id.eq(classes::owner_id)))
        .filter(classes::owner_id.eq(caller.0).or(exists(joined)))
        .order((classes::created_at.desc(), classes::id.desc()))
        .limit(LISTED_MAX)
        .select((
            classes::id,
            classes::title,
            classes::owner_id,
            users::name,
            classes::code,
            classes::code_expires_at,
            classes::door_open,
        ))
        .into_boxed();
    if let Some(class) = only {
        query = query.filter(classes::id.eq(class.0));
    }
    let rows: Vec<ClassRow> = query.load(conn).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let counts: HashMap<Uuid, i64> = class_members::table
        .filter(class_members::class_id.eq_any(&ids))
        .filter(class_members::removed_at.is_null())
        .group_by(class_members::class_id)
        .select((class_members::class_id, count_star()))
        .load::<(Uuid, i64)>(conn)
        .await?
        .into_iter()
        .collect();
    let runs: Vec<RunRow> = diesel::sql_query(
        "SELECT id, class_id, lesson_id, title, started_at, ended_at, \
           (SELECT count(*) FROM (SELECT user_id FROM class_run_members WHERE run_id = numbered.id \
             UNION SELECT student_id FROM cells WHERE run_id = numbered.id) AS there) AS students \
         FROM (SELECT *, row_number() OVER (PARTITION BY class_id ORDER BY started_at DESC, id DESC) AS n \
               FROM class_runs WHERE class_id = ANY($1)) AS numbered \
         WHERE n <= $2 ORDER BY started_at DESC, id DESC",
    )
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<BigInt, _>(if only.is_some() { RUNS_LISTED_MAX } else { RUNS_IN_LIST_MAX })
    .load(conn)
    .await?;
    let mut by_class: HashMap<Uuid, Vec<ClassRunSummary>> = HashMap::new();
    for run in runs {
        by_class.entry(run.class_id).or_default().push(ClassRunSummary {
            id: run.id.into(),
            lesson_id: run.lesson_id.map(Into::into),
            title: run.title,
            started_at: run.started_at,
            ended_at: run.ended_at,
            students: u32::try_from(run.students).unwrap_or(u32::MAX),
        });
    }
    Ok(rows
        .into_iter()
        .map(|(id, title, owner, teacher, code, expires_at, open)| {
            let runs = by_class.remove(&id).unwrap_or_default();
            let teaching = owner == caller.0;
            StoredClass {
                info: ClassInfo {
                    id: id.into(),
                    title,
                    teacher,
                    teaching,
                    members: counts.get(&id).map_or(0, |&n| u32::try_from(n).unwrap_or(u32::MAX)),
                    open_run: runs.iter().find(|run| run.ended_at.is_none()).map(|run| run.id),
                    invitation: None,
                    runs,
                },
                invitation: teaching.then_some(StoredInvitation { code, open, expires_at }),
            }
        })
        .collect())
}

async fn info(conn: &mut Conn, caller: UserId, class: ClassId) -> Result<StoredClass> {
    infos(conn, caller, Some(class)).await?.pop().ok_or(StoreError::NotFound)
}

/// The class with an id chosen by a client. `Invalid` if it is another user's.
async fn known(conn: &mut Conn, owner: UserId, id: ClassId) -> Result<Option<StoredClass>> {
    let there = classes::table.find(id.0).select(classes::owner_id).first::<Uuid>(conn).await.optional()?;
    match there {
        Some(of) if of == owner.0 => info(conn, owner, id).await.map(Some),
        Some(_) => Err(StoreError::Invalid(FieldError::new("id", FieldCode::NotAllowed))),
        None => Ok(None),
    }
}

impl Store {
    /// The classes that a user teaches or belongs to, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn classes(&self, caller: UserId) -> Result<Vec<StoredClass>> {
        infos(&mut *self.conn().await?, caller, None).await
    }

    /// A class that the caller teaches or belongs to.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn class(&self, caller: UserId, class: ClassId) -> Result<StoredClass> {
        info(&mut *self.conn().await?, caller, class).await
    }

    /// Creates a class with its first run. Repeating the call with the same id creates nothing.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the id is another user's or there is no such lesson, [`StoreError::Limit`].
    pub async fn create_class(&self, owner: UserId, new: &CreateClass, code: &str) -> Result<StoredClass> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            if let Some(class) = known(conn, owner, new.id).await? {
                return Ok(class);
            }
            let have: i64 = classes::table.filter(classes::owner_id.eq(owner.0)).count().get_result(conn).await?;
            check_limit("classes", have, CLASSES_MAX)?;
            let title = match &new.title {
                Some(title) => title.trim().to_owned(),
                None => lessons::read(conn, owner, new.lesson_id).await.map(|lesson| lesson.title).unwrap_or_default(),
            };
            let inserted = diesel::insert_into(classes::table)
                .values((
                    classes::id.eq(new.id.0),
                    classes::owner_id.eq(owner.0),
                    classes::title.eq(title),
                    classes::code.eq(code),
                    classes::code_expires_at.eq(invitation_end()),
                ))
                .on_conflict(classes::id)
                .do_nothing()
                .execute(conn)
                .await?;
            // The same request was sent twice at the same moment, and the other one was first.
            if inserted == 0 {
                return known(conn, owner, new.id).await?.ok_or(StoreError::NotFound);
            }
            start(conn, owner, new.id, Uuid::now_v7().into(), new.lesson_id).await?;
            info(conn, owner, new.id).await
        })
        .await
    }

    /// Teaches a lesson to a class. A run that is still open is ended; repeating the call with the same id starts
    /// nothing.
    ///
    /// # Errors
    /// `NotFound`, [`StoreError::Invalid`] if the id is that of another run.
    pub async fn start_run(
        &self,
        owner: UserId,
        class: ClassId,
        new: &StartRun,
    ) -> Result<(StoredClass, Announcement)> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let locked = lock_own(conn, owner, class).await?;
            let there =
                class_runs::table.find(new.id.0).select(class_runs::class_id).first::<Uuid>(conn).await.optional()?;
            let mut announcement = None;
            match there {
                Some(of) if of == class.0 => {}
                Some(_) => return Err(StoreError::Invalid(FieldError::new("id", FieldCode::NotAllowed))),
                None => {
                    if let Some(run) = locked.open_run {
                        announcement = Some(end(conn, run).await?);
                    }
                    start(conn, owner, class, new.id, new.lesson_id).await?;
                    diesel::update(classes::table.find(class.0))
                        .set(classes::code_expires_at.eq(invitation_end()))
                        .execute(conn)
                        .await?;
                }
            }
            Ok((info(conn, owner, class).await?, announcement))
        })
        .await
    }

    /// Ends a run. A run that has already ended is left unchanged.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn end_run(&self, owner: UserId, run: ClassRunId) -> Result<Announcement> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let class: Uuid = class_runs::table
                .inner_join(classes::table.on(classes::id.eq(class_runs::class_id)))
                .filter(class_runs::id.eq(run.0))
                .filter(classes::owner_id.eq(owner.0))
                .select(classes::id)
                .first(conn)
                .await?;
            let locked = lock_own(conn, owner, class.into()).await?;
            if locked.open_run == Some(run.0) { Ok(Some(end(conn, run.0).await?)) } else { Ok(None) }
        })
        .await
    }

    /// The caller's role in a run.
    ///
    /// # Errors
    /// `NotFound` if the caller doesn't belong to it.
    pub async fn run_role(&self, caller: UserId, run: ClassRunId) -> Result<RunRole> {
        let mut conn = self.conn().await?;
        let (class, owner): (Uuid, Uuid) = class_runs::table
            .inner_join(classes::table.on(classes::id.eq(class_runs::class_id)))
            .filter(class_runs::id.eq(run.0))
            .select((classes::id, classes::owner_id))
            .first(&mut conn)
            .await?;
        if owner == caller.0 {
            Ok(RunRole::Teacher)
        } else if is_member(&mut conn, class, Some(caller)).await? {
            Ok(RunRole::Student)
        } else {
            Err(StoreError::NotFound)
        }
    }
}

pub(crate) async fn is_member(conn: &mut Conn, class: Uuid, caller: Option<UserId>) -> Result<bool> {
    let Some(caller) = caller else { return Ok(false) };
    let row = class_members::table.find((class, caller.0)).filter(class_members::removed_at.is_null());
    Ok(diesel::select(exists(row)).get_result(conn).await?)
}
