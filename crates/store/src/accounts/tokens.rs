//! Personal API tokens, for third-party callers.

use chrono::{DateTime, Duration, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::RunQueryDsl;
use types::{
    account::{ApiToken, Me, Scope},
    ids::{ApiTokenId, UserId},
};
use uuid::Uuid;

use super::UserRow;
use crate::{
    Result, Store, StoreError, check_limit, instant,
    schema::{api_tokens, users},
};

/// Most tokens per user.
const API_TOKENS_MAX: i64 = 20;

/// A caller authenticated by a token.
#[derive(Clone, Debug)]
pub struct TokenAuthenticated {
    pub token: ApiTokenId,
    pub me: Me,
    pub scopes: Vec<Scope>,
    pub used_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Finds the user of a token by its hash.
    ///
    /// # Errors
    /// `NotFound` if it was revoked or has expired, or if its user was deleted.
    pub async fn authenticate_token(&self, token_hash: &[u8]) -> Result<TokenAuthenticated> {
        let (token, scopes, used_at, row) = api_tokens::table
            .inner_join(users::table.on(users::id.eq(api_tokens::user_id)))
            .filter(api_tokens::token_hash.eq(token_hash))
            .filter(api_tokens::expires_at.gt(now))
            .filter(users::deleted_at.is_null())
            .select((api_tokens::id, api_tokens::scopes, api_tokens::used_at, UserRow::as_select()))
            .first::<(Uuid, Vec<String>, Option<DateTime<Utc>>, UserRow)>(&mut self.conn().await?)
            .await?;
        let scopes = scopes.iter().filter_map(|scope| Scope::parse(scope)).collect();
        Ok(TokenAuthenticated { token: token.into(), me: row.into(), scopes, used_at })
    }

    /// Records that a token was used just now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn touch_token(&self, token: ApiTokenId) -> Result<()> {
        diesel::update(api_tokens::table.find(token.0))
            .set(api_tokens::used_at.eq(now))
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// Revokes all of a user's tokens.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_tokens(&self, user: UserId) -> Result<()> {
        diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(user.0)))
            .execute(&mut self.conn().await?)
            .await?;
        Ok(())
    }

    /// # Errors
    /// If the database fails.
    pub async fn api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>> {
        type Row = (Uuid, String, Vec<String>, DateTime<Utc>, Option<DateTime<Utc>>, DateTime<Utc>);
        let rows: Vec<Row> = api_tokens::table
            .filter(api_tokens::user_id.eq(user.0))
            .order(api_tokens::id.desc())
            .select((
                api_tokens::id,
                api_tokens::name,
                api_tokens::scopes,
                api_tokens::created_at,
                api_tokens::used_at,
                api_tokens::expires_at,
            ))
            .limit(API_TOKENS_MAX)
            .load(&mut self.conn().await?)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, name, scopes, created_at, used_at, expires_at)| ApiToken {
                id: id.into(),
                name,
                scopes: scopes.iter().filter_map(|scope| Scope::parse(scope)).collect(),
                created_at,
                used_at,
                expires_at,
            })
            .collect())
    }

    /// # Errors
    /// [`StoreError::Limit`] at the limit of tokens.
    pub async fn create_api_token(
        &self,
        user: UserId,
        name: &str,
        scopes: &[Scope],
        token_hash: &[u8],
        lifetime: Duration,
    ) -> Result<ApiToken> {
        let mut conn = self.conn().await?;
        let expires_at = instant() + lifetime;
        // Expired tokens make room.
        let of_user = api_tokens::table.filter(api_tokens::user_id.eq(user.0));
        diesel::delete(of_user.filter(api_tokens::expires_at.le(now))).execute(&mut conn).await?;
        let have: i64 = api_tokens::table.filter(api_tokens::user_id.eq(user.0)).count().get_result(&mut conn).await?;
        check_limit("tokens", have, API_TOKENS_MAX)?;
        let id = Uuid::now_v7();
        let created_at: DateTime<Utc> = diesel::insert_into(api_tokens::table)
            .values((
                api_tokens::id.eq(id),
                api_tokens::user_id.eq(user.0),
                api_tokens::name.eq(name.trim()),
                api_tokens::token_hash.eq(token_hash),
                api_tokens::expires_at.eq(expires_at),
                api_tokens::scopes.eq(scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>()),
            ))
            .returning(api_tokens::created_at)
            .get_result(&mut conn)
            .await?;
        let name = name.trim().to_owned();
        Ok(ApiToken { id: id.into(), name, scopes: scopes.to_vec(), created_at, used_at: None, expires_at })
    }

    /// # Errors
    /// `NotFound` if it is not the user's.
    pub async fn revoke_api_token(&self, user: UserId, token: ApiTokenId) -> Result<()> {
        let gone = diesel::delete(api_tokens::table.find(token.0).filter(api_tokens::user_id.eq(user.0)))
            .execute(&mut self.conn().await?)
            .await?;
        if gone == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}
