//! Classes: starting one with a lesson, teaching it another, and controlling who may join.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use store::{StoredClass, StoredInvitation, new_code};
use types::{
    account::Scope,
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

/// List classes
///
/// The classes that the caller teaches or belongs to, newest first, at most 50.
#[utoipa::path(
    tag = "classes",
    operation_id = "listClasses",
    security(("token" = ["classes:read"])),
    responses((status = 200, body = Vec<ClassInfo>)),
)]
#[get("/classes")]
pub async fn list(request: HttpRequest, app: web::Data<App>, caller: Caller) -> ApiResult<web::Json<Vec<ClassInfo>>> {
    let me = caller.anybody(Scope::ClassesRead)?;
    let classes = app.store.classes(me).await?;
    let classes: ApiResult<Vec<ClassInfo>> = classes.into_iter().map(|one| class_of(&request, &app, one)).collect();
    Ok(web::Json(classes?))
}

/// Create class
///
/// Starts a class with a lesson: the answer has the invitation and the open run. The same `id` sent twice creates one
/// class.
#[utoipa::path(
    tag = "classes",
    operation_id = "createClass",
    security(("token" = ["classes:write"])),
    request_body = CreateClass,
    responses(
        (status = 201, body = ClassInfo),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/classes")]
pub async fn create(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    body: Body<CreateClass>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::ClassesWrite)?;
    check(body.0.validate())?;
    let class = app.store.create_class(owner, &body.0, &new_code()).await?;
    Ok(HttpResponse::Created().json(class_of(&request, &app, class)?))
}

/// Get class
///
/// As its teacher or a member sees it: only its teacher sees the invitation.
#[utoipa::path(
    tag = "classes",
    operation_id = "getClass",
    security(("token" = ["classes:read"])),
    params(("id" = ClassId, Path)),
    responses((status = 200, body = ClassInfo)),
)]
#[get("/classes/{id}")]
pub async fn read(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
) -> ApiResult<web::Json<ClassInfo>> {
    let me = caller.anybody(Scope::ClassesRead)?;
    Ok(web::Json(class_of(&request, &app, app.store.class(me, id.0).await?)?))
}

/// Start class run
///
/// Teaches a lesson to the class. An open run ends first. A repeated `id` starts only one run.
#[utoipa::path(
    tag = "classes",
    operation_id = "startClassRun",
    security(("token" = ["classes:write"])),
    params(("id" = ClassId, Path)),
    request_body = StartRun,
    responses((status = 201, body = ClassInfo)),
)]
#[post("/classes/{id}/runs")]
pub async fn start_run(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
    body: Body<StartRun>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::ClassesWrite)?;
    let (class, ended) = app.store.start_run(owner, id.0, &body.0).await?;
    app.classroom.announce(ended).await;
    Ok(HttpResponse::Created().json(class_of(&request, &app, class)?))
}

/// Update invitation
///
/// Opens or closes the door, or replaces the link.
#[utoipa::path(
    tag = "classes",
    operation_id = "updateInvitation",
    security(("token" = ["classes:write"])),
    params(("id" = ClassId, Path)),
    request_body = UpdateInvitation,
    responses((status = 200, body = Invitation)),
)]
#[patch("/classes/{id}/invitation")]
pub async fn update_invitation(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
    body: Body<UpdateInvitation>,
) -> ApiResult<web::Json<Invitation>> {
    let owner = caller.teacher(Scope::ClassesWrite)?;
    let code = body.0.renew.then(new_code);
    let (stored, door) = app.store.change_invitation(owner, id.0, body.0.open, code.as_deref()).await?;
    app.classroom.announce(door).await;
    Ok(web::Json(invitation_of(&request, &app, stored)?))
}

/// Readmit student
///
/// Lets a student back in who was removed. A student who is in the class stays in it.
#[utoipa::path(
    tag = "classes",
    operation_id = "readmitStudent",
    security(("token" = ["classes:write"])),
    params(("id" = ClassId, Path)),
    request_body = LetBackIn,
    responses(
        (status = 204, description = "In the class"),
        (status = 422, description = "class_full"),
    ),
)]
#[post("/classes/{id}/members")]
pub async fn let_back_in(
    app: web::Data<App>,
    caller: Caller,
    id: Id<ClassId>,
    body: Body<LetBackIn>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::ClassesWrite)?;
    let announcement = app.store.let_back_in(owner, id.0, body.0.student, app.config.class_members).await?;
    app.classroom.announce(announcement).await;
    Ok(HttpResponse::NoContent().finish())
}
