//! Joining a class by its link: as a guest with a name, or with an account.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web};
use store::Joiner;
use types::{
    account::Scope,
    classroom::{GuestJoin, InvitationInfo, Joined},
    problem::{FieldCode, ProblemCode},
};

use super::accounts::{logged_in, name};
use crate::{
    auth::{self, Maybe},
    error::{ApiError, ApiResult, check},
    extract::{Body, Code},
    limits::Joining,
    locale,
    state::App,
    turn::Turn,
};

/// Get invitation
///
/// What the link of a class leads to.
#[utoipa::path(
    tag = "classes",
    operation_id = "getInvitation",
    security(()),
    params(("code" = String, Path, description = "The code in the class's link; upper and lower case are the same")),
    responses(
        (status = 200, body = InvitationInfo),
        (status = 403, description = "removed_from_class"),
        (status = 410, description = "invitation_expired"),
    ),
)]
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

/// Join class
///
/// With an account, or as a guest by `name`. A guest gets a session cookie. A teacher can't join a class of their own.
#[utoipa::path(
    tag = "classes",
    operation_id = "joinClass",
    security((), ("session" = []), ("token" = ["classes:write"])),
    params(("code" = String, Path, description = "The code in the class's link; upper and lower case are the same")),
    request_body = GuestJoin,
    responses(
        (status = 201, body = Joined, headers(("Set-Cookie" = String, description = "The session"))),
        (status = 403, description = "forbidden, door_closed, removed_from_class"),
        (status = 410, description = "invitation_expired"),
        (status = 422, description = "class_full"),
    ),
)]
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
            caller.anybody(Scope::ClassesWrite)?;
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
    let (me, class, open_run, announcement) = app.store.join_class(&code, &joiner, app.config.class_members).await?;
    app.classroom.announce(announcement).await;
    let joined = Joined { me, class, open_run };
    Ok(match secret {
        Some(secret) => logged_in(&request, &app, secret, StatusCode::CREATED, &joined),
        None => HttpResponse::Created().json(joined),
    })
}
