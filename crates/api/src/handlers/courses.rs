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

/// All of one's courses, the one changed last first.
#[utoipa::path(tag = "courses", responses((status = 200, body = Vec<Course>)))]
#[get("/courses")]
pub async fn list(app: web::Data<App>, caller: Caller) -> ApiResult<web::Json<Vec<Course>>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    Ok(web::Json(app.store.courses(owner).await?))
}

/// Make a course.
#[utoipa::path(tag = "courses", responses((status = 201, body = Course)))]
#[post("/courses")]
pub async fn create(app: web::Data<App>, caller: Caller, body: Body<CreateCourse>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    Ok(caller.written(StatusCode::CREATED, &app.store.create_course(owner, &body.0).await?))
}

/// Change a course.
#[utoipa::path(tag = "courses", params(("id" = CourseId, Path)), responses((status = 200, body = Course)))]
#[patch("/courses/{id}")]
pub async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Id<CourseId>,
    body: Body<UpdateCourse>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    let course = app.store.update_course(owner, id.0, &body.0).await.map_err(|error| caller.told(error))?;
    Ok(caller.written(StatusCode::OK, &course))
}

/// Delete a course. Its lessons stay.
#[utoipa::path(tag = "courses", params(("id" = CourseId, Path)), responses((status = 204, description = "Deleted")))]
#[delete("/courses/{id}")]
pub async fn delete(app: web::Data<App>, caller: Caller, id: Id<CourseId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_course_deleted(owner, id.0, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Bring a deleted course back.
#[utoipa::path(tag = "courses", params(("id" = CourseId, Path)), responses((status = 204, description = "Back")))]
#[post("/courses/{id}/restore")]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id<CourseId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_course_deleted(owner, id.0, false).await?;
    Ok(HttpResponse::NoContent().finish())
}
