//! Courses, lessons, sections and tasks as they travel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    evidence::GateReport,
    ids::{CourseId, ItemId, LessonId, SectionId, TaskId},
    levels::{CefrLevel, Language},
    marks::{Mark, Points},
    problem::{Checker, FieldError},
    tasks::{ITEMS_MAX, Skill, TaskBody, TaskView},
};

pub const TITLE_MAX: usize = 200;
pub const TOPIC_MAX: usize = 200;
pub const NOTES_MAX: usize = 4_000;
pub const INSTRUCTIONS_MAX: usize = 500;
/// At most this many tasks a lesson.
pub const TASKS_MAX: usize = 100;
/// At most this many sections a lesson.
pub const SECTIONS_MAX: usize = 20;

/// Lessons that belong together, with the languages and level that new ones start with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Course {
    pub id: CourseId,
    pub title: String,
    pub target_language: Language,
    pub students_language: Language,
    pub level: CefrLevel,
    pub lessons: u32,
    pub revision: i32,
    pub updated_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateCourse {
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub title: String,
    pub target_language: Language,
    pub students_language: Language,
    pub level: CefrLevel,
}

impl CreateCourse {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("title", &self.title, TITLE_MAX);
        check.finish()
    }
}

/// What is left out stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateCourse {
    pub revision: i32,
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    pub title: Option<String>,
    #[serde(default)]
    pub target_language: Option<Language>,
    #[serde(default)]
    pub students_language: Option<Language>,
    #[serde(default)]
    pub level: Option<CefrLevel>,
}

impl UpdateCourse {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        if let Some(title) = &self.title {
            check.text("title", title, TITLE_MAX);
        }
        check.finish()
    }
}

/// A lesson in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonSummary {
    pub id: LessonId,
    pub course_id: Option<CourseId>,
    pub title: String,
    pub topic: String,
    pub level: CefrLevel,
    pub target_language: Language,
    pub students_language: Language,
    /// One a task, in order: the ribbon.
    pub skills: Vec<Skill>,
    pub revision: i32,
    pub updated_at: DateTime<Utc>,
}

/// A whole lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lesson {
    pub id: LessonId,
    pub course_id: Option<CourseId>,
    pub title: String,
    pub topic: String,
    pub level: CefrLevel,
    pub target_language: Language,
    pub students_language: Language,
    /// The teacher's notes for whoever writes the tasks.
    pub notes: String,
    /// Changed with the lesson's own fields and with what stands in it and where.
    pub revision: i32,
    pub updated_at: DateTime<Utc>,
    pub sections: Vec<Section>,
}

impl Lesson {
    /// All tasks in order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.sections.iter().flat_map(|section| &section.tasks)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Section {
    pub id: SectionId,
    pub title: String,
    pub revision: i32,
    pub tasks: Vec<Task>,
}

/// Who wrote a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// By hand.
    Teacher,
    /// Rules over the built-in pack.
    BuiltIn,
    /// A language model.
    Model,
    #[serde(other)]
    Unknown,
}

/// Where a task comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    pub author: Author,
    /// The model's name, where one wrote it.
    #[serde(default)]
    pub model: Option<String>,
    /// Which version of the instructions or rules.
    #[serde(default)]
    pub version: Option<String>,
    /// Changed by a person since.
    #[serde(default)]
    pub edited: bool,
    /// Tells one pick of the built-in generator from the next, so that 'make again' makes another.
    #[serde(default)]
    pub seed: u32,
}

impl Origin {
    #[must_use]
    pub fn teacher() -> Self {
        Self { author: Author::Teacher, model: None, version: None, edited: false, seed: 0 }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    pub id: TaskId,
    pub section_id: SectionId,
    pub title: String,
    pub instructions: String,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskBodySchema))]
    pub body: TaskBody,
    pub origin: Origin,
    /// What the quality gate found when it was last saved.
    pub evidence: GateReport,
    pub revision: i32,
    pub updated_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateLesson {
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub title: String,
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    pub topic: String,
    pub level: CefrLevel,
    pub target_language: Language,
    pub students_language: Language,
    #[serde(default)]
    pub course_id: Option<CourseId>,
}

