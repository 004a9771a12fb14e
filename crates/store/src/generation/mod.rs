//! Generation runs: what was requested, part by part, and the progress.

mod requests;
mod worker;

use chrono::{DateTime, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use types::{
    generation::{Part, Run},
    ids::{GenerationRunId, UserId},
    tasks::meta_of,
};
use uuid::Uuid;

pub use requests::{NewPart, NewRun, NewTaskRun};
pub use worker::{Finished, PartWork};

use crate::{
    Conn, NewJob, Result,
    schema::{generation_parts as parts, generation_runs as runs},
    status::{PartStatus, RunStatus},
};

/// Name of the job that makes one part.
pub const PART_JOB: &str = "generate_part";

#[derive(Queryable, Selectable)]
#[diesel(table_name = runs)]
pub(super) struct RunRow {
    pub(super) id: Uuid,
    pub(super) lesson_id: Uuid,
    pub(super) status: RunStatus,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = parts)]
pub(super) struct PartRow {
    pub(super) id: Uuid,
    pub(super) run_id: Uuid,
    pub(super) section_id: Uuid,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) status: PartStatus,
    pub(super) new_task_id: Uuid,
    pub(super) replaces_task_id: Option<Uuid>,
    pub(super) fault: Option<String>,
    pub(super) detail: Option<String>,
}

pub(super) fn read_enum<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}

pub(super) fn write_enum<T: serde::Serialize>(value: &T) -> String {
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

pub(super) fn part_job(part: Uuid) -> NewJob {
    NewJob { name: PART_JOB, payload: json!({ "part": part }), key: Some(format!("part:{part}")) }
}

pub(super) async fn read(conn: &mut Conn, row: RunRow) -> Result<Run> {
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

pub(super) async fn own(conn: &mut Conn, owner: UserId, run: GenerationRunId) -> Result<RunRow> {
    Ok(runs::table.find(run.0).filter(runs::owner_id.eq(owner.0)).select(RunRow::as_select()).first(conn).await?)
}

/// Increments the run's version, and ends the run once no part is open.
pub(super) async fn settle(conn: &mut Conn, run: Uuid) -> Result<()> {
    // Lock the run before counting, so that a part that is retried at this moment is counted.
    diesel::update(runs::table.find(run)).set(runs::version.eq(runs::version + 1)).execute(conn).await?;
    let open: i64 = parts::table
        .filter(parts::run_id.eq(run))
        .filter(parts::status.eq_any(PartStatus::OPEN))
        .count()
        .get_result(conn)
        .await?;
    if open == 0 {
        diesel::update(runs::table.find(run).filter(runs::status.eq(RunStatus::Running)))
            .set((runs::status.eq(RunStatus::Done), runs::finished_at.eq(now)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Stops the run and its open parts.
pub(super) async fn stop(conn: &mut Conn, run: Uuid) -> Result<()> {
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
