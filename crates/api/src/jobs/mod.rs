//! Work that outlives a request. Jobs live in PostgreSQL, are put there in the transaction that needs them, and may be
//! run more than once: each is idempotent.

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
    task: tokio::task::JoinHandle<()>,
    stop: watch::Sender<bool>,
}

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What workers are made of. A worker ends when the database fails it, so they may have to be made again.
struct Maker {
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
    /// Ends both.
    stop: watch::Sender<bool>,
}

/// How long to wait before the workers are made again.
const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(10);

impl Maker {
    fn options(&self, of_pair: &watch::Receiver<bool>) -> WorkerOptions {
        let (mut all, mut pair) = (self.stopped.clone(), of_pair.clone());
        let signal: ShutdownSignal = futures::FutureExt::shared(futures::FutureExt::boxed(async move {
            // An error means that the sender is gone: the process is ending.
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
        // The first makes the queue's schema, if it is not there yet: one after the other. Neither has a local queue: with
        // its default settings an idle worker asked the database without a pause, and took most of a core.
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
                tracing::info!(jobs = released, "jobs of the last run go on");
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
                Err(error) => tracing::warn!(cause = %error, "the workers can't be started"),
            }
            tokio::select! {
                // An error means that the sender is gone: the process is ending.
                _ = self.stopped.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }
}

impl Pair {
    /// Until both have ended: by a stop, or since one of them could not go on.
    async fn run(self) {
        let one = async |worker: &Worker| {
            if let Err(error) = worker.run().await {
                tracing::warn!(cause = %error, "a worker ended and is started again");
            }
            self.stop.send_replace(true);
        };
        tokio::join!(one(&self.short), one(&self.slow));
    }
}

/// Starts the two workers, and starts them anew when the database was away.
///
/// # Errors
/// Where the queue can't be reached.
pub async fn start(
    app: Arc<App>,
    database_url: &str,
    slow_at_once: usize,
    recovery: Recovery,
) -> Result<Workers, Error> {
    let (stop, stopped) = watch::channel(false);
    let maker = Maker { app, database_url: database_url.to_owned(), slow_at_once, recovery, stopped };
    let pair = maker.pair().await?;
    Ok(Workers { task: tokio::spawn(maker.keep(Some(pair))), stop })
}

impl Workers {
    /// Takes no more jobs and waits for those that run; what isn't done in ten seconds goes back into the queue.
    pub async fn drain(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(Duration::from_secs(15), self.task).await.is_err() {
            tracing::warn!("the workers did not drain in time");
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
