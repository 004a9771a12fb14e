//! Typed identifiers. Rows have UUIDv7 ids; items and options inside a task have short strings that survive every edit
//! of the task.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

row_ids! {
    /// Id of a person: somebody with an account, or a guest.
    UserId,
    /// Id of a login on one device.
    SessionId,
    /// Id of an API token.
    ApiTokenId,
    /// Id of a course.
    CourseId,
    /// Id of a lesson.
    LessonId,
    /// Id of a section.
    SectionId,
    /// Id of a task.
    TaskId,
    /// Id of a generation run.
    GenerationRunId,
    /// Id of one task of a generation run.
    GenerationPartId,
    /// Id of a class: a teacher and their students.
    ClassId,
    /// Id of a class run: one lesson taught live to a class. Also the epoch of its log: another run never continues it.
    ClassRunId,
    /// What a client asks for, named by the client, so that saying it twice does it once.
    ProposalId,
    /// Id of a checked answer of one student to one item.
    AttemptId,
    /// Id of a picture that somebody uploaded.
    FileId,
}

/// Longest item or option id, in bytes.
pub const LOCAL_ID_MAX: usize = 40;

/// The string is not a valid item id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLocalId;

impl fmt::Display for BadLocalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an id has 1 to {LOCAL_ID_MAX} letters, digits, '-' or '_'")
    }
}

impl std::error::Error for BadLocalId {}

/// Names an item, option or line inside one task: 1 to 40 of `A–Z a–z 0–9 - _`.
/// It is kept when the item's text or key is edited, so answers stay with their item.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, example = "q1", min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9_-]+$"))]
#[serde(transparent)]
pub struct ItemId(String);

impl ItemId {
    /// # Errors
    /// [`BadLocalId`] if the text is empty, too long or has characters that are not allowed.
    pub fn new(text: impl Into<String>) -> Result<Self, BadLocalId> {
        let text = text.into();
        let good = !text.is_empty()
            && text.len() <= LOCAL_ID_MAX
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if good { Ok(Self(text)) } else { Err(BadLocalId) }
    }

    /// The id of item `n` (0-based) of a task that is being made: `i1`, `i2`, …
    #[must_use]
    pub fn nth(n: usize) -> Self {
        Self(format!("i{}", n + 1))
    }

    /// An id that is not in `taken`: the smallest free `i<n>`.
    #[must_use]
    pub fn fresh<'a>(taken: impl IntoIterator<Item = &'a ItemId>) -> Self {
        let taken: std::collections::HashSet<&ItemId> = taken.into_iter().collect();
        (0..).map(Self::nth).find(|id| !taken.contains(id)).unwrap_or_else(|| Self::nth(usize::MAX - 1))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
