//! Writes a batch of a room's changes, in one statement or with the run's row locked.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AnsiTransactionManager, RunQueryDsl, TransactionManager, pooled_connection::deadpool::Object};
use serde::Serialize;
use serde_json::Value;
use types::{
    classroom::{Batch, Event, EventBody, decide::AlreadyAccepted},
    ids::{AttemptId, ClassRunId, ItemId, ProposalId, TaskId, UserId},
    marks::{Mark, MarkNote, Verdict},
};
use uuid::Uuid;

use super::read::events;
use crate::{
    Conn, Result, Store, StoreError, instant, invitations,
    schema::{class_members, class_run_members, class_run_tasks, class_runs, classes as class_table, room_proposals},
    statement::{Json, JsonStatement, Words},
};

/// A run whose row is locked for a batch. If it is dropped before [`RoomTx::write`], nothing is changed.
pub struct RoomTx {
    conn: Object<Conn>,
    run: ClassRunId,
    /// `seq` of the run's last event.
    pub seq: u64,
    /// The time of the batch's events.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Records which students are in the room now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_seen(&self, run: ClassRunId, students: &[UserId]) -> Result<()> {
        let at = instant();
        let rows: Vec<_> = students
            .iter()
            .map(|student| {
                (
                    class_run_members::run_id.eq(run.0),
                    class_run_members::user_id.eq(student.0),
                    class_run_members::seen_at.eq(at),
                )
            })
            .collect();
        diesel::insert_into(class_run_members::table)
            .values(rows)
            .on_conflict((class_run_members::run_id, class_run_members::user_id))
            .do_update()
            .set(class_run_members::seen_at.eq(at))
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// Writes a batch in one round trip if the run is still at `before` and none of its proposals was carried out;
    /// otherwise returns `false` and changes nothing. The batch must be one that a single statement can write: see
    /// [`Batch::is_ordinary`].
    ///
    /// # Errors
    /// If the database fails; after an error that [`crate::StoreError::is_refusal`], nothing is changed.
    pub async fn write_optimistic(
        &self,
        run: ClassRunId,
        before: u64,
        at: DateTime<Utc>,
        batch: &Batch,
    ) -> Result<bool> {
        let document = document(run, before, at, batch)?;
        write(&mut *self.conn().await?, &document).await
    }

    /// Locks a run for a batch; other writers wait. Returns the proposals that were already carried out.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn begin_room(&self, run: ClassRunId, proposals: &[ProposalId]) -> Result<(RoomTx, AlreadyAccepted)> {
        let mut conn = self.conn().await?;
        // One round trip: the message that opens the transaction also locks the run. Later reads see everything written
        // before.
        let lock_run = format!("BEGIN; SELECT FROM class_runs WHERE id = '{}' FOR NO KEY UPDATE", run.0);
        if let Err(error) = AnsiTransactionManager::begin_transaction_sql(&mut *conn, &lock_run).await {
            // The transaction may be half open.
            drop(Object::take(conn));
            return Err(error.into());
        }
        let ids: Vec<Uuid> = proposals.iter().map(|id| id.0).collect();
        let read = {
            let (mut one, mut other) = (&*conn, &*conn);
            let seq = class_runs::table.find(run.0).select(class_runs::seq).first::<i64>(&mut one);
            let done = room_proposals::table
                .filter(room_proposals::run_id.eq(run.0))
                .filter(room_proposals::id.eq_any(ids))
                .select((room_proposals::user_id, room_proposals::id, room_proposals::seq))
                .load::<(Uuid, Uuid, i64)>(&mut other);
            futures::future::try_join(seq, done).await
        };
        match read {
            Ok((seq, done)) => {
                let done = done.into_iter().map(|(user, id, seq)| ((user.into(), id.into()), seq.unsigned_abs()));
                Ok((RoomTx { conn, run, seq: seq.unsigned_abs(), at: instant() }, done.collect()))
            }
            Err(error) => {
                AnsiTransactionManager::rollback_transaction(&mut *conn).await?;
                Err(error.into())
            }
        }
    }
}

