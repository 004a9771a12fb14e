//! Classes over REST: starting one, inviting, joining, and what came of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    account::{Me, NAME_MAX},
    ids::{AttemptId, ClassId, ClassRunId, ItemId, LessonId, TaskId, UserId},
    lesson::TITLE_MAX,
    marks::{Mark, Points},
    problem::{Checker, FieldError},
};

/// Start a class with a lesson: the class, its invitation and its first run are made at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateClass {
    /// Made by the client: sent twice, it makes one class.
    pub id: ClassId,
    pub lesson_id: LessonId,
    /// Without: the lesson's title.
    #[serde(default)]
    pub title: Option<String>,
}

impl CreateClass {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        if let Some(title) = &self.title {
            check.text("title", title, TITLE_MAX);
        }
        check.finish()
    }
}

/// Teach a lesson (again) to a class. A run that is still open is ended first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartRun {
    /// Made by the client: sent twice, it starts one run.
    pub id: ClassRunId,
    pub lesson_id: LessonId,
}

/// A class as its teacher and its members see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassInfo {
    pub id: ClassId,
    pub title: String,
    pub teacher: String,
    /// Is the caller its teacher?
    pub teaching: bool,
    /// Students who are not removed.
    pub members: u32,
    /// The run that is open now.
    pub open_run: Option<ClassRunId>,
    /// For the teacher alone.
    pub invitation: Option<Invitation>,
    /// The newest first: at most 50, in a list of classes at most 5.
    pub runs: Vec<ClassRunSummary>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassRunSummary {
    pub id: ClassRunId,
    pub lesson_id: Option<LessonId>,
    pub title: String,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Who answered something.
    pub students: u32,
}

/// A run in a list over all classes of a teacher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaughtRun {
    pub class: ClassId,
    pub class_title: String,
    /// Students of the class who are not removed.
    pub members: u32,
    pub run: ClassRunSummary,
}

/// The link by which students join.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// The page to open is `/join/{code}`.
    pub code: String,
    /// The whole address.
    pub url: String,
    /// The address as a QR code: a square SVG that takes the colour of the text.
    pub qr_svg: String,
    pub open: bool,
    pub expires_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateInvitation {
    /// A new code: the old link stops working.
    #[serde(default)]
    pub renew: bool,
    /// Open or close the door; members come and go as before.
    #[serde(default)]
    pub open: Option<bool>,
}

/// Let a removed student back in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LetBackIn {
    pub student: UserId,
}

/// What somebody with the link sees before joining.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationInfo {
    pub class: ClassId,
    pub title: String,
    pub teacher: String,
    pub open: bool,
    /// The caller belongs to the class already.
    pub member: bool,
    pub open_run: Option<ClassRunId>,
}

/// Join as a guest: a real account without a password. Somebody who is logged in joins as who they are and sends no name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GuestJoin {
    #[serde(default)]
    pub name: Option<String>,
}

impl GuestJoin {
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
pub struct Joined {
    pub me: Me,
    pub class: ClassId,
    pub open_run: Option<ClassRunId>,
}

/// A link to go on as the same guest on another device. It works once; asking again makes the earlier one useless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryLink {
    pub url: String,
    pub qr_svg: String,
    pub expires_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverGuest {
    pub token: String,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunReport {
    pub run: ClassRunId,
    pub class: ClassId,
    pub lesson_id: Option<LessonId>,
    pub title: String,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub tasks: Vec<ReportTask>,
    pub students: Vec<ReportStudent>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportTask {
    pub id: TaskId,
    pub title: String,
    pub kind: String,
    pub items: Vec<ItemId>,
    /// The keys in words, one an item.
    pub keys: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportStudent {
    pub id: UserId,
    pub name: String,
    pub twin: u32,
    pub guest: bool,
    pub removed: bool,
    pub joined_at: DateTime<Utc>,
    /// Last heard of in this run.
    pub seen_at: Option<DateTime<Utc>>,
    pub first: Points,
    pub last: Points,
    /// Of all items, answered or not.
    pub max: Points,
    pub cells: Vec<ReportCell>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportCell {
    pub task: TaskId,
    pub item: ItemId,
    pub round: u32,
    pub tries: u32,
    pub first: Option<Mark>,
    pub last: Option<Mark>,
    /// The last answer in words.
    pub answer: Option<String>,
}

/// One checked answer, for the history of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptRow {
    pub id: AttemptId,
    pub task: TaskId,
    pub item: ItemId,
    pub round: u32,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskAnswerSchema))]
    pub response: Value,
    pub mark: Mark,
    pub at: DateTime<Utc>,
}
