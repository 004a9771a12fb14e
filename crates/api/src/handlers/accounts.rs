//! Registering, logging in and out, and the links that letters bring.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::Duration;
use store::{LinkPurpose, NewUser, StoreError};
use types::{
    account::{FirstAdmin, ForgotPassword, Login, Me, OneTimeToken, Register, ResetPassword, Role, Setup},
    classroom::RecoverGuest,
    problem::ProblemCode,
};

use crate::{
    auth::{self, Caller},
    error::{ApiError, ApiResult, check},
    extract::Body,
    jobs::letters::{self, Letter},
    passwords,
    state::App,
};

const CONFIRM_DAYS: i64 = 7;
const RESET_HOURS: i64 = 2;

pub(super) fn logged_in(
    request: &HttpRequest,
    app: &App,
    secret: String,
    status: actix_web::http::StatusCode,
    me: &impl serde::Serialize,
) -> HttpResponse {
    HttpResponse::build(status).cookie(auth::session_cookie(request, app, secret)).json(me)
}

fn used_link(error: StoreError) -> ApiError {
    if matches!(error, StoreError::NotFound) { ApiError::new(ProblemCode::LinkExpired) } else { error.into() }
}

/// What the login page must know of this server.
#[utoipa::path(tag = "accounts", security(()), responses((status = 200, body = Setup)))]
#[get("/setup")]
pub async fn setup(app: web::Data<App>) -> ApiResult<web::Json<Setup>> {
    Ok(web::Json(Setup { needs_first_admin: app.store.needs_first_admin().await? }))
}

/// Register as a teacher. Logs in at once; a letter asks to confirm the address.
#[utoipa::path(tag = "accounts", security(()), responses((status = 201, body = Me)))]
#[post("/auth/register")]
pub async fn register(request: HttpRequest, app: web::Data<App>, body: Body<Register>) -> ApiResult<HttpResponse> {
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    let Body(new) = body;
    check(new.validate())?;
    let user = NewUser {
        name: new.name.clone(),
        email: Some(new.email.clone()),
        password_hash: Some(passwords::hash(&new.password).await?),
        roles: vec![Role::Teacher],
        locale: new.locale,
        email_confirmed: false,
    };
    let (secret, session) = auth::new_session(&request, &app);
    let link = auth::new_secret();
    let url = format!("{}/confirm-email?token={link}", auth::public_url(&request, &app));
    let hash = auth::hash_secret(&link);
    let confirm = Some((hash.as_slice(), Duration::days(CONFIRM_DAYS)));
    let me = app
        .store
        .register(&user, &session, confirm, |me| letters::job(&Letter::confirm_email(me, url.clone())))
        .await?;
    letters::note_link(&app, "confirm the address", &url);
    Ok(logged_in(&request, &app, secret, actix_web::http::StatusCode::CREATED, &me))
}

/// Log in with e-mail and password.
#[utoipa::path(tag = "accounts", security(()), responses((status = 200, body = Me)))]
#[post("/auth/login")]
pub async fn login(request: HttpRequest, app: web::Data<App>, body: Body<Login>) -> ApiResult<HttpResponse> {
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    let Body(login) = body;
    app.limits.login(&login.email)?;
    let user = match app.store.user_by_email(&login.email).await {
        Ok(user) => Some(user),
        Err(StoreError::NotFound) => None,
        Err(other) => return Err(other.into()),
    };
    let (me, hash) = user.map_or((None, None), |user| (Some(user.me), user.password_hash));
    let fits = passwords::verify(&login.password, hash).await?;
    let Some(me) = me.filter(|_| fits) else { return Err(ApiError::new(ProblemCode::WrongCredentials)) };
    let (secret, session) = auth::new_session(&request, &app);
    app.store.create_session(me.id, &session).await?;
    Ok(logged_in(&request, &app, secret, actix_web::http::StatusCode::OK, &me))
}

/// Log out: ends this session.
#[utoipa::path(tag = "accounts", responses((status = 204, description = "Logged out")))]
#[post("/auth/logout")]
pub async fn logout(request: HttpRequest, app: web::Data<App>, caller: Caller) -> ApiResult<HttpResponse> {
    let session = caller.in_person()?;
    match app.store.end_session(caller.me.id, session).await {
        Ok(()) | Err(StoreError::NotFound) => {}
        Err(other) => return Err(other.into()),
    }
    app.classroom.sessions_changed();
    Ok(HttpResponse::NoContent().cookie(auth::session_cookie(&request, &app, String::new())).finish())
}

