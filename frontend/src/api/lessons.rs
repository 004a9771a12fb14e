//! Lessons and their sections.

use types::{
    ids::{CourseId, LessonId, SectionId},
    lesson::{
        CreateLesson, CreateSection, Lesson, LessonSummary, MoveSection, Printable, Revision, Section, UpdateLesson,
        UpdateSection,
    },
    page::Page,
};

use super::{Answer, BASE, Request};

/// Which lessons to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub text: String,
    pub course: Option<CourseId>,
    /// Cursor from the previous page.
    pub cursor: Option<String>,
    /// `None`: the server's default.
    pub limit: Option<u32>,
}

pub async fn list(query: Query) -> Answer<Page<LessonSummary>> {
    let text = query.text.trim();
    Request::get("/lessons")
        .query_if("q", (!text.is_empty()).then_some(text))
        .query_if("course", query.course.map(|id| id.to_string()).as_deref())
        .query_if("cursor", query.cursor.as_deref())
        .query_if("limit", query.limit.map(|n| n.to_string()).as_deref())
        .send()
        .await
}

pub async fn create(body: CreateLesson) -> Answer<Lesson> {
    Request::post("/lessons").json(&body).send().await
}

pub async fn get(id: LessonId) -> Answer<Lesson> {
    Request::get(format!("/lessons/{id}")).send().await
}

/// If the revision is stale, [`super::ApiError::current`] returns the lesson as stored.
pub async fn update(id: LessonId, body: UpdateLesson) -> Answer<Lesson> {
    Request::patch(format!("/lessons/{id}")).json(&body).send().await
}

pub async fn delete(id: LessonId) -> Answer<()> {
    Request::delete(format!("/lessons/{id}")).done().await
}

pub async fn restore(id: LessonId) -> Answer<()> {
    Request::post(format!("/lessons/{id}/restore")).done().await
}

pub async fn duplicate(id: LessonId) -> Answer<Lesson> {
    Request::post(format!("/lessons/{id}/duplicate")).send().await
}

/// What a PDF shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    Worksheet,
    Key,
    Both,
}

/// URL of a lesson's PDF, for a link with `download`.
pub fn pdf_url(id: LessonId, paper: Paper) -> String {
    let paper = match paper {
        Paper::Worksheet => "worksheet",
        Paper::Key => "key",
        Paper::Both => "both",
    };
    // Text that no font covers is left out; the page has already said so.
    format!("{BASE}/lessons/{id}/pdf?paper={paper}&leave_out=true")
}

/// Asks whether the whole lesson can be printed.
pub async fn printable(id: LessonId) -> Answer<Printable> {
    Request::get(format!("/lessons/{id}/printable")).send().await
}

pub async fn create_section(lesson: LessonId, body: CreateSection) -> Answer<Section> {
    Request::post(format!("/lessons/{lesson}/sections")).json(&body).send().await
}

pub async fn update_section(id: SectionId, body: UpdateSection) -> Answer<Revision> {
    Request::patch(format!("/sections/{id}")).json(&body).send().await
}

pub async fn move_section(id: SectionId, body: MoveSection) -> Answer<()> {
    Request::post(format!("/sections/{id}/move")).json(&body).done().await
}

pub async fn delete_section(id: SectionId) -> Answer<()> {
    Request::delete(format!("/sections/{id}")).done().await
}

pub async fn restore_section(id: SectionId) -> Answer<()> {
    Request::post(format!("/sections/{id}/restore")).done().await
}
