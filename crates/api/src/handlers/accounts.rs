//! Registering, logging in and out, and opening the links in letters.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web};
use chrono::Duration;
use store::{LinkPurpose, NewUser, StoreError};
use types::{
    account::{
        CheckLink, FirstAdmin, ForgotPassword, FormLink, Login, Me, OneTimeToken, Register, ResetPassword, Role, Setup,
        canonical_email,
    },
    classroom::RecoverGuest,
    names,
    problem::ProblemCode,
};

use crate::{
    address,
    auth::{self, Caller},
    error::{ApiError, ApiResult, check},
    extract::Body,
    jobs::letters::{self, Letter},
    limits::{Entering, OpeningLinks, Registering, TriedFrom, Writing},
    passwords,
    state::App,
    turn::Turn,
};

const CONFIRM_DAYS: i64 = 7;
const RESET_HOURS: i64 = 2;

pub(super) fn logged_in(
    request: &HttpRequest,
    app: &App,
    secret: String,
    status: StatusCode,
    me: &impl serde::Serialize,
) -> HttpResponse {
    HttpResponse::build(status).cookie(auth::session_cookie(request, app, secret)).json(me)
}

/// Like [`logged_in`], for a user who proved their identity by a password or a letter: their device becomes known.
async fn logged_in_here(
    request: &HttpRequest,
    app: &App,
    secret: String,
    status: StatusCode,
    me: &Me,
) -> ApiResult<HttpResponse> {
    let device = auth::device_of(request).unwrap_or_else(auth::new_secret);
    app.store.note_device(me.id, &auth::hash_secret(&device)).await?;
    let mut response = logged_in(request, app, secret, status, me);
    // A cookie that can't be a header value is no longer ours; the device then just stays unknown.
    if let Err(error) = response.add_cookie(&auth::device_cookie(request, app, device)) {
        tracing::debug!(cause = %error, "failed to set a device's cookie");
    }
    Ok(response)
}

/// A name as stored, or an empty one, which validation then reports as missing, if nothing in it is visible.
pub(super) fn name(typed: &str) -> String {
    names::clean(typed).unwrap_or_default()
}

/// The canonical address of a mailbox.
fn mailbox(email: &str) -> String {
    canonical_email(email).unwrap_or_default()
}

fn used_link(error: StoreError) -> ApiError {
    if matches!(error, StoreError::NotFound) { ApiError::new(ProblemCode::LinkExpired) } else { error.into() }
}

/// Get server setup
///
/// What the login page needs to know about this server.
#[utoipa::path(
    tag = "accounts",
    operation_id = "getSetup",
    security(()),
    responses((status = 200, body = Setup)),
)]
#[get("/setup")]
pub async fn setup(app: web::Data<App>) -> ApiResult<web::Json<Setup>> {
    Ok(web::Json(Setup { needs_first_admin: app.store.needs_first_admin().await? }))
}

/// Register as a teacher
///
/// Logs in at once. A letter asks to confirm the address.
#[utoipa::path(
    tag = "accounts",
    operation_id = "register",
    security(()),
    request_body = Register,
    responses(
        (status = 201, body = Me, headers(("Set-Cookie" = String, description = "The session"))),
        (status = 409, description = "email_taken"),
    ),
)]
#[post("/auth/register")]
pub async fn register(
    _turn: Turn<Registering>,
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<Register>,
) -> ApiResult<HttpResponse> {
    let Body(new) = body;
    let new = Register { name: name(&new.name), ..new };
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
    let url = format!("{}/confirm-email?token={link}", app.letters_url);
    let hash = auth::hash_secret(&link);
    let confirm = Some((hash.as_slice(), Duration::days(CONFIRM_DAYS)));
    let me = app
        .store
        .register(&user, &session, confirm, |me| letters::job(&Letter::confirm_email(me, url.clone())))
        .await?;
    letters::note_link(&app, "confirm the address", &url);
    logged_in_here(&request, &app, secret, StatusCode::CREATED, &me).await
}

