//! The workers' side: beginning a part, and ending it together with its task in one transaction.

use diesel::{dsl::now, prelude::*};
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::Value;
use types::{
    generation::{PartFault, StoredRequest},
    ids::{GenerationPartId, GenerationRunId, LessonId, SectionId, TaskId, UserId},
    lesson::Task,
    levels::Language,
};
use uuid::Uuid;

use super::{part_job, settle, stop, write_enum};
use crate::{
    Conn, NewTask, Placement, Result, Store, StoreError, TaskChange, jobs, lessons,
    schema::{generation_parts as parts, generation_runs as runs, lessons as lesson_table, tasks},
    status::{PartStatus, RunStatus},
    tasks as task_store,
};

/// What a worker needs to make a part.
#[derive(Clone, Debug)]
pub struct PartWork {
    pub part: GenerationPartId,
    pub run: GenerationRunId,
    pub lesson: LessonId,
    pub owner: UserId,
    pub kind: String,
    pub title: String,
    pub plan: Value,
    pub request: StoredRequest,
    pub section: SectionId,
    pub new_task: TaskId,
    pub replaces: Option<(TaskId, i32)>,
    pub target_language: Language,
    pub students_language: Language,
    pub notes: String,
    /// Number of attempts since the part was last asked for, including this one.
    pub attempts: i32,
    /// The run's version, which no other attempt of the run has.
    pub version: i64,
    /// The lesson's current tasks.
    pub tasks: Vec<Task>,
}

/// How a part ended.
#[derive(Clone, Debug)]
pub enum Finished {
    Ready(Box<TaskChange>),
    Failed { fault: PartFault, detail: Option<String> },
}

impl Store {
    /// Enqueues the waiting parts that don't wait for an unfinished part, and returns their number. Called once by the
    /// process that owns the queue, before its workers start. A part that already has a job gets no second one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn resume_parts(&self) -> Result<usize> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let other = diesel::alias!(parts as other);
            let is_open = diesel::dsl::exists(
                other
                    .filter(other.field(parts::id).nullable().eq(parts::waits_for))
                    .filter(other.field(parts::status).eq_any(PartStatus::OPEN)),
            );
            let free: Vec<Uuid> = parts::table
                .inner_join(runs::table.on(runs::id.eq(parts::run_id)))
                .filter(runs::status.eq(RunStatus::Running))
                .filter(parts::status.eq(PartStatus::Waiting))
                .filter(diesel::dsl::not(is_open))
                .select(parts::id)
                .load(conn)
                .await?;
            for part in &free {
                jobs::enqueue(conn, &part_job(*part)).await?;
            }
            Ok(free.len())
        })
        .await
    }

    /// Begins a part and returns what it needs; `None` if it is done, stopped or gone.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn start_part(&self, part: GenerationPartId) -> Result<Option<PartWork>> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let begun: Option<Uuid> =
                diesel::update(parts::table.find(part.0).filter(parts::status.eq_any(PartStatus::OPEN)))
                    .set((
                        parts::status.eq(PartStatus::Writing),
                        parts::started_at.eq(now),
                        parts::attempts.eq(parts::attempts + 1),
                    ))
                    .returning(parts::run_id)
                    .get_result(conn)
                    .await
                    .optional()?;
            let Some(run) = begun else { return Ok(None) };
            let version: i64 = diesel::update(runs::table.find(run))
                .set(runs::version.eq(runs::version + 1))
                .returning(runs::version)
                .get_result(conn)
                .await?;
            let work = read_work(conn, part, run, version).await?;
            if work.is_none() {
                // The lesson was deleted in the meantime: stop the run, as nobody will read it.
                stop(conn, run).await?;
            }
            Ok(work)
        })
        .await
    }

    /// Ends a part. The task and the part's state change together, so that nothing is made twice. The result for a part
    /// that was stopped in the meantime is discarded.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn finish_part(&self, work: &PartWork, finished: &Finished) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            // First the lesson, then the part: the order in which every other change locks them.
            match lessons::lock(conn, work.owner, work.lesson).await {
                Ok(_) => {}
                Err(StoreError::NotFound) => return stop(conn, work.run.0).await,
                Err(other) => return Err(other),
            }
            let open: Option<(i32, Option<Uuid>, bool)> = parts::table
                .find(work.part.0)
                .filter(parts::status.eq(PartStatus::Writing))
                .select((parts::position, parts::after_task_id, parts::at_end))
                .for_update()
                .first(conn)
                .await
                .optional()?;
            let Some((position, after, at_end)) = open else { return Ok(()) };
            let outcome = match finished {
                Finished::Ready(change) => match work.replaces {
                    Some((task, revision)) => {
                        let change = TaskChange { revision, ..(**change).clone() };
                        match task_store::replace(conn, work.lesson, task, &change).await {
                            Ok(_) => Ok(()),
                            // The teacher changed the task while the new one was being made: the teacher's version
                            // stays.
                            Err(StoreError::Stale(_)) => Err((PartFault::Internal, Some("stale".to_owned()))),
                            Err(other) => return Err(other),
                        }
                    }
                    None => {
                        let place = place(conn, work, position, after, at_end).await?;
                        let task = NewTask {
                            id: work.new_task,
                            section_id: work.section,
                            place,
                            title: change.title.clone(),
                            instructions: change.instructions.clone(),
                            body: change.body.clone(),
                            origin: change.origin.clone(),
                            evidence: change.evidence.clone(),
                        };
                        task_store::insert(conn, work.lesson, &task).await?;
                        Ok(())
                    }
                },
                Finished::Failed { fault, detail } => Err((*fault, detail.clone())),
            };
            let (status, fault, detail) = match outcome {
                Ok(()) => (PartStatus::Ready, None, None),
                Err((fault, detail)) => (PartStatus::Failed, Some(write_enum(&fault)), detail),
            };
            diesel::update(parts::table.find(work.part.0))
                .set((
                    parts::status.eq(status),
                    parts::fault.eq(fault),
                    parts::detail.eq(detail.map(|text| text.chars().take(500).collect::<String>())),
                    parts::finished_at.eq(now),
                ))
                .execute(conn)
                .await?;
            let waiting: Vec<Uuid> = parts::table
                .filter(parts::waits_for.eq(work.part.0))
                .filter(parts::status.eq(PartStatus::Waiting))
                .select(parts::id)
                .load(conn)
                .await?;
            for part in waiting {
                jobs::enqueue(conn, &part_job(part)).await?;
            }
            settle(conn, work.run.0).await
        })
        .await
    }
}

