//! What a teacher taught: the runs of all their classes, in pages.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use types::{
    classroom::{ClassRunSummary, TaughtRun},
    ids::{ClassRunId, LessonId, UserId},
    page::Page,
};
use uuid::Uuid;

use crate::{Result, Store};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    class_id: Uuid,
    #[diesel(sql_type = Text)]
    class_title: String,
    #[diesel(sql_type = BigInt)]
    members: i64,
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
    /// Number of runs that match the filter, over all pages.
    #[diesel(sql_type = BigInt)]
    total: i64,
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Start and id of the last row, after which the next page begins.
type After = (DateTime<Utc>, ClassRunId);

impl Store {
    /// A page of the runs of a teacher's classes, newest first; with `lesson`, only those of that lesson. Runs of a
    /// deleted lesson have no lesson id.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn taught_runs(
        &self,
        owner: UserId,
        lesson: Option<LessonId>,
        after: Option<After>,
        limit: u32,
    ) -> Result<(Page<TaughtRun>, Option<After>)> {
        let mut rows: Vec<Row> = diesel::sql_query(
            "WITH mine AS (SELECT r.*, c.title AS class_title FROM class_runs r JOIN classes c ON c.id = r.class_id \
               WHERE c.owner_id = $1 AND ($2::uuid IS NULL OR r.lesson_id = $2)) \
             SELECT r.id, r.class_id, r.class_title, r.title, r.started_at, r.ended_at, \
               (SELECT l.id FROM lessons l WHERE l.id = r.lesson_id AND l.deleted_at IS NULL) AS lesson_id, \
               (SELECT count(*) FROM class_members m WHERE m.class_id = r.class_id AND m.removed_at IS NULL) AS members, \
               (SELECT count(*) FROM (SELECT user_id FROM class_run_members WHERE run_id = r.id \
                 UNION SELECT student_id FROM cells WHERE run_id = r.id) AS there) AS students, \
               (SELECT count(*) FROM mine) AS total \
             FROM mine r WHERE $3::timestamptz IS NULL OR (r.started_at, r.id) < ($3, $4) \
             ORDER BY r.started_at DESC, r.id DESC LIMIT $5",
        )
        .bind::<SqlUuid, _>(owner.0)
        .bind::<Nullable<SqlUuid>, _>(lesson.map(|id| id.0))
        .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
        .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id.0))
        .bind::<BigInt, _>(i64::from(limit) + 1)
        .load(&mut *self.conn().await?)
        .await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.as_slice().last().filter(|_| more).map(|row| (row.started_at, row.id.into()));
        let total = rows.as_slice().first().map_or(0, |row| count(row.total));
        let items = rows
            .into_iter()
            .map(|row| TaughtRun {
                class: row.class_id.into(),
                class_title: row.class_title,
                members: count(row.members),
                run: ClassRunSummary {
                    id: row.id.into(),
                    lesson_id: row.lesson_id.map(Into::into),
                    title: row.title,
                    started_at: row.started_at,
                    ended_at: row.ended_at,
                    students: count(row.students),
                },
            })
            .collect();
        Ok((Page { items, next: None, total }, next))
    }
}
