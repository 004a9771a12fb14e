//! Classes: starting one with a lesson, teaching it another, and who may come in.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use store::{StoredClass, StoredInvitation, new_code};
use types::{
    classroom::{ClassInfo, CreateClass, Invitation, LetBackIn, StartRun, UpdateInvitation},
    ids::ClassId,
};

use crate::{
    auth::{self, Caller},
    error::{ApiResult, check},
    extract::{Body, Id},
    qr,
    state::App,
};

fn invitation_of(request: &HttpRequest, app: &App, stored: StoredInvitation) -> ApiResult<Invitation> {
    let url = format!("{}/join/{}", auth::public_url(request, app), stored.code);
    let qr_svg = qr::svg(&url)?;
    Ok(Invitation { code: stored.code, url, qr_svg, open: stored.open, expires_at: stored.expires_at })
}

fn class_of(request: &HttpRequest, app: &App, stored: StoredClass) -> ApiResult<ClassInfo> {
    let invitation = stored.invitation.map(|invitation| invitation_of(request, app, invitation)).transpose()?;
    Ok(ClassInfo { invitation, ..stored.info })
}

/// The classes that one teaches or belongs to, the newest first, at most 50.
#[utoipa::path(tag = "classes", responses((status = 200, body = Vec<ClassInfo>)))]
#[get("/classes")]
pub async fn list(request: HttpRequest, app: web::Data<App>, caller: Caller) -> ApiResult<web::Json<Vec<ClassInfo>>> {
    caller.in_person()?;
    let classes = app.store.classes(caller.me.id).await?;
    let classes: ApiResult<Vec<ClassInfo>> = classes.into_iter().map(|one| class_of(&request, &app, one)).collect();
    Ok(web::Json(classes?))
}

/// Start a class with a lesson. The same `id` sent twice makes one.
#[utoipa::path(tag = "classes", responses((status = 201, body = ClassInfo)))]
#[post("/classes")]
pub async fn create(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    body: Body<CreateClass>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher_in_person()?;
    check(body.0.validate())?;
    let class = app.store.create_class(owner, &body.0, &new_code()).await?;
    Ok(HttpResponse::Created().json(class_of(&request, &app, class)?))
}

/// A class, as its teacher or a member sees it.
#[utoipa::path(tag = "classes", params(("id" = ClassId, Path)), responses((status = 200, body = ClassInfo)))]
#[get("/classes/{id}")]
pub async fn read(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
) -> ApiResult<web::Json<ClassInfo>> {
    caller.in_person()?;
    Ok(web::Json(class_of(&request, &app, app.store.class(caller.me.id, id.0).await?)?))
}

/// Teach a lesson to a class. A run that is open ends first; the same `id` sent twice starts one.
#[utoipa::path(tag = "classes", params(("id" = ClassId, Path)), responses((status = 201, body = ClassInfo)))]
#[post("/classes/{id}/runs")]
pub async fn start_run(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
    body: Body<StartRun>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher_in_person()?;
    let (class, ended) = app.store.start_run(owner, id.0, &body.0).await?;
    app.classroom.announce(ended).await;
    Ok(HttpResponse::Created().json(class_of(&request, &app, class)?))
}

/// Open or close the door, or make a new link in place of the old one.
#[utoipa::path(tag = "classes", params(("id" = ClassId, Path)), responses((status = 200, body = Invitation)))]
#[patch("/classes/{id}/invitation")]
pub async fn update_invitation(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
    body: Body<UpdateInvitation>,
) -> ApiResult<web::Json<Invitation>> {
    let owner = caller.teacher_in_person()?;
    let code = body.0.renew.then(new_code);
    let (stored, door) = app.store.change_invitation(owner, id.0, body.0.open, code.as_deref()).await?;
    app.classroom.announce(door).await;
    Ok(web::Json(invitation_of(&request, &app, stored)?))
}

/// Let a student back in whom the class's teacher has removed. In the class already, they stay as they are.
#[utoipa::path(tag = "classes", params(("id" = ClassId, Path)), responses((status = 204, description = "In the class")))]
#[post("/classes/{id}/members")]
pub async fn let_back_in(
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
    body: Body<LetBackIn>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher_in_person()?;
    let told = app.store.let_back_in(owner, id.0, body.0.student, app.config.class_members).await?;
    app.classroom.announce(told).await;
    Ok(HttpResponse::NoContent().finish())
}
