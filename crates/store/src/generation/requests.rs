//! What teachers request, and the progress they see.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::Value;
use types::{
    generation::{Part, Run, StoredRequest},
    ids::{GenerationPartId, GenerationRunId, LessonId, SectionId, TaskId, UserId},
};
use uuid::Uuid;

use super::{PartRow, RunRow, own, part_job, read, settle, stop};
use crate::{
    Conn, NewLesson, Result, Store, StoreError, check_limit, jobs, lessons, positions,
    schema::{generation_parts as parts, generation_runs as runs, lessons as lesson_table},
    sections,
    status::{PartStatus, RunStatus},
    tasks as task_store,
};

/// Most running generation runs per user.
const RUNNING_MAX: i64 = 5;

/// A planned task.
#[derive(Clone, Debug)]
pub struct NewPart {
    pub kind: String,
    pub title: String,
    /// In the generator's own format.
    pub plan: Value,
    /// Position in the plan of the part that this one builds on. This part begins once that one has ended.
    pub waits_for: Option<usize>,
    /// Position of its section among the sections of the new lesson.
    pub section: usize,
}

/// A press of **Create lesson**.
#[derive(Clone, Debug)]
pub struct NewRun {
    pub request_id: Uuid,
    pub request: StoredRequest,
    pub lesson: NewLesson,
    pub sections: Vec<String>,
    pub parts: Vec<NewPart>,
}

/// A run of one task in an existing lesson: one more, or one again.
#[derive(Clone, Debug)]
pub struct NewTaskRun {
    pub request_id: Uuid,
    pub request: StoredRequest,
    pub lesson: LessonId,
    pub section: SectionId,
    pub after: Option<TaskId>,
    /// The task to replace, and the revision that the request was made on.
    pub replaces: Option<(TaskId, i32)>,
    pub kind: String,
    pub title: String,
    pub plan: Value,
}

