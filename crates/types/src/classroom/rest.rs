//! Classes over REST: starting a run, inviting, joining, and the report.

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
    /// Chosen by the client; a repeated request creates only one class.
    pub id: ClassId,
    /// Lesson to begin with. It needs at least one task.
    pub lesson_id: LessonId,
    /// Without: the lesson's title.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
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
    /// Chosen by the client; a repeated request starts only one run.
    pub id: ClassRunId,
    /// Lesson to teach. It needs at least one task.
    pub lesson_id: LessonId,
}

/// A class as its teacher and its members see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassInfo {
    /// Its id.
    pub id: ClassId,
    /// Its title.
    pub title: String,
    /// The teacher's name.
    pub teacher: String,
    /// The caller is its teacher.
    pub teaching: bool,
    /// Students who are not removed.
    pub members: u32,
    /// Run that is on now; null: none.
    pub open_run: Option<ClassRunId>,
    /// Null for members: only the teacher sees it.
    pub invitation: Option<Invitation>,
    /// The newest first: at most 50, in a list of classes at most 5.
    pub runs: Vec<ClassRunSummary>,
}

/// A run in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassRunSummary {
    /// Its id.
    pub id: ClassRunId,
    /// Lesson that was taught; null: it was deleted for good.
    pub lesson_id: Option<LessonId>,
    /// Title of the lesson when the run began.
    pub title: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Null while it is open.
    pub ended_at: Option<DateTime<Utc>>,
    /// Students who answered something.
    pub students: u32,
}

/// A run in a list over all classes of a teacher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaughtRun {
    /// The class.
    pub class: ClassId,
    /// Title of the class.
    pub class_title: String,
    /// Students of the class who are not removed.
    pub members: u32,
    /// The run.
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
    /// New students may come in.
    pub open: bool,
    /// When the link expires.
    pub expires_at: DateTime<Utc>,
}

/// Changes of an invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateInvitation {
    /// A new code: the old link stops working.
    #[serde(default)]
    pub renew: bool,
    /// Open or close the door to new students; unchanged if omitted or null.
    #[serde(default)]
    pub open: Option<bool>,
}

/// Let a removed student back in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LetBackIn {
    /// Student who was removed.
    pub student: UserId,
}

/// What somebody with the link sees before joining.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationInfo {
    /// The class.
    pub class: ClassId,
    /// Title of the class.
    pub title: String,
    /// The teacher's name.
    pub teacher: String,
    /// New students may come in.
    pub open: bool,
    /// The caller belongs to the class already.
    pub member: bool,
    /// Run that is on now; null: none.
    pub open_run: Option<ClassRunId>,
}

/// Join as a guest: a real account without a password. Callers who are logged in join with their account and send no
/// name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GuestJoin {
    /// Required without an account. Students of the same name are numbered.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 80))]
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

/// A class that was joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Joined {
    /// Who joined.
    pub me: Me,
    /// The class.
    pub class: ClassId,
    /// Run that is on now; null: none.
    pub open_run: Option<ClassRunId>,
}

/// A link to continue as the same guest on another device. It works once and replaces an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryLink {
    /// Works once.
    pub url: String,
    /// The address as a QR code: a square SVG that takes the colour of the text.
    pub qr_svg: String,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// A guest on another device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverGuest {
    /// Token from the link.
    pub token: String,
}

/// The results of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunReport {
    /// The run.
    pub run: ClassRunId,
    /// The class.
    pub class: ClassId,
    /// Lesson that was taught; null: it was deleted for good.
    pub lesson_id: Option<LessonId>,
    /// Title of the lesson when the run began.
    pub title: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Null while it is open.
    pub ended_at: Option<DateTime<Utc>>,
    /// In the order of the lesson, as they were when the run began.
    pub tasks: Vec<ReportTask>,
    /// Who was in the run, removed students included.
    pub students: Vec<ReportStudent>,
}

/// A task of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportTask {
    /// Its id.
    pub id: TaskId,
    /// Its title.
    pub title: String,
    /// Kind of task.
    pub kind: String,
    /// Its items in order.
    pub items: Vec<ItemId>,
    /// Key of each item in words, in the order of `items`.
    pub keys: Vec<String>,
}

/// What one student did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportStudent {
    /// Its id.
    pub id: UserId,
    /// The student's name.
    pub name: String,
    /// 1-based number among students of the same name; shown from 2 on.
    #[serde(rename = "twin")]
    pub name_ordinal: u32,
    /// Joined by name, without an account.
    pub guest: bool,
    /// Removed from the class.
    pub removed: bool,
    /// When they joined the class.
    pub joined_at: DateTime<Utc>,
    /// Last heard of in this run.
    pub seen_at: Option<DateTime<Utc>>,
    /// Sum of the first marks.
    pub first: Points,
    /// Sum of the newest marks.
    pub last: Points,
    /// Of all items, answered or not.
    pub max: Points,
    /// One per answered item.
    pub cells: Vec<ReportCell>,
}

/// What one student did with one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportCell {
    /// The task.
    pub task: TaskId,
    /// The item.
    pub item: ItemId,
    /// 1-based round: a reset begins the next one.
    pub round: u32,
    /// Checks in this round.
    pub tries: u32,
    /// Mark of the first check in this round; null: not checked.
    pub first: Option<Mark>,
    /// Mark of the last check in this round; null: not checked.
    pub last: Option<Mark>,
    /// The last answer in words.
    pub answer: Option<String>,
}

/// A checked answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptRow {
    /// Its id.
    pub id: AttemptId,
    /// The task.
    pub task: TaskId,
    /// The item.
    pub item: ItemId,
    /// 1-based round: a reset begins the next one.
    pub round: u32,
    /// The answer, in the shape of the task's kind.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskAnswerSchema))]
    pub response: Value,
    /// Its mark.
    pub mark: Mark,
    /// When it was checked.
    pub at: DateTime<Utc>,
}
