//! Generation runs: what was asked for, part by part, and how far it is.

use chrono::{DateTime, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::{Value, json};
use types::{
    generation::{Part, PartFault, Run, StoredRequest},
    ids::{GenerationPartId, GenerationRunId, LessonId, SectionId, TaskId, UserId},
    lesson::Task,
    levels::Language,
    problem::{FieldCode, FieldError},
    tasks::meta_of,
};
use uuid::Uuid;

use crate::{
    Conn, NewJob, NewLesson, NewTask, Placement, Result, Store, StoreError, TaskChange, jobs, lessons, positions,
    schema::{generation_parts as parts, generation_runs as runs, lessons as lesson_table, tasks},
    sections,
    status::{PartStatus, RunStatus},
    tasks as task_store,
};

/// The job that makes one part.
pub const PART_JOB: &str = "generate_part";
/// At most this many runs of one person at a time.
const RUNNING_MAX: i64 = 5;

/// One task that the planner asks for.
#[derive(Clone, Debug)]
pub struct NewPart {
    pub kind: String,
    pub title: String,
    /// The generator's own words.
    pub plan: Value,
    /// The part that this one builds on, by its place in the plan: it is begun when that one has ended.
    pub waits_for: Option<usize>,
    /// A section of the new lesson by its place, or one that is there.
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

/// One more task for a lesson that is there.
#[derive(Clone, Debug)]
pub struct RunRequest {
    pub request_id: Uuid,
    pub request: StoredRequest,
    pub lesson: LessonId,
    pub section: SectionId,
    pub after: Option<TaskId>,
    /// The task that it takes the place of, at this revision.
    pub replaces: Option<(TaskId, i32)>,
    pub kind: String,
    pub title: String,
    pub plan: Value,
}

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
    /// How many times it has been begun, this one included.
    pub attempts: i32,
    /// The lesson's tasks as they stand.
    pub tasks: Vec<Task>,
}

/// How a part ended.
#[derive(Clone, Debug)]
pub enum Finished {
    Ready(Box<TaskChange>),
    Failed { fault: PartFault, detail: Option<String> },
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = runs)]
struct RunRow {
    id: Uuid,
    lesson_id: Uuid,
    status: RunStatus,
    version: i64,
    created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = parts)]
struct PartRow {
    id: Uuid,
    run_id: Uuid,
    section_id: Uuid,
    kind: String,
    title: String,
    status: PartStatus,
    new_task_id: Uuid,
    replaces_task_id: Option<Uuid>,
    fault: Option<String>,
    detail: Option<String>,
}

fn read_enum<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}

fn write_enum<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

impl From<PartRow> for Part {
    fn from(row: PartRow) -> Self {
        let task = row.replaces_task_id.unwrap_or(row.new_task_id);
        Self {
            id: row.id.into(),
            skill: meta_of(&row.kind).map_or(types::tasks::Skill::Other, |meta| meta.skill),
            kind: row.kind,
            title: row.title,
            section_id: row.section_id.into(),
            task_id: (row.status == PartStatus::Ready || row.replaces_task_id.is_some()).then(|| task.into()),
            status: row.status.into(),
            fault: row.fault.as_deref().and_then(read_enum),
            detail: row.detail,
        }
    }
}

fn part_job(part: Uuid) -> NewJob {
    NewJob { name: PART_JOB, payload: json!({ "part": part }), key: Some(format!("part:{part}")) }
}

async fn read(conn: &mut Conn, row: RunRow) -> Result<Run> {
    let rows: Vec<PartRow> = parts::table
        .filter(parts::run_id.eq(row.id))
        .order(parts::position)
        .select(PartRow::as_select())
        .load(conn)
        .await?;
    Ok(Run {
        id: row.id.into(),
        lesson_id: row.lesson_id.into(),
        status: row.status.into(),
        parts: rows.into_iter().map(Part::from).collect(),
        version: row.version,
        created_at: row.created_at,
    })
}

