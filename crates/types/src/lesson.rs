//! Courses, lessons, sections and tasks on the wire.

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
/// Most tasks in a lesson.
pub const TASKS_MAX: usize = 100;
/// Most sections in a lesson.
pub const SECTIONS_MAX: usize = 20;

/// Lessons that belong together, with the languages and level that new ones start with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Course {
    /// Its id.
    pub id: CourseId,
    /// Shown to the teacher.
    pub title: String,
    /// Language taught in new lessons of it.
    pub target_language: Language,
    /// Students' language in new lessons of it.
    pub students_language: Language,
    /// Level of new lessons of it.
    pub level: CefrLevel,
    /// How many lessons it has.
    pub lessons: u32,
    /// Counts changes. Send it back with a change: a stale one is refused with `stale`.
    pub revision: i32,
    /// Last change of the course itself.
    pub updated_at: DateTime<Utc>,
}

/// A course to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateCourse {
    /// Its title.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
    /// Language taught in new lessons of it.
    pub target_language: Language,
    /// Students' language in new lessons of it.
    pub students_language: Language,
    /// Level of new lessons of it.
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

/// Changes of a course; omitted or null fields stay unchanged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateCourse {
    /// Revision that the change was made on; see `stale`.
    pub revision: i32,
    /// Its title.
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// Language taught in new lessons of it.
    #[serde(default)]
    pub target_language: Option<Language>,
    /// Students' language in new lessons of it.
    #[serde(default)]
    pub students_language: Option<Language>,
    /// Level of new lessons of it.
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
    /// Its id.
    pub id: LessonId,
    /// Its course; null: in none.
    pub course_id: Option<CourseId>,
    /// Its title.
    pub title: String,
    /// What it is about, as it was typed; may be empty.
    pub topic: String,
    /// CEFR level.
    pub level: CefrLevel,
    /// Language taught.
    pub target_language: Language,
    /// Students' own language: for translations, and for instructions at A1 and A2.
    pub students_language: Language,
    /// Skill of each task, in order.
    pub skills: Vec<Skill>,
    /// Counts changes. Send it back with a change: a stale one is refused with `stale`.
    pub revision: i32,
    /// Last change of the lesson or anything in it.
    pub updated_at: DateTime<Utc>,
}

/// A lesson with its sections and tasks, keys included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lesson {
    /// Its id.
    pub id: LessonId,
    /// Its course; null: in none.
    pub course_id: Option<CourseId>,
    /// Its title.
    pub title: String,
    /// What it is about, as it was typed; may be empty.
    pub topic: String,
    /// CEFR level.
    pub level: CefrLevel,
    /// Language taught.
    pub target_language: Language,
    /// Students' own language: for translations, and for instructions at A1 and A2.
    pub students_language: Language,
    /// The teacher's notes for the author of its tasks.
    pub notes: String,
    /// Counts changes of the lesson’s own fields and of what stands in it and where.
    pub revision: i32,
    /// Last change of the lesson or anything in it.
    pub updated_at: DateTime<Utc>,
    /// In order; at least one.
    pub sections: Vec<Section>,
}

impl Lesson {
    /// All tasks, in order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.sections.iter().flat_map(|section| &section.tasks)
    }
}

/// A section with its tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Section {
    /// Its id.
    pub id: SectionId,
    /// Its title.
    pub title: String,
    /// Counts changes of its title.
    pub revision: i32,
    /// In order.
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
    /// Who wrote the task first.
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
    #[cfg_attr(feature = "openapi", schema(value_type = u64, maximum = 4294967295_u64))]
    pub seed: u32,
}

impl Origin {
    #[must_use]
    pub fn teacher() -> Self {
        Self { author: Author::Teacher, model: None, version: None, edited: false, seed: 0 }
    }
}

