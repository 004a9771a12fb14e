//! Joining a class by its link: as a guest with a name, or as who one is.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web};
use store::Joiner;
use types::{
    classroom::{GuestJoin, InvitationInfo, Joined},
    problem::{FieldCode, ProblemCode},
};

use super::accounts::{logged_in, name};
use crate::{
    auth::{self, Maybe},
    error::{ApiError, ApiResult, check},
    extract::{Body, Code},
    limits::{Joining, Turn},
    locale,
    state::App,
};

/// What an invitation leads to.
#[utoipa::path(tag = "classes", security(()), params(("code" = String, Path)), responses((status = 200, body = InvitationInfo)))]
#[get("/invitations/{code}")]
pub async fn read(
    _turn: Turn<Joining>,
    app: web::Data<App>,
    caller: Maybe,
    code: Code,
) -> ApiResult<web::Json<InvitationInfo>> {
    let (info, _) = app.store.invitation(&code.0, caller.0.map(|caller| caller.me.id)).await?;
    Ok(web::Json(info))
}

/// Join a class: logged in as who one is, else as a guest by name. Whom the teacher removed stays out until they are let
/// back in.
#[utoipa::path(tag = "classes", security(()), params(("code" = String, Path)), responses((status = 201, body = Joined)))]
#[post("/invitations/{code}/members")]
pub async fn join(
    _turn: Turn<Joining>,
    request: HttpRequest,
    app: web::Data<App>,
    caller: Maybe,
    code: Code,
    body: Body<GuestJoin>,
) -> ApiResult<HttpResponse> {
    let (Code(code), Body(join)) = (code, body);
    let join = GuestJoin { name: join.name.as_deref().map(name) };
    check(join.validate())?;
    let (joiner, secret) = match caller.0 {
        Some(caller) => {
            caller.in_person()?;
            let (_, teaching) = app.store.invitation(&code, Some(caller.me.id)).await?;
            if teaching {
                return Err(ApiError::new(ProblemCode::Forbidden));
            }
            (Joiner::Account(caller.me), None)
        }
        None => {
            let name = join.name.ok_or_else(|| ApiError::field("name", FieldCode::Required))?;
            let (secret, session) = auth::new_session(&request, &app);
            (Joiner::Guest { user: store::guest(&name, locale::preferred(&request)), session }, Some(secret))
        }
    };
    let (me, class, open_run, told) = app.store.join_class(&code, &joiner, app.config.class_members).await?;
    app.classroom.announce(told).await;
    let joined = Joined { me, class, open_run };
    Ok(match secret {
        Some(secret) => logged_in(&request, &app, secret, StatusCode::CREATED, &joined),
        None => HttpResponse::Created().json(joined),
    })
}