async fn own(conn: &mut Conn, owner: UserId, run: GenerationRunId) -> Result<RunRow> {
    Ok(runs::table.find(run.0).filter(runs::owner_id.eq(owner.0)).select(RunRow::as_select()).first(conn).await?)
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
    if running >= RUNNING_MAX {
        return Err(StoreError::Limit(FieldError::with_limit("runs", FieldCode::TooMany, 5)));
    }
    Ok(())
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

/// Counts the run up, and ends it when nothing is left to do.
async fn settle(conn: &mut Conn, run: Uuid) -> Result<()> {
    let open: i64 = parts::table
        .filter(parts::run_id.eq(run))
        .filter(parts::status.eq_any(PartStatus::OPEN))
        .count()
        .get_result(conn)
        .await?;
    diesel::update(runs::table.find(run)).set(runs::version.eq(runs::version + 1)).execute(conn).await?;
    if open == 0 {
        diesel::update(runs::table.find(run).filter(runs::status.eq(RunStatus::Running)))
            .set((runs::status.eq(RunStatus::Done), runs::finished_at.eq(now)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Stops what has not ended.
async fn stop(conn: &mut Conn, run: Uuid) -> Result<()> {
    diesel::update(runs::table.find(run).filter(runs::status.eq(RunStatus::Running)))
        .set((runs::status.eq(RunStatus::Stopped), runs::finished_at.eq(now)))
        .execute(conn)
        .await?;
    diesel::update(parts::table.filter(parts::run_id.eq(run)).filter(parts::status.eq_any(PartStatus::OPEN)))
        .set((parts::status.eq(PartStatus::Stopped), parts::finished_at.eq(now)))
        .execute(conn)
        .await?;
    settle(conn, run).await
}

impl Store {
    /// Makes the lesson with its plan and starts the work. The same request again gives the run that is there.
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
                // Only now: a part may wait for one that stands after it.
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
            // Two presses at the same moment: the other one was first.
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

    /// Starts making one more task, or one anew.
    ///
    /// # Errors
    /// `NotFound`, `Stale`, `AlreadyRunning`, [`StoreError::Limit`].
    pub async fn create_task_run(&self, owner: UserId, new: &RunRequest) -> Result<Run> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            if let Some(row) = by_request(conn, owner, new.request_id).await? {
                return read(conn, row).await;
            }
            check_running(conn, owner).await?;
            lessons::lock(conn, owner, new.lesson).await?;
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

    /// What is being made for a lesson, or could not be made and is still to be looked at; the oldest first.
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
            .order(runs::created_at)
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

    /// Stops a run: what is ready stays, what comes in later is thrown away.
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

    /// Tries a failed part again, or lets it go (`again: false`).
    ///
    /// # Errors
    /// `NotFound`, also where it has not failed.
    pub async fn resolve_part(&self, owner: UserId, part: GenerationPartId, again: bool) -> Result<Run> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let run: Uuid = parts::table.find(part.0).select(parts::run_id).first(conn).await?;
            own(conn, owner, run.into()).await?;
            let status = if again { PartStatus::Waiting } else { PartStatus::Stopped };
            let changed = diesel::update(parts::table.find(part.0).filter(parts::status.eq(PartStatus::Failed)))
                .set((
                    parts::status.eq(status),
                    parts::fault.eq(None::<String>),
                    parts::detail.eq(None::<String>),
                    parts::finished_at.eq(None::<DateTime<Utc>>),
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

    /// Gives back to the queue the parts that wait for nothing that is still to end. Called once by the process that owns
    /// the queue, before its workers start; a part whose job is there gets no second one.
    ///
    /// # Errors
    /// Where the database fails.
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

    /// Begins a part and tells what it needs; `None` where it is done, stopped or gone.
    ///
    /// # Errors
    /// Where the database fails.
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
            diesel::update(runs::table.find(run)).set(runs::version.eq(runs::version + 1)).execute(conn).await?;
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
            // Deleted meanwhile: a run that nobody will read is not left running.
            let Some(row) = row else {
                stop(conn, run).await?;
                return Ok(None);
            };
            let task_rows: Vec<task_store::TaskRow> = tasks::table
                .filter(tasks::lesson_id.eq(lesson))
                .filter(tasks::deleted_at.is_null())
                .select(task_store::TaskRow::as_select())
                .load(conn)
                .await?;
            let level = lessons::level(&row.level);
            let request = serde_json::from_value(request).unwrap_or_else(|error| {
                tracing::error!(%run, %error, "the request of a run can't be read: its lesson's topic and level stand in");
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
                tasks: task_rows.into_iter().map(Task::from).collect(),
            }))
        })
        .await
    }

    /// Ends a part: the task and the part's state change together, so that nothing is made twice. What comes in for a
    /// part that was stopped meanwhile is thrown away.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn finish_part(&self, work: &PartWork, finished: &Finished) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            // The lesson first, then the part: the order in which every other change takes them.
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
                            // The teacher changed it while the new one was being made: theirs stays.
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

/// After what was asked for, else after the run's nearest earlier task in the section, else first or last.
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
