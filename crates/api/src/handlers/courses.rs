//! Courses of a teacher.

use actix_web::{HttpResponse, delete, get, http::StatusCode, patch, post, web};
use types::{
    account::Scope,
    ids::CourseId,
    lesson::{Course, CreateCourse, UpdateCourse},
};

use crate::{
    auth::Caller,
    error::{ApiResult, check},
    extract::{Body, Id},
    state::App,
};

/// List courses
///
/// All of the caller's courses, most recently changed first.
#[utoipa::path(
    tag = "courses",
    operation_id = "listCourses",
    security(("token" = ["lessons:read"])),
    responses((status = 200, body = Vec<Course>)),
)]
#[get("/courses")]
pub async fn list(app: web::Data<App>, caller: Caller) -> ApiResult<web::Json<Vec<Course>>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    Ok(web::Json(app.store.courses(owner).await?))
}

/// Create course
///
/// At most 200 per user.
#[utoipa::path(
    tag = "courses",
    operation_id = "createCourse",
    security(("token" = ["lessons:write"])),
    request_body = CreateCourse,
    responses(
        (status = 201, body = Course),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/courses")]
pub async fn create(app: web::Data<App>, caller: Caller, body: Body<CreateCourse>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    Ok(caller.written(StatusCode::CREATED, &app.store.create_course(owner, &body.0).await?))
}

/// Update course
#[utoipa::path(
    tag = "courses",
    operation_id = "updateCourse",
    security(("token" = ["lessons:write"])),
    params(("id" = CourseId, Path)),
    request_body = UpdateCourse,
    responses(
        (status = 200, body = Course),
        (status = 409, description = "stale"),
    ),
)]
#[patch("/courses/{id}")]
pub async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Id<CourseId>,
    body: Body<UpdateCourse>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    let course = app.store.update_course(owner, id.0, &body.0).await.map_err(|error| caller.redacted(error))?;
    Ok(caller.written(StatusCode::OK, &course))
}

/// Delete course
///
/// Its lessons stay. It can be restored.
#[utoipa::path(
    tag = "courses",
    operation_id = "deleteCourse",
    security(("token" = ["lessons:write"])),
    params(("id" = CourseId, Path)),
    responses((status = 204, description = "Deleted")),
)]
#[delete("/courses/{id}")]
pub async fn delete(app: web::Data<App>, caller: Caller, id: Id<CourseId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_course_deleted(owner, id.0, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore course
#[utoipa::path(
    tag = "courses",
    operation_id = "restoreCourse",
    security(("token" = ["lessons:write"])),
    params(("id" = CourseId, Path)),
    responses(
        (status = 204, description = "Back"),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/courses/{id}/restore")]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id<CourseId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_course_deleted(owner, id.0, false).await?;
    Ok(HttpResponse::NoContent().finish())
}
