//! Classes: starting one, inviting, joining, and what came of it. What happens in the room goes by `realtime`.

use types::{
    account::Me,
    classroom::{
        ClassInfo, CreateClass, GuestJoin, Invitation, InvitationInfo, Joined, RecoverGuest, RecoveryLink, RunReport,
        StartRun, UpdateInvitation,
    },
    ids::{ClassId, ClassRunId},
};

use super::{Answer, Request, percent_encode};

/// Those that one teaches or belongs to.
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

pub async fn update_invitation(id: ClassId, body: UpdateInvitation) -> Answer<Invitation> {
    Request::patch(format!("/classes/{id}/invitation")).json(&body).send().await
}

pub async fn invitation(code: String) -> Answer<InvitationInfo> {
    Request::get(format!("/invitations/{}", percent_encode(&code))).send().await
}

pub async fn join(code: String, body: GuestJoin) -> Answer<Joined> {
    Request::post(format!("/invitations/{}/members", percent_encode(&code))).json(&body).send().await
}

/// To go on as the same guest on another device.
pub async fn recovery_link() -> Answer<RecoveryLink> {
    Request::post("/me/recovery-link").send().await
}

pub async fn recover(token: String) -> Answer<Me> {
    Request::post("/auth/recover").json(&RecoverGuest { token }).send().await
}

pub async fn report(run: ClassRunId) -> Answer<RunReport> {
    Request::get(format!("/runs/{run}/report")).send().await
}