/// A task with its keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Where it stands.
    pub section_id: SectionId,
    /// Shown to students.
    pub title: String,
    /// What students are told to do; may be empty.
    pub instructions: String,
    /// Its kind and content.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskBodySchema))]
    pub body: TaskBody,
    /// Where it comes from.
    pub origin: Origin,
    /// What the quality checks found when it was last saved.
    pub evidence: GateReport,
    /// Counts changes. Send it back with a change: a stale one is refused with `stale`.
    pub revision: i32,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// A lesson to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateLesson {
    /// Its title.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
    /// What it is about.
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub topic: String,
    /// CEFR level.
    pub level: CefrLevel,
    /// Language taught.
    pub target_language: Language,
    /// Students' own language: for translations, and for instructions at A1 and A2.
    pub students_language: Language,
    /// Course to put it into.
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

/// Changes of a lesson; omitted or null fields stay unchanged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateLesson {
    /// Revision that the change was made on; see `stale`.
    pub revision: i32,
    /// Its title.
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// What it is about.
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub topic: Option<String>,
    /// For the author of its tasks.
    #[serde(default, deserialize_with = "crate::text::cleaned_if_any")]
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub notes: Option<String>,
    /// CEFR level.
    #[serde(default)]
    pub level: Option<CefrLevel>,
    /// Moves it to another course, or out of all.
    #[serde(default)]
    pub course: Option<CourseChoice>,
}

/// A course, or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CourseChoice {
    /// Null: in no course.
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

/// A section to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSection {
    /// Its title.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
    /// Section that it follows; at the end if omitted or null.
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

/// A new title.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSection {
    /// Revision that the change was made on; see `stale`.
    pub revision: i32,
    /// Its title.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
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

/// Reads a field that may be `null` but must be present: leaving it out must not be read as "first".
fn said<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Where to put a section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveSection {
    /// Section that it follows; null: first.
    #[serde(deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub after: Option<SectionId>,
}

/// Where to put a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveTask {
    /// Section of the same lesson.
    pub section_id: SectionId,
    /// Task of that section that it follows; null: first.
    #[serde(deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub after: Option<TaskId>,
}

/// Whether a lesson can be printed whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Printable {
    /// Characters that no font of the server has, each once; empty: all can be printed.
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

/// A task to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// Chosen by the client; a repeated request creates only one task.
    #[serde(default)]
    pub id: Option<TaskId>,
    /// Section of the lesson.
    pub section_id: SectionId,
    /// Task of that section that it follows; at its end if omitted or null.
    #[serde(default)]
    pub after: Option<TaskId>,
    /// Shown to students.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
    /// What students are told to do.
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub instructions: String,
    /// Its kind and content.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskBodySchema))]
    pub body: TaskBodyInput,
}

/// Validates a task's title and instructions.
#[must_use]
pub fn validate_task_texts(title: &str, instructions: &str) -> Vec<FieldError> {
    let mut check = Checker::new();
    check.text("title", title, TITLE_MAX);
    check.optional_text("instructions", instructions, INSTRUCTIONS_MAX);
    check.finish()
}

/// What replaces a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTask {
    /// The revision that the change was made on.
    pub revision: i32,
    /// Shown to students.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
    /// What students are told to do.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub instructions: String,
    /// Its kind and content.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskBodySchema))]
    pub body: TaskBodyInput,
}

/// A task as one student sees it, without keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StudentTask {
    /// Its id.
    pub id: TaskId,
    /// Its title.
    pub title: String,
    /// What to do; may be empty.
    pub instructions: String,
    /// What is shown of its content.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskViewSchema))]
    pub view: TaskView,
}

/// An answer to one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    /// Item of the task.
    pub item: ItemId,
    /// In the shape of the task's kind.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::TaskAnswerSchema))]
    pub answer: Value,
}

/// Answers to mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkRequest {
    /// One per item.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
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

/// The mark of one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemMark {
    /// The item.
    pub item: ItemId,
    /// Its mark.
    pub mark: Mark,
}

/// The marks of the items that were answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Marks {
    /// In the order of the answers.
    pub marks: Vec<ItemMark>,
    /// Sum of the marks.
    pub points: Points,
    /// The points of the whole task, unanswered items included.
    pub max: Points,
}

/// Which hint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HintRequest {
    /// Item of the task.
    pub item: ItemId,
}

/// A hint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hint {
    /// The item.
    pub item: ItemId,
    /// Null: the item has none.
    pub hint: Option<String>,
}

/// A revision after a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revision {
    /// To send with the next change.
    pub revision: i32,
}
