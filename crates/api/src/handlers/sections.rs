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

/// Add a section.
#[utoipa::path(tag = "lessons", params(("id" = LessonId, Path)), responses((status = 201, body = Section)))]
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

/// Rename a section.
#[utoipa::path(tag = "lessons", params(("id" = SectionId, Path)), responses((status = 200, body = Revision)))]
#[patch("/sections/{id}")]
pub async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Id<SectionId>,
    body: Body<UpdateSection>,
) -> ApiResult<web::Json<Revision>> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    let revision = app.store.update_section(owner, id.0, &body.0).await.map_err(|error| caller.told(error))?;
    Ok(web::Json(Revision { revision }))
}

/// Move a section.
#[utoipa::path(tag = "lessons", params(("id" = SectionId, Path)), responses((status = 204, description = "Moved")))]
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

/// Delete a section with its tasks. The last one stays.
#[utoipa::path(tag = "lessons", params(("id" = SectionId, Path)), responses((status = 204, description = "Deleted")))]
#[delete("/sections/{id}")]
pub async fn delete(app: web::Data<App>, caller: Caller, id: Id<SectionId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_section_deleted(owner, id.0, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Bring a deleted section back.
#[utoipa::path(tag = "lessons", params(("id" = SectionId, Path)), responses((status = 204, description = "Back")))]
#[post("/sections/{id}/restore")]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id<SectionId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_section_deleted(owner, id.0, false).await?;
    Ok(HttpResponse::NoContent().finish())
}
