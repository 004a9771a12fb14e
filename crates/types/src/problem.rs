//! Everything that can go wrong for a caller, in one table: `application/problem+json` (RFC 9457) with a code of our
//! own, and the paths of the invalid fields.

use serde::{Deserialize, Serialize};

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// Why a request failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $code)] $name,)+
            /// A code that this client doesn't know.
            #[serde(other, rename = "unknown")]
            Unknown,
        }

        impl ProblemCode {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The HTTP status that goes with it.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ Self::Unknown => 500 }
            }

            /// The code on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ Self::Unknown => "unknown" }
            }

            /// A sentence for developers; texts for users come from the catalogue.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ Self::Unknown => "Something went wrong." }
            }
        }
    };
}

problem_codes! {
    /// Not JSON, or not in the form that the operation takes.
    Malformed = "malformed", 400, "The request could not be read.";
    /// Well-formed, but with values that are not allowed: see `errors`.
    Invalid = "invalid", 422, "Some fields are not right.";
    NotLoggedIn = "not_logged_in", 401, "Log in first.";
    WrongCredentials = "wrong_credentials", 401, "The e-mail or the password is wrong.";
    /// The caller may not do this with this object.
    Forbidden = "forbidden", 403, "You may not do this.";
    /// A change authenticated by cookie that doesn't come from our own pages.
    WrongOrigin = "wrong_origin", 403, "The request does not come from our own pages.";
    MissingScope = "missing_scope", 403, "The token does not have the scope for this.";
    EmailNotConfirmed = "email_not_confirmed", 403, "Confirm the e-mail address first.";
    /// The teacher has closed the class to new members.
    DoorClosed = "door_closed", 403, "The teacher has closed the door of this class.";
    /// The teacher removed the caller from this class.
    RemovedFromClass = "removed_from_class", 403, "The teacher has removed you from this class.";
    NotFound = "not_found", 404, "There is no such thing, or it is not yours.";
    /// The body didn't arrive in time.
    TooSlow = "too_slow", 408, "The request did not come in time.";
    MethodNotAllowed = "method_not_allowed", 405, "This address does not take this method.";
    /// Somebody else changed it in the meantime: `current` has the current state.
    Stale = "stale", 409, "It was changed in the meantime.";
    EmailTaken = "email_taken", 409, "There is an account with this e-mail already.";
    AlreadyRunning = "already_running", 409, "This is being made already.";
    /// A one-time link that has expired or was used.
    LinkExpired = "link_expired", 410, "The link has been used or has run out.";
    InvitationExpired = "invitation_expired", 410, "The invitation to this class has run out.";
    TooLarge = "too_large", 413, "The request is too large.";
    WrongMediaType = "wrong_media_type", 415, "The request's body is not of the type that the operation takes.";
    /// The uploaded file can't be read as a picture.
    NotAPicture = "not_a_picture", 422, "This is not a JPEG, PNG, WebP or GIF picture.";
    /// The file ends before the picture does: an incomplete upload.
    PictureCutOff = "picture_cut_off", 422, "The picture is cut off.";
    PictureTooLarge = "picture_too_large", 413, "The picture has too many bytes or pixels.";
    TooManyRequests = "too_many_requests", 429, "Too many requests. Wait a little.";
    /// The built-in generator can't make this, and no model is configured: `errors` and `near` say what can be done.
    TopicNotInPack = "topic_not_in_pack", 422, "The built-in pack does not hold this topic, level or language.";
    /// No font on the server has some of the document's characters: `characters` lists them.
    CannotPrint = "cannot_print", 422, "Some characters of this document have no font here.";
    /// The class is full: `errors` has the limit.
    ClassFull = "class_full", 422, "The class has no place left.";
    /// A limit of the product: `errors` names what is limited and the limit.
    LimitReached = "limit_reached", 422, "A limit is reached.";
    Internal = "internal", 500, "Something went wrong on our side.";
    Unavailable = "unavailable", 503, "The service is not ready. Try again in a moment.";
}

/// Written by hand: the derive doesn't see the codes that the macro generates.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ProblemCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let lines: Vec<String> = Self::ALL
            .iter()
            .map(|code| format!("- `{}` ({}): {}", code.as_str(), code.status(), code.title()))
            .collect();
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some(format!("Why a request failed.\n\n{}", lines.join("\n"))))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ProblemCode {}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where: dots and indices, `content.items.2.options.0.text`; empty for the whole.
    pub path: String,
    /// What is wrong; base decisions on this.
    pub code: FieldCode,
    /// A number that goes with the code: the longest length, the least count…
    #[serde(default)]
    pub limit: Option<u64>,
}

