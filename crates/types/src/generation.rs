//! Requesting a lesson and watching its generation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    ids::{CourseId, GenerationPartId, GenerationRunId, LessonId, SectionId, TaskId},
    lesson::{NOTES_MAX, TOPIC_MAX},
    levels::{CefrLevel, Language},
    problem::{Checker, FieldError},
    tasks::Skill,
};

/// A topic of the built-in pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopicInfo {
    /// Its id.
    pub id: String,
    /// In the language taught.
    pub title: String,
    /// Levels that it can be generated at.
    pub levels: Vec<CefrLevel>,
}

/// A topic of the built-in pack, offered in place of one that isn't available.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NearTopic {
    /// Its id.
    pub id: String,
    /// In the language taught.
    pub title: String,
    /// Levels that it can be generated at.
    pub levels: Vec<CefrLevel>,
    /// The level nearest to the one asked for at which the topic can be made, and has `words` where it has any.
    pub level: CefrLevel,
    /// Up to three words of the topic at that level: those that were asked for first.
    pub words: Vec<String>,
    /// What was typed is one letter away from a name of this topic.
    pub misspelt: bool,
}

/// What can be generated here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GenerationOptions {
    /// A language model is set up: any topic, level and language.
    pub model: bool,
    /// Kinds of task that can be generated; some need a model.
    pub kinds: Vec<String>,
    /// What the built-in pack holds.
    pub topics: Vec<TopicInfo>,
    /// Language of the built-in topics.
    pub pack_language: Language,
    /// All languages to choose from with a model.
    pub languages: Vec<Language>,
}

/// A teacher's own material to make the tasks from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A text in the language taught.
    Text(#[serde(deserialize_with = "crate::text::cleaned")] String),
    /// One word per line, its meaning after a tab, a dash with spaces, or `=`.
    Words(#[serde(deserialize_with = "crate::text::cleaned")] String),
}

pub const SOURCE_MAX: usize = 20_000;

/// Material of 1 to 20,000 characters.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema, Serialize)]
#[schema(value_type = String, min_length = 1, max_length = 20000)]
pub struct SourceText(pub String);

/// A teacher's own material to make the tasks from.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema, Serialize)]
#[schema(as = Source)]
#[serde(rename_all = "snake_case")]
pub enum SourceSchema {
    /// A text in the language taught.
    Text(SourceText),
    /// One word per line, its meaning after a tab, a dash with spaces, or `=`.
    Words(SourceText),
}

/// A lesson to generate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateRun {
    /// Chosen by the client; a repeated request starts only one run.
    pub request_id: Uuid,
    /// What the lesson is about; may be empty if `source` is given.
    #[serde(deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub topic: String,
    /// CEFR level.
    pub level: CefrLevel,
    /// Language taught.
    pub target_language: Language,
    /// Students' own language: for translations, and for instructions at A1 and A2.
    pub students_language: Language,
    /// Course to put the lesson into.
    #[serde(default)]
    pub course_id: Option<CourseId>,
    /// For the author of its tasks.
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub notes: String,
    /// The teacher’s own material to make the tasks from.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SourceSchema>))]
    pub source: Option<Source>,
}

impl CreateRun {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        match &self.source {
            None => check.text("topic", &self.topic, TOPIC_MAX),
            Some(source) => {
                check.optional_text("topic", &self.topic, TOPIC_MAX);
                let (path, text) = match source {
                    Source::Text(text) => ("source.text", text),
                    Source::Words(text) => ("source.words", text),
                };
                check.text(path, text, SOURCE_MAX);
            }
        }
        check.optional_text("notes", &self.notes, NOTES_MAX);
        check.finish()
    }
}

/// One more task for a lesson, made for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GenerateTask {
    /// Chosen by the client; a repeated request starts only one run.
    pub request_id: Uuid,
    /// Kind of task.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::tasks::GeneratedKind))]
    pub kind: String,
    /// Section of the lesson.
    pub section_id: SectionId,
    /// Task of that section that it follows; at its end if omitted or null.
    #[serde(default)]
    pub after: Option<TaskId>,
    /// What it is about; the lesson’s topic if empty.
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub topic: String,
    /// How many items; the usual number if omitted or null.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 20))]
    pub items: Option<u32>,
    /// The lesson’s level if omitted or null.
    #[serde(default)]
    pub level: Option<CefrLevel>,
}

