//! Tasks: writing them, and trying them as a student would.

use actix_web::{HttpResponse, delete, get, http::StatusCode, post, put, web};
use serde_json::Value;
use store::{NewTask, Placement, TaskChange};
use types::{
    account::Scope,
    ids::{LessonId, TaskId, UserId},
    lesson::{
        CreateTask, Hint, HintRequest, ItemMark, Lesson, MarkRequest, Marks, MoveTask, Origin, StudentTask, Task,
        UpdateTask, validate_task_texts,
    },
    marks::Points,
    problem::{FieldCode, FieldError},
    tasks::AnswerFault,
};
use uuid::Uuid;

use crate::{
    auth::Caller,
    error::{ApiError, ApiResult, check},
    extract::{Body, Id, task_body},
    measure::measure,
    seed::seed,
    state::App,
};

async fn lesson_of(app: &App, owner: UserId, lesson: LessonId) -> ApiResult<Lesson> {
    Ok(app.store.lesson(owner, lesson).await?)
}

/// Create task
///
/// A repeated `id` creates only one task.
#[utoipa::path(
    tag = "tasks",
    operation_id = "createTask",
    security(("token" = ["lessons:write"])),
    params(("id" = LessonId, Path)),
    request_body = CreateTask,
    responses(
        (status = 201, body = Task),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/lessons/{id}/tasks")]
pub async fn create(
    app: web::Data<App>,
    caller: Caller,
    id: Id<LessonId>,
    body: Body<CreateTask>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    let Body(new) = body;
    check(validate_task_texts(&new.title, &new.instructions))?;
    let lesson = lesson_of(&app, owner, id.0).await?;
    let content = generation::prepare(task_body(new.body)?, lesson.target_language);
    let evidence = measure(&app, &content, lesson.level, lesson.target_language, lesson.tasks());
    let task = NewTask {
        id: new.id.unwrap_or_else(|| TaskId(Uuid::now_v7())),
        section_id: new.section_id,
        place: new.after.map_or(Placement::Last, |after| Placement::After(Some(after))),
        title: new.title,
        instructions: new.instructions,
        body: content,
        origin: Origin::teacher(),
        evidence,
    };
    Ok(caller.written(StatusCode::CREATED, &app.store.create_task(owner, id.0, &task).await?))
}

/// Get task
///
/// With its keys.
#[utoipa::path(
    tag = "tasks",
    operation_id = "getTask",
    security(("token" = ["lessons:read"])),
    params(("id" = TaskId, Path)),
    responses((status = 200, body = Task)),
)]
#[get("/tasks/{id}")]
pub async fn read(app: web::Data<App>, caller: Caller, id: Id<TaskId>) -> ApiResult<web::Json<Task>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    Ok(web::Json(app.store.task(owner, id.0).await?.task))
}

/// Replace task
///
/// Replaces title, instructions and body. A stale `revision` is refused with the current task.
#[utoipa::path(
    tag = "tasks",
    operation_id = "updateTask",
    security(("token" = ["lessons:write"])),
    params(("id" = TaskId, Path)),
    request_body = UpdateTask,
    responses(
        (status = 200, body = Task),
        (status = 409, description = "stale"),
    ),
)]
#[put("/tasks/{id}")]
pub async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Id<TaskId>,
    body: Body<UpdateTask>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    let Body(change) = body;
    check(validate_task_texts(&change.title, &change.instructions))?;
    let known = app.store.task(owner, id.0).await?;
    let content = generation::prepare(task_body(change.body)?, known.target_language);
    let lesson = lesson_of(&app, owner, known.lesson).await?;
    let around = lesson.tasks().filter(|task| task.id != id.0);
    let evidence = measure(&app, &content, known.level, known.target_language, around);
    let edited = known.task.origin.edited || content != known.task.body;
    let change = TaskChange {
        revision: change.revision,
        title: change.title,
        instructions: change.instructions,
        body: content,
        origin: Origin { edited, ..known.task.origin },
        evidence,
    };
    let task = app.store.update_task(owner, id.0, &change).await.map_err(|error| caller.redacted(error))?;
    Ok(caller.written(StatusCode::OK, &task))
}

/// Move task
///
/// Within its lesson.
#[utoipa::path(
    tag = "tasks",
    operation_id = "moveTask",
    security(("token" = ["lessons:write"])),
    params(("id" = TaskId, Path)),
    request_body = MoveTask,
    responses((status = 200, body = Task)),
)]
#[post("/tasks/{id}/move")]
pub async fn relocate(
    app: web::Data<App>,
    caller: Caller,
    id: Id<TaskId>,
    body: Body<MoveTask>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    let task = app.store.move_task(owner, id.0, body.0.section_id, body.0.after).await?;
    Ok(caller.written(StatusCode::OK, &task))
}

