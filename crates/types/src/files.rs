//! Files that teachers upload: pictures.

use serde::{Deserialize, Serialize};

use crate::ids::FileId;

/// The largest upload, in bytes: large enough for a phone's photo.
pub const UPLOAD_MAX: usize = 15 * 1024 * 1024;
/// Most files per person.
pub const FILES_MAX: usize = 5_000;

/// A picture as it is kept: turned upright, scaled down for phones, without the camera's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Picture {
    /// To show it in a task, and to fetch it.
    pub id: FileId,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// In bytes.
    pub size: u32,
    /// The upload was animated: only its first frame is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_moving: bool,
}

/// The path that a file is served at.
#[must_use]
pub fn address(file: FileId) -> String {
    format!("/api/v1/files/{file}")
}