/// Confirm an address by the link of the letter.
#[utoipa::path(tag = "accounts", security(()), responses((status = 204, description = "Confirmed")))]
#[post("/auth/confirm-email")]
pub async fn confirm_email(
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<OneTimeToken>,
) -> ApiResult<HttpResponse> {
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    app.store.confirm_email(&auth::hash_secret(&body.0.token)).await.map_err(used_link)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Send the confirming letter again.
#[utoipa::path(tag = "accounts", responses((status = 204, description = "On its way, unless the address is confirmed")))]
#[post("/auth/resend-confirmation")]
pub async fn resend_confirmation(request: HttpRequest, app: web::Data<App>, caller: Caller) -> ApiResult<HttpResponse> {
    caller.in_person()?;
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    if !caller.me.email_confirmed && caller.me.email.is_some() {
        let link = auth::new_secret();
        let url = format!("{}/confirm-email?token={link}", auth::public_url(&request, &app));
        let letter = letters::job(&Letter::confirm_email(&caller.me, url.clone()));
        app.store
            .create_link(
                LinkPurpose::ConfirmEmail,
                Some(caller.me.id),
                &auth::hash_secret(&link),
                Duration::days(CONFIRM_DAYS),
                Some(&letter),
            )
            .await?;
        letters::note_link(&app, "confirm the address", &url);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a link to set a new password. The answer is the same whether there is such an account or not.
#[utoipa::path(tag = "accounts", security(()), responses((status = 204, description = "If there is such an account, a letter is on its way")))]
#[post("/auth/forgot-password")]
pub async fn forgot_password(
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<ForgotPassword>,
) -> ApiResult<HttpResponse> {
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    match app.store.user_by_email(&body.0.email).await {
        Ok(user) => {
            let link = auth::new_secret();
            let url = format!("{}/reset-password?token={link}", auth::public_url(&request, &app));
            let letter = letters::job(&Letter::reset_password(&user.me, url.clone()));
            app.store
                .create_link(
                    LinkPurpose::ResetPassword,
                    Some(user.me.id),
                    &auth::hash_secret(&link),
                    Duration::hours(RESET_HOURS),
                    Some(&letter),
                )
                .await?;
            letters::note_link(&app, "set a new password", &url);
        }
        Err(StoreError::NotFound) => {}
        Err(other) => return Err(other.into()),
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Set a new password by the link of the letter. Ends every session.
#[utoipa::path(tag = "accounts", security(()), responses((status = 204, description = "Set")))]
#[post("/auth/reset-password")]
pub async fn reset_password(
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<ResetPassword>,
) -> ApiResult<HttpResponse> {
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    check(body.0.validate())?;
    let hash = passwords::hash(&body.0.password).await?;
    app.store.reset_password(&auth::hash_secret(&body.0.token), &hash).await.map_err(used_link)?;
    app.classroom.sessions_changed();
    Ok(HttpResponse::NoContent().finish())
}

/// Go on as a guest on another device, by the link of `POST /me/recovery-link`.
#[utoipa::path(tag = "accounts", security(()), responses((status = 200, body = Me)))]
#[post("/auth/recover")]
pub async fn recover(request: HttpRequest, app: web::Data<App>, body: Body<RecoverGuest>) -> ApiResult<HttpResponse> {
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    let (secret, session) = auth::new_session(&request, &app);
    let me = app.store.recover_guest(&auth::hash_secret(&body.0.token), &session).await.map_err(used_link)?;
    Ok(logged_in(&request, &app, secret, actix_web::http::StatusCode::OK, &me))
}

/// Become the first administrator by the one-time link of the first start.
#[utoipa::path(tag = "accounts", security(()), responses((status = 201, body = Me)))]
#[post("/auth/first-admin")]
pub async fn first_admin(request: HttpRequest, app: web::Data<App>, body: Body<FirstAdmin>) -> ApiResult<HttpResponse> {
    app.limits.credentials(auth::address(&request, app.config.trust_proxy))?;
    let Body(new) = body;
    check(new.validate())?;
    let user = NewUser {
        name: new.name.clone(),
        email: Some(new.email.clone()),
        password_hash: Some(passwords::hash(&new.password).await?),
        roles: vec![Role::Admin, Role::Teacher],
        locale: new.locale,
        // Whoever has the server's console needs no letter.
        email_confirmed: true,
    };
    let (secret, session) = auth::new_session(&request, &app);
    let me = app.store.create_first_admin(&auth::hash_secret(&new.token), &user, &session).await.map_err(used_link)?;
    Ok(logged_in(&request, &app, secret, actix_web::http::StatusCode::CREATED, &me))
}
