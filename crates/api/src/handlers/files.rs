//! Pictures that teachers put into tasks.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use types::{account::Scope, files::Picture, ids::FileId};

use crate::{
    auth::Caller,
    error::ApiResult,
    extract::{Binary, Id, PictureBody},
    files,
    state::App,
    watch::OwnPolicy,
};

/// Whatever type the bytes may be mistaken for: no scripts, no frames, nothing loaded from anywhere.
const POLICY: &str = "default-src 'none'; sandbox";

/// Upload picture
///
/// JPEG, PNG, WebP or GIF of at most 15 MB. It is scaled down for phones, and its metadata is removed. A task shows it
/// by its id.
#[utoipa::path(
    tag = "files",
    operation_id = "uploadPicture",
    security(("token" = ["lessons:write"])),
    request_body(content = Binary, content_type = "image/*", description = "The picture's bytes"),
    responses(
        (status = 201, body = Picture),
        (status = 413, description = "picture_too_large"),
        (status = 422, description = "not_a_picture, picture_cut_off, limit_reached"),
    ),
)]
#[post("/files")]
pub async fn upload(app: web::Data<App>, caller: Caller, body: PictureBody) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.limits.uploads(owner)?;
    let bytes = body.read().await?;
    Ok(HttpResponse::Created().json(files::keep(&app, owner, bytes).await?))
}

/// Get picture
///
/// JPEG or PNG. For its owner, and for members of a class that is taught with it.
#[utoipa::path(
    tag = "files",
    operation_id = "getPicture",
    security(("token" = ["lessons:read"])),
    params(("id" = FileId, Path), ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a known copy")),
    responses(
        (
            status = 200,
            description = "The picture's bytes",
            body = Binary,
            content_type = "image/*",
            headers(("ETag" = String, description = "Never changes: an id always has the same bytes"))
        ),
        (status = 304, description = "The `ETag` is known to the caller"),
    ),
)]
#[get("/files/{id}")]
pub async fn read(
    request: HttpRequest,
    app: web::Data<App>,
    caller: Caller,
    id: Id<FileId>,
) -> ApiResult<HttpResponse> {
    let file = app.store.file(caller.anybody(Scope::LessonsRead)?, id.0).await?;
    request.extensions_mut().insert(OwnPolicy);
    // The bytes of an id never change.
    let etag = format!("\"{}\"", id.0);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(&etag);
    let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    response
        .insert_header((header::CONTENT_TYPE, file.media_type.as_str()))
        .insert_header((header::CACHE_CONTROL, "private, max-age=31536000, immutable"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        .insert_header((header::ETAG, etag.as_str()));
    Ok(if known { response.finish() } else { response.body(files::bytes(&app, &file).await?) })
}