impl RoomTx {
    /// All events after `after`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn events_after(&mut self, after: u64) -> Result<Vec<Event>> {
        events(&mut self.conn, self.run, after, i64::MAX).await
    }

    /// Unlocks the run without changing anything.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn rollback(mut self) -> Result<()> {
        AnsiTransactionManager::rollback_transaction(&mut *self.conn).await?;
        Ok(())
    }

    /// Writes a batch and commits, with a number of statements that doesn't depend on its size.
    ///
    /// # Errors
    /// If the database fails; then nothing is changed.
    pub async fn write(mut self, batch: &Batch) -> Result<()> {
        let written = async {
            let document = document(self.run, self.seq, self.at, batch)?;
            if !write(&mut self.conn, &document).await? {
                return Err(StoreError::Unavailable("the run was written to while it was locked".to_owned()));
            }
            self.rare(batch).await
        }
        .await;
        match written {
            Ok(()) => {
                AnsiTransactionManager::commit_transaction(&mut *self.conn).await?;
                Ok(())
            }
            Err(error) => {
                // A lost connection can't be rolled back; the pool discards it.
                let _ = AnsiTransactionManager::rollback_transaction(&mut *self.conn).await;
                Err(error)
            }
        }
    }

    /// Writes the changes that the batch statement doesn't cover.
    async fn rare(&mut self, batch: &Batch) -> Result<()> {
        let conn = &mut *self.conn;
        for (task, locked, revealed) in &batch.tasks {
            let revealed: Vec<&str> = revealed.iter().map(ItemId::as_str).collect();
            diesel::update(class_run_tasks::table.find((self.run.0, task.0)))
                .set((class_run_tasks::locked.eq(locked), class_run_tasks::revealed.eq(revealed)))
                .execute(conn)
                .await?;
        }
        for event in &batch.events {
            match &event.body {
                EventBody::Ended {} => {
                    diesel::update(class_runs::table.find(self.run.0))
                        .set(class_runs::ended_at.eq(event.at))
                        .execute(conn)
                        .await?;
                }
                EventBody::Door { open } => {
                    let class = class_runs::table.find(self.run.0).select(class_runs::class_id);
                    diesel::update(class_table::table.filter(class_table::id.eq_any(class)))
                        .set(class_table::door_open.eq(open))
                        .execute(conn)
                        .await?;
                }
                EventBody::Removed { student } => {
                    let class = class_runs::table.find(self.run.0).select(class_runs::class_id);
                    diesel::update(
                        class_members::table
                            .filter(class_members::class_id.eq_any(class))
                            .filter(class_members::user_id.eq(student.0)),
                    )
                    .set(class_members::removed_at.eq(event.at))
                    .execute(conn)
                    .await?;
                    // Otherwise a removed guest could come back by the same link as a new one.
                    let class: Uuid =
                        class_runs::table.find(self.run.0).select(class_runs::class_id).first(conn).await?;
                    invitations::renew_code(conn, class, &invitations::new_code()).await?;
                }
                EventBody::Followed { student, following } => {
                    diesel::insert_into(class_run_members::table)
                        .values((
                            class_run_members::run_id.eq(self.run.0),
                            class_run_members::user_id.eq(student.0),
                            class_run_members::following.eq(following),
                        ))
                        .on_conflict((class_run_members::run_id, class_run_members::user_id))
                        .do_update()
                        .set(class_run_members::following.eq(following))
                        .execute(conn)
                        .await?;
                }
                EventBody::Joined { .. }
                | EventBody::Answered { .. }
                | EventBody::Drafted { .. }
                | EventBody::Focused { .. }
                | EventBody::Revealed { .. }
                | EventBody::Locked { .. }
                | EventBody::Reset { .. }
                | EventBody::Unknown => {}
            }
        }
        Ok(())
    }
}

/// Writes a document. `false` if the run is not at the document's `before`, or one of its proposals was carried out
/// already.
async fn write(conn: &mut Conn, document: &Json) -> Result<bool> {
    Ok(JsonStatement::<WriteBatch>::new(document).execute(conn).await? == 1)
}

struct WriteBatch;

impl Words for WriteBatch {
    const BEFORE: &'static str = "WITH b AS (SELECT ";
    const AFTER: &'static str = WRITE_AFTER;
}

// Everything depends on `r`: a writer that waited for the run's row checks its seq again. The proposals are looked up
// one by one: a join might compare them with all proposals of the run.
const WRITE_AFTER: &str = " AS j), r AS (UPDATE class_runs
  SET seq = (j->>'seq')::bigint, focus_task_id = coalesce((j->>'focus')::uuid, focus_task_id)
  FROM b WHERE class_runs.id = (j->>'run')::uuid AND class_runs.seq = (j->>'before')::bigint AND NOT EXISTS (
    SELECT FROM jsonb_to_recordset(j->'proposals') AS x(user_id uuid, id uuid), LATERAL (SELECT FROM room_proposals p
      WHERE p.run_id = (j->>'run')::uuid AND p.id = x.id AND p.user_id = x.user_id OFFSET 0) AS done)
  RETURNING class_runs.id AS run, (j->>'at')::timestamptz AS at),
e AS (INSERT INTO room_events (run_id, seq, at, body)
  SELECT r.run, x.seq, r.at, x.body FROM r, b, jsonb_to_recordset(j->'events') AS x(seq bigint, body jsonb)),
p AS (INSERT INTO room_proposals (run_id, user_id, id, seq)
  SELECT r.run, x.user_id, x.id, x.seq FROM r, b,
    jsonb_to_recordset(j->'proposals') AS x(user_id uuid, id uuid, seq bigint)),
