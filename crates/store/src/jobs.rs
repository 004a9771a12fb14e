//! Enqueues jobs inside the transaction that needs them, so that a rollback leaves no job.

use std::fmt;

use diesel::sql_types::{Jsonb, Nullable, SmallInt, Text};
use diesel_async::{AsyncConnection, RunQueryDsl};

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

/// A job in the queue; the queue deletes those that are done.
#[derive(Clone, Debug, diesel::QueryableByName)]
pub struct JobLeft {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = SmallInt)]
    pub attempts: i16,
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
}

impl fmt::Display for JobLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (attempts: {}", self.name, self.attempts)?;
        match &self.last_error {
            Some(error) => write!(f, ", {error})"),
            None => f.write_str(")"),
        }
    }
}

/// The jobs in the queue of the database at `url`: waiting, running or given up. For tests.
///
/// # Errors
/// If the database can't be reached or has no queue.
pub async fn jobs_left(url: &str) -> std::result::Result<Vec<JobLeft>, Box<dyn std::error::Error + Send + Sync>> {
    let mut conn = Conn::establish(url).await?;
    let left =
        diesel::sql_query("SELECT task_identifier AS name, attempts, last_error FROM graphile_worker.jobs ORDER BY id");
    Ok(left.get_results(&mut conn).await?)
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
