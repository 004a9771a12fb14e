//! Health checks: whether the process is up, and whether it can serve.

use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use tokio::time::timeout;
use types::problem::ProblemCode;

use crate::{
    error::{ApiError, ApiResult},
    state::App,
};

/// Time that the database has to answer before it counts as down.
const PATIENCE: Duration = Duration::from_secs(2);

async fn answers(app: &App) -> ApiResult<()> {
    let unavailable = || ApiError::new(ProblemCode::Unavailable);
    timeout(PATIENCE, app.store.ping()).await.map_err(|_| unavailable())?.map_err(|_| unavailable())
}

/// Get liveness
///
/// 200 while the process is up and its database answers.
#[utoipa::path(
    tag = "health",
    operation_id = "getHealth",
    security(()),
    responses((status = 200, description = "Up")),
)]
#[get("/healthz")]
pub async fn healthz(app: web::Data<App>) -> ApiResult<HttpResponse> {
    answers(&app).await?;
    Ok(HttpResponse::Ok().body("ok"))
}

/// Get readiness
///
/// 503 also while the server shuts down.
#[utoipa::path(
    tag = "health",
    operation_id = "getReadiness",
    security(()),
    responses((status = 200, description = "Ready")),
)]
#[get("/readyz")]
pub async fn readyz(app: web::Data<App>) -> ApiResult<HttpResponse> {
    if app.classroom.is_draining() {
        return Err(ApiError::new(ProblemCode::Unavailable));
    }
    answers(&app).await?;
    Ok(HttpResponse::Ok().body("ready"))
}
