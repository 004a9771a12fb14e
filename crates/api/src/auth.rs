//! Authentication and authorization: sessions by cookie, third parties by token, and the check that a change
//! authenticated by cookie comes from our own pages.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time},
    dev::Payload,
    http::{Method, StatusCode, header},
    web,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{Duration, Utc};
use rand::RngCore;
use sha2::{Digest, Sha256};
use store::{NewSession, StoreError};
use types::{
    account::{Me, Role, Scope},
    ids::{SessionId, UserId},
    problem::ProblemCode,
};

use crate::{
    address::{self, last_entry},
    error::{ApiError, ApiResult},
    state::App,
};

/// Name of the session cookie over plain HTTP.
pub const COOKIE: &str = "lg_session";
/// Name of the session cookie over HTTPS. With this prefix browsers accept it from this host only, not from a neighbour
/// under the same domain.
pub const SECURE_COOKIE: &str = "__Host-lg_session";
/// A device on which somebody has logged in, identified by a secret that grants nothing.
const DEVICE_COOKIE: &str = "lg_device";
const SECURE_DEVICE_COOKIE: &str = "__Host-lg_device";
/// Days after the last login on a device until it is forgotten.
const DEVICE_DAYS: i64 = 400;
/// Prefix of personal tokens, so that leaked ones can be found by scanners.
pub const TOKEN_PREFIX: &str = "lgt_";
/// Days after its last use until a session expires.
pub const SESSION_DAYS: i64 = 60;

/// A random 256-bit secret for a cookie, a link or a token.
#[must_use]
pub fn new_secret() -> String {
    let mut bytes = [0u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The hash under which a secret is stored.
#[must_use]
pub fn hash_secret(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// How the caller is authenticated.
#[derive(Clone, Debug)]
pub enum Via {
    Session(SessionId),
    Token(Vec<Scope>),
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    pub me: Me,
    pub via: Via,
}

impl Caller {
    /// The caller's id if they are a teacher; a token also needs the scope.
    ///
    /// # Errors
    /// `forbidden`, `missing_scope`.
    pub fn teacher(&self, scope: Scope) -> ApiResult<UserId> {
        let me = self.anybody(scope)?;
        if self.me.is(Role::Teacher) { Ok(me) } else { Err(ApiError::new(ProblemCode::Forbidden)) }
    }

    /// The caller's id, whatever their role; a token needs the scope.
    ///
    /// # Errors
    /// `missing_scope`.
    pub fn anybody(&self, scope: Scope) -> ApiResult<UserId> {
        match &self.via {
            Via::Token(scopes) if !scopes.contains(&scope) => Err(ApiError::new(ProblemCode::MissingScope)),
            Via::Token(_) | Via::Session(_) => Ok(self.me.id),
        }
    }

    /// Whether the caller may read their own lessons. A write-only token may not, not even through the answer to a
    /// change.
    #[must_use]
    pub fn may_read(&self) -> bool {
        match &self.via {
            Via::Token(scopes) => scopes.contains(&Scope::LessonsRead),
            Via::Session(_) => true,
        }
    }

    /// The response to a change: the object or, for callers who may not read it, only its id and revision.
    #[must_use]
    pub fn written(&self, status: StatusCode, object: &impl serde::Serialize) -> HttpResponse {
        let mut response = HttpResponse::build(status);
        if self.may_read() {
            return response.json(object);
        }
        let mut named = serde_json::to_value(object).unwrap_or_default();
        if let Some(fields) = named.as_object_mut() {
            fields.retain(|name, _| name == "id" || name == "revision");
        }
        response.json(named)
    }

    /// An error as the caller may see it. The current state of an object that was changed in the meantime is included
    /// only for callers who may read it.
    #[must_use]
    pub fn redacted(&self, error: StoreError) -> ApiError {
        let mut error = ApiError::from(error);
        if !self.may_read() {
            error.0.current = None;
        }
        error
    }

    /// The caller's session. Tokens are refused, since they may not change the account.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn in_person(&self) -> ApiResult<SessionId> {
        match self.via {
            Via::Session(session) => Ok(session),
            Via::Token(_) => Err(ApiError::new(ProblemCode::Forbidden)),
        }
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { identify(&request).await })
    }
}

/// A caller who needn't be authenticated. A cookie whose session has ended counts as none.
#[derive(Clone, Debug)]
pub struct Maybe(pub Option<Caller>);

impl FromRequest for Maybe {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            match identify(&request).await {
                Ok(caller) => Ok(Self(Some(caller))),
                Err(error) if error.0.code == ProblemCode::NotLoggedIn => Ok(Self(None)),
                Err(error) => Err(error),
            }
        })
    }
}

fn not_found_is_not_logged_in(error: StoreError) -> ApiError {
    if matches!(error, StoreError::NotFound) { ApiError::new(ProblemCode::NotLoggedIn) } else { error.into() }
}

