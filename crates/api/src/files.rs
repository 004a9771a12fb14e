//! Uploaded pictures: converting them, serving their bytes, and sweeping those that are shown nowhere.

use std::collections::HashMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use services::pictures::{self, PictureError};
use store::{NewFile, StoredFile};
use tokio::sync::Semaphore;
use types::{
    files::Picture,
    ids::{FileId, UserId},
    lesson::Lesson,
    problem::ProblemCode,
};
use uuid::Uuid;

use crate::{
    error::{ApiError, ApiResult},
    state::App,
};

/// Decoding a large photo takes a core and several hundred megabytes for a while.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Objects looked up per query while sweeping.
const SWEPT_AT_ONCE: usize = 500;

impl From<PictureError> for ApiError {
    fn from(error: PictureError) -> Self {
        Self::new(match error {
            PictureError::NotAPicture => ProblemCode::NotAPicture,
            PictureError::TooManyPixels => ProblemCode::PictureTooLarge,
            PictureError::CutOff => ProblemCode::PictureCutOff,
        })
    }
}

/// Converts and stores an upload. If the user has uploaded the same picture before, returns that one.
///
/// # Errors
/// `not_a_picture`, `picture_cut_off`, `picture_too_large`, `limit_reached`.
pub async fn keep(app: &App, owner: UserId, upload: Vec<u8>) -> ApiResult<Picture> {
    let made = {
        let _turn = AT_ONCE.acquire().await.map_err(ApiError::internal)?;
        tokio::task::spawn_blocking(move || pictures::prepare(&upload)).await.map_err(ApiError::internal)??
    };
    if let Some(there) = app.store.file_with(owner, &made.sha256).await? {
        return Ok(Picture { was_moving: made.was_moving, ..Picture::from(&there) });
    }
    let new = NewFile {
        id: FileId(Uuid::now_v7()),
        sha256: made.sha256,
        media_type: made.media_type,
        size: u32::try_from(made.bytes.len()).unwrap_or(u32::MAX),
        width: made.width,
        height: made.height,
    };
    // Store the bytes first, so that every row has its bytes. Bytes that get no row are swept later.
    app.files.put(&new.sha256, new.id, made.bytes).await.map_err(ApiError::internal)?;
    Ok(Picture { was_moving: made.was_moving, ..Picture::from(&app.store.add_file(owner, &new).await?) })
}

/// The bytes of a file that the caller may read.
///
/// # Errors
/// `not_found` if they are gone.
pub async fn bytes(app: &App, file: &StoredFile) -> ApiResult<Bytes> {
    let found = app.files.get(&file.sha256, file.id.into()).await.map_err(ApiError::internal)?;
    found.ok_or_else(|| ApiError::new(ProblemCode::NotFound))
}

/// The pictures in the owner's lesson. One that is gone is left out, and its text is shown instead.
///
/// # Errors
/// If the database or the store fails.
pub async fn of_lesson(app: &App, owner: UserId, lesson: &Lesson) -> ApiResult<HashMap<FileId, Bytes>> {
    let ids: Vec<FileId> = lesson.tasks().flat_map(|task| task.body.files()).map(|(_, file)| file).collect();
    let mut pictures = HashMap::new();
    if ids.is_empty() {
        return Ok(pictures);
    }
    for file in app.store.own_files(owner, &ids).await? {
        if let Some(bytes) = app.files.get(&file.sha256, file.id.into()).await.map_err(ApiError::internal)? {
            pictures.insert(file.id.into(), bytes);
        }
    }
    Ok(pictures)
}

/// Forgets files that were uploaded before `before` and are shown nowhere, and deletes objects without a row. Returns
/// the number of deleted objects.
///
/// # Errors
/// If the database or the store fails; the next sweep deletes what is left.
pub async fn sweep(app: &App, before: DateTime<Utc>) -> ApiResult<usize> {
    app.store.forget_files(before).await?;
    let mut deleted = 0;
    for some in app.files.older_than(before, SWEPT_AT_ONCE).await.map_err(ApiError::internal)? {
        let ids: Vec<FileId> = some.iter().map(|kept| kept.id).collect();
        let unknown = app.store.unknown_files(&ids).await?;
        for kept in some.iter().filter(|kept| unknown.contains(&kept.id)) {
            app.files.delete(kept).await.map_err(ApiError::internal)?;
            deleted += 1;
        }
    }
    Ok(deleted)
}
