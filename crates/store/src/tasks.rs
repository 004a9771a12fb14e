//! Tasks: their content, position and history.

use chrono::{DateTime, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::Value;
use types::{
    evidence::GateReport,
    ids::{LessonId, SectionId, TaskId, UserId},
    lesson::{Origin, TASKS_MAX, Task},
    levels::{CefrLevel, Language},
    problem::{FieldCode, FieldError},
    tasks::TaskBody,
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, StoreError, check_limit, contents, files, lessons, positions,
    schema::{lessons as lesson_table, sections, task_versions, tasks},
    sections::lesson_of as lesson_of_section,
};

/// Most earlier versions kept of a task.
const VERSIONS_KEPT: i32 = 50;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks)]
pub(crate) struct TaskRow {
    id: Uuid,
    section_id: Uuid,
    kind: String,
    schema_version: i16,
    title: String,
    instructions: String,
    content: Value,
    origin: Value,
    evidence: Value,
    revision: i32,
    updated_at: DateTime<Utc>,
}

impl From<TaskRow> for Task {
    fn from(row: TaskRow) -> Self {
        Self {
            id: row.id.into(),
            section_id: row.section_id.into(),
            title: row.title,
            instructions: row.instructions,
            body: contents::read(row.id.into(), &row.kind, row.schema_version, row.content),
            origin: serde_json::from_value(row.origin).unwrap_or_else(|_| Origin::teacher()),
            evidence: serde_json::from_value(row.evidence).unwrap_or_default(),
            revision: row.revision,
            updated_at: row.updated_at,
        }
    }
}

pub(crate) fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// Where a task goes.
#[derive(Clone, Copy, Debug)]
pub enum Placement {
    Last,
    /// After this task; `None` puts it first.
    After(Option<TaskId>),
}

/// A task to create.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// Chosen by the client or with the plan, so that creating it twice creates one task.
    pub id: TaskId,
    pub section_id: SectionId,
    pub place: Placement,
    pub title: String,
    pub instructions: String,
    pub body: TaskBody,
    pub origin: Origin,
    pub evidence: GateReport,
}

/// A changed task.
#[derive(Clone, Debug)]
pub struct TaskChange {
    pub revision: i32,
    pub title: String,
    pub instructions: String,
    pub body: TaskBody,
    pub origin: Origin,
    pub evidence: GateReport,
}

/// A task with what the gate and marking need from its lesson.
#[derive(Clone, Debug)]
pub struct TaskForMarking {
    pub task: Task,
    pub lesson: LessonId,
    pub level: CefrLevel,
    pub target_language: Language,
    pub students_language: Language,
    pub topic: String,
}

async fn places(conn: &mut Conn, section: SectionId) -> Result<Vec<(Uuid, String)>> {
    Ok(tasks::table
        .filter(tasks::section_id.eq(section.0))
        .filter(tasks::deleted_at.is_null())
        .order((tasks::position, tasks::id))
        .select((tasks::id, tasks::position))
        .load(conn)
        .await?)
}

fn place_in(all: &[(Uuid, String)], place: Placement) -> Result<String> {
    let index = match place {
        Placement::Last => all.len().checked_sub(1),
        Placement::After(None) => None,
        Placement::After(Some(id)) => Some(
            all.iter()
                .position(|(task, _)| *task == id.0)
                .ok_or_else(|| StoreError::Invalid(FieldError::new("after", FieldCode::NoSuchReference)))?,
        ),
    };
    let only: Vec<String> = all.iter().map(|(_, place)| place.clone()).collect();
    Ok(positions::after(&only, index))
}

/// Checks that the section belongs to this lesson.
async fn check_section(conn: &mut Conn, lesson: LessonId, section: SectionId) -> Result<()> {
    sections::table
        .find(section.0)
        .filter(sections::lesson_id.eq(lesson.0))
        .filter(sections::deleted_at.is_null())
        .select(sections::id)
        .first::<Uuid>(conn)
        .await
        .optional()?
        .map(|_| ())
        .ok_or_else(|| StoreError::Invalid(FieldError::new("section_id", FieldCode::NoSuchReference)))
}

async fn check_room(conn: &mut Conn, lesson: LessonId) -> Result<()> {
    let have: i64 = tasks::table
        .filter(tasks::lesson_id.eq(lesson.0))
        .filter(tasks::deleted_at.is_null())
        .count()
        .get_result(conn)
        .await?;
    check_limit("tasks", have, TASKS_MAX)
}

