//! Joining a class by its link: as a guest with a name, or as who one is.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web};
use store::Joiner;
use types::{
    classroom::{GuestJoin, InvitationInfo, Joined},
    problem::{FieldCode, ProblemCode},
};

use super::accounts::logged_in;
use crate::{
    auth::{self, Maybe},
    error::{ApiError, ApiResult, check},
    extract::Body,
    locale,
    state::App,
};

/// Codes are typed by hand, too.
fn tidy(code: &str) -> String {
    code.trim().to_lowercase()
}

/// What an invitation leads to.
#[utoipa::path(tag = "classes", security(()), params(("code" = String, Path)), responses((status = 200, body = InvitationInfo)))]
#[get("/invitations/{code}")]
pub async fn read(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Maybe,
    code: web::Path<String>,
) -> ApiResult<web::Json<InvitationInfo>> {
    app.limits.joining(auth::address(&request, app.config.trust_proxy))?;
    let (info, _) = app.store.invitation(&tidy(&code), caller.0.map(|caller| caller.me.id)).await?;
    Ok(web::Json(info))
}

/// Join a class: logged in as who one is, else as a guest by name.
#[utoipa::path(tag = "classes", security(()), params(("code" = String, Path)), responses((status = 201, body = Joined)))]
#[post("/invitations/{code}/members")]
pub async fn join(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Maybe,
    code: web::Path<String>,
    body: Body<GuestJoin>,
) -> ApiResult<HttpResponse> {
    app.limits.joining(auth::address(&request, app.config.trust_proxy))?;
    check(body.0.validate())?;
    let code = tidy(&code);
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
            let name = body.0.name.ok_or_else(|| ApiError::field("name", FieldCode::Required))?;
            let (secret, session) = auth::new_session(&request, &app);
            (Joiner::Guest { user: store::guest(&name, locale::preferred(&request)), session }, Some(secret))
        }
    };
    let (me, class, open_run, told) = app.store.join_class(&code, &joiner).await?;
    app.classroom.announce(told).await;
    let joined = Joined { me, class, open_run };
    Ok(match secret {
        Some(secret) => logged_in(&request, &app, secret, StatusCode::CREATED, &joined),
        None => HttpResponse::Created().json(joined),
    })
}
