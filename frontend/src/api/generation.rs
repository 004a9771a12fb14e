//! Generating lessons and tasks.

use types::{
    generation::{CreateRun, GenerateTask, GenerationOptions, Regenerate, Run},
    ids::{GenerationPartId, GenerationRunId, LessonId, TaskId},
};

use super::{Answer, Request};

pub async fn options() -> Answer<GenerationOptions> {
    Request::get("/generation/options").send().await
}

pub async fn create_run(body: CreateRun) -> Answer<Run> {
    Request::post("/generation/runs").json(&body).send().await
}

/// Lists a lesson's runs in progress, and those with failed parts.
pub async fn runs(lesson: LessonId) -> Answer<Vec<Run>> {
    Request::get(format!("/lessons/{lesson}/runs")).send().await
}

pub async fn stop_run(id: GenerationRunId) -> Answer<Run> {
    Request::post(format!("/generation/runs/{id}/stop")).send().await
}

pub async fn retry_part(id: GenerationPartId) -> Answer<Run> {
    Request::post(format!("/generation/parts/{id}/retry")).send().await
}

pub async fn dismiss_part(id: GenerationPartId) -> Answer<Run> {
    Request::post(format!("/generation/parts/{id}/dismiss")).send().await
}

/// Generates one more task for a lesson.
pub async fn generate_task(lesson: LessonId, body: GenerateTask) -> Answer<Run> {
    Request::post(format!("/lessons/{lesson}/tasks/generate")).json(&body).send().await
}

/// Generates a task anew, differently.
pub async fn regenerate(task: TaskId, body: Regenerate) -> Answer<Run> {
    Request::post(format!("/tasks/{task}/regenerate")).json(&body).send().await
}
