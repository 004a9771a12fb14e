//! A teacher's lessons: the list, a whole lesson, and printing.

use actix_web::{HttpResponse, delete, get, http::StatusCode, patch, post, web};
use documents::{Document, Papers};
use serde::Deserialize;
use store::{LessonList, NewLesson};
use types::{
    account::Scope,
    ids::{CourseId, LessonId},
    lesson::{CreateLesson, Lesson, LessonSummary, Printable, TITLE_MAX, UpdateLesson},
    locale::{self, Key, Locale},
    page::{PAGE_DEFAULT, PAGE_MAX, Page},
    problem::FieldCode,
};
use utoipa::openapi::{Object, ObjectBuilder, Type};

use crate::{
    auth::Caller,
    cursor,
    error::{ApiError, ApiResult, check},
    extract::{Binary, Body, Id, Query},
    state::App,
};

/// What to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Words that the title or topic has.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Lessons of this course only.
    course: Option<CourseId>,
    /// `next` of the page before; without it, the first page.
    cursor: Option<String>,
    /// Lessons per page; 24 if omitted.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// List lessons
///
/// The caller's lessons, most recently changed first.
#[utoipa::path(
    tag = "lessons",
    operation_id = "listLessons",
    security(("token" = ["lessons:read"])),
    params(ListQuery),
    responses((status = 200, body = Page<LessonSummary>)),
)]
#[get("/lessons")]
pub async fn list(
    app: web::Data<App>,
    caller: Caller,
    query: Query<ListQuery>,
) -> ApiResult<web::Json<Page<LessonSummary>>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    let Query(query) = query;
    let after = match &query.cursor {
        Some(text) => Some(cursor::read(text)?),
        None => None,
    };
    if query.q.as_ref().is_some_and(|q| q.chars().count() > 200) {
        return Err(ApiError::field("q", FieldCode::TooLong));
    }
    let limit = query.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::field("limit", FieldCode::NotAllowed));
    }
    let list = LessonList { search: query.q, course: query.course, after, limit };
    let (mut page, next) = app.store.lessons(owner, &list).await?;
    page.next = next.map(cursor::write);
    Ok(web::Json(page))
}

/// Create lesson
///
/// With one empty section. To have tasks written, see `createGenerationRun`.
#[utoipa::path(
    tag = "lessons",
    operation_id = "createLesson",
    security(("token" = ["lessons:write"])),
    request_body = CreateLesson,
    responses(
        (status = 201, body = Lesson),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/lessons")]
pub async fn create(app: web::Data<App>, caller: Caller, body: Body<CreateLesson>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    let Body(new) = body;
    check(new.validate())?;
    let lesson = NewLesson {
        title: new.title,
        topic: new.topic,
        level: new.level,
        target_language: new.target_language,
        students_language: new.students_language,
        notes: String::new(),
        course_id: new.course_id,
    };
    let section = locale::text(caller.me.locale, Key::PaperFirstSection);
    Ok(caller.written(StatusCode::CREATED, &app.store.create_lesson(owner, &lesson, section).await?))
}

/// Get lesson
///
/// With its sections, tasks and keys.
#[utoipa::path(
    tag = "lessons",
    operation_id = "getLesson",
    security(("token" = ["lessons:read"])),
    params(("id" = LessonId, Path)),
    responses((status = 200, body = Lesson)),
)]
#[get("/lessons/{id}")]
pub async fn read(app: web::Data<App>, caller: Caller, id: Id<LessonId>) -> ApiResult<web::Json<Lesson>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    Ok(web::Json(app.store.lesson(owner, id.0).await?))
}

/// Update lesson
///
/// Changes title, topic, level, notes or course; omitted fields stay unchanged.
#[utoipa::path(
    tag = "lessons",
    operation_id = "updateLesson",
    security(("token" = ["lessons:write"])),
    params(("id" = LessonId, Path)),
    request_body = UpdateLesson,
    responses(
        (status = 200, body = Lesson),
        (status = 409, description = "stale"),
    ),
)]
#[patch("/lessons/{id}")]
pub async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Id<LessonId>,
    body: Body<UpdateLesson>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    check(body.0.validate())?;
    let lesson = app.store.update_lesson(owner, id.0, &body.0).await.map_err(|error| caller.redacted(error))?;
    Ok(caller.written(StatusCode::OK, &lesson))
}

