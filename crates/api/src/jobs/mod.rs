//! Work that outlives a request. Jobs live in PostgreSQL, are put there in the transaction that needs them, and may be
//! run more than once: each is idempotent.

pub mod generate_part;
pub mod letters;

use std::{fmt, future::Future, sync::Arc, time::Duration};

use graphile_worker::{IntoTaskHandlerResult, ShutdownSignal, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Serialize, de::DeserializeOwned};

use crate::state::App;

/// A job of ours. What runs it stands behind this trait.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const NAME: &'static str;
    /// Longer than this, it is given up and tried again.
    const LIMIT: Duration;

    /// Does the work. An error is tried again later, with growing pauses.
    fn run(&self, app: &App) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// Why a job has to be tried again.
#[derive(Debug)]
pub struct JobError(pub String);

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JobError {}

impl From<store::StoreError> for JobError {
    fn from(error: store::StoreError) -> Self {
        Self(error.to_string())
    }
}

/// What jobs get to work with.
#[derive(Clone)]
struct Handle(Arc<App>);

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App")
    }
}

async fn run<J: Job>(job: J, context: WorkerContext) -> Result<(), JobError> {
    let Some(Handle(app)) = context.get_ext::<Handle>().cloned() else { return Err(JobError("no state".into())) };
    let result = match tokio::time::timeout(J::LIMIT, job.run(&app)).await {
        Ok(result) => result,
        Err(_) => Err(JobError(format!("not done within {} s", J::LIMIT.as_secs()))),
    };
    if let Err(error) = &result {
        tracing::warn!(job = J::NAME, cause = %error, "job failed");
    }
    result
}

macro_rules! task_handler {
    ($job:ty) => {
        impl TaskHandler for $job {
            const IDENTIFIER: &'static str = <$job as Job>::NAME;

            async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
                run(self, context).await
            }
        }
    };
}

task_handler!(letters::SendLetter);
task_handler!(generate_part::GeneratePart);

/// How a dead worker's jobs come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The database is ours alone: what is locked at the start was held by a process that died.
    AtStart,
    /// Others may be working: heartbeats tell who is dead.
    Heartbeats,
}

/// The running workers.
pub struct Workers {
    tasks: Vec<tokio::task::JoinHandle<()>>,
    stop: tokio::sync::watch::Sender<bool>,
}

/// Starts the two workers: one for short jobs, one for slow ones.
///
/// # Errors
/// Where the queue can't be reached.
pub async fn start(
    app: Arc<App>,
    database_url: &str,
    slow_at_once: usize,
    recovery: Recovery,
) -> Result<Workers, Box<dyn std::error::Error + Send + Sync>> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let base = || {
        let mut stopped = stopped.clone();
        let signal: ShutdownSignal = futures::FutureExt::shared(futures::FutureExt::boxed(async move {
            // An error means that the sender is gone: the process is ending.
            let _ = stopped.wait_for(|stop| *stop).await;
        }));
        let options = WorkerOptions::default()
            .database_url(database_url)
            .max_pg_conn(6)
            .add_extension(Handle(Arc::clone(&app)))
            .listen_os_shutdown_signals(false)
            .shutdown_signal(signal)
            .shutdown_grace_period(Duration::from_secs(10))
            .poll_interval(Duration::from_secs(2));
        match recovery {
            Recovery::AtStart => options,
            Recovery::Heartbeats => options
                .heartbeat_interval(Duration::from_secs(5))
                .sweep_interval(Duration::from_secs(10))
                .sweep_threshold(Duration::from_secs(20))
                .recovery_delay(Duration::from_secs(1)),
        }
    };
    // The first makes the queue's schema, if it is not there yet: one after the other. Neither has a local queue: with
    // its default settings an idle worker asked the database without a pause, and took most of a core.
    let short = base().concurrency(4).define_job::<letters::SendLetter>().init().await?;
    let slow = base().concurrency(slow_at_once).define_job::<generate_part::GeneratePart>().init().await?;
    if recovery == Recovery::AtStart {
        let released = app.store.release_abandoned_jobs().await?;
        if released > 0 {
            tracing::info!(jobs = released, "jobs of the last run go on");
        }
        app.store.resume_parts().await?;
    }
    let tasks = [short, slow]
        .into_iter()
        .map(|worker| {
            tokio::spawn(async move {
                if let Err(error) = worker.run().await {
                    tracing::error!(cause = %error, "a worker ended");
                }
            })
        })
        .collect();
    Ok(Workers { tasks, stop })
}

impl Workers {
    /// Takes no more jobs and waits for those that run; what isn't done in ten seconds goes back into the queue.
    pub async fn drain(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if tokio::time::timeout(Duration::from_secs(15), task).await.is_err() {
                tracing::warn!("a worker did not drain in time");
            }
        }
    }
}

/// Makes the queue's tables; part of `migrate`.
///
/// # Errors
/// Where the database can't be reached.
pub async fn migrate_queue(database_url: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    WorkerOptions::default()
        .database_url(database_url)
        .max_pg_conn(2)
        .define_job::<letters::SendLetter>()
        .init()
        .await?;
    Ok(())
}
