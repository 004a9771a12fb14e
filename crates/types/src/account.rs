//! Accounts, sessions and tokens on the wire.

use chrono::{DateTime, Utc};
#[cfg(feature = "server")]
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{ApiTokenId, SessionId, UserId},
    locale::Locale,
    problem::{Checker, FieldCode, FieldError},
};

/// A role of a user; one user may have several.
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
    /// Its id.
    pub id: UserId,
    /// As others see it.
    pub name: String,
    /// Null for guests.
    pub email: Option<String>,
    /// The address was confirmed by its letter.
    pub email_confirmed: bool,
    /// Joined a class by name: no address and no password.
    #[serde(default)]
    pub guest: bool,
    /// One person may have several.
    pub roles: Vec<Role>,
    /// Language of pages and letters.
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

/// Whether the text is an e-mail address as `<input type=email>` accepts it (HTML Standard, "valid e-mail address"),
/// with two differences: its domain must have a dot and may have non-ASCII letters.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
    let letter_ok =
        |c: char| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && !c.is_whitespace() && !c.is_control());
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.chars().count() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(letter_ok)
    };
    text.len() <= EMAIL_MAX && local_ok && domain.contains('.') && domain.split('.').all(label_ok)
}

/// The canonical form in which an address is stored, compared and sent to: lower case, with the domain in ASCII (IDNA).
/// `None` if it is not an address.
#[cfg(feature = "server")]
#[must_use]
pub fn canonical_email(text: &str) -> Option<String> {
    let text = text.trim();
    // Don't parse what is far too long.
    if text.len() > 2 * EMAIL_MAX {
        return None;
    }
    let (local, domain) = text.rsplit_once('@')?;
    let domain = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()?;
    let kept = format!("{local}@{domain}").to_lowercase();
    is_email(&kept).then_some(kept)
}

/// An address for display, with its domain in Unicode.
#[cfg(feature = "server")]
#[must_use]
pub fn shown_email(kept: &str) -> String {
    match kept.rsplit_once('@') {
        Some((local, domain)) if domain.contains("xn--") => match idna::domain_to_unicode(domain) {
            (domain, Ok(())) => format!("{local}@{domain}"),
            (_, Err(_)) => kept.to_owned(),
        },
        Some(_) | None => kept.to_owned(),
    }
}

#[cfg(feature = "server")]
fn is_deliverable(email: &str) -> bool {
    canonical_email(email).is_some()
}

/// Browsers lack the IDNA tables; the server decides.
#[cfg(not(feature = "server"))]
fn is_deliverable(email: &str) -> bool {
    is_email(email.trim())
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

/// Passwords that attackers try first: runs, repeats and entries of common-password lists.
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
    } else if !is_email(email.trim()) || !is_deliverable(email) {
        check.add("email", FieldCode::NotAnEmail);
    }
}

/// A new teacher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Shown to students.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 80))]
    pub name: String,
    /// Where the confirmation is sent.
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub email: String,
    /// In characters, not bytes. Common passwords are refused.
    #[cfg_attr(feature = "openapi", schema(max_length = 200, min_length = 8))]
    pub password: String,
    /// Language of pages and letters.
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

/// Credentials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Upper and lower case are the same.
    pub email: String,
    /// As it was set.
    pub password: String,
}

/// The token of a one-time link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OneTimeToken {
    /// Token from the link.
    pub token: String,
}

/// What a one-time link with a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FormLink {
    ResetPassword,
    FirstAdmin,
    RecoverGuest,
}

/// A question whether a one-time link still works. It does not use the link up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckLink {
    /// What the link is for.
    pub purpose: FormLink,
    /// Token from the link.
    pub token: String,
}

/// Whose password is forgotten.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    /// Address of the account.
    pub email: String,
}

/// A new password by a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// Token from the link.
    pub token: String,
    /// The new password, in characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 200, min_length = 8))]
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

