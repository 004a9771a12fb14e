//! The caller's account: name, password, sessions and tokens.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::{Duration, Utc};
use store::LinkPurpose;
use types::{
    account::{ApiToken, ChangePassword, CreateApiToken, CreatedApiToken, Me, Session, TOKEN_DAYS, UpdateMe},
    classroom::RecoveryLink,
    ids::{ApiTokenId, SessionId},
    problem::{FieldCode, ProblemCode},
};

use super::accounts::name;
use crate::{
    auth::{self, Caller, TOKEN_PREFIX},
    error::{ApiError, ApiResult, check},
    extract::{Body, Id},
    limits::TriedFrom,
    passwords, qr,
    state::App,
};

/// Short, as a guest has the other device at hand.
const RECOVERY_HOURS: i64 = 24;

/// Get current account
#[utoipa::path(
    tag = "account",
    operation_id = "getMe",
    security(("token" = [])),
    responses((status = 200, body = Me)),
)]
#[get("/me")]
pub async fn me(caller: Caller) -> web::Json<Me> {
    web::Json(caller.me)
}

/// Update current account
///
/// Changes name or interface language; omitted fields stay unchanged.
#[utoipa::path(
    tag = "account",
    operation_id = "updateMe",
    request_body = UpdateMe,
    responses((status = 200, body = Me)),
)]
#[patch("/me")]
pub async fn update(app: web::Data<App>, caller: Caller, body: Body<UpdateMe>) -> ApiResult<web::Json<Me>> {
    caller.in_person()?;
    let change = UpdateMe { name: body.0.name.as_deref().map(name), ..body.0 };
    check(change.validate())?;
    Ok(web::Json(app.store.update_me(caller.me.id, change.name.as_deref(), change.locale).await?))
}

/// Change password
///
/// Ends all other sessions and all tokens.
#[utoipa::path(
    tag = "account",
    operation_id = "changePassword",
    request_body = ChangePassword,
    responses((status = 204, description = "Changed")),
)]
#[post("/me/password")]
pub async fn change_password(
    app: web::Data<App>,
    caller: Caller,
    body: Body<ChangePassword>,
) -> ApiResult<HttpResponse> {
    let session = caller.in_person()?;
    check(body.0.validate())?;
    // A logged-in caller counts as a known device, so strangers who try passwords elsewhere don't affect them.
    let tried = app.limits.password("", TriedFrom::KnownDevice(caller.me.id.0.as_bytes()))?;
    let stored = app.store.password_hash(caller.me.id).await?;
    if !passwords::verify(&body.0.current, stored).await? {
        return Err(ApiError::field("current", FieldCode::NotAllowed));
    }
    tried.right();
    let hash = passwords::hash(&body.0.password).await?;
    app.store.set_password(caller.me.id, &hash, Some(session)).await?;
    app.classroom.sessions_changed();
    Ok(HttpResponse::NoContent().finish())
}

/// List sessions
///
/// Where the account is logged in.
#[utoipa::path(
    tag = "account",
    operation_id = "listSessions",
    responses((status = 200, body = Vec<Session>)),
)]
#[get("/me/sessions")]
pub async fn sessions(app: web::Data<App>, caller: Caller) -> ApiResult<web::Json<Vec<Session>>> {
    let current = caller.in_person()?;
    Ok(web::Json(app.store.sessions(caller.me.id, Some(current)).await?))
}

/// End session
///
/// Logs out another device.
#[utoipa::path(
    tag = "account",
    operation_id = "endSession",
    params(("id" = SessionId, Path)),
    responses((status = 204, description = "Ended")),
)]
#[delete("/me/sessions/{id}")]
pub async fn end_session(app: web::Data<App>, caller: Caller, id: Id<SessionId>) -> ApiResult<HttpResponse> {
    caller.in_person()?;
    app.store.end_session(caller.me.id, id.0).await?;
    app.classroom.sessions_changed();
    Ok(HttpResponse::NoContent().finish())
}

/// End other sessions
///
/// Logs out everywhere but here.
#[utoipa::path(
    tag = "account",
    operation_id = "endOtherSessions",
    responses((status = 204, description = "Ended")),
)]
#[delete("/me/sessions")]
pub async fn end_other_sessions(app: web::Data<App>, caller: Caller) -> ApiResult<HttpResponse> {
    let current = caller.in_person()?;
    app.store.end_other_sessions(caller.me.id, Some(current)).await?;
    app.classroom.sessions_changed();
    Ok(HttpResponse::NoContent().finish())
}

/// Create recovery link
///
/// For a guest: a link to continue as the same guest on another device. It works once and replaces an earlier one.
#[utoipa::path(
    tag = "account",
    operation_id = "createRecoveryLink",
    responses((status = 201, body = RecoveryLink)),
)]
#[post("/me/recovery-link")]
pub async fn recovery_link(request: HttpRequest, app: web::Data<App>, caller: Caller) -> ApiResult<HttpResponse> {
    caller.in_person()?;
    if !caller.me.guest {
        return Err(ApiError::new(ProblemCode::Forbidden));
    }
    let link = auth::new_secret();
    let lifetime = Duration::hours(RECOVERY_HOURS);
    let expires_at = Utc::now() + lifetime;
    app.store
        .create_link(LinkPurpose::RecoverGuest, Some(caller.me.id), &auth::hash_secret(&link), lifetime, None)
        .await?;
    let url = format!("{}/recover?token={link}", auth::public_url(&request, &app));
    let qr_svg = qr::svg(&url)?;
    Ok(HttpResponse::Created().json(RecoveryLink { url, qr_svg, expires_at }))
}

/// List API tokens
///
/// Without their secrets.
#[utoipa::path(
    tag = "account",
    operation_id = "listTokens",
    responses((status = 200, body = Vec<ApiToken>)),
)]
#[get("/me/tokens")]
pub async fn tokens(app: web::Data<App>, caller: Caller) -> ApiResult<web::Json<Vec<ApiToken>>> {
    caller.in_person()?;
    Ok(web::Json(app.store.api_tokens(caller.me.id).await?))
}

/// Create API token
///
/// The secret is returned only here. Guests have no tokens. At most 20 per user.
#[utoipa::path(
    tag = "account",
    operation_id = "createToken",
    request_body = CreateApiToken,
    responses(
        (status = 201, body = CreatedApiToken),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/me/tokens")]
pub async fn create_token(app: web::Data<App>, caller: Caller, body: Body<CreateApiToken>) -> ApiResult<HttpResponse> {
    caller.in_person()?;
    if caller.me.guest {
        return Err(ApiError::new(ProblemCode::Forbidden));
    }
    check(body.0.validate())?;
    let lifetime = Duration::days(i64::from(body.0.expires_in_days.unwrap_or(TOKEN_DAYS)));
    let secret = format!("{TOKEN_PREFIX}{}", auth::new_secret());
    let hash = auth::hash_secret(&secret);
    let token = app.store.create_api_token(caller.me.id, &body.0.name, &body.0.scopes, &hash, lifetime).await?;
    Ok(HttpResponse::Created().json(CreatedApiToken { token, secret }))
}

/// Revoke API token
#[utoipa::path(
    tag = "account",
    operation_id = "revokeToken",
    params(("id" = ApiTokenId, Path)),
    responses((status = 204, description = "Revoked")),
)]
#[delete("/me/tokens/{id}")]
pub async fn revoke_token(app: web::Data<App>, caller: Caller, id: Id<ApiTokenId>) -> ApiResult<HttpResponse> {
    caller.in_person()?;
    app.store.revoke_api_token(caller.me.id, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
