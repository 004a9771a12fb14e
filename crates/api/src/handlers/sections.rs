//! Sections of a lesson.

use actix_web::{HttpResponse, delete, http::StatusCode, patch, post, web};
use types::{
    account::Scope,
    ids::{LessonId, SectionId},
    lesson::{CreateSection, MoveSection, Revision, Section, UpdateSection},
};

use crate::{
    auth::Caller,
    error::{ApiResult, check},
    extract::{Body, Id},
    state::App,
};

/// Create section
#[utoipa::path(
    tag = "lessons",
    operation_id = "createSection",
    security(("token" = ["lessons:write"])),
    params(("id" = LessonId, Path)),
    request_body = CreateSection,
    responses(
        (status = 201, body = Section),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/lessons/{id}/sections")]
pub async fn create(
    app: web::Data<App>,
    caller: Caller,
    id: Id<LessonId>,
    body: Body<CreateSection>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    let section = app.store.create_section(owner, id.0, &body.0.title, body.0.after).await?;
    Ok(caller.written(StatusCode::CREATED, &section))
}

/// Rename section
#[utoipa::path(
    tag = "lessons",
    operation_id = "updateSection",
    security(("token" = ["lessons:write"])),
    params(("id" = SectionId, Path)),
    request_body = UpdateSection,
    responses(
        (status = 200, body = Revision),
        (status = 409, description = "stale"),
    ),
)]
#[patch("/sections/{id}")]
pub async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Id<SectionId>,
    body: Body<UpdateSection>,
) -> ApiResult<web::Json<Revision>> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    let revision = app.store.update_section(owner, id.0, &body.0).await.map_err(|error| caller.redacted(error))?;
    Ok(web::Json(Revision { revision }))
}

/// Move section
#[utoipa::path(
    tag = "lessons",
    operation_id = "moveSection",
    security(("token" = ["lessons:write"])),
    params(("id" = SectionId, Path)),
    request_body = MoveSection,
    responses((status = 204, description = "Moved")),
)]
#[post("/sections/{id}/move")]
pub async fn relocate(
    app: web::Data<App>,
    caller: Caller,
    id: Id<SectionId>,
    body: Body<MoveSection>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.move_section(owner, id.0, body.0.after).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Delete section
///
/// With its tasks. A lesson keeps at least one section.
#[utoipa::path(
    tag = "lessons",
    operation_id = "deleteSection",
    security(("token" = ["lessons:write"])),
    params(("id" = SectionId, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 422, description = "limit_reached"),
    ),
)]
#[delete("/sections/{id}")]
pub async fn delete(app: web::Data<App>, caller: Caller, id: Id<SectionId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_section_deleted(owner, id.0, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore section
#[utoipa::path(
    tag = "lessons",
    operation_id = "restoreSection",
    security(("token" = ["lessons:write"])),
    params(("id" = SectionId, Path)),
    responses(
        (status = 204, description = "Back"),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/sections/{id}/restore")]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id<SectionId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_section_deleted(owner, id.0, false).await?;
    Ok(HttpResponse::NoContent().finish())
}
