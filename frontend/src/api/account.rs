//! Accounts: registration, login, and the user's own account with its sessions and tokens.

use types::{
    account::{
        ApiToken, ChangePassword, CheckLink, CreateApiToken, CreatedApiToken, FirstAdmin, ForgotPassword, FormLink,
        Login, Me, OneTimeToken, Register, ResetPassword, Session, Setup, UpdateMe,
    },
    ids::{ApiTokenId, SessionId},
};

use super::{Answer, Request};

pub async fn setup() -> Answer<Setup> {
    Request::get("/setup").send().await
}

pub async fn register(body: Register) -> Answer<Me> {
    Request::post("/auth/register").json(&body).send().await
}

pub async fn login(body: Login) -> Answer<Me> {
    Request::post("/auth/login").json(&body).send().await
}

pub async fn logout() -> Answer<()> {
    Request::post("/auth/logout").done().await
}

pub async fn confirm_email(token: String) -> Answer<()> {
    Request::post("/auth/confirm-email").json(&OneTimeToken { token }).done().await
}

pub async fn resend_confirmation() -> Answer<()> {
    Request::post("/auth/resend-confirmation").done().await
}

pub async fn forgot_password(body: ForgotPassword) -> Answer<()> {
    Request::post("/auth/forgot-password").json(&body).done().await
}

/// Fails with `LinkExpired` if the link is no longer valid.
pub async fn check_link(purpose: FormLink, token: String) -> Answer<()> {
    Request::post("/auth/check-link").json(&CheckLink { purpose, token }).done().await
}

pub async fn reset_password(body: ResetPassword) -> Answer<()> {
    Request::post("/auth/reset-password").json(&body).done().await
}

pub async fn first_admin(body: FirstAdmin) -> Answer<Me> {
    Request::post("/auth/first-admin").json(&body).send().await
}

pub async fn me() -> Answer<Me> {
    Request::get("/me").send().await
}

pub async fn update_me(body: UpdateMe) -> Answer<Me> {
    Request::patch("/me").json(&body).send().await
}

pub async fn change_password(body: ChangePassword) -> Answer<()> {
    Request::post("/me/password").json(&body).done().await
}

pub async fn sessions() -> Answer<Vec<Session>> {
    Request::get("/me/sessions").send().await
}

pub async fn end_session(id: SessionId) -> Answer<()> {
    Request::delete(format!("/me/sessions/{id}")).done().await
}

/// Ends all sessions except the current one.
pub async fn end_other_sessions() -> Answer<()> {
    Request::delete("/me/sessions").done().await
}

pub async fn tokens() -> Answer<Vec<ApiToken>> {
    Request::get("/me/tokens").send().await
}

pub async fn create_token(body: CreateApiToken) -> Answer<CreatedApiToken> {
    Request::post("/me/tokens").json(&body).send().await
}

pub async fn revoke_token(id: ApiTokenId) -> Answer<()> {
    Request::delete(format!("/me/tokens/{id}")).done().await
}