/// Delete task
///
/// It can be restored.
#[utoipa::path(
    tag = "tasks",
    operation_id = "deleteTask",
    security(("token" = ["lessons:write"])),
    params(("id" = TaskId, Path)),
    responses((status = 204, description = "Deleted")),
)]
#[delete("/tasks/{id}")]
pub async fn delete(app: web::Data<App>, caller: Caller, id: Id<TaskId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_task_deleted(owner, id.0, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore task
///
/// To its previous place.
#[utoipa::path(
    tag = "tasks",
    operation_id = "restoreTask",
    security(("token" = ["lessons:write"])),
    params(("id" = TaskId, Path)),
    responses(
        (status = 200, body = Task),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/tasks/{id}/restore")]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id<TaskId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    Ok(caller.written(StatusCode::OK, &app.store.set_task_deleted(owner, id.0, false).await?))
}

/// Duplicate task
///
/// The copy comes right after it.
#[utoipa::path(
    tag = "tasks",
    operation_id = "duplicateTask",
    security(("token" = ["lessons:write"])),
    params(("id" = TaskId, Path)),
    responses(
        (status = 201, body = Task),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/tasks/{id}/duplicate")]
pub async fn duplicate(app: web::Data<App>, caller: Caller, id: Id<TaskId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    Ok(caller.written(StatusCode::CREATED, &app.store.duplicate_task(owner, id.0).await?))
}

/// Get student view of task
///
/// Without keys. Options are shuffled, the same way each time for the same caller.
#[utoipa::path(
    tag = "tasks",
    operation_id = "getTaskStudentView",
    security(("token" = ["lessons:read"])),
    params(("id" = TaskId, Path)),
    responses((status = 200, body = StudentTask)),
)]
#[get("/tasks/{id}/student-view")]
pub async fn student_view(app: web::Data<App>, caller: Caller, id: Id<TaskId>) -> ApiResult<web::Json<StudentTask>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    let task = app.store.task(owner, id.0).await?.task;
    let view = task.body.student_view(seed(task.id, caller.me.id));
    Ok(web::Json(StudentTask { id: task.id, title: task.title, instructions: task.instructions, view }))
}

/// Mark answers
///
/// Nothing is stored: a way to try a task out.
#[utoipa::path(
    tag = "tasks",
    operation_id = "markAnswers",
    security(("token" = ["lessons:read"])),
    params(("id" = TaskId, Path)),
    request_body = MarkRequest,
    responses((status = 200, body = Marks)),
)]
#[post("/tasks/{id}/marks")]
pub async fn mark(
    app: web::Data<App>,
    caller: Caller,
    id: Id<TaskId>,
    body: Body<MarkRequest>,
) -> ApiResult<web::Json<Marks>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    let Body(request) = body;
    check(request.validate())?;
    let known = app.store.task(owner, id.0).await?;
    let task = known.task;
    let mut marks = Vec::with_capacity(request.answers.len());
    let mut faults = Vec::new();
    for (n, given) in request.answers.iter().enumerate() {
        if too_long(&given.answer) {
            faults.push(FieldError::new(format!("answers.{n}.answer"), FieldCode::TooLong));
            continue;
        }
        match task.body.score(&given.item, &given.answer, known.target_language) {
            Ok(mark) => marks.push(ItemMark { item: given.item.clone(), mark }),
            Err(AnswerFault::NoSuchItem | AnswerFault::NotMarked) => {
                faults.push(FieldError::new(format!("answers.{n}.item"), FieldCode::NoSuchReference));
            }
            Err(AnswerFault::Malformed) => {
                faults.push(FieldError::new(format!("answers.{n}.answer"), FieldCode::Malformed))
            }
        }
    }
    check(faults)?;
    let points = marks.iter().map(|item| item.mark.points).sum();
    let max = Points::new(u32::try_from(task.body.items().len()).unwrap_or(u32::MAX), 1);
    Ok(web::Json(Marks { marks, points, max }))
}

/// Whether a text in the answer is longer than an item's text may be, or a list or object has more entries than a task
/// has items.
fn too_long(answer: &Value) -> bool {
    match answer {
        Value::String(text) => text.chars().count() > types::tasks::ITEM_TEXT_MAX,
        Value::Array(list) => list.len() > types::tasks::ITEMS_MAX || list.iter().any(too_long),
        Value::Object(map) => map.len() > types::tasks::ITEMS_MAX || map.values().any(too_long),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Get hint for item
#[utoipa::path(
    tag = "tasks",
    operation_id = "getHint",
    security(("token" = ["lessons:read"])),
    params(("id" = TaskId, Path)),
    request_body = HintRequest,
    responses((status = 200, body = Hint)),
)]
#[post("/tasks/{id}/hints")]
pub async fn hint(
    app: web::Data<App>,
    caller: Caller,
    id: Id<TaskId>,
    body: Body<HintRequest>,
) -> ApiResult<web::Json<Hint>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    let task = app.store.task(owner, id.0).await?.task;
    let Body(HintRequest { item }) = body;
    if !task.body.items().contains(&item) {
        return Err(ApiError::field("item", FieldCode::NoSuchReference));
    }
    let hint = task.body.hint(&item);
    Ok(web::Json(Hint { item, hint }))
}
