//! Password hashing: argon2id with the crate's defaults (19 MiB, 2 passes: OWASP's first choice), off the async
//! threads, and at most two at a time, so that a rush of logins can't exhaust the memory.

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::error::{ApiError, ApiResult};

static AT_ONCE: Semaphore = Semaphore::const_new(2);

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    let _turn = AT_ONCE.acquire().await.map_err(ApiError::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
}

/// A password as hashed (RFC 8265, OpaqueString): composed, with every space mapped to U+0020. Whether a keyboard types
/// `é` or `e` with an accent, it is the same password.
fn prepared(password: &str) -> String {
    let space = |c: char| if c != ' ' && is_space(c) { ' ' } else { c };
    password.chars().map(space).nfc().collect()
}

/// Whether the character is a Unicode space separator (Zs), which tabs and line ends are not.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

/// Hashes a password; the result is in PHC format.
///
/// # Errors
/// `internal`.
pub async fn hash(password: &str) -> ApiResult<String> {
    let password = prepared(password);
    apart(move || {
        Argon2::default()
            .hash_password(password.as_bytes(), &SaltString::generate(&mut OsRng))
            .map(|hash| hash.to_string())
    })
    .await?
    .map_err(ApiError::internal)
}

/// Whether the password matches the hash. Without a hash it takes just as long and returns `false`, so that the timing
/// doesn't reveal who has an account.
///
/// # Errors
/// `internal`.
pub async fn verify(password: &str, hash: Option<String>) -> ApiResult<bool> {
    // The hash of a random password, made by `hash`.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$oaDLQGOjqqqTDPDbCMJHQfYDr0jYBWlgKeDHvNaXKZ4";
    let (prepared, typed) = (prepared(password), password.to_owned());
    apart(move || {
        let known = hash.is_some();
        let text = hash.as_deref().unwrap_or(NOBODY);
        let fits = |password: &str| {
            PasswordHash::new(text)
                .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        };
        // Passwords set before `prepared` was introduced were hashed as typed.
        let fits = fits(&prepared) || (typed != prepared && fits(&typed));
        fits && known
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_fits_and_nobody_has_none() {
        let stored = hash("correct horse").await.unwrap();
        assert!(verify("correct horse", Some(stored.clone())).await.unwrap());
        assert!(!verify("correct hors", Some(stored)).await.unwrap());
        assert!(!verify("", None).await.unwrap());
    }

    #[tokio::test]
    async fn accents_and_spaces_are_the_same_from_any_keyboard() {
        let stored = hash("cafe\u{301} au\u{a0}lait").await.unwrap();
        for typed in ["caf\u{e9} au lait", "cafe\u{301} au lait", "caf\u{e9} au\u{3000}lait"] {
            assert!(verify(typed, Some(stored.clone())).await.unwrap(), "{typed:?}");
        }
        assert!(!verify("cafe au lait", Some(stored)).await.unwrap());
        // An old password, hashed as typed.
        let old = Argon2::default()
            .hash_password("cafe\u{301} au lait".as_bytes(), &SaltString::generate(&mut OsRng))
            .unwrap()
            .to_string();
        assert!(verify("cafe\u{301} au lait", Some(old)).await.unwrap());
    }
}
