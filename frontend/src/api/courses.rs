//! Courses: lessons that belong together.

use types::{
    ids::CourseId,
    lesson::{Course, CreateCourse, UpdateCourse},
};

use super::{Answer, Request};

pub async fn list() -> Answer<Vec<Course>> {
    Request::get("/courses").send().await
}

pub async fn create(body: CreateCourse) -> Answer<Course> {
    Request::post("/courses").json(&body).send().await
}

pub async fn update(id: CourseId, body: UpdateCourse) -> Answer<Course> {
    Request::patch(format!("/courses/{id}")).json(&body).send().await
}

pub async fn delete(id: CourseId) -> Answer<()> {
    Request::delete(format!("/courses/{id}")).done().await
}

pub async fn restore(id: CourseId) -> Answer<()> {
    Request::post(format!("/courses/{id}/restore")).done().await
}
