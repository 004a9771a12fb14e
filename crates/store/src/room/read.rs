//! Reads the current state of a room, and its log from a `seq` on.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use types::{
    classroom::{Cell, Event, EventBody, RunTask, TeacherRoom},
    ids::{ClassRunId, ItemId, TaskId, UserId},
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, classes, contents, lessons,
    schema::{cells, class_run_tasks, class_runs, classes as class_table, room_events, users},
};

/// Everything that a room is built from.
#[derive(Clone, Debug)]
pub struct RoomFacts {
    pub owner: UserId,
    pub teacher: String,
    pub room: TeacherRoom,
}

fn from_json<T: serde::de::DeserializeOwned>(value: Option<Value>) -> Option<T> {
    value.and_then(|value| serde_json::from_value(value).ok())
}

fn item(text: String) -> Option<ItemId> {
    ItemId::new(text).ok()
}

type EventRow = (i64, DateTime<Utc>, Value);

fn event((seq, at, body): EventRow) -> Event {
    Event { seq: seq.unsigned_abs(), at, body: serde_json::from_value(body).unwrap_or(EventBody::Unknown) }
}

pub(super) async fn events(conn: &mut Conn, run: ClassRunId, after: u64, limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<EventRow> = room_events::table
        .filter(room_events::run_id.eq(run.0))
        .filter(room_events::seq.gt(after.cast_signed()))
        .order(room_events::seq)
        .limit(limit)
        .select((room_events::seq, room_events::at, room_events::body))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(event).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = class_run_tasks)]
struct TaskRow {
    task_id: Uuid,
    section: String,
    kind: String,
    title: String,
    instructions: String,
    content: Value,
    schema_version: i16,
    locked: bool,
    revealed: Vec<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = class_runs)]
struct RunRow {
    class_id: Uuid,
    title: String,
    target_language: String,
    students_language: String,
    seq: i64,
    focus_task_id: Option<Uuid>,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cells)]
struct CellRow {
    student_id: Uuid,
    task_id: Uuid,
    item: String,
    round: i32,
    tries: i32,
    first_mark: Option<Value>,
    last_mark: Option<Value>,
    response: Option<Value>,
    draft: Option<Value>,
}

/// Takes four queries for a room of any size; the caller's transaction makes them one consistent snapshot.
pub(crate) async fn read(conn: &mut Conn, run: ClassRunId) -> Result<RoomFacts> {
    let (row, owner, teacher, door_open): (RunRow, Uuid, String, bool) = class_runs::table
        .inner_join(class_table::table.on(class_table::id.eq(class_runs::class_id)))
        .inner_join(users::table.on(users::id.eq(class_table::owner_id)))
        .filter(class_runs::id.eq(run.0))
        .select((RunRow::as_select(), class_table::owner_id, users::name, class_table::door_open))
        .first(conn)
        .await?;
    let tasks: Vec<TaskRow> = class_run_tasks::table
        .filter(class_run_tasks::run_id.eq(run.0))
        .order(class_run_tasks::position)
        .select(TaskRow::as_select())
        .load(conn)
        .await?;
    let cell_rows: Vec<CellRow> =
        cells::table.filter(cells::run_id.eq(run.0)).select(CellRow::as_select()).load(conn).await?;
    let members = classes::members(conn, row.class_id, Some(run.0)).await?;
    let mut room = TeacherRoom {
        class: row.class_id.into(),
        run,
        title: row.title,
        target_language: lessons::language(&row.target_language),
        students_language: lessons::language(&row.students_language),
        started_at: row.started_at,
        ended_at: row.ended_at,
        tasks: Vec::with_capacity(tasks.len()),
        members,
        cells: Default::default(),
        focus: row.focus_task_id.map(Into::into),
        locked: Default::default(),
        revealed: Default::default(),
        door_open,
        upto: row.seq.unsigned_abs(),
    };
    for task in tasks {
        let id = TaskId(task.task_id);
        if task.locked {
            room.locked.insert(id);
        }
        if !task.revealed.is_empty() {
            room.revealed.insert(id, task.revealed.into_iter().filter_map(item).collect());
        }
        room.tasks.push(RunTask {
            id,
            section: task.section,
            title: task.title,
            instructions: task.instructions,
            body: contents::read(id, &task.kind, task.schema_version, task.content),
        });
    }
    for row in cell_rows {
        let Some(item) = item(row.item) else { continue };
        let cell = Cell {
            round: row.round.unsigned_abs(),
            tries: row.tries.unsigned_abs(),
            first: from_json(row.first_mark),
            last: from_json(row.last_mark),
            response: row.response,
            draft: row.draft,
        };
        room.cells.entry(row.student_id.into()).or_default().entry(row.task_id.into()).or_default().insert(item, cell);
    }
    Ok(RoomFacts { owner: owner.into(), teacher, room })
}

impl Store {
    /// The current state of a room. The caller must check access.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn room(&self, run: ClassRunId) -> Result<RoomFacts> {
        let mut conn = self.conn().await?;
        conn.build_transaction().read_only().repeatable_read().run(async |conn| read(conn, run).await).await
    }

    /// At most `limit` events after `after`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn events_after(&self, run: ClassRunId, after: u64, limit: i64) -> Result<Vec<Event>> {
        events(&mut *self.conn().await?, run, after, limit).await
    }

    /// The last `seq` of each of these runs.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn run_seqs(&self, runs: &[ClassRunId]) -> Result<Vec<(ClassRunId, u64)>> {
        let ids: Vec<Uuid> = runs.iter().map(|run| run.0).collect();
        let rows: Vec<(Uuid, i64)> = class_runs::table
            .filter(class_runs::id.eq_any(ids))
            .select((class_runs::id, class_runs::seq))
            .load(&mut self.conn().await?)
            .await?;
        Ok(rows.into_iter().map(|(run, seq)| (run.into(), seq.unsigned_abs())).collect())
    }
}