/// Log in
///
/// By e-mail and password. After ten wrong passwords the caller has to wait; a device on which the account was logged
/// in before is counted separately.
#[utoipa::path(
    tag = "accounts",
    operation_id = "login",
    security(()),
    request_body = Login,
    responses(
        (status = 200, body = Me, headers(("Set-Cookie" = String, description = "The session"))),
        (status = 401, description = "wrong_credentials"),
    ),
)]
#[post("/auth/login")]
pub async fn login(
    _turn: Turn<Entering>,
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<Login>,
) -> ApiResult<HttpResponse> {
    let Body(login) = body;
    let Some(email) = canonical_email(&login.email) else { return Err(ApiError::new(ProblemCode::WrongCredentials)) };
    let user = match app.store.user_by_email(&email).await {
        Ok(user) => Some(user),
        Err(StoreError::NotFound) => None,
        Err(other) => return Err(other.into()),
    };
    let device = auth::device_of(&request).map(|secret| auth::hash_secret(&secret));
    let known = match (&user, &device) {
        (Some(user), Some(device)) => app.store.knows_device(user.me.id, device).await?,
        (_, _) => false,
    };
    let from = match &device {
        Some(device) if known => TriedFrom::KnownDevice(device),
        Some(_) | None => TriedFrom::Address(address::address(&request, app.config.trust_proxy)),
    };
    let tried = app.limits.password(&email, from)?;
    let (me, hash) = user.map_or((None, None), |user| (Some(user.me), user.password_hash));
    let fits = passwords::verify(&login.password, hash).await?;
    let Some(me) = me.filter(|_| fits) else { return Err(ApiError::new(ProblemCode::WrongCredentials)) };
    tried.right();
    let (secret, session) = auth::new_session(&request, &app);
    app.store.create_session(me.id, &session).await?;
    logged_in_here(&request, &app, secret, StatusCode::OK, &me).await
}

/// Log out
///
/// Ends this session. A guest's tokens end with it.
#[utoipa::path(
    tag = "accounts",
    operation_id = "logout",
    responses((status = 204, description = "Logged out")),
)]
#[post("/auth/logout")]
pub async fn logout(request: HttpRequest, app: web::Data<App>, caller: Caller) -> ApiResult<HttpResponse> {
    let session = caller.in_person()?;
    match app.store.end_session(caller.me.id, session).await {
        Ok(()) | Err(StoreError::NotFound) => {}
        Err(other) => return Err(other.into()),
    }
    if caller.me.guest {
        app.store.end_tokens(caller.me.id).await?;
    }
    app.classroom.sessions_changed();
    Ok(HttpResponse::NoContent().cookie(auth::session_cookie(&request, &app, String::new())).finish())
}

/// Confirm e-mail address
///
/// By the token of the letter's link. A confirmed address stays confirmed: the link may be opened again.
#[utoipa::path(
    tag = "accounts",
    operation_id = "confirmEmail",
    security(()),
    request_body = OneTimeToken,
    responses(
        (status = 204, description = "Confirmed"),
        (status = 410, description = "link_expired"),
    ),
)]
#[post("/auth/confirm-email")]
pub async fn confirm_email(
    _turn: Turn<OpeningLinks>,
    app: web::Data<App>,
    body: Body<OneTimeToken>,
) -> ApiResult<HttpResponse> {
    app.store.confirm_email(&auth::hash_secret(&body.0.token)).await.map_err(used_link)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Send confirmation letter again
#[utoipa::path(
    tag = "accounts",
    operation_id = "resendConfirmation",
    responses((status = 204, description = "On its way, unless the address is confirmed")),
)]
#[post("/auth/resend-confirmation")]
pub async fn resend_confirmation(_turn: Turn<Writing>, app: web::Data<App>, caller: Caller) -> ApiResult<HttpResponse> {
    caller.in_person()?;
    if !caller.me.email_confirmed
        && let Some(email) = &caller.me.email
    {
        app.limits.letter_to(&mailbox(email))?;
        let link = auth::new_secret();
        let url = format!("{}/confirm-email?token={link}", app.letters_url);
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

/// Request password reset
///
/// Sends a letter with a link. The answer is the same whether the account exists or not, and a mailbox that got
/// several letters lately gets no more.
#[utoipa::path(
    tag = "accounts",
    operation_id = "forgotPassword",
    security(()),
    request_body = ForgotPassword,
    responses((status = 204, description = "If there is such an account, a letter is on its way")),
)]
#[post("/auth/forgot-password")]
pub async fn forgot_password(
    _turn: Turn<Writing>,
    app: web::Data<App>,
    body: Body<ForgotPassword>,
) -> ApiResult<HttpResponse> {
    match app.store.user_by_email(&body.0.email).await {
        Ok(user) if app.limits.letter_to(&mailbox(&body.0.email)).is_ok() => {
            let link = auth::new_secret();
            let url = format!("{}/reset-password?token={link}", app.letters_url);
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
        Ok(_) | Err(StoreError::NotFound) => {}
        Err(other) => return Err(other.into()),
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Check one-time link
///
/// Says whether a link still works before its form is filled in. Does not use it up.
#[utoipa::path(
    tag = "accounts",
    operation_id = "checkLink",
    security(()),
    request_body = CheckLink,
    responses(
        (status = 204, description = "It works"),
        (status = 410, description = "link_expired"),
    ),
)]
#[post("/auth/check-link")]
pub async fn check_link(
    _turn: Turn<OpeningLinks>,
    app: web::Data<App>,
    body: Body<CheckLink>,
) -> ApiResult<HttpResponse> {
    let Body(CheckLink { purpose, token }) = body;
    let purpose = match purpose {
        FormLink::ResetPassword => LinkPurpose::ResetPassword,
        FormLink::FirstAdmin => LinkPurpose::FirstAdmin,
        FormLink::RecoverGuest => LinkPurpose::RecoverGuest,
    };
    if app.store.link_works(purpose, &auth::hash_secret(&token)).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(ApiError::new(ProblemCode::LinkExpired))
    }
}

