//! The report of a class run: who was there, their first and last marks, and every attempt.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use types::{
    classroom::{AttemptRow, ItemCells, ReportCell, ReportStudent, ReportTask, RunReport, RunTask},
    ids::{ClassRunId, ItemId, ProposalId, TaskId, UserId},
    levels::Language,
    marks::{Mark, Points},
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, room,
    schema::{attempts, class_run_members, class_runs, classes},
};

/// Most attempts listed, newest first.
const ATTEMPTS_MAX: i64 = 1_000;

async fn own(conn: &mut Conn, owner: UserId, run: ClassRunId) -> Result<Option<Uuid>> {
    Ok(class_runs::table
        .inner_join(classes::table.on(classes::id.eq(class_runs::class_id)))
        .filter(class_runs::id.eq(run.0))
        .filter(classes::owner_id.eq(owner.0))
        .select(class_runs::lesson_id)
        .first(conn)
        .await?)
}

/// The highest mark for an item, which is what its key scores.
fn most(task: &RunTask, item: &ItemId, language: Language) -> Points {
    task.body.key(item).and_then(|key| task.body.score(item, &key, language).ok()).map_or(Points::ZERO, |mark| mark.max)
}

fn report_task(task: &RunTask) -> ReportTask {
    let items = task.body.items();
    let keys = items.iter().map(|item| task.body.key_text(item).unwrap_or_default()).collect();
    ReportTask { id: task.id, title: task.title.clone(), kind: task.body.kind().to_owned(), items, keys }
}

fn report_cells<'a>(task: &'a RunTask, cells: &'a ItemCells) -> impl Iterator<Item = ReportCell> + 'a {
    // In the order of the task, not of the ids.
    task.body.items().into_iter().filter_map(move |item| {
        let cell = cells.get(&item)?;
        Some(ReportCell {
            task: task.id,
            round: cell.round,
            tries: cell.tries,
            first: cell.first,
            last: cell.last,
            answer: cell.response.as_ref().and_then(|response| task.body.answer_text(response)),
            item,
        })
    })
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = Text)]
    item: String,
    #[diesel(sql_type = Integer)]
    round: i32,
    #[diesel(sql_type = Jsonb)]
    response: Value,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    points_num: i64,
    #[diesel(sql_type = BigInt)]
    points_den: i64,
    #[diesel(sql_type = BigInt)]
    max_num: i64,
    #[diesel(sql_type = BigInt)]
    max_den: i64,
    #[diesel(sql_type = Text)]
    verdict: String,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
}

fn points(num: i64, den: i64) -> Points {
    Points::new(u32::try_from(num).unwrap_or(0), u32::try_from(den).unwrap_or(1))
}

impl Row {
    fn read(self) -> Option<AttemptRow> {
        let word = |text: String| serde_json::from_value(Value::String(text)).ok();
        let mark = Mark {
            points: points(self.points_num, self.points_den),
            max: points(self.max_num, self.max_den),
            verdict: serde_json::from_value(Value::String(self.verdict)).ok()?,
            note: self.note.and_then(word),
        };
        Some(AttemptRow {
            id: self.id.into(),
            task: self.task_id.into(),
            item: ItemId::new(self.item).ok()?,
            round: self.round.unsigned_abs(),
            response: self.response,
            mark,
            at: self.at,
        })
    }
}