async fn by_request(conn: &mut Conn, owner: UserId, request: Uuid) -> Result<Option<RunRow>> {
    Ok(runs::table
        .filter(runs::owner_id.eq(owner.0))
        .filter(runs::request_id.eq(request))
        .select(RunRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

async fn check_running(conn: &mut Conn, owner: UserId) -> Result<()> {
    let running: i64 = runs::table
        .filter(runs::owner_id.eq(owner.0))
        .filter(runs::status.eq(RunStatus::Running))
        .count()
        .get_result(conn)
        .await?;
    check_limit("runs", running, RUNNING_MAX)
}

async fn insert_run(
    conn: &mut Conn,
    owner: UserId,
    lesson: LessonId,
    request_id: Uuid,
    request: &StoredRequest,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    diesel::insert_into(runs::table)
        .values((
            runs::id.eq(id),
            runs::lesson_id.eq(lesson.0),
            runs::owner_id.eq(owner.0),
            runs::request_id.eq(request_id),
            runs::request.eq(task_store::json(request)),
            runs::status.eq(RunStatus::Running),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

impl Store {
    /// The plan that made a task; `None` if it was not generated. Whether the caller may see the task is checked by
    /// [`Store::task`].
    ///
    /// # Errors
    /// If the database fails.
    pub async fn plan_of(&self, task: TaskId) -> Result<Option<Value>> {
        Ok(parts::table
            .filter(parts::new_task_id.eq(task.0))
            .select(parts::plan)
            .first(&mut self.conn().await?)
            .await
            .optional()?)
    }

    /// Creates the lesson with its plan and starts the work. Repeating a request returns the existing run.
    ///
    /// # Errors
    /// [`StoreError::Limit`].
    pub async fn create_run(&self, owner: UserId, new: &NewRun) -> Result<Run> {
        let mut conn = self.conn().await?;
        let made = conn
            .transaction(async |conn| {
                if let Some(row) = by_request(conn, owner, new.request_id).await? {
                    return read(conn, row).await;
                }
                check_running(conn, owner).await?;
                let lesson = lessons::insert(conn, owner, &new.lesson).await?;
                let mut section_ids = Vec::with_capacity(new.sections.len());
                let mut place = None;
                for title in &new.sections {
                    let next = positions::between(place.as_deref(), None);
                    section_ids.push(sections::insert(conn, lesson, title, &next).await?);
                    place = Some(next);
                }
                let run = insert_run(conn, owner, lesson, new.request_id, &new.request).await?;
                let ids: Vec<Uuid> = new.parts.iter().map(|_| Uuid::now_v7()).collect();
                for (position, (part, id)) in new.parts.iter().zip(&ids).enumerate() {
                    let section = section_ids.get(part.section).ok_or(StoreError::NotFound)?;
                    diesel::insert_into(parts::table)
                        .values((
                            parts::id.eq(*id),
                            parts::run_id.eq(run),
                            parts::position.eq(i32::try_from(position).unwrap_or(i32::MAX)),
                            parts::section_id.eq(section.0),
                            parts::kind.eq(&part.kind),
                            parts::title.eq(&part.title),
                            parts::plan.eq(&part.plan),
                            parts::status.eq(PartStatus::Waiting),
                            parts::new_task_id.eq(Uuid::now_v7()),
                        ))
                        .execute(conn)
                        .await?;
                }
                // Done last, since a part may wait for one that comes after it.
                for (part, id) in new.parts.iter().zip(&ids) {
                    match part.waits_for {
                        Some(other) => {
                            let other = ids.get(other).filter(|other| *other != id).ok_or(StoreError::NotFound)?;
                            diesel::update(parts::table.find(*id))
                                .set(parts::waits_for.eq(*other))
                                .execute(conn)
                                .await?;
                        }
                        None => jobs::enqueue(conn, &part_job(*id)).await?,
                    }
                }
                let row = own(conn, owner, run.into()).await?;
                read(conn, row).await
            })
            .await;
        match made {
            // Two presses at the same moment, and the other one was first.
            Err(StoreError::Database(diesel::result::Error::DatabaseError(
                diesel::result::DatabaseErrorKind::UniqueViolation,
                _,
            ))) => {
                let row = by_request(&mut conn, owner, new.request_id).await?.ok_or(StoreError::NotFound)?;
                read(&mut conn, row).await
            }
            other => other,
        }
    }

    /// Starts making one more task, or making a task again.
    ///
    /// # Errors
    /// `NotFound`, `Stale`, `AlreadyRunning`, [`StoreError::Limit`].
    pub async fn create_task_run(&self, owner: UserId, new: &NewTaskRun) -> Result<Run> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            lessons::lock(conn, owner, new.lesson).await?;
            // After locking: the same request may be under way.
            if let Some(row) = by_request(conn, owner, new.request_id).await? {
                return read(conn, row).await;
            }
            check_running(conn, owner).await?;
            if sections::lesson_of(conn, owner, new.section).await? != new.lesson {
                return Err(StoreError::NotFound);
            }
            if let Some((task, revision)) = new.replaces {
                let current = task_store::read(conn, task).await?;
                if current.revision != revision {
                    return Err(lessons::stale(&current));
                }
                let busy: i64 = parts::table
                    .filter(parts::replaces_task_id.eq(task.0))
                    .filter(parts::status.eq_any(PartStatus::OPEN))
                    .count()
                    .get_result(conn)
                    .await?;
                if busy > 0 {
                    return Err(StoreError::AlreadyRunning);
                }
            }
            let run = insert_run(conn, owner, new.lesson, new.request_id, &new.request).await?;
            let id = Uuid::now_v7();
            diesel::insert_into(parts::table)
                .values((
                    parts::id.eq(id),
                    parts::run_id.eq(run),
                    parts::position.eq(0),
                    parts::section_id.eq(new.section.0),
                    parts::kind.eq(&new.kind),
                    parts::title.eq(&new.title),
                    parts::plan.eq(&new.plan),
                    parts::status.eq(PartStatus::Waiting),
                    parts::new_task_id.eq(Uuid::now_v7()),
                    parts::replaces_task_id.eq(new.replaces.map(|(task, _)| task.0)),
                    parts::replaces_revision.eq(new.replaces.map(|(_, revision)| revision)),
                    parts::after_task_id.eq(new.after.map(|task| task.0)),
                    parts::at_end.eq(new.after.is_none()),
                ))
                .execute(conn)
                .await?;
            jobs::enqueue(conn, &part_job(id)).await?;
            let row = own(conn, owner, run.into()).await?;
            read(conn, row).await
        })
        .await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn run(&self, owner: UserId, run: GenerationRunId) -> Result<Run> {
        let mut conn = self.conn().await?;
        let row = own(&mut conn, owner, run).await?;
        read(&mut conn, row).await
    }

    /// The newest runs of a lesson that are running or have failed parts to look at, oldest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn runs_of_lesson(&self, owner: UserId, lesson: LessonId) -> Result<Vec<Run>> {
        let mut conn = self.conn().await?;
        let there: i64 = lesson_table::table
            .find(lesson.0)
            .filter(lesson_table::owner_id.eq(owner.0))
            .filter(lesson_table::deleted_at.is_null())
            .count()
            .get_result(&mut conn)
            .await?;
        if there == 0 {
            return Err(StoreError::NotFound);
        }
        let failed = parts::table.filter(parts::status.eq(PartStatus::Failed)).select(parts::run_id);
        let rows: Vec<RunRow> = runs::table
            .filter(runs::lesson_id.eq(lesson.0))
            .filter(runs::status.eq(RunStatus::Running).or(runs::id.eq_any(failed)))
            .order(runs::created_at.desc())
            .limit(20)
            .select(RunRow::as_select())
            .load(&mut conn)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut all: Vec<PartRow> = parts::table
            .filter(parts::run_id.eq_any(&ids))
            .order((parts::run_id, parts::position))
            .select(PartRow::as_select())
            .load(&mut conn)
            .await?;
        Ok(rows
            .into_iter()
            .rev()
            .map(|row| {
                let (mine, rest): (Vec<PartRow>, Vec<PartRow>) =
                    std::mem::take(&mut all).into_iter().partition(|part| part.run_id == row.id);
                all = rest;
                Run {
                    id: row.id.into(),
                    lesson_id: row.lesson_id.into(),
                    status: row.status.into(),
                    parts: mine.into_iter().map(Part::from).collect(),
                    version: row.version,
                    created_at: row.created_at,
                }
            })
            .collect())
    }

    /// Stops a run: finished tasks stay, and parts that finish later are discarded.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn stop_run(&self, owner: UserId, run: GenerationRunId) -> Result<Run> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            own(conn, owner, run).await?;
            stop(conn, run.0).await?;
            let row = own(conn, owner, run).await?;
            read(conn, row).await
        })
        .await
    }

    /// Retries a failed part, or dismisses it (`again: false`).
    ///
    /// # Errors
    /// `NotFound`, also if the part has not failed. [`StoreError::Limit`] for a retry.
    pub async fn resolve_part(&self, owner: UserId, part: GenerationPartId, again: bool) -> Result<Run> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let run: Uuid = parts::table.find(part.0).select(parts::run_id).first(conn).await?;
            let row = own(conn, owner, run.into()).await?;
            if again && row.status != RunStatus::Running {
                check_running(conn, owner).await?;
            }
            let status = if again { PartStatus::Waiting } else { PartStatus::Stopped };
            let changed = diesel::update(parts::table.find(part.0).filter(parts::status.eq(PartStatus::Failed)))
                .set((
                    parts::status.eq(status),
                    parts::fault.eq(None::<String>),
                    parts::detail.eq(None::<String>),
                    parts::finished_at.eq(None::<DateTime<Utc>>),
                    parts::attempts.eq(0),
                ))
                .execute(conn)
                .await?;
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            if again {
                diesel::update(runs::table.find(run)).set(runs::status.eq(RunStatus::Running)).execute(conn).await?;
                jobs::enqueue(conn, &part_job(part.0)).await?;
            }
            settle(conn, run).await?;
            let row = own(conn, owner, run.into()).await?;
            read(conn, row).await
        })
        .await
    }
}
