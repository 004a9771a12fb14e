//! Requesting generated lessons and tasks, and watching the progress.

use actix_web::{HttpResponse, get, post, web};
use generation::{PACK_LANGUAGE, PlanError};
use store::{NewLesson, NewPart, NewRun, NewTaskRun};
use types::{
    account::Scope,
    generation::{CreateRun, GenerateTask, GenerationOptions, Regenerate, Run, StoredRequest},
    ids::{GenerationPartId, GenerationRunId, LessonId, TaskId},
    levels::Language,
    problem::{FieldCode, FieldError, Problem, ProblemCode},
    tasks::meta_of,
};

use crate::{
    auth::Caller,
    error::{ApiError, ApiResult, check},
    extract::{Body, Id},
    state::App,
};

fn refused(error: PlanError) -> ApiError {
    // A source that is too short, or a kind that needs a model, is an ordinary field error; for the rest, another topic
    // may help.
    if error.near.is_empty() && (error.field.starts_with("source") || error.field == "kind") {
        return ApiError::field(error.field, error.code);
    }
    let mut problem = Problem::new(ProblemCode::TopicNotInPack);
    problem.errors = vec![FieldError::new(error.field, error.code)];
    problem.near = error.near;
    ApiError(Box::new(problem))
}

/// Get generation options
///
/// Whether a model can write about any topic, or only the topics of the built-in pack are available.
#[utoipa::path(
    tag = "generation",
    operation_id = "getGenerationOptions",
    security(("token" = ["lessons:read"])),
    responses((status = 200, body = GenerationOptions)),
)]
#[get("/generation/options")]
pub async fn options(app: web::Data<App>, caller: Caller) -> ApiResult<web::Json<GenerationOptions>> {
    caller.teacher(Scope::LessonsRead)?;
    let offer = app.generator.offer();
    Ok(web::Json(GenerationOptions {
        model: offer.model,
        kinds: generation::generated_kinds(&offer).map(str::to_owned).collect(),
        topics: generation::topics(),
        pack_language: PACK_LANGUAGE,
        languages: Language::ALL.to_vec(),
    }))
}

/// Generate lesson
///
/// Creates the lesson at once; its tasks are added as they are written. Poll `getGenerationRun`. The same `request_id`
/// sent twice starts one run.
#[utoipa::path(
    tag = "generation",
    operation_id = "createGenerationRun",
    security(("token" = ["generate"])),
    request_body = CreateRun,
    responses(
        (status = 202, body = Run),
        (status = 422, description = "topic_not_in_pack, limit_reached"),
    ),
)]
#[post("/generation/runs")]
pub async fn create(app: web::Data<App>, caller: Caller, body: Body<CreateRun>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::Generate)?;
    app.limits.generation(owner)?;
    let Body(request) = body;
    check(request.validate())?;
    let plan = generation::plan(&request, &app.generator.offer()).map_err(refused)?;
    let request = CreateRun { level: plan.level, ..request };
    let new = NewRun {
        request_id: request.request_id,
        lesson: NewLesson {
            title: plan.title,
            topic: plan.topic,
            level: plan.level,
            target_language: request.target_language,
            students_language: request.students_language,
            notes: request.notes.clone(),
            course_id: request.course_id,
        },
        request: StoredRequest::Lesson(request),
        sections: plan.sections,
        parts: plan
            .parts
            .into_iter()
            .map(|part| NewPart {
                kind: part.kind,
                title: part.title,
                plan: part.plan,
                waits_for: part.waits_for,
                section: part.section,
            })
            .collect(),
    };
    Ok(HttpResponse::Accepted().json(app.store.create_run(owner, &new).await?))
}

/// Get generation run
#[utoipa::path(
    tag = "generation",
    operation_id = "getGenerationRun",
    security(("token" = ["lessons:read"])),
    params(("id" = GenerationRunId, Path)),
    responses((status = 200, body = Run)),
)]
#[get("/generation/runs/{id}")]
pub async fn read(app: web::Data<App>, caller: Caller, id: Id<GenerationRunId>) -> ApiResult<web::Json<Run>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    Ok(web::Json(app.store.run(owner, id.0).await?))
}

/// Stop generation run
///
/// Tasks that are written stay.
#[utoipa::path(
    tag = "generation",
    operation_id = "stopGenerationRun",
    security(("token" = ["generate"])),
    params(("id" = GenerationRunId, Path)),
    responses((status = 200, body = Run)),
)]
#[post("/generation/runs/{id}/stop")]
pub async fn stop(app: web::Data<App>, caller: Caller, id: Id<GenerationRunId>) -> ApiResult<web::Json<Run>> {
    let owner = caller.teacher(Scope::Generate)?;
    Ok(web::Json(app.store.stop_run(owner, id.0).await?))
}