impl GenerateTask {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.optional_text("topic", &self.topic, TOPIC_MAX);
        if let Some(items) = self.items
            && !(1..=20).contains(&items)
        {
            check.add_limit("items", crate::problem::FieldCode::NotAllowed, 20);
        }
        check.finish()
    }
}

/// Make a task again, differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Regenerate {
    /// Chosen by the client; a repeated request starts only one run.
    pub request_id: Uuid,
    /// Revision of the task that is replaced.
    pub revision: i32,
    /// What should be different, in the teacher's words. Needs a language model.
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub wish: String,
}

impl Regenerate {
    #[must_use]
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.optional_text("wish", &self.wish, NOTES_MAX);
        check.finish()
    }
}

/// What a generation run was asked to make, as stored. Untagged: the first variant that fits wins, so `Again` stays
/// before `Task`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StoredRequest {
    /// A lesson.
    Lesson(CreateRun),
    /// A task to make again, differently.
    Again { topic: String, level: CefrLevel, wish: String },
    /// One more task.
    Task { topic: String, level: CefrLevel },
}

impl StoredRequest {
    #[must_use]
    pub fn topic(&self) -> &str {
        match self {
            Self::Lesson(CreateRun { topic, .. }) | Self::Again { topic, .. } | Self::Task { topic, .. } => topic,
        }
    }

    #[must_use]
    pub fn level(&self) -> CefrLevel {
        match self {
            Self::Lesson(CreateRun { level, .. }) | Self::Again { level, .. } | Self::Task { level, .. } => *level,
        }
    }

    /// What should be different, in the teacher's words.
    #[must_use]
    pub fn wish(&self) -> Option<&str> {
        match self {
            Self::Again { wish, .. } => Some(wish.as_str()).filter(|wish| !wish.trim().is_empty()),
            Self::Lesson(_) | Self::Task { .. } => None,
        }
    }
}

/// Progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Running,
    Done,
    Stopped,
    #[serde(other)]
    Unknown,
}

/// Progress of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartStatus {
    Waiting,
    Writing,
    Ready,
    Failed,
    Stopped,
    #[serde(other)]
    Unknown,
}

/// Why a task could not be written, for a person to read; the words are in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartFault {
    /// The pack has too few fitting words for this task.
    NotEnoughWords,
    /// The source text or list has too little in it.
    SourceTooShort,
    /// The model did not answer in time.
    ModelTimeout,
    /// The model can't be reached, or refused the key.
    ModelUnreachable,
    /// The model is over its limits.
    ModelBusy,
    /// The reply was cut off.
    ReplyCutOff,
    /// The reply was not of the form asked for.
    ReplyMalformed,
    /// The reply had the form, and faults that the gate stops.
    ReplyRefused,
    /// It needs a model, and none is set up.
    NeedsModel,
    /// Something on our side.
    Internal,
    #[serde(other)]
    Unknown,
}

/// One task of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// Its id.
    pub id: GenerationPartId,
    /// Kind of the task.
    pub kind: String,
    /// What it trains.
    pub skill: Skill,
    /// Planned title of the task.
    pub title: String,
    /// Where the task goes.
    pub section_id: SectionId,
    /// Its progress.
    pub status: PartStatus,
    /// The task, once it is written.
    pub task_id: Option<TaskId>,
    /// Why it failed; null otherwise.
    pub fault: Option<PartFault>,
    /// What was wrong with it, for troubleshooting; never a key or an address.
    pub detail: Option<String>,
}

/// The generation of a lesson, or of one more task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    /// Its id.
    pub id: GenerationRunId,
    /// Lesson that it writes for.
    pub lesson_id: LessonId,
    /// Its progress.
    pub status: RunStatus,
    /// One per task, in the order of the lesson.
    pub parts: Vec<Part>,
    /// Grows with every change: ask again only for something newer.
    pub version: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

impl Run {
    #[must_use]
    pub fn ready(&self) -> usize {
        self.parts.iter().filter(|part| part.status == PartStatus::Ready).count()
    }

    #[must_use]
    pub fn failed(&self) -> usize {
        self.parts.iter().filter(|part| part.status == PartStatus::Failed).count()
    }
}
