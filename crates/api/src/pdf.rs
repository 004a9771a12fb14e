//! Renders documents on blocking threads, at most two at a time.

use actix_web::web;
use documents::{Document, DocumentError};
use tokio::sync::Semaphore;
use types::problem::{Problem, ProblemCode};

use crate::{
    error::{ApiError, ApiResult},
    state::App,
};

static AT_ONCE: Semaphore = Semaphore::const_new(2);

async fn on_a_thread<T: Send + 'static>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, DocumentError> + Send + 'static,
) -> ApiResult<T> {
    let _turn = AT_ONCE.acquire().await.map_err(ApiError::internal)?;
    let app = app.clone();
    let done = tokio::task::spawn_blocking(move || work(&app)).await.map_err(ApiError::internal)?;
    done.map_err(|error| match error {
        DocumentError::Missing(characters) => {
            let mut problem = Problem::new(ProblemCode::CannotPrint);
            problem.characters = characters;
            ApiError(Box::new(problem))
        }
        DocumentError::Internal(cause) => ApiError::internal(cause),
    })
}

/// # Errors
/// `cannot_print` if a character has no font and `leave_out` is not set; `internal`.
pub async fn render(app: &web::Data<App>, document: Document, leave_out: bool) -> ApiResult<Vec<u8>> {
    on_a_thread(app, move |app| app.printer.render(&document, leave_out)).await
}

/// The characters of the document that no installed font has.
///
/// # Errors
/// `internal`.
pub async fn missing(app: &web::Data<App>, document: Document) -> ApiResult<String> {
    on_a_thread(app, move |app| app.printer.missing(&document)).await
}
