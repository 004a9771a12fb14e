//! Accounts, sessions and tokens as they travel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{ApiTokenId, SessionId, UserId},
    locale::Locale,
    problem::{Checker, FieldCode, FieldError},
};

/// What somebody may be; one person may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Student,
    Teacher,
    Admin,
    #[serde(other)]
    Other,
}

impl Role {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Teacher => "teacher",
            Self::Admin => "admin",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "student" => Self::Student,
            "teacher" => Self::Teacher,
            "admin" => Self::Admin,
            _ => Self::Other,
        }
    }
}

/// The caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub id: UserId,
    pub name: String,
    /// Guests have none.
    pub email: Option<String>,
    pub email_confirmed: bool,
    /// Joined a class by name: no address and no password.
    #[serde(default)]
    pub guest: bool,
    pub roles: Vec<Role>,
    pub locale: Locale,
}

impl Me {
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

pub const NAME_MAX: usize = 80;
pub const EMAIL_MAX: usize = 254;
pub const PASSWORD_MIN: usize = 8;
pub const PASSWORD_MAX: usize = 200;

/// An e-mail address in the form that the web's own `<input type=email>` takes (HTML Standard, "valid e-mail address"),
/// with a dot in its domain.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= EMAIL_MAX && local_ok && domain.contains('.') && domain.split('.').all(label_ok)
}

fn check_password(check: &mut Checker, path: &str, password: &str) {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        check.add_limit(path, FieldCode::TooShort, PASSWORD_MIN);
    } else if length > PASSWORD_MAX {
        check.add_limit(path, FieldCode::TooLong, PASSWORD_MAX);
    } else if is_common_password(password) {
        check.add(path, FieldCode::TooCommon);
    }
}

/// Those that are tried first everywhere: runs, repeats and the words of the lists.
fn is_common_password(password: &str) -> bool {
    const COMMON: &[&str] = &[
        "password",
        "passw0rd",
        "password1",
        "password123",
        "qwertyui",
        "qwerty123",
        "qwertyuiop",
        "iloveyou",
        "letmein1",
        "welcome1",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "trustno1",
        "asdfghjk",
        "zxcvbnm1",
        "1q2w3e4r",
        "1qaz2wsx",
        "qazwsxedc",
        "administrator",
        "linguaglow",
        "йцукенгш",
        "пароль123",
    ];
    let lower = password.to_lowercase();
    let bytes: Vec<char> = lower.chars().collect();
    let repeats = bytes.windows(2).all(|w| w[0] == w[1]);
    let runs = bytes.windows(2).all(|w| u32::from(w[1]) == u32::from(w[0]) + 1 || (w[0] == '9' && w[1] == '0'));
    repeats || runs || COMMON.contains(&lower.as_str())
}

fn check_email(check: &mut Checker, email: &str) {
    if email.trim().is_empty() {
        check.add("email", FieldCode::Required);
    } else if !is_email(email.trim()) {
        check.add("email", FieldCode::NotAnEmail);
    }
}

/// A new teacher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Register {
    pub name: String,
    pub email: String,
    pub password: String,
    pub locale: Locale,
}

impl Register {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("name", &self.name, NAME_MAX);
        check_email(&mut check, &self.email);
        check_password(&mut check, "password", &self.password);
        check.finish()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub email: String,
    pub password: String,
}

/// The token of a one-time link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OneTimeToken {
    pub token: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    pub token: String,
    pub password: String,
}

impl ResetPassword {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check_password(&mut check, "password", &self.password);
        check.finish()
    }
}

/// The first administrator, by the link that the first start printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FirstAdmin {
    pub token: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub locale: Locale,
}

impl FirstAdmin {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("name", &self.name, NAME_MAX);
        check_email(&mut check, &self.email);
        check_password(&mut check, "password", &self.password);
        check.finish()
    }
}

/// What to change of one's account; what is left out stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub locale: Option<Locale>,
}

impl UpdateMe {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        if let Some(name) = &self.name {
            check.text("name", name, NAME_MAX);
        }
        check.finish()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current: String,
    pub password: String,
}

impl ChangePassword {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check_password(&mut check, "password", &self.password);
        check.finish()
    }
}

/// A login on one device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    /// What the browser called itself.
    pub user_agent: String,
    pub address: String,
    /// The one that asks.
    pub current: bool,
}

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Scope {
    #[serde(rename = "lessons:read")]
    LessonsRead,
    #[serde(rename = "lessons:write")]
    LessonsWrite,
    /// Start the generators.
    #[serde(rename = "generate")]
    Generate,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::LessonsRead, Self::LessonsWrite, Self::Generate];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LessonsRead => "lessons:read",
            Self::LessonsWrite => "lessons:write",
            Self::Generate => "generate",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A personal token for the REST API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiToken {
    pub name: String,
    pub scopes: Vec<Scope>,
}

impl CreateApiToken {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("name", &self.name, NAME_MAX);
        check.count("scopes", self.scopes.len(), 1, Scope::ALL.len());
        check.distinct(&self.scopes, |n| format!("scopes.{n}"), FieldCode::Duplicate);
        check.finish()
    }
}

/// A new token. The secret is shown this once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedApiToken {
    pub token: ApiToken,
    pub secret: String,
}

/// Where the server stands, for the login page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Setup {
    /// No administrator has been made yet.
    pub needs_first_admin: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_work_pass_and_others_do_not() {
        for good in ["a@b.co", "anna.sergeeva+school@mail.example.org", "o'neil@x-y.ie"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@", "a b@c.de", "a@b..co", "a@-b.co", "a@b.co\n", "a@b@c.de", "ä@b.co"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn passwords_that_everybody_tries_are_refused() {
        let codes = |password: &str| {
            ResetPassword { token: String::new(), password: password.into() }
                .validate()
                .into_iter()
                .map(|e| e.code)
                .collect::<Vec<_>>()
        };
        assert_eq!(codes("12345678"), [FieldCode::TooCommon]);
        assert_eq!(codes("aaaaaaaa"), [FieldCode::TooCommon]);
        assert_eq!(codes("PassWord"), [FieldCode::TooCommon]);
        assert_eq!(codes("short"), [FieldCode::TooShort]);
        assert_eq!(codes("correct horse"), []);
    }
}