/// Inserts a task into a lesson that is already locked. An existing task with this id is left unchanged.
pub(crate) async fn insert(conn: &mut Conn, lesson: LessonId, new: &NewTask) -> Result<()> {
    let all = places(conn, new.section_id).await?;
    let position = place_in(&all, new.place)?;
    diesel::insert_into(tasks::table)
        .values((
            tasks::id.eq(new.id.0),
            tasks::lesson_id.eq(lesson.0),
            tasks::section_id.eq(new.section_id.0),
            tasks::position.eq(position),
            tasks::kind.eq(new.body.kind()),
            tasks::title.eq(new.title.trim()),
            tasks::instructions.eq(new.instructions.trim()),
            tasks::content.eq(new.body.content()),
            tasks::schema_version.eq(new.body.version()),
            tasks::origin.eq(json(&new.origin)),
            tasks::evidence.eq(json(&new.evidence)),
        ))
        .on_conflict(tasks::id)
        .do_nothing()
        .execute(conn)
        .await?;
    files::link_task(conn, lesson, new.id.0, &new.body).await
}

pub(crate) async fn insert_copy(
    conn: &mut Conn,
    lesson: LessonId,
    section: SectionId,
    position: &str,
    task: &Task,
    title: Option<&str>,
) -> Result<TaskId> {
    let id = Uuid::now_v7();
    diesel::insert_into(tasks::table)
        .values((
            tasks::id.eq(id),
            tasks::lesson_id.eq(lesson.0),
            tasks::section_id.eq(section.0),
            tasks::position.eq(position),
            tasks::kind.eq(task.body.kind()),
            tasks::title.eq(title.unwrap_or(&task.title)),
            tasks::instructions.eq(&task.instructions),
            tasks::content.eq(task.body.content()),
            tasks::schema_version.eq(task.body.version()),
            tasks::origin.eq(json(&task.origin)),
            tasks::evidence.eq(json(&task.evidence)),
        ))
        .execute(conn)
        .await?;
    files::link_task(conn, lesson, id, &task.body).await?;
    Ok(id.into())
}

pub(crate) async fn read(conn: &mut Conn, task: TaskId) -> Result<Task> {
    let row: TaskRow = tasks::table.find(task.0).select(TaskRow::as_select()).first(conn).await?;
    Ok(row.into())
}

/// The lesson of a task that the caller owns, shown or hidden.
async fn lesson_of(conn: &mut Conn, owner: UserId, task: TaskId) -> Result<LessonId> {
    let lesson: Uuid = tasks::table
        .inner_join(lesson_table::table.on(lesson_table::id.eq(tasks::lesson_id)))
        .filter(tasks::id.eq(task.0))
        .filter(lesson_table::owner_id.eq(owner.0))
        .filter(lesson_table::deleted_at.is_null())
        .select(tasks::lesson_id)
        .first(conn)
        .await?;
    Ok(lesson.into())
}