a AS (INSERT INTO attempts
    (id, run_id, student_id, task_id, item, revision, round, tries, response, proposal_id, client_at, at)
  SELECT x.id, r.run, x.student, x.task, x.item, t.revision, x.round, x.tries, x.response, x.proposal, x.client_at, r.at
  FROM r, b, jsonb_to_recordset(j->'attempts') AS x(id uuid, student uuid, task uuid, item text, round integer,
    tries integer, response jsonb, proposal uuid, client_at timestamptz)
  JOIN class_run_tasks t ON t.task_id = x.task WHERE t.run_id = r.run),
m AS (INSERT INTO marks (id, attempt_id, source, points_num, points_den, max_num, max_den, verdict, note, at)
  SELECT x.mark_id, x.id, 'system', x.points_num, x.points_den, x.max_num, x.max_den, x.verdict, x.note, r.at
  FROM r, b, jsonb_to_recordset(j->'attempts') AS x(mark_id uuid, id uuid, points_num bigint, points_den bigint,
    max_num bigint, max_den bigint, verdict text, note text)),
c AS (INSERT INTO cells (run_id, student_id, task_id, item, round, tries, first_mark, last_mark, response, draft)
  SELECT r.run, x.* FROM r, b, jsonb_to_recordset(j->'cells') AS x(student uuid, task uuid, item text, round integer,
    tries integer, first jsonb, last jsonb, response jsonb, draft jsonb)
  ON CONFLICT (run_id, student_id, task_id, item) DO UPDATE SET round = excluded.round, tries = excluded.tries,
    first_mark = excluded.first_mark, last_mark = excluded.last_mark, response = excluded.response,
    draft = excluded.draft)
SELECT FROM r";

/// A batch as [`WRITE_AFTER`] reads it.
#[derive(Serialize)]
struct Document<'a> {
    run: ClassRunId,
    at: DateTime<Utc>,
    before: u64,
    seq: u64,
    focus: Option<TaskId>,
    events: Vec<NewEvent<'a>>,
    proposals: Vec<NewProposal>,
    attempts: Vec<MarkedAttempt<'a>>,
    cells: Vec<NewCell<'a>>,
}

#[derive(Serialize)]
struct NewEvent<'a> {
    seq: u64,
    body: &'a EventBody,
}

#[derive(Serialize)]
struct NewProposal {
    user_id: UserId,
    id: ProposalId,
    seq: u64,
}

#[derive(Serialize)]
struct MarkedAttempt<'a> {
    id: AttemptId,
    student: UserId,
    task: TaskId,
    item: &'a ItemId,
    round: u32,
    tries: u32,
    response: &'a Value,
    proposal: ProposalId,
    client_at: DateTime<Utc>,
    mark_id: Uuid,
    points_num: u32,
    points_den: u32,
    max_num: u32,
    max_den: u32,
    verdict: Verdict,
    note: Option<MarkNote>,
}

#[derive(Serialize)]
struct NewCell<'a> {
    student: UserId,
    task: TaskId,
    item: &'a ItemId,
    round: u32,
    tries: u32,
    first: Option<Mark>,
    last: Option<Mark>,
    response: &'a Option<Value>,
    draft: &'a Option<Value>,
}

/// Serialized directly to text: building a tree of values first costs three times as much.
fn document(run: ClassRunId, before: u64, at: DateTime<Utc>, batch: &Batch) -> QueryResult<Json> {
    let focus = batch
        .events
        .iter()
        .rev()
        .find_map(|event| if let EventBody::Focused { task } = event.body { Some(task) } else { None });
    let attempts = batch.attempts.iter().map(|new| MarkedAttempt {
        id: new.id,
        student: new.student,
        task: new.task,
        item: &new.item,
        round: new.round,
        tries: new.tries,
        response: &new.response,
        proposal: new.proposal,
        client_at: new.client_at,
        mark_id: Uuid::now_v7(),
        points_num: new.mark.points.num(),
        points_den: new.mark.points.den(),
        max_num: new.mark.max.num(),
        max_den: new.mark.max.den(),
        verdict: new.mark.verdict,
        note: new.mark.note,
    });
    let cells = batch.cells.iter().map(|(student, task, item, cell)| NewCell {
        student: *student,
        task: *task,
        item,
        round: cell.round,
        tries: cell.tries,
        first: cell.first,
        last: cell.last,
        response: &cell.response,
        draft: &cell.draft,
    });
    Json::of(&Document {
        run,
        at,
        before,
        seq: batch.events.last().map_or(before, |last| last.seq),
        focus,
        events: batch.events.iter().map(|event| NewEvent { seq: event.seq, body: &event.body }).collect(),
        proposals: batch.proposals.iter().map(|&(user_id, id, seq)| NewProposal { user_id, id, seq }).collect(),
        attempts: attempts.collect(),
        cells: cells.collect(),
    })
}
