//! Middleware for all requests: a trace id, the log line, the origin check, and headers that every response has.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use uuid::Uuid;

use crate::{
    address, auth,
    error::{ApiError, TRACE_ID},
    state::App,
};

/// Set by a handler that sends its own Content-Security-Policy.
#[derive(Clone)]
pub struct OwnPolicy;

const TRACE_HEADER: HeaderName = HeaderName::from_static("x-trace-id");

/// # Errors
/// Those of the inner services.
pub async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let trace = Uuid::now_v7().simple().to_string();
    let started = Instant::now();
    let method = request.method().clone();
    let app = request.app_data::<web::Data<App>>().cloned();
    let api = request.path().starts_with("/api/v1/");
    let mut response = TRACE_ID
        .scope(trace.clone(), async move {
            if api
                && let Some(app) = app
                && let Err(refused) = auth::check_origin(request.request(), &app)
            {
                return Ok(request.into_response(refused.error_response()));
            }
            // A handler's error was converted to a response inside, where the trace id is known.
            if let Some(refused) = place(&request) {
                return Ok(request.into_response(refused.error_response()));
            }
            next.call(request).await.map(ServiceResponse::map_into_boxed_body)
        })
        .await?;
    // The pattern, without the query: addresses hold invitations' codes and the secrets of links in letters.
    let route = response.request().match_pattern().unwrap_or_else(|| "other".to_owned());
    let status = response.status();
    let millis = started.elapsed().as_millis();
    if status.is_server_error() {
        tracing::warn!(trace_id = %trace, %method, route, status = status.as_u16(), millis, "request");
    } else {
        tracing::debug!(trace_id = %trace, %method, route, status = status.as_u16(), millis, "request");
    }
    let rename = response.request().extensions_mut().remove::<auth::Rename>();
    let https = response
        .request()
        .app_data::<web::Data<App>>()
        .and_then(|app| app.config.public_url.as_ref())
        .is_some_and(|url| url.starts_with("https://"));
    if let Some(auth::Rename(cookie)) = rename
        && let Err(error) = response.response_mut().add_cookie(&cookie)
    {
        tracing::debug!(trace_id = %trace, cause = %error, "failed to rename a session's cookie");
    }
    let own_policy = response.request().extensions().get::<OwnPolicy>().is_some();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&trace) {
        headers.insert(TRACE_HEADER, value);
    }
    let mut set = |name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "strict-origin-when-cross-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("x-frame-options", "DENY");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    if https {
        // Without `includeSubDomains`: hosts below this one are not ours to decide for.
        set("strict-transport-security", "max-age=31536000");
    }
    if api {
        set("cache-control", "no-store");
    }
    if !own_policy {
        set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    }
    Ok(response)
}

/// Behind a proxy, a request counts as a connection of the address that the proxy names while it is served; the proxy's
/// own connections don't count. Returns the error if that address has too many.
fn place(request: &ServiceRequest) -> Option<ApiError> {
    let app = request.app_data::<web::Data<App>>()?;
    if !app.config.trust_proxy {
        return None;
    }
    let address = address::forwarded(request.headers())?;
    match app.connections.pass_on(address) {
        Some(place) => {
            request.extensions_mut().insert(place);
            None
        }
        None => Some(ApiError::too_many(5)),
    }
}
