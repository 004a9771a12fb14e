//! Writes one task of a generation run.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use generation::PartJob;
use serde::{Deserialize, Serialize};
use store::{Finished, PartWork, TaskChange};
use types::{generation::PartFault, ids::GenerationPartId, shuffle::mix};

use super::{Job, JobError};
use crate::state::App;

/// Attempts after which a part that never ended is given up: it may be what kills the process.
const ATTEMPTS_MAX: i32 = 4;

#[derive(Serialize, Deserialize)]
pub struct GeneratePart {
    part: GenerationPartId,
}

/// A seed that depends on the part, and differs from attempt to attempt.
fn seed(work: &PartWork) -> u64 {
    let (high, low) = work.new_task.0.as_u64_pair();
    mix(high.rotate_left(17) ^ low, work.version.unsigned_abs())
}

async fn write(app: &App, work: &PartWork) -> Finished {
    let job = PartJob {
        kind: work.kind.clone(),
        title: work.title.clone(),
        plan: work.plan.clone(),
        topic: work.request.topic().to_owned(),
        notes: work.notes.clone(),
        wish: work.request.wish().map(str::to_owned),
        level: work.request.level(),
        target_language: work.target_language,
        students_language: work.students_language,
        tasks: work.tasks.clone(),
        replaces: work.replaces.map(|(task, _)| task),
        seed: seed(work),
    };
    let outcome = AssertUnwindSafe(app.generator.write(&job)).catch_unwind().await;
    match outcome {
        Ok(Ok(written)) => Finished::Ready(Box::new(TaskChange {
            revision: 0,
            title: written.title,
            instructions: written.instructions,
            body: written.body,
            origin: written.origin,
            evidence: written.evidence,
        })),
        Ok(Err(failure)) => Finished::Failed { fault: failure.fault, detail: failure.detail },
        Err(_) => {
            tracing::error!(part = %work.part, kind = %work.kind, "writing a task panicked");
            Finished::Failed { fault: PartFault::Internal, detail: None }
        }
    }
}

impl Job for GeneratePart {
    const NAME: &'static str = store::PART_JOB;
    const LIMIT: Duration = Duration::from_secs(900);

    async fn run(&self, app: &App) -> Result<(), JobError> {
        let Some(work) = app.store.start_part(self.part).await? else { return Ok(()) };
        let finished = if work.attempts > ATTEMPTS_MAX {
            Finished::Failed { fault: PartFault::Internal, detail: None }
        } else {
            write(app, &work).await
        };
        app.store.finish_part(&work, &finished).await?;
        Ok(())
    }
}
