//! Work that outlives a request. Jobs are stored in PostgreSQL, enqueued in the transaction that needs them, and may
//! run more than once, so each is idempotent.

pub mod generate_part;
pub mod letters;

use std::{
    fmt,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use graphile_worker::{IntoTaskHandlerResult, ShutdownSignal, TaskHandler, Worker, WorkerContext, WorkerOptions};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::watch;

use crate::state::App;

/// A job. This trait hides the queue that runs it.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const NAME: &'static str;
    /// Time after which a run is aborted and retried.
    const LIMIT: Duration;

    /// Does the work. On an error it is retried, with growing pauses.
    fn run(&self, app: &App) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// Why a job has to be retried.
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

/// The state that jobs work with.
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

/// How a dead worker's jobs are recovered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// We own the database: whatever is locked at the start belonged to a process that died.
    AtStart,
    /// Other processes may have workers: heartbeats show which ones are dead.
    Heartbeats,
}

/// The running workers.
pub struct Workers {
    task: tokio::task::JoinHandle<()>,
    stop: watch::Sender<bool>,
}

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Creates workers. A worker ends when the database fails, so new ones may be needed.
struct WorkerMaker {
    app: Arc<App>,
    database_url: String,
    slow_at_once: usize,
    recovery: Recovery,
    stopped: watch::Receiver<bool>,
}

/// The two workers: one for short jobs, one for slow ones.
struct Pair {
    short: Worker,
    slow: Worker,
    /// Stops both.
    stop: watch::Sender<bool>,
}

/// Shortest pause before new workers are created.
const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(10);

impl WorkerMaker {
    fn options(&self, of_pair: &watch::Receiver<bool>) -> WorkerOptions {
        let (mut all, mut pair) = (self.stopped.clone(), of_pair.clone());
        let signal: ShutdownSignal = futures::FutureExt::shared(futures::FutureExt::boxed(async move {
            // An error means that the sender is gone: the process is shutting down.
            tokio::select! {
                _ = all.wait_for(|stop| *stop) => {}
                _ = pair.wait_for(|stop| *stop) => {}
            }
        }));
        let options = WorkerOptions::default()
            .database_url(&self.database_url)
            .max_pg_conn(6)
            .add_extension(Handle(Arc::clone(&self.app)))
            .listen_os_shutdown_signals(false)
            .shutdown_signal(signal)
            .shutdown_grace_period(Duration::from_secs(10))
            .poll_interval(Duration::from_secs(2));
        match self.recovery {
            Recovery::AtStart => options,
            Recovery::Heartbeats => options
                .heartbeat_interval(Duration::from_secs(5))
                .sweep_interval(Duration::from_secs(10))
                .sweep_threshold(Duration::from_secs(20))
                .recovery_delay(Duration::from_secs(1)),
        }
    }

    async fn pair(&self) -> Result<Pair, Error> {
        let (stop, stopped) = watch::channel(false);
        // One after the other, since the first creates the queue's schema if it is missing. Neither has a local queue:
        // with its default settings an idle worker polled the database without a pause and took most of a core.
        let short = self.options(&stopped).concurrency(4).define_job::<letters::SendLetter>().init().await?;
        let slow = self
            .options(&stopped)
            .concurrency(self.slow_at_once)
            .define_job::<generate_part::GeneratePart>()
            .init()
            .await?;
        if self.recovery == Recovery::AtStart {
            let released = self.app.store.release_abandoned_jobs().await?;
            if released > 0 {
                tracing::info!(jobs = released, "returned a dead process's jobs to the queue");
            }
            self.app.store.resume_parts().await?;
        }
        Ok(Pair { short, slow, stop })
    }

    async fn keep(mut self, mut pair: Option<Pair>) {
        let mut pause = PAUSE_MIN;
        loop {
            let made = match pair.take() {
                Some(pair) => Ok(pair),
                None => self.pair().await,
            };
            match made {
                Ok(pair) => {
                    let began = Instant::now();
                    pair.run().await;
                    if began.elapsed() > PAUSE_MAX {
                        pause = PAUSE_MIN;
                    }
                }
                Err(error) => tracing::warn!(cause = %error, "failed to start the workers"),
            }
            tokio::select! {
                // An error means that the sender is gone: the process is shutting down.
                _ = self.stopped.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }
}

impl Pair {
    /// Runs both until they have ended, because of a stop or because one of them failed.
    async fn run(self) {
        let one = async |worker: &Worker| {
            if let Err(error) = worker.run().await {
                tracing::warn!(cause = %error, "a worker died and is being restarted");
            }
            self.stop.send_replace(true);
        };
        tokio::join!(one(&self.short), one(&self.slow));
    }
}

/// Starts the two workers, and restarts them after the database was away.
///
/// # Errors
/// If the queue can't be reached.
pub async fn start(
    app: Arc<App>,
    database_url: &str,
    slow_at_once: usize,
    recovery: Recovery,
) -> Result<Workers, Error> {
    let (stop, stopped) = watch::channel(false);
    let maker = WorkerMaker { app, database_url: database_url.to_owned(), slow_at_once, recovery, stopped };
    let pair = maker.pair().await?;
    Ok(Workers { task: tokio::spawn(maker.keep(Some(pair))), stop })
}

impl Workers {
    /// Takes no more jobs and waits for the running ones. Jobs that are not finished after ten seconds go back to the
    /// queue.
    pub async fn drain(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(Duration::from_secs(15), self.task).await.is_err() {
            tracing::warn!("the workers did not finish in time");
        }
    }
}

/// Creates the queue's tables; part of `migrate`.
///
/// # Errors
/// If the database can't be reached.
pub async fn migrate_queue(database_url: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    WorkerOptions::default()
        .database_url(database_url)
        .max_pg_conn(2)
        .define_job::<letters::SendLetter>()
        .init()
        .await?;
    Ok(())
}
