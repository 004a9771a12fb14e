//! Drawing a document is work for a thread of its own, two at a time at most.

use documents::Document;
use tokio::sync::Semaphore;

use crate::error::{ApiError, ApiResult};

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// # Errors
/// `internal`.
pub async fn render(document: Document) -> ApiResult<Vec<u8>> {
    let _turn = AT_ONCE.acquire().await.map_err(ApiError::internal)?;
    tokio::task::spawn_blocking(move || documents::render(&document))
        .await
        .map_err(ApiError::internal)?
        .map_err(ApiError::internal)
}