impl CreateLesson {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("title", &self.title, TITLE_MAX);
        check.optional_text("topic", &self.topic, TOPIC_MAX);
        check.finish()
    }
}

/// What is left out stays. `course_id: null` takes it out of its course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateLesson {
    pub revision: i32,
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    pub topic: Option<String>,
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    pub notes: Option<String>,
    #[serde(default)]
    pub level: Option<CefrLevel>,
    #[serde(default)]
    pub course: Option<CourseChoice>,
}

/// In which course a lesson stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CourseChoice {
    /// `null`: in none.
    pub id: Option<CourseId>,
}

impl UpdateLesson {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        if let Some(title) = &self.title {
            check.text("title", title, TITLE_MAX);
        }
        if let Some(topic) = &self.topic {
            check.optional_text("topic", topic, TOPIC_MAX);
        }
        if let Some(notes) = &self.notes {
            check.optional_text("notes", notes, NOTES_MAX);
        }
        check.finish()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSection {
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub title: String,
    /// Put it after this one; without, at the end.
    #[serde(default)]
    pub after: Option<SectionId>,
}

impl CreateSection {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("title", &self.title, TITLE_MAX);
        check.finish()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSection {
    pub revision: i32,
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub title: String,
}

impl UpdateSection {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.text("title", &self.title, TITLE_MAX);
        check.finish()
    }
}

/// A field that may be `null` and may not be left out: what was forgotten is not 'first'.
fn said<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// A place among others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveSection {
    /// After which section; `null`: first.
    #[serde(deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub after: Option<SectionId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveTask {
    pub section_id: SectionId,
    /// After which task of that section; `null`: first.
    #[serde(deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub after: Option<TaskId>,
}

/// Whether a lesson can be printed whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Printable {
    /// The characters that no font of the server has; empty: none is missing.
    pub missing: String,
}

/// A task's template and content as sent by a caller: read strictly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TaskBodyInput {
    pub kind: String,
    pub content: Value,
}

impl From<&TaskBody> for TaskBodyInput {
    fn from(body: &TaskBody) -> Self {
        Self { kind: body.kind().to_owned(), content: body.content() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// Made by the client, so that sending it twice makes one task.
    #[serde(default)]
    pub id: Option<TaskId>,
    pub section_id: SectionId,
    /// After which task of that section; without, at its end.
    #[serde(default)]
    pub after: Option<TaskId>,
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub title: String,
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    pub instructions: String,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskBodySchema))]
    pub body: TaskBodyInput,
}

/// A task's title and instructions.
#[must_use]
pub fn validate_task_texts(title: &str, instructions: &str) -> Vec<FieldError> {
    let mut check = Checker::new();
    check.text("title", title, TITLE_MAX);
    check.optional_text("instructions", instructions, INSTRUCTIONS_MAX);
    check.finish()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTask {
    /// The revision that the change was made on.
    pub revision: i32,
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub title: String,
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub instructions: String,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskBodySchema))]
    pub body: TaskBodyInput,
}

/// A task as one student sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StudentTask {
    pub id: TaskId,
    pub title: String,
    pub instructions: String,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskViewSchema))]
    pub view: TaskView,
}

/// One answer to one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    pub item: ItemId,
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskAnswerSchema))]
    pub answer: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkRequest {
    pub answers: Vec<AnswerInput>,
}

impl MarkRequest {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("answers", self.answers.len(), 1, ITEMS_MAX);
        check.distinct(
            self.answers.iter().map(|answer| &answer.item),
            |n| format!("answers.{n}.item"),
            crate::problem::FieldCode::Duplicate,
        );
        check.finish()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemMark {
    pub item: ItemId,
    pub mark: Mark,
}

/// The marks of the items that were answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Marks {
    pub marks: Vec<ItemMark>,
    pub points: Points,
    /// The points of the whole task, unanswered items included.
    pub max: Points,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HintRequest {
    pub item: ItemId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hint {
    pub item: ItemId,
    pub hint: Option<String>,
}

/// Something that was put back, copied or moved stands here now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revision {
    pub revision: i32,
}
