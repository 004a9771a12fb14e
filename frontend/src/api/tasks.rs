//! Tasks: their content, their student view, and marking.

use types::{
    ids::{LessonId, TaskId},
    lesson::{CreateTask, Hint, HintRequest, MarkRequest, Marks, MoveTask, StudentTask, Task, UpdateTask},
};

use super::{Answer, Request};

pub async fn create(lesson: LessonId, body: CreateTask) -> Answer<Task> {
    Request::post(format!("/lessons/{lesson}/tasks")).json(&body).send().await
}

pub async fn get(id: TaskId) -> Answer<Task> {
    Request::get(format!("/tasks/{id}")).send().await
}

/// If the revision is stale, [`super::ApiError::current`] returns the task as stored.
pub async fn update(id: TaskId, body: UpdateTask) -> Answer<Task> {
    Request::put(format!("/tasks/{id}")).json(&body).send().await
}

pub async fn move_to(id: TaskId, body: MoveTask) -> Answer<Task> {
    Request::post(format!("/tasks/{id}/move")).json(&body).send().await
}

pub async fn delete(id: TaskId) -> Answer<()> {
    Request::delete(format!("/tasks/{id}")).done().await
}

pub async fn restore(id: TaskId) -> Answer<Task> {
    Request::post(format!("/tasks/{id}/restore")).send().await
}

pub async fn duplicate(id: TaskId) -> Answer<Task> {
    Request::post(format!("/tasks/{id}/duplicate")).send().await
}

pub async fn student_view(id: TaskId) -> Answer<StudentTask> {
    Request::get(format!("/tasks/{id}/student-view")).send().await
}

pub async fn mark(id: TaskId, body: MarkRequest) -> Answer<Marks> {
    Request::post(format!("/tasks/{id}/marks")).json(&body).send().await
}

pub async fn hint(id: TaskId, body: HintRequest) -> Answer<Hint> {
    Request::post(format!("/tasks/{id}/hints")).json(&body).send().await
}