/// Reads what a part needs; `None` if its lesson was deleted.
async fn read_work(conn: &mut Conn, part: GenerationPartId, run: Uuid, version: i64) -> Result<Option<PartWork>> {
    type PartCols = (String, String, Value, Uuid, Uuid, Option<Uuid>, Option<i32>, i32);
    let (kind, title, plan, section, new_task, replaces, replaces_revision, attempts): PartCols = parts::table
        .find(part.0)
        .select((
            parts::kind,
            parts::title,
            parts::plan,
            parts::section_id,
            parts::new_task_id,
            parts::replaces_task_id,
            parts::replaces_revision,
            parts::attempts,
        ))
        .first(conn)
        .await?;
    let (lesson, owner, request): (Uuid, Uuid, Value) =
        runs::table.find(run).select((runs::lesson_id, runs::owner_id, runs::request)).first(conn).await?;
    let row: Option<lessons::LessonRow> = lesson_table::table
        .find(lesson)
        .filter(lesson_table::deleted_at.is_null())
        .select(lessons::LessonRow::as_select())
        .first(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let task_rows: Vec<task_store::TaskRow> = tasks::table
        .filter(tasks::lesson_id.eq(lesson))
        .filter(tasks::deleted_at.is_null())
        .select(task_store::TaskRow::as_select())
        .load(conn)
        .await?;
    let level = lessons::level(&row.level);
    let request = serde_json::from_value(request).unwrap_or_else(|error| {
        tracing::error!(%run, %error, "can't parse a run's request; using its lesson's topic and level");
        StoredRequest::Task { topic: row.topic.clone(), level }
    });
    Ok(Some(PartWork {
        part,
        run: run.into(),
        lesson: lesson.into(),
        owner: owner.into(),
        kind,
        title,
        plan,
        request,
        section: section.into(),
        new_task: new_task.into(),
        replaces: replaces.map(TaskId::from).zip(replaces_revision),
        target_language: lessons::language(&row.target_language),
        students_language: lessons::language(&row.students_language),
        notes: row.notes,
        attempts,
        version,
        tasks: task_rows.into_iter().map(Task::from).collect(),
    }))
}

/// Where a new task goes: after the requested task, or after the run's nearest earlier task in the section; without
/// either, last or first.
async fn place(
    conn: &mut Conn,
    work: &PartWork,
    position: i32,
    after: Option<Uuid>,
    at_end: bool,
) -> Result<Placement> {
    let shown = |id: Uuid| {
        tasks::table
            .find(id)
            .filter(tasks::section_id.eq(work.section.0))
            .filter(tasks::deleted_at.is_null())
            .select(tasks::id)
    };
    if let Some(after) = after
        && shown(after).first::<Uuid>(conn).await.optional()?.is_some()
    {
        return Ok(Placement::After(Some(after.into())));
    }
    let earlier: Option<Uuid> = parts::table
        .inner_join(tasks::table.on(tasks::id.eq(parts::new_task_id)))
        .filter(parts::run_id.eq(work.run.0))
        .filter(parts::position.lt(position))
        .filter(tasks::section_id.eq(work.section.0))
        .filter(tasks::deleted_at.is_null())
        .order(parts::position.desc())
        .select(tasks::id)
        .first(conn)
        .await
        .optional()?;
    Ok(match (earlier, at_end || after.is_some()) {
        (Some(task), _) => Placement::After(Some(task.into())),
        (None, true) => Placement::Last,
        (None, false) => Placement::After(None),
    })
}