impl Store {
    /// The report of a run that the caller teaches, open or ended.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn run_report(&self, owner: UserId, run: ClassRunId) -> Result<RunReport> {
        let mut conn = self.conn().await?;
        let (lesson, facts, seen) = conn
            .build_transaction()
            .read_only()
            .repeatable_read()
            .run(async |conn| {
                let lesson = own(conn, owner, run).await?;
                let facts = room::read(conn, run).await?;
                let seen: Vec<(Uuid, Option<DateTime<Utc>>)> = class_run_members::table
                    .filter(class_run_members::run_id.eq(run.0))
                    .select((class_run_members::user_id, class_run_members::seen_at))
                    .load(conn)
                    .await?;
                Ok::<_, crate::StoreError>((lesson, facts, seen))
            })
            .await?;
        let seen: HashMap<UserId, Option<DateTime<Utc>>> =
            seen.into_iter().map(|(user, at)| (user.into(), at)).collect();
        let room = facts.room;
        let marked: Vec<&RunTask> = room.tasks.iter().filter(|task| !task.body.items().is_empty()).collect();
        let most_of = |task: &RunTask| -> Points {
            task.body.items().iter().map(|item| most(task, item, room.target_language)).sum()
        };
        let max: Points = marked.iter().map(|task| most_of(task)).sum();
        let students = room
            .members
            .iter()
            .filter(|member| {
                let was_there = seen.contains_key(&member.id) || room.cells.contains_key(&member.id);
                was_there || !member.removed && room.ended_at.is_none_or(|end| member.joined_at <= end)
            })
            .map(|member| {
                let empty = ItemCells::new();
                let of = room.cells.get(&member.id);
                let cells: Vec<ReportCell> = marked
                    .iter()
                    .flat_map(|task| {
                        report_cells(task, of.and_then(|of| of.get(&task.id)).unwrap_or(&empty)).collect::<Vec<_>>()
                    })
                    .collect();
                let sum = |mark: fn(&ReportCell) -> Option<Mark>| cells.iter().filter_map(mark).map(|m| m.points).sum();
                ReportStudent {
                    id: member.id,
                    name: member.name.clone(),
                    name_ordinal: member.name_ordinal,
                    guest: member.guest,
                    removed: member.removed,
                    joined_at: member.joined_at,
                    seen_at: seen.get(&member.id).copied().flatten(),
                    first: sum(|cell| cell.first),
                    last: sum(|cell| cell.last),
                    max,
                    cells,
                }
            })
            .collect();
        Ok(RunReport {
            run,
            class: room.class,
            lesson_id: lesson.map(Into::into),
            title: room.title.clone(),
            started_at: room.started_at,
            ended_at: room.ended_at,
            tasks: marked.iter().map(|task| report_task(task)).collect(),
            students,
        })
    }

    /// The attempts in a run that the caller teaches, newest first, each with the mark that counts.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn attempts(
        &self,
        owner: UserId,
        run: ClassRunId,
        student: Option<UserId>,
        task: Option<TaskId>,
    ) -> Result<Vec<AttemptRow>> {
        let mut conn = self.conn().await?;
        own(&mut conn, owner, run).await?;
        let rows: Vec<Row> = diesel::sql_query(
            "SELECT a.id, a.task_id, a.item, a.round, a.response, a.at, \
               m.points_num, m.points_den, m.max_num, m.max_den, m.verdict, m.note \
             FROM attempts a JOIN LATERAL \
               (SELECT * FROM marks WHERE attempt_id = a.id ORDER BY at DESC, id DESC LIMIT 1) m ON true \
             WHERE a.run_id = $1 AND ($2 IS NULL OR a.student_id = $2) AND ($3 IS NULL OR a.task_id = $3) \
             ORDER BY a.at DESC, a.id DESC LIMIT $4",
        )
        .bind::<SqlUuid, _>(run.0)
        .bind::<Nullable<SqlUuid>, _>(student.map(|id| id.0))
        .bind::<Nullable<SqlUuid>, _>(task.map(|id| id.0))
        .bind::<BigInt, _>(ATTEMPTS_MAX)
        .load(&mut conn)
        .await?;
        Ok(rows.into_iter().filter_map(Row::read).collect())
    }

    /// The proposal id of every attempt of a run, once per attempt; for the test that none is lost or duplicated.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn attempted(&self, run: ClassRunId) -> Result<Vec<ProposalId>> {
        let ids: Vec<Uuid> = attempts::table
            .filter(attempts::run_id.eq(run.0))
            .select(attempts::proposal_id)
            .load(&mut self.conn().await?)
            .await?;
        Ok(ids.into_iter().map(Into::into).collect())
    }
}