/// Retry failed task
#[utoipa::path(
    tag = "generation",
    operation_id = "retryGenerationPart",
    security(("token" = ["generate"])),
    params(("id" = GenerationPartId, Path)),
    responses(
        (status = 200, body = Run),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/generation/parts/{id}/retry")]
pub async fn retry(app: web::Data<App>, caller: Caller, id: Id<GenerationPartId>) -> ApiResult<web::Json<Run>> {
    let owner = caller.teacher(Scope::Generate)?;
    app.limits.generation(owner)?;
    Ok(web::Json(app.store.resolve_part(owner, id.0, true).await?))
}

/// Dismiss failed task
#[utoipa::path(
    tag = "generation",
    operation_id = "dismissGenerationPart",
    security(("token" = ["generate"])),
    params(("id" = GenerationPartId, Path)),
    responses((status = 200, body = Run)),
)]
#[post("/generation/parts/{id}/dismiss")]
pub async fn dismiss(app: web::Data<App>, caller: Caller, id: Id<GenerationPartId>) -> ApiResult<web::Json<Run>> {
    let owner = caller.teacher(Scope::Generate)?;
    Ok(web::Json(app.store.resolve_part(owner, id.0, false).await?))
}

/// List generation runs of lesson
///
/// Runs that are under way, and failed tasks that are neither retried nor dismissed.
#[utoipa::path(
    tag = "generation",
    operation_id = "listLessonGenerationRuns",
    security(("token" = ["lessons:read"])),
    params(("id" = LessonId, Path)),
    responses((status = 200, body = Vec<Run>)),
)]
#[get("/lessons/{id}/runs")]
pub async fn of_lesson(app: web::Data<App>, caller: Caller, id: Id<LessonId>) -> ApiResult<web::Json<Vec<Run>>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    Ok(web::Json(app.store.runs_of_lesson(owner, id.0).await?))
}

/// Generate task
///
/// Adds one task to a lesson.
#[utoipa::path(
    tag = "generation",
    operation_id = "generateTask",
    security(("token" = ["generate"])),
    params(("id" = LessonId, Path)),
    request_body = GenerateTask,
    responses(
        (status = 202, body = Run),
        (status = 422, description = "topic_not_in_pack, limit_reached"),
    ),
)]
#[post("/lessons/{id}/tasks/generate")]
pub async fn generate_task(
    app: web::Data<App>,
    caller: Caller,
    id: Id<LessonId>,
    body: Body<GenerateTask>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::Generate)?;
    app.limits.generation(owner)?;
    let Body(request) = body;
    check(request.validate())?;
    if meta_of(&request.kind).is_none_or(|meta| !meta.generated) {
        return Err(ApiError::field("kind", FieldCode::NotAllowed));
    }
    let lesson = app.store.lesson(owner, id.0).await?;
    let topic = if request.topic.trim().is_empty() { &lesson.topic } else { &request.topic };
    let level = request.level.unwrap_or(lesson.level);
    let part = generation::plan_one(
        &request.kind,
        topic,
        level,
        lesson.target_language,
        request.items,
        &app.generator.offer(),
    )
    .map_err(refused)?;
    let new = NewTaskRun {
        request_id: request.request_id,
        request: StoredRequest::Task { topic: topic.clone(), level },
        lesson: id.0,
        section: request.section_id,
        after: request.after,
        replaces: None,
        kind: part.kind,
        title: part.title,
        plan: part.plan,
    };
    Ok(HttpResponse::Accepted().json(app.store.create_task_run(owner, &new).await?))
}

/// Regenerate task
///
/// Replaces the task with another of the same kind.
#[utoipa::path(
    tag = "generation",
    operation_id = "regenerateTask",
    security(("token" = ["generate"])),
    params(("id" = TaskId, Path)),
    request_body = Regenerate,
    responses(
        (status = 202, body = Run),
        (status = 409, description = "stale, already_running"),
        (status = 422, description = "topic_not_in_pack, limit_reached"),
    ),
)]
#[post("/tasks/{id}/regenerate")]
pub async fn regenerate(
    app: web::Data<App>,
    caller: Caller,
    id: Id<TaskId>,
    body: Body<Regenerate>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::Generate)?;
    app.limits.generation(owner)?;
    let Body(request) = body;
    check(request.validate())?;
    let known = app.store.task(owner, id.0).await?;
    let kind = known.task.body.kind();
    if known.task.body.meta().is_none_or(|meta| !meta.generated) {
        return Err(ApiError::field("", FieldCode::NotAllowed));
    }
    let items = u32::try_from(known.task.body.items().len()).ok().filter(|n| *n > 0);
    let made_by = app.store.plan_of(id.0).await?;
    let (level, language) = (known.level, known.target_language);
    let part = generation::plan_again(made_by, kind, &known.topic, level, language, items, &app.generator.offer())
        .map_err(refused)?;
    let new = NewTaskRun {
        request_id: request.request_id,
        request: StoredRequest::Again { topic: known.topic, level: known.level, wish: request.wish },
        lesson: known.lesson,
        section: known.task.section_id,
        after: None,
        replaces: Some((id.0, request.revision)),
        kind: part.kind,
        title: known.task.title.clone(),
        plan: part.plan,
    };
    Ok(HttpResponse::Accepted().json(app.store.create_task_run(owner, &new).await?))
}