/// Delete lesson
///
/// It can be restored.
#[utoipa::path(
    tag = "lessons",
    operation_id = "deleteLesson",
    security(("token" = ["lessons:write"])),
    params(("id" = LessonId, Path)),
    responses((status = 204, description = "Deleted")),
)]
#[delete("/lessons/{id}")]
pub async fn delete(app: web::Data<App>, caller: Caller, id: Id<LessonId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_lesson_deleted(owner, id.0, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore lesson
#[utoipa::path(
    tag = "lessons",
    operation_id = "restoreLesson",
    security(("token" = ["lessons:write"])),
    params(("id" = LessonId, Path)),
    responses(
        (status = 204, description = "Back"),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/lessons/{id}/restore")]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id<LessonId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    app.store.set_lesson_deleted(owner, id.0, false).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Duplicate lesson
///
/// With all its tasks.
#[utoipa::path(
    tag = "lessons",
    operation_id = "duplicateLesson",
    security(("token" = ["lessons:write"])),
    params(("id" = LessonId, Path)),
    responses(
        (status = 201, body = Lesson),
        (status = 422, description = "limit_reached"),
    ),
)]
#[post("/lessons/{id}/duplicate")]
pub async fn duplicate(app: web::Data<App>, caller: Caller, id: Id<LessonId>) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsWrite)?;
    let from = app.store.lesson(owner, id.0).await?;
    let title = locale::text_with(caller.me.locale, Key::PaperCopyOf, &[("title", &from.title)]);
    let title: String = title.chars().take(TITLE_MAX).collect();
    Ok(caller.written(StatusCode::CREATED, &app.store.duplicate_lesson(owner, id.0, &title).await?))
}

/// The schema of [`Papers`], whose crate doesn't depend on OpenAPI.
fn papers() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["worksheet", "key", "both"]))
        .description(Some("What to print; both if omitted."))
        .build()
}

/// Which papers to print.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PdfQuery {
    #[param(schema_with = papers)]
    paper: Option<Papers>,
    /// Language of 'Name', 'Date' and the like; the caller's if omitted.
    locale: Option<Locale>,
    /// Leave out characters that no font of the server has; if false, they are a `cannot_print` problem.
    leave_out: Option<bool>,
}

/// Get lesson as PDF
///
/// Worksheet, answer key or both.
#[utoipa::path(
    tag = "lessons",
    operation_id = "getLessonPdf",
    security(("token" = ["lessons:read"])),
    params(("id" = LessonId, Path), PdfQuery),
    responses(
        (
            status = 200,
            description = "The PDF",
            body = Binary,
            content_type = "application/pdf",
            headers(("Content-Disposition" = String, description = "A file name made from the lesson's title"))
        ),
        (status = 422, description = "cannot_print"),
    ),
)]
#[get("/lessons/{id}/pdf")]
pub async fn pdf(
    app: web::Data<App>,
    caller: Caller,
    id: Id<LessonId>,
    query: Query<PdfQuery>,
) -> ApiResult<HttpResponse> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    let Query(PdfQuery { paper, locale, leave_out }) = query;
    let (paper, locale) = (paper.unwrap_or(Papers::Both), locale.unwrap_or(caller.me.locale));
    let lesson = app.store.lesson(owner, id.0).await?;
    let name = file_name(&lesson.title, locale::text(locale, papers_name(paper)));
    let document = Document::of_lesson(&lesson, paper, locale);
    let document = document.with_pictures(crate::files::of_lesson(&app, owner, &lesson).await?);
    let bytes = crate::pdf::render(&app, document, leave_out.unwrap_or_default()).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header(("Content-Disposition", name))
        .insert_header(("Cache-Control", "no-store"))
        .body(bytes))
}

/// Check lesson for printing
///
/// Finds the characters that no font of the server has.
#[utoipa::path(
    tag = "lessons",
    operation_id = "checkLessonPrintable",
    security(("token" = ["lessons:read"])),
    params(("id" = LessonId, Path)),
    responses((status = 200, body = Printable)),
)]
#[get("/lessons/{id}/printable")]
pub async fn printable(app: web::Data<App>, caller: Caller, id: Id<LessonId>) -> ApiResult<web::Json<Printable>> {
    let owner = caller.teacher(Scope::LessonsRead)?;
    let lesson = app.store.lesson(owner, id.0).await?;
    let document = Document::of_lesson(&lesson, Papers::Both, caller.me.locale);
    Ok(web::Json(Printable { missing: crate::pdf::missing(&app, document).await? }))
}

/// Worksheet, key and both may end up in one folder, so the file name says which it is.
fn papers_name(papers: Papers) -> Key {
    match papers {
        Papers::Worksheet => Key::PaperFileWorksheet,
        Papers::Key => Key::PaperFileKey,
        Papers::Both => Key::PaperFileBoth,
    }
}

/// The `Content-Disposition` of a download, for any title (RFC 6266: a plain name and a UTF-8 one).
fn file_name(title: &str, papers: &str) -> String {
    let clean: String =
        title.chars().map(|c| if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_') { c } else { ' ' }).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let clean = if clean.is_empty() { "lesson".to_owned() } else { clean };
    let clean = format!("{clean} - {papers}");
    let ascii: String = clean.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let encoded: String = clean
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b == b'-' { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    format!("attachment; filename=\"{ascii}.pdf\"; filename*=UTF-8''{encoded}.pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_title_is_a_header_of_one_line() {
        for title in ["Travel", "В аэропорту", "a\r\nSet-Cookie: x", "\"quoted\"", "///"] {
            let header = file_name(title, "key");
            assert!(header.is_ascii() && !header.contains(['\r', '\n']), "{header}");
        }
        assert!(file_name("В аэропорту", "ответы").contains("%D0%92%20"));
    }
}
