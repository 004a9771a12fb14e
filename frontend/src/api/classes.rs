//! Classes: starting, inviting, joining, and reports. What happens in the room goes through `realtime`.

use serde_json::json;
use types::{
    account::Me,
    classroom::{
        ClassInfo, CreateClass, Invitation, RecoverGuest, RecoveryLink, RunReport, StartRun, TaughtRun,
        UpdateInvitation,
    },
    ids::{ClassId, ClassRunId, LessonId, UserId},
    page::Page,
};

use super::{Answer, Request};

/// Lists the classes that the user teaches or belongs to.
pub async fn list() -> Answer<Vec<ClassInfo>> {
    Request::get("/classes").send().await
}

pub async fn create(body: CreateClass) -> Answer<ClassInfo> {
    Request::post("/classes").json(&body).send().await
}

pub async fn get(id: ClassId) -> Answer<ClassInfo> {
    Request::get(format!("/classes/{id}")).send().await
}

pub async fn start_run(id: ClassId, body: StartRun) -> Answer<ClassInfo> {
    Request::post(format!("/classes/{id}/runs")).json(&body).send().await
}

/// Readmits a student whom the teacher had removed.
pub async fn let_back_in(id: ClassId, student: UserId) -> Answer<()> {
    Request::post(format!("/classes/{id}/members")).json(&json!({ "student": student })).done().await
}

pub async fn update_invitation(id: ClassId, body: UpdateInvitation) -> Answer<Invitation> {
    Request::patch(format!("/classes/{id}/invitation")).json(&body).send().await
}

/// Requests a link for continuing as the same guest on another device.
pub async fn recovery_link() -> Answer<RecoveryLink> {
    Request::post("/me/recovery-link").send().await
}

pub async fn recover(token: String) -> Answer<Me> {
    Request::post("/auth/recover").json(&RecoverGuest { token }).send().await
}

/// Filter for the runs that the user taught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunsQuery {
    pub lesson: Option<LessonId>,
    /// Cursor from the previous page.
    pub cursor: Option<String>,
    /// `None`: the server's default.
    pub limit: Option<u32>,
}

/// Lists taught runs, newest first.
pub async fn runs(query: RunsQuery) -> Answer<Page<TaughtRun>> {
    Request::get("/runs")
        .query_if("lesson", query.lesson.map(|id| id.to_string()).as_deref())
        .query_if("cursor", query.cursor.as_deref())
        .query_if("limit", query.limit.map(|n| n.to_string()).as_deref())
        .send()
        .await
}

/// Asks with an ordinary request whether the room's socket would be opened. If this succeeds and the socket doesn't,
/// the network is in the way.
pub async fn reaches_room(run: ClassRunId) -> Answer<()> {
    Request::get(format!("/runs/{run}/socket")).quiet().done().await
}

pub async fn report(run: ClassRunId) -> Answer<RunReport> {
    Request::get(format!("/runs/{run}/report")).send().await
}
