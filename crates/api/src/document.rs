//! The OpenAPI document of all routes.

use crate::{openapi::finish, router};

/// Builds the document without running a server.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    use utoipa_actix_web::AppExt;
    let (_, made) = actix_web::App::new().into_utoipa_app().configure(router::all).split_for_parts();
    finish(made)
}

/// The document as committed.
///
/// # Errors
/// If it can't be serialized as YAML.
pub fn yaml() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    Ok(document().to_yaml()?)
}
