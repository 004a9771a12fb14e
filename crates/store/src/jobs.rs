//! Enqueues jobs inside the transaction that needs them, so that a rollback leaves no job.

use diesel::sql_types::{Jsonb, Nullable, Text};
use diesel_async::RunQueryDsl;

use crate::{Conn, Result, Store};

/// A job for the workers.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The name that the job's handler has.
    pub name: &'static str,
    pub payload: serde_json::Value,
    /// A waiting job with the same key is replaced.
    pub key: Option<String>,
}

pub(crate) async fn enqueue(conn: &mut Conn, job: &NewJob) -> Result<()> {
    diesel::sql_query("SELECT graphile_worker.add_job(identifier => $1, payload => $2::json, job_key => $3)")
        .bind::<Text, _>(job.name)
        .bind::<Jsonb, _>(&job.payload)
        .bind::<Nullable<Text>, _>(&job.key)
        .execute(conn)
        .await?;
    Ok(())
}

impl Store {
    /// Queues a job outside any transaction.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn enqueue(&self, job: &NewJob) -> Result<()> {
        enqueue(&mut *self.conn().await?, job).await
    }

    /// Releases jobs held by a worker that no longer exists, and returns their number. Called once by the process that
    /// owns the queue, before its workers start: whatever is locked then belongs to a dead process.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn release_abandoned_jobs(&self) -> Result<usize> {
        let mut conn = self.conn().await?;
        diesel::sql_query("UPDATE graphile_worker._private_job_queues SET locked_by = NULL, locked_at = NULL WHERE locked_by IS NOT NULL")
            .execute(&mut conn)
            .await?;
        let released = diesel::sql_query(
            "UPDATE graphile_worker._private_jobs SET locked_by = NULL, locked_at = NULL, \
             attempts = greatest(attempts - 1, 0), run_at = least(run_at, now()) WHERE locked_by IS NOT NULL",
        )
        .execute(&mut conn)
        .await?;
        Ok(released)
    }

    /// The number of unfinished jobs, for tests that wait until the queue is idle.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn pending_jobs(&self) -> Result<i64> {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let count: Count =
            diesel::sql_query("SELECT count(*) AS n FROM graphile_worker._private_jobs WHERE attempts < max_attempts")
                .get_result(&mut self.conn().await?)
                .await?;
        Ok(count.n)
    }
}
