//! A lesson taught live: its socket, its end, and what came of it.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use store::{RunRole, StoreError};
use types::{
    classroom::{AttemptRow, CloseCode, RunReport, TaughtRun},
    ids::{ClassRunId, LessonId, TaskId, UserId},
    page::{PAGE_DEFAULT, PAGE_MAX, Page},
    problem::{FieldCode, ProblemCode},
};

use crate::{
    auth::{self, Caller, Maybe},
    classroom::{self, Who},
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
    /// Of this lesson only.
    #[serde(default)]
    lesson: Option<LessonId>,
    /// What the last page gave as `next`.
    #[serde(default)]
    cursor: Option<String>,
    /// How many, at most 100.
    #[serde(default)]
    limit: Option<u32>,
}

/// A page of the runs of one's classes, the newest first: what is on and what was taught.
#[utoipa::path(tag = "classes", params(RunsQuery), responses((status = 200, body = Page<TaughtRun>)))]
#[get("/runs")]
pub async fn list(
    app: web::Data<App>,
    caller: Caller,
    query: Query<RunsQuery>,
) -> ApiResult<web::Json<Page<TaughtRun>>> {
    let owner = caller.teacher_in_person()?;
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

/// What came of a run: who was there, marks first and last, item by item.
#[utoipa::path(tag = "classes", params(("id" = ClassRunId, Path)), responses((status = 200, body = RunReport)))]
#[get("/runs/{id}/report")]
pub async fn report(app: web::Data<App>, caller: Caller, id: Id<ClassRunId>) -> ApiResult<web::Json<RunReport>> {
    let owner = caller.teacher_in_person()?;
    Ok(web::Json(app.store.run_report(owner, id.0).await?))
}

/// Whose attempts, and at which task.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttemptsOf {
    #[serde(default)]
    student: Option<UserId>,
    #[serde(default)]
    task: Option<TaskId>,
}

/// Every checked answer of a run, the newest first, at most 1,000.
#[utoipa::path(tag = "classes", params(("id" = ClassRunId, Path), AttemptsOf), responses((status = 200, body = Vec<AttemptRow>)))]
#[get("/runs/{id}/attempts")]
pub async fn attempts(
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassRunId>,
    of: Query<AttemptsOf>,
) -> ApiResult<web::Json<Vec<AttemptRow>>> {
    let owner = caller.teacher_in_person()?;
    Ok(web::Json(app.store.attempts(owner, id.0, of.0.student, of.0.task).await?))
}

/// End the class. Ended already, it stays as it is.
#[utoipa::path(tag = "classes", params(("id" = ClassRunId, Path)), responses((status = 204, description = "Ended")))]
#[post("/runs/{id}/end")]
pub async fn end(app: web::Data<App>, caller: Caller, id: Id<ClassRunId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher_in_person()?;
    let ended = app.store.end_run(owner, id.0).await?;
    app.classroom.announce(ended).await;
    Ok(HttpResponse::NoContent().finish())
}

/// The room's WebSocket, for its teacher and its students. What travels over it stands in `types::classroom`; the first
/// message is `hello`. A socket that may not be is opened and closed at once with the reason as its code.
#[utoipa::path(
    tag = "classes",
    params(("id" = ClassRunId, Path)),
    responses(
        (status = 101, description = "Open"),
        (status = 204, description = "Without an upgrade: the caller belongs to the room")
    )
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
    let comer = match caller.0 {
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
    let address = auth::address(&request, app.config.trust_proxy);
    classroom::serve(&app.classroom, &request, payload, id.0, comer, address)
}