/// Replaces a task's content and keeps the old version. The caller has locked the lesson.
pub(crate) async fn replace(conn: &mut Conn, lesson: LessonId, task: TaskId, change: &TaskChange) -> Result<Task> {
    let current = read(conn, task).await?;
    if current.revision != change.revision {
        return Err(lessons::stale(&current));
    }
    diesel::insert_into(task_versions::table)
        .values((
            task_versions::task_id.eq(task.0),
            task_versions::revision.eq(current.revision),
            task_versions::kind.eq(current.body.kind()),
            task_versions::title.eq(&current.title),
            task_versions::instructions.eq(&current.instructions),
            task_versions::content.eq(current.body.content()),
            task_versions::schema_version.eq(current.body.version()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    diesel::delete(
        task_versions::table
            .filter(task_versions::task_id.eq(task.0))
            .filter(task_versions::revision.lt(current.revision - VERSIONS_KEPT)),
    )
    .execute(conn)
    .await?;
    files::link_task(conn, lesson, task.0, &change.body).await?;
    let row: TaskRow = diesel::update(tasks::table.find(task.0))
        .set((
            tasks::kind.eq(change.body.kind()),
            tasks::title.eq(change.title.trim()),
            tasks::instructions.eq(change.instructions.trim()),
            tasks::content.eq(change.body.content()),
            tasks::schema_version.eq(change.body.version()),
            tasks::origin.eq(json(&change.origin)),
            tasks::evidence.eq(json(&change.evidence)),
            tasks::revision.eq(tasks::revision + 1),
            tasks::updated_at.eq(now),
        ))
        .returning(TaskRow::as_returning())
        .get_result(conn)
        .await?;
    Ok(row.into())
}

impl Store {
    /// One of the caller's tasks, with what marking and the gate need from its lesson.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn task(&self, owner: UserId, task: TaskId) -> Result<TaskForMarking> {
        type Row = (TaskRow, Uuid, String, String, String, String);
        let (row, lesson, level, target, students, topic): Row = tasks::table
            .inner_join(lesson_table::table.on(lesson_table::id.eq(tasks::lesson_id)))
            .filter(tasks::id.eq(task.0))
            .filter(tasks::deleted_at.is_null())
            .filter(lesson_table::owner_id.eq(owner.0))
            .filter(lesson_table::deleted_at.is_null())
            .select((
                TaskRow::as_select(),
                lesson_table::id,
                lesson_table::level,
                lesson_table::target_language,
                lesson_table::students_language,
                lesson_table::topic,
            ))
            .first(&mut self.conn().await?)
            .await?;
        Ok(TaskForMarking {
            task: row.into(),
            lesson: lesson.into(),
            level: lessons::level(&level),
            target_language: lessons::language(&target),
            students_language: lessons::language(&students),
            topic,
        })
    }

    /// Adds a task. Repeating the call with the same id in the same lesson returns the existing task.
    ///
    /// # Errors
    /// `NotFound`, [`StoreError::Limit`].
    pub async fn create_task(&self, owner: UserId, lesson: LessonId, new: &NewTask) -> Result<Task> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            lessons::lock(conn, owner, lesson).await?;
            let there: Option<Uuid> =
                tasks::table.find(new.id.0).select(tasks::lesson_id).first(conn).await.optional()?;
            match there {
                Some(same) if same == lesson.0 => {}
                Some(_) => return Err(StoreError::Invalid(FieldError::new("id", FieldCode::NotAllowed))),
                None => {
                    check_section(conn, lesson, new.section_id).await?;
                    check_room(conn, lesson).await?;
                    insert(conn, lesson, new).await?;
                }
            }
            read(conn, new.id).await
        })
        .await
    }

    /// # Errors
    /// `NotFound`, `Stale`.
    pub async fn update_task(&self, owner: UserId, task: TaskId, change: &TaskChange) -> Result<Task> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let lesson = lesson_of(conn, owner, task).await?;
            lessons::lock(conn, owner, lesson).await?;
            let shown: i64 =
                tasks::table.find(task.0).filter(tasks::deleted_at.is_null()).count().get_result(conn).await?;
            if shown == 0 {
                return Err(StoreError::NotFound);
            }
            replace(conn, lesson, task, change).await
        })
        .await
    }

    /// # Errors
    /// `NotFound`; [`StoreError::Invalid`] if the new place is in another lesson.
    pub async fn move_task(
        &self,
        owner: UserId,
        task: TaskId,
        section: SectionId,
        after: Option<TaskId>,
    ) -> Result<Task> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let lesson = lesson_of(conn, owner, task).await?;
            lessons::lock(conn, owner, lesson).await?;
            check_section(conn, lesson, section).await?;
            let mut all = places(conn, section).await?;
            all.retain(|(id, _)| *id != task.0);
            let position = place_in(&all, Placement::After(after))?;
            let moved = diesel::update(tasks::table.find(task.0).filter(tasks::deleted_at.is_null()))
                .set((tasks::section_id.eq(section.0), tasks::position.eq(position)))
                .execute(conn)
                .await?;
            if moved == 0 {
                return Err(StoreError::NotFound);
            }
            read(conn, task).await
        })
        .await
    }

    /// Hides a task, or restores it to its old place.
    ///
    /// # Errors
    /// `NotFound`, [`StoreError::Limit`].
    pub async fn set_task_deleted(&self, owner: UserId, task: TaskId, deleted: bool) -> Result<Task> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let lesson = lesson_of(conn, owner, task).await?;
            lessons::lock(conn, owner, lesson).await?;
            if !deleted {
                check_room(conn, lesson).await?;
            }
            diesel::update(tasks::table.find(task.0))
                .set(tasks::deleted_at.eq(deleted.then(Utc::now)))
                .execute(conn)
                .await?;
            read(conn, task).await
        })
        .await
    }

    /// Copies a task, placing the copy right after it.
    ///
    /// # Errors
    /// `NotFound`, [`StoreError::Limit`].
    pub async fn duplicate_task(&self, owner: UserId, task: TaskId) -> Result<Task> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let lesson = lesson_of(conn, owner, task).await?;
            lessons::lock(conn, owner, lesson).await?;
            check_room(conn, lesson).await?;
            let from = read(conn, task).await?;
            let all = places(conn, from.section_id).await?;
            let position = place_in(&all, Placement::After(Some(task)))?;
            let id = insert_copy(conn, lesson, from.section_id, &position, &from, None).await?;
            read(conn, id).await
        })
        .await
    }

    /// The lesson of a section that the caller owns.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn lesson_of_section(&self, owner: UserId, section: SectionId) -> Result<LessonId> {
        lesson_of_section(&mut *self.conn().await?, owner, section).await
    }
}