async fn identify(request: &HttpRequest) -> ApiResult<Caller> {
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| ApiError::internal("no state"))?;
    let caller = if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && token.starts_with(TOKEN_PREFIX))
            .map(|(_, token)| token)
            .ok_or_else(|| ApiError::new(ProblemCode::NotLoggedIn))?;
        let known = app.store.authenticate_token(&hash_secret(token)).await.map_err(not_found_is_not_logged_in)?;
        // Recorded at most once a minute: reads should not write.
        if known.used_at.is_none_or(|at| Utc::now() - at > Duration::minutes(1)) {
            app.store.touch_token(known.token).await?;
        }
        Caller { me: known.me, via: Via::Token(known.scopes) }
    } else {
        let (cookie, named) = session_of(request).ok_or_else(|| ApiError::new(ProblemCode::NotLoggedIn))?;
        let known = app.store.authenticate(&hash_secret(&cookie)).await.map_err(not_found_is_not_logged_in)?;
        if named == COOKIE && is_secure(request, app) {
            request.extensions_mut().insert(Rename(session_cookie(request, app, cookie)));
        }
        if Utc::now() - known.seen_at > Duration::minutes(1) {
            app.store.touch_session(known.session, Duration::days(SESSION_DAYS)).await?;
        }
        Caller { me: known.me, via: Via::Session(known.session) }
    };
    app.limits.by_account(caller.me.id)?;
    app.activity.note(&app.store, caller.me.id).await?;
    Ok(caller)
}

/// A session that came under the cookie's old name. The response sets it under the new name, so that nobody is logged
/// out.
pub struct Rename(pub Cookie<'static>);

/// The session's secret and the name of its cookie. The safer name wins, since a neighbour could set the other.
fn session_of(request: &HttpRequest) -> Option<(String, &'static str)> {
    [SECURE_COOKIE, COOKIE]
        .into_iter()
        .find_map(|name| request.cookie(name).map(|cookie| (cookie.value().to_owned(), name)))
}

/// Whether the page was served over HTTPS.
fn is_secure(request: &HttpRequest, app: &App) -> bool {
    public_url(request, app).starts_with("https://")
}

/// The server's public URL: the setting or, without one, from the request's host. Use it only for what the caller sees,
/// never for letters: see [`App::letters_url`].
#[must_use]
pub fn public_url(request: &HttpRequest, app: &App) -> String {
    app.config.public_url.clone().unwrap_or_else(|| {
        let secure = app.config.trust_proxy
            && last_entry(request.headers(), "X-Forwarded-Proto").is_some_and(|it| it.eq_ignore_ascii_case("https"));
        let scheme = if secure { "https" } else { "http" };
        let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
        format!("{scheme}://{host}")
    })
}

/// Whether the request opens a WebSocket.
#[must_use]
pub fn is_socket(headers: &header::HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.trim().eq_ignore_ascii_case("websocket"))
}

/// Checks that a change comes from our own pages (`Origin`, or else `Sec-Fetch-Site`). Requests with a token are
/// exempt, since browsers never add one by themselves. A request with neither header doesn't come from a browser and
/// must not have a session cookie.
///
/// # Errors
/// `wrong_origin`.
pub fn check_origin(request: &HttpRequest, app: &App) -> ApiResult<()> {
    // A WebSocket opens with a GET, and any page's script may open one, so it doesn't count as a read.
    let socket = is_socket(request.headers());
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) && !socket;
    if safe || request.headers().contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let ours = match (text("Origin"), text("Sec-Fetch-Site")) {
        (Some(origin), _) => {
            let expected = public_url(request, app);
            origin.eq_ignore_ascii_case(&expected)
        }
        (None, Some(site)) => site == "same-origin" || site == "none",
        (None, None) => session_of(request).is_none(),
    };
    if ours { Ok(()) } else { Err(ApiError::new(ProblemCode::WrongOrigin)) }
}

/// A new session's secret, and the row to store for it.
#[must_use]
pub fn new_session(request: &HttpRequest, app: &App) -> (String, NewSession) {
    let secret = new_secret();
    let user_agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(300)
        .collect();
    let session = NewSession {
        token_hash: hash_secret(&secret),
        user_agent,
        address: address::address(request, app.config.trust_proxy).to_string(),
        lifetime: Duration::days(SESSION_DAYS),
    };
    (secret, session)
}

fn cookie(request: &HttpRequest, app: &App, names: [&'static str; 2], secret: String, days: i64) -> Cookie<'static> {
    let secure = is_secure(request, app);
    let age = if secret.is_empty() { time::Duration::ZERO } else { time::Duration::days(days) };
    Cookie::build(names[usize::from(secure)], secret)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(age)
        .finish()
}

/// The cookie that holds a session, or removes it (an empty secret).
#[must_use]
pub fn session_cookie(request: &HttpRequest, app: &App, secret: String) -> Cookie<'static> {
    cookie(request, app, [COOKIE, SECURE_COOKIE], secret, SESSION_DAYS)
}

/// The device's secret, if it has one.
#[must_use]
pub fn device_of(request: &HttpRequest) -> Option<String> {
    [SECURE_DEVICE_COOKIE, DEVICE_COOKIE]
        .into_iter()
        .find_map(|name| request.cookie(name))
        .map(|it| it.value().to_owned())
}

/// The cookie by which a device is recognised.
#[must_use]
pub fn device_cookie(request: &HttpRequest, app: &App, secret: String) -> Cookie<'static> {
    cookie(request, app, [DEVICE_COOKIE, SECURE_DEVICE_COOKIE], secret, DEVICE_DAYS)
}
