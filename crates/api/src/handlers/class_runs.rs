//! A lesson taught live: its socket, its end, and the report.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use store::{RunRole, StoreError};
use types::{
    account::Scope,
    classroom::{AttemptRow, CloseCode, RunReport, TaughtRun},
    ids::{ClassRunId, LessonId, TaskId, UserId},
    page::{PAGE_DEFAULT, PAGE_MAX, Page},
    problem::{FieldCode, ProblemCode},
};

use crate::{
    address,
    auth::{self, Caller, Maybe},
    classroom::{Who, transport::Upgrade},
    cursor,
    error::{ApiError, ApiResult},
    extract::{Id, Query},
    state::App,
};

/// Which runs to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RunsQuery {
    /// Runs of this lesson only.
    #[serde(default)]
    lesson: Option<LessonId>,
    /// `next` of the page before; without it, the first page.
    #[serde(default)]
    cursor: Option<String>,
    /// Runs per page; 24 if omitted.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default)]
    limit: Option<u32>,
}

/// List class runs
///
/// Open and ended runs of the caller's classes, newest first.
#[utoipa::path(
    tag = "classes",
    operation_id = "listClassRuns",
    security(("token" = ["classes:read"])),
    params(RunsQuery),
    responses((status = 200, body = Page<TaughtRun>)),
)]
#[get("/runs")]
pub async fn list(
    app: web::Data<App>,
    caller: Caller,
    query: Query<RunsQuery>,
) -> ApiResult<web::Json<Page<TaughtRun>>> {
    let owner = caller.teacher(Scope::ClassesRead)?;
    let Query(query) = query;
    let after = query.cursor.as_deref().map(cursor::read).transpose()?;
    let limit = query.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::field("limit", FieldCode::NotAllowed));
    }
    let (mut page, next) = app.store.taught_runs(owner, query.lesson, after, limit).await?;
    page.next = next.map(cursor::write);
    Ok(web::Json(page))
}

/// Get class run report
///
/// Who was there, with first and last marks, item by item.
#[utoipa::path(
    tag = "classes",
    operation_id = "getClassRunReport",
    security(("token" = ["classes:read"])),
    params(("id" = ClassRunId, Path)),
    responses((status = 200, body = RunReport)),
)]
#[get("/runs/{id}/report")]
pub async fn report(app: web::Data<App>, caller: Caller, id: Id<ClassRunId>) -> ApiResult<web::Json<RunReport>> {
    let owner = caller.teacher(Scope::ClassesRead)?;
    Ok(web::Json(app.store.run_report(owner, id.0).await?))
}

/// Whose attempts, and at which task.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttemptsOf {
    /// Attempts of this student only.
    #[serde(default)]
    student: Option<UserId>,
    /// Attempts at this task only.
    #[serde(default)]
    task: Option<TaskId>,
}

/// List attempts
///
/// Every checked answer of a run, newest first, at most 1,000.
#[utoipa::path(
    tag = "classes",
    operation_id = "listAttempts",
    security(("token" = ["classes:read"])),
    params(("id" = ClassRunId, Path), AttemptsOf),
    responses((status = 200, body = Vec<AttemptRow>)),
)]
#[get("/runs/{id}/attempts")]
pub async fn attempts(
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassRunId>,
    of: Query<AttemptsOf>,
) -> ApiResult<web::Json<Vec<AttemptRow>>> {
    let owner = caller.teacher(Scope::ClassesRead)?;
    Ok(web::Json(app.store.attempts(owner, id.0, of.0.student, of.0.task).await?))
}

/// End class run
///
/// An ended run stays as it is.
#[utoipa::path(
    tag = "classes",
    operation_id = "endClassRun",
    security(("token" = ["classes:write"])),
    params(("id" = ClassRunId, Path)),
    responses((status = 204, description = "Ended")),
)]
#[post("/runs/{id}/end")]
pub async fn end(app: web::Data<App>, caller: Caller, id: Id<ClassRunId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::ClassesWrite)?;
    let ended = app.store.end_run(owner, id.0).await?;
    app.classroom.announce(ended).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Open class run socket
///
/// The room's WebSocket, for its teacher and its students; docs/CLASSROOM.md describes the messages. A caller who may
/// not connect gets a close code.
#[utoipa::path(
    tag = "classes",
    operation_id = "openClassRunSocket",
    params(("id" = ClassRunId, Path)),
    responses(
        (status = 101, description = "Open"),
        (status = 204, description = "Without an upgrade: the caller belongs to the room"),
    ),
)]
#[get("/runs/{id}/socket")]
pub async fn socket(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Maybe,
    id: Id<ClassRunId>,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let upgrade = auth::is_socket(request.headers());
    let entrant = match caller.0 {
        None if upgrade => Err(CloseCode::LoggedOut),
        None => return Err(ApiError::new(ProblemCode::NotLoggedIn)),
        Some(caller) => {
            let session = caller.in_person()?;
            let user = caller.me.id;
            match app.store.run_role(user, id.0).await {
                Ok(role) => Ok((session, Who { user, teacher: role == RunRole::Teacher })),
                Err(StoreError::NotFound) if upgrade => Err(CloseCode::Removed),
                Err(other) => return Err(other.into()),
            }
        }
    };
    if !upgrade {
        return Ok(HttpResponse::NoContent().finish());
    }
    let address = address::address(&request, app.config.trust_proxy);
    let upgrade = Upgrade::of(&request)?;
    let admission = app.classroom.admit(id.0, entrant, address)?;
    let (response, sender, receiver) = upgrade.accept(payload, app.classroom.rooms())?;
    admission.begin(sender, receiver);
    Ok(response)
}