/// The first administrator, by the link that the server printed when it started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FirstAdmin {
    /// Token from the link.
    pub token: String,
    /// Shown to others.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 80))]
    pub name: String,
    /// Confirmed by this link already.
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub email: String,
    /// In characters, not bytes. Common passwords are refused.
    #[cfg_attr(feature = "openapi", schema(max_length = 200, min_length = 8))]
    pub password: String,
    /// Language of pages and letters.
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

/// What to change of one's account; omitted fields stay unchanged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// Unchanged if omitted or null.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 80))]
    pub name: Option<String>,
    /// Unchanged if omitted or null.
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

/// The current password and the new one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The current password.
    pub current: String,
    /// The new one, in characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 200, min_length = 8))]
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
    /// Its id.
    pub id: SessionId,
    /// When this device logged in.
    pub created_at: DateTime<Utc>,
    /// Last request, to the minute.
    pub seen_at: DateTime<Utc>,
    /// The browser's `User-Agent`.
    pub user_agent: String,
    /// IP address at login.
    pub address: String,
    /// The session of this request.
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
    /// Read classes, invitations, runs and reports.
    #[serde(rename = "classes:read")]
    ClassesRead,
    /// Start and end classes, and change who may come in.
    #[serde(rename = "classes:write")]
    ClassesWrite,
}

impl Scope {
    pub const ALL: [Self; 5] =
        [Self::LessonsRead, Self::LessonsWrite, Self::Generate, Self::ClassesRead, Self::ClassesWrite];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LessonsRead => "lessons:read",
            Self::LessonsWrite => "lessons:write",
            Self::Generate => "generate",
            Self::ClassesRead => "classes:read",
            Self::ClassesWrite => "classes:write",
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
    /// Its id.
    pub id: ApiTokenId,
    /// What the owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Last use, to the minute; null: never used.
    pub used_at: Option<DateTime<Utc>>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// Default lifetime of a token, in days.
pub const TOKEN_DAYS: u32 = 365;
pub const TOKEN_DAYS_MAX: u32 = 730;

/// A token to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiToken {
    /// What to call it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 80))]
    pub name: String,
    /// What it may do, each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5))]
    pub scopes: Vec<Scope>,
    /// Days until it stops working; 365 if omitted.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 730))]
    pub expires_in_days: Option<u32>,
}

impl CreateApiToken {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("name", &self.name, NAME_MAX);
        check.count("scopes", self.scopes.len(), 1, Scope::ALL.len());
        check.distinct(&self.scopes, |n| format!("scopes.{n}"), FieldCode::Duplicate);
        if self.expires_in_days.is_some_and(|days| !(1..=TOKEN_DAYS_MAX).contains(&days)) {
            check.add_limit("expires_in_days", FieldCode::NotAllowed, TOKEN_DAYS_MAX as usize);
        }
        check.finish()
    }
}

/// A token, and its secret, which is shown only now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedApiToken {
    /// The token as lists show it.
    pub token: ApiToken,
    /// Send it as `Authorization: Bearer …`. It is stored only as a hash.
    pub secret: String,
}

/// The state of the server's setup, for the login page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Setup {
    /// There is no administrator yet.
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

    #[cfg(feature = "server")]
    #[test]
    fn an_address_is_kept_in_one_form_and_shown_in_its_own_letters() {
        for (typed, kept, shown) in [
            (" Anna@Test.Example ", "anna@test.example", "anna@test.example"),
            ("anna@школа.рф", "anna@xn--80atdl2c.xn--p1ai", "anna@школа.рф"),
            ("anna@Schüle.DE", "anna@xn--schle-mva.de", "anna@schüle.de"),
            ("anna@xn--schle-mva.de", "anna@xn--schle-mva.de", "anna@schüle.de"),
        ] {
            assert_eq!(canonical_email(typed).as_deref(), Some(kept), "{typed}");
            assert_eq!(shown_email(kept), shown);
        }
        for bad in ["anna@xn--a.de", "anna@a\u{200b}.b\u{0}c", "ä@b.co", "a@b", "a@-ä.de", "a@ä..de"] {
            assert_eq!(canonical_email(bad), None, "{bad:?}");
        }
        assert_eq!(canonical_email(&format!("{}@b.co", "a".repeat(1_000_000))), None);
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