/// Reset password
///
/// By the token of the letter's link. Ends every session and every token of the account.
#[utoipa::path(
    tag = "accounts",
    operation_id = "resetPassword",
    security(()),
    request_body = ResetPassword,
    responses(
        (status = 204, description = "Set"),
        (status = 410, description = "link_expired"),
    ),
)]
#[post("/auth/reset-password")]
pub async fn reset_password(
    _turn: Turn<OpeningLinks>,
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<ResetPassword>,
) -> ApiResult<HttpResponse> {
    check(body.0.validate())?;
    let hash = passwords::hash(&body.0.password).await?;
    let device = auth::device_of(&request).unwrap_or_else(auth::new_secret);
    app.store
        .reset_password(&auth::hash_secret(&body.0.token), &hash, &auth::hash_secret(&device))
        .await
        .map_err(used_link)?;
    app.classroom.sessions_changed();
    Ok(HttpResponse::NoContent().cookie(auth::device_cookie(&request, &app, device)).finish())
}

/// Recover guest
///
/// Logs a guest in on another device, by the token of a recovery link.
#[utoipa::path(
    tag = "accounts",
    operation_id = "recoverGuest",
    security(()),
    request_body = RecoverGuest,
    responses(
        (status = 200, body = Me, headers(("Set-Cookie" = String, description = "The session"))),
        (status = 410, description = "link_expired"),
    ),
)]
#[post("/auth/recover")]
pub async fn recover(
    _turn: Turn<OpeningLinks>,
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<RecoverGuest>,
) -> ApiResult<HttpResponse> {
    let (secret, session) = auth::new_session(&request, &app);
    let me = app.store.recover_guest(&auth::hash_secret(&body.0.token), &session).await.map_err(used_link)?;
    Ok(logged_in(&request, &app, secret, StatusCode::OK, &me))
}

/// Create first administrator
///
/// By the one-time link that the server prints when it starts without an administrator.
#[utoipa::path(
    tag = "accounts",
    operation_id = "createFirstAdmin",
    security(()),
    request_body = FirstAdmin,
    responses(
        (status = 201, body = Me, headers(("Set-Cookie" = String, description = "The session"))),
        (status = 409, description = "email_taken"),
        (status = 410, description = "link_expired"),
    ),
)]
#[post("/auth/first-admin")]
pub async fn first_admin(
    _turn: Turn<OpeningLinks>,
    request: HttpRequest,
    app: web::Data<App>,
    body: Body<FirstAdmin>,
) -> ApiResult<HttpResponse> {
    let Body(new) = body;
    let new = FirstAdmin { name: name(&new.name), ..new };
    check(new.validate())?;
    let user = NewUser {
        name: new.name.clone(),
        email: Some(new.email.clone()),
        password_hash: Some(passwords::hash(&new.password).await?),
        roles: vec![Role::Admin, Role::Teacher],
        locale: new.locale,
        // Somebody with access to the server's console needs no letter.
        email_confirmed: true,
    };
    let (secret, session) = auth::new_session(&request, &app);
    let me = app.store.create_first_admin(&auth::hash_secret(&new.token), &user, &session).await.map_err(used_link)?;
    logged_in_here(&request, &app, secret, StatusCode::CREATED, &me).await
}
