//! Asking for a lesson and watching it being made.

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
    pub id: String,
    /// In the language taught.
    pub title: String,
    pub levels: Vec<CefrLevel>,
}

/// A topic of the built-in pack that can be had in place of one that can't.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NearTopic {
    pub id: String,
    /// In the language taught.
    pub title: String,
    pub levels: Vec<CefrLevel>,
    /// The level nearest to the one asked for at which the topic can be made, and has `words` where it has any.
    pub level: CefrLevel,
    /// Up to three words of the topic at that level: those that were asked for first.
    pub words: Vec<String>,
    /// What was typed is one letter away from a name of this topic.
    pub misspelt: bool,
}

/// What can be asked for here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GenerationOptions {
    /// A language model is set up: any topic, level and language.
    pub model: bool,
    /// What the built-in pack holds.
    pub topics: Vec<TopicInfo>,
    pub pack_language: Language,
    /// All languages to choose from with a model.
    pub languages: Vec<Language>,
}

/// A teacher's own material to make the tasks from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A text in the language taught.
    Text(#[serde(deserialize_with = "crate::text::cleaned")] String),
    /// One word a line, its meaning after a tab, a dash with spaces, or `=`.
    Words(#[serde(deserialize_with = "crate::text::cleaned")] String),
}

pub const SOURCE_MAX: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateRun {
    /// Made by the client: the same press sent twice makes one lesson.
    pub request_id: Uuid,
    #[serde(deserialize_with = "crate::text::cleaned")]
    pub topic: String,
    pub level: CefrLevel,
    pub target_language: Language,
    pub students_language: Language,
    #[serde(default)]
    pub course_id: Option<CourseId>,
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    pub notes: String,
    #[serde(default)]
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
    pub request_id: Uuid,
    pub kind: String,
    pub section_id: SectionId,
    #[serde(default)]
    pub after: Option<TaskId>,
    /// About what; empty: the lesson's topic.
    #[serde(default, deserialize_with = "crate::text::cleaned")]
    pub topic: String,
    /// How many items; without, what the template usually has.
    #[serde(default)]
    pub items: Option<u32>,
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
    pub request_id: Uuid,
    /// The revision that is replaced.
    pub revision: i32,
    /// What should change, in the teacher's words. Needs a model.
    #[serde(default, deserialize_with = "crate::text::cleaned")]
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
    pub id: GenerationPartId,
    pub kind: String,
    pub skill: Skill,
    pub title: String,
    pub section_id: SectionId,
    pub status: PartStatus,
    /// The task, once it is ready.
    pub task_id: Option<TaskId>,
    pub fault: Option<PartFault>,
    /// What was wrong with it, for those who want to know.
    pub detail: Option<String>,
}

/// The making of a lesson, or of one more task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    pub id: GenerationRunId,
    pub lesson_id: LessonId,
    pub status: RunStatus,
    pub parts: Vec<Part>,
    /// Grows with every change: ask again only for something newer.
    pub version: i64,
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