impl FieldError {
    #[must_use]
    pub fn new(path: impl Into<String>, code: FieldCode) -> Self {
        Self { path: path.into(), code, limit: None }
    }

    #[must_use]
    pub fn with_limit(path: impl Into<String>, code: FieldCode, limit: usize) -> Self {
        Self { path: path.into(), code, limit: Some(limit as u64) }
    }
}

/// The kinds of faults in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    Required,
    TooShort,
    TooLong,
    TooFew,
    TooMany,
    Duplicate,
    /// Of another type or form.
    Malformed,
    UnknownField,
    NotAllowed,
    NotAnEmail,
    /// Must name something that is there.
    NoSuchReference,
    /// The password is among those everybody tries first.
    TooCommon,
    /// Two things that must differ are the same once compared as answers.
    SameAsAnother,
    /// The right answer is not among the options.
    KeyMissing,
    #[serde(other)]
    Other,
}

/// The body of every error: RFC 9457 with our extensions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Always `about:blank`: the code tells the kind.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// For developers; base decisions on `code`.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong; base decisions on this.
    pub code: ProblemCode,
    /// To quote when asking for help; the log has it too.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// Fields that are not right.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// With `stale`: the current object.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub current: Option<serde_json::Value>,
    /// With `topic_not_in_pack`: topics that are near.
    #[serde(default)]
    pub near: Vec<crate::generation::NearTopic>,
    /// With `cannot_print`: the characters that have no font.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub characters: String,
    /// With `too_many_requests`: seconds to wait.
    #[serde(default)]
    pub retry_after: Option<u32>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self {
            kind: about_blank(),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            trace_id: None,
            errors: Vec::new(),
            current: None,
            near: Vec::new(),
            characters: String::new(),
            retry_after: None,
        }
    }

    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(ProblemCode::Invalid) }
    }
}

/// Collects the errors in a value, with their paths.
#[derive(Debug, Default)]
pub struct Checker {
    errors: Vec<FieldError>,
}

impl Checker {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, path: impl Into<String>, code: FieldCode) {
        self.errors.push(FieldError::new(path, code));
    }

    pub fn add_limit(&mut self, path: impl Into<String>, code: FieldCode, limit: usize) {
        self.errors.push(FieldError::with_limit(path, code, limit));
    }

    /// Checks a text that must not be blank and has at most `most` characters.
    pub fn text(&mut self, path: impl Into<String>, text: &str, most: usize) {
        let path = path.into();
        if text.trim().is_empty() {
            self.add(path, FieldCode::Required);
        } else {
            self.optional_text(path, text, most);
        }
    }

    /// Checks a text that may be empty and has at most `most` characters, with no control characters except line ends
    /// and tabs.
    pub fn optional_text(&mut self, path: impl Into<String>, text: &str, most: usize) {
        let path = path.into();
        if text.chars().count() > most {
            self.add_limit(path, FieldCode::TooLong, most);
        } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            self.add(path, FieldCode::NotAllowed);
        }
    }

    /// Checks a list's length.
    pub fn count(&mut self, path: impl Into<String>, len: usize, least: usize, most: usize) {
        if len < least {
            self.add_limit(path, FieldCode::TooFew, least);
        } else if len > most {
            self.add_limit(path, FieldCode::TooMany, most);
        }
    }

    /// Checks that ids or folded texts are distinct; `path` makes the path of the n-th.
    pub fn distinct<T: Eq + std::hash::Hash>(
        &mut self,
        values: impl IntoIterator<Item = T>,
        path: impl Fn(usize) -> String,
        code: FieldCode,
    ) {
        let mut seen = std::collections::HashSet::new();
        for (n, value) in values.into_iter().enumerate() {
            if !seen.insert(value) {
                self.add(path(n), code);
            }
        }
    }

    #[must_use]
    pub fn finish(self) -> Vec<FieldError> {
        self.errors
    }

    /// # Errors
    /// The collected errors, if there are any.
    pub fn result(self) -> Result<(), Vec<FieldError>> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_survive_the_wire() {
        let mut seen = std::collections::HashSet::new();
        for code in ProblemCode::ALL {
            assert!(seen.insert(code.as_str()));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        assert_eq!(serde_json::from_str::<ProblemCode>("\"newer\"").unwrap(), ProblemCode::Unknown);
    }
}
