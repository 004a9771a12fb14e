//! Uploads: pictures for tasks.

use types::files::Picture;

use super::{Answer, Request};

pub async fn upload(file: web_sys::File) -> Answer<Picture> {
    Request::post("/files").file(file).send().await
}
