//! Is the process up, and can it serve?

use actix_web::{HttpResponse, get, web};

use crate::{error::ApiResult, state::App};

/// The process is up.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "Up")))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().body("ok")
}

/// The process can serve: its database answers.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "Ready")))]
#[get("/readyz")]
pub async fn readyz(app: web::Data<App>) -> ApiResult<HttpResponse> {
    app.store.ping().await?;
    Ok(HttpResponse::Ok().body("ready"))
}
