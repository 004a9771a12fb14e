//! The task templates, one file each: a template's content, its answer, what a student sees, how it is marked and how
//! it is printed. Nothing here does I/O: the browser checks drafts with the same code that marks on the server.
//!
//! To add a template, add a file, its `mod` line, and its line in [`crate::for_each_task_template`]; see
//! `docs/adding-a-template.md`.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned, ser::SerializeStruct};
use serde_json::Value;

use crate::{
    ids::{FileId, ItemId},
    levels::Language,
    marks::Mark,
    print::{Block, Paper, PrintWords},
    problem::FieldError,
};

pub mod gap_fill;
pub mod gap_source;
pub mod gaps;
pub mod inline_choice;
pub mod matching;
pub mod multiple_choice;
pub mod ordering;
pub mod sentence_builder;
pub mod single_choice;
pub mod sorting;
pub mod text;
pub mod true_false;
pub mod unscramble;
pub mod word_bank;
pub mod word_list;

#[cfg(test)]
mod properties;

/// Most items in a task.
pub const ITEMS_MAX: usize = 100;
/// Longest text of one item, in characters.
pub const ITEM_TEXT_MAX: usize = 2_000;
/// Longest reading text, in characters.
pub const READING_TEXT_MAX: usize = 20_000;
/// Longest typed key, option or chip, in characters.
pub const SHORT_TEXT_MAX: usize = 300;
/// Most variants of a key.
pub const VARIANTS_MAX: usize = 20;

/// The skill that a task trains; it gives the colour of its segment in the lesson's ribbon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Skill {
    Vocabulary,
    Grammar,
    Reading,
    Listening,
    Writing,
    Speaking,
    /// Something a later version knows.
    #[serde(other)]
    Other,
}

/// Static facts about a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The kind as stored and sent.
    pub kind: &'static str,
    pub skill: Skill,
    /// The icon's name in the sprite, without its `i-` prefix.
    pub icon: &'static str,
    /// Whether it has items that are marked.
    pub marked: bool,
    /// Whether the generators can make it.
    pub generated: bool,
}

/// A task template. All of its functions are pure.
pub trait Template: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned {
    /// The answer to one item.
    type Answer: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;
    /// What a student may see.
    type View: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;

    const META: Meta;

    /// Version of the content's format, stored with the content. Raise it only if stored content has to be read
    /// differently; additions that `serde(default)` and `skip_serializing_if` cover need no new version.
    const VERSION: i16 = 1;

    /// Converts content of `version`, which is below [`Template::VERSION`], to the format of the next version.
    #[must_use]
    fn upgrade(_version: i16, content: Value) -> Value {
        content
    }

    /// The content that **Start blank** puts on the page. It needn't be valid yet.
    fn blank() -> Self;

    /// All errors, with paths from the content's root. If there are none, the task may be shown to students.
    fn validate(&self) -> Vec<FieldError>;

    /// Repairs what needs no decision by the author: invisible characters in a key, duplicate variants.
    fn tidy(&mut self) {}

    /// The ids of the items that are marked, in order.
    fn items(&self) -> Vec<ItemId>;

    /// The content without keys, in an order shuffled by `seed`. Equal for contents that differ only in which answer is
    /// right.
    fn student_view(&self, seed: u64) -> Self::View;

    /// The mark of one answer in the language that the lesson teaches; `None` if there is no such item.
    fn score(&self, item: &ItemId, answer: &Self::Answer, language: Language) -> Option<Mark>;

    /// The answer shown when the key is revealed: it scores full points.
    fn key(&self, item: &ItemId) -> Option<Self::Answer>;

    /// An answer in words, for grids and reports.
    fn answer_text(answer: &Self::Answer) -> String;

    /// The key in words, if the item has one.
    fn key_text(&self, item: &ItemId) -> Option<String> {
        self.key(item).map(|key| Self::answer_text(&key))
    }

    /// The hint of an item, shown only on request.
    fn hint(&self, _item: &ItemId) -> Option<String> {
        None
    }

    /// The files that the content shows, each with its path from the content's root.
    fn files(&self) -> Vec<(String, FileId)> {
        Vec::new()
    }

    /// The task on paper.
    fn print_form(&self, paper: Paper, seed: u64, words: &PrintWords) -> Vec<Block>;

    /// The full text with the answers in place: for context, search and level measurement.
    fn plain_text(&self) -> String;
}

/// The answer of a template that has no items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoAnswer {}

/// Text of 1 to 300 characters.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = tasks::ShortText, value_type = String, min_length = 1, max_length = 300)]
pub struct ShortText(pub String);

/// Text of 1 to 2,000 characters.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = tasks::ItemText, value_type = String, min_length = 1, max_length = 2000)]
pub struct ItemText(pub String);

/// A task that this build can't read, preserved unchanged: its kind or its content's version is newer.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownTask {
    pub kind: String,
    /// Version of the content, as stored.
    pub version: i16,
    pub content: Value,
}

/// Reads a template's content from a request's JSON.
pub trait ContentReader {
    type Error;
    /// # Errors
    /// If the JSON is not content of this template.
    fn read<T: DeserializeOwned>(&self, content: Value) -> Result<T, Self::Error>;
}

/// Reads stored content: upgrades it to the current version and ignores unknown fields. `None` if its version is newer
/// or it doesn't fit.
fn read_stored<T: Template>(version: i16, content: &Value) -> Option<T> {
    crate::json::from_value(upgraded(version, T::VERSION, content, T::upgrade)?).ok()
}

fn upgraded(version: i16, today: i16, content: &Value, upgrade: fn(i16, Value) -> Value) -> Option<Value> {
    (version <= today).then(|| (version..today).fold(content.clone(), |content, version| upgrade(version, content)))
}

/// Why an answer could not be marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    NoSuchItem,
    /// Not in the form of this template's answers.
    Malformed,
    /// Tasks of this kind are not marked.
    NotMarked,
}

/// Calls a macro with the variant and the module of each template.
#[macro_export]
macro_rules! for_each_task_template {
    ($macro:ident) => {
        $macro! {
            WordList word_list,
            Matching matching,
            WordBank word_bank,
            GapFill gap_fill,
            InlineChoice inline_choice,
            SingleChoice single_choice,
            MultipleChoice multiple_choice,
            TrueFalse true_false,
            SentenceBuilder sentence_builder,
            Sorting sorting,
            Ordering ordering,
            Unscramble unscramble,
            Text text,
        }
    };
}

macro_rules! task_enums {
    ($($variant:ident $module:ident),+ $(,)?) => {
        /// A task's template and content. On the wire: `{"kind": …, "content": …}`.
        #[derive(Clone, Debug, PartialEq)]
        pub enum TaskBody {
            $($variant($module::Content),)+
            Unknown(UnknownTask),
        }

        /// What a student sees of a task. On the wire: `{"kind": …, "view": …}`.
        #[derive(Clone, Debug, PartialEq)]
        pub enum TaskView {
            $($variant($module::View),)+
            Unknown(UnknownTask),
        }

        /// A task's kind, and its content in the form of that kind: answers and keys included.
        #[cfg(feature = "openapi")]
        #[derive(utoipa::ToSchema, Serialize)]
        #[schema(as = TaskBody)]
        #[serde(tag = "kind", content = "content", rename_all = "snake_case")]
        pub enum TaskBodySchema { $($variant($module::Content),)+ }

        /// A task's kind, and what a student sees of it: without keys, options shuffled.
        #[cfg(feature = "openapi")]
        #[derive(utoipa::ToSchema, Serialize)]
        #[schema(as = TaskView)]
        #[serde(tag = "kind", content = "view", rename_all = "snake_case")]
        pub enum TaskViewSchema { $($variant($module::View),)+ }

        /// The schema of an answer in the OpenAPI document: an answer of any template that has them. It is `anyOf`
        /// because some templates' answers look alike.
        #[cfg(feature = "openapi")]
        pub struct TaskAnswerSchema;

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for TaskAnswerSchema {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let mut any = utoipa::openapi::schema::AnyOfBuilder::new()
                    .description(Some("An answer to one item, in the shape of the task's kind."));
                $(if $module::Content::META.marked {
                    let name = <$module::Answer as utoipa::ToSchema>::name();
                    any = any.item(utoipa::openapi::Ref::from_schema_name(name));
                })+
                any.into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for TaskAnswerSchema {
            fn name() -> std::borrow::Cow<'static, str> {
                "TaskAnswer".into()
            }

            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $(if $module::Content::META.marked {
                    let name = <$module::Answer as utoipa::ToSchema>::name().into_owned();
                    schemas.push((name, <$module::Answer as utoipa::PartialSchema>::schema()));
                    <$module::Answer as utoipa::ToSchema>::schemas(schemas);
                })+
            }
        }

        /// The static facts of all templates, in catalogue order.
        pub const CATALOGUE: &[Meta] = &[$($module::Content::META),+];

        impl TaskBody {
            /// The content that **Start blank** makes for a kind; `None` for an unknown kind.
            #[must_use]
            pub fn blank(kind: &str) -> Option<Self> {
                $(if kind == $module::Content::META.kind { return Some(Self::$variant($module::Content::blank())); })+
                None
            }

            /// Reads the content of a known kind with `reader`; an unknown kind is `Ok(None)`.
            ///
            /// # Errors
            /// The reader's error.
            pub fn read<R: ContentReader>(kind: &str, content: Value, reader: &R) -> Result<Option<Self>, R::Error> {
                $(if kind == $module::Content::META.kind { return reader.read(content).map(|c| Some(Self::$variant(c))); })+
                Ok(None)
            }

            /// Reads stored content of a version; what this build can't read is preserved unchanged.
            #[must_use]
            pub fn from_stored(kind: &str, version: i16, content: Value) -> Self {
                $(if kind == $module::Content::META.kind
                    && let Some(known) = read_stored(version, &content) {
                    return Self::$variant(known);
                })+
                Self::Unknown(UnknownTask { kind: kind.to_owned(), version, content })
            }

            /// The version of the content that [`TaskBody::content`] returns.
            #[must_use]
            pub fn version(&self) -> i16 {
                match self { $(Self::$variant(_) => $module::Content::VERSION,)+ Self::Unknown(task) => task.version }
            }

            /// `None` for an unknown kind.
            #[must_use]
            pub fn meta(&self) -> Option<&'static Meta> {
                match self { $(Self::$variant(_) => Some(&$module::Content::META),)+ Self::Unknown(_) => None }
            }

            #[must_use]
            pub fn kind(&self) -> &str {
                match self { $(Self::$variant(_) => $module::Content::META.kind,)+ Self::Unknown(task) => &task.kind }
            }

            /// The content as JSON.
            #[must_use]
            pub fn content(&self) -> Value {
                match self {
                    $(Self::$variant(c) => serde_json::to_value(c).unwrap_or_default(),)+
                    Self::Unknown(task) => task.content.clone(),
                }
            }

            #[must_use]
            pub fn validate(&self) -> Vec<FieldError> {
                match self { $(Self::$variant(c) => c.validate(),)+ Self::Unknown(_) => Vec::new() }
            }

            /// The task after [`Template::tidy`].
            #[must_use]
            pub fn tidied(mut self) -> Self {
                match &mut self { $(Self::$variant(c) => c.tidy(),)+ Self::Unknown(_) => {} }
                self
            }

            #[must_use]
            pub fn items(&self) -> Vec<ItemId> {
                match self { $(Self::$variant(c) => c.items(),)+ Self::Unknown(_) => Vec::new() }
            }

            /// The view of an unknown kind shows nothing of its content, which may hold keys.
            #[must_use]
            pub fn student_view(&self, seed: u64) -> TaskView {
                match self {
                    $(Self::$variant(c) => TaskView::$variant(c.student_view(seed)),)+
                    Self::Unknown(task) => TaskView::Unknown(UnknownTask { content: Value::Null, ..task.clone() }),
                }
            }

            /// Marks an answer, given as JSON, in the language that the lesson teaches.
            ///
            /// # Errors
            /// See [`AnswerFault`].
            pub fn score(&self, item: &ItemId, answer: &Value, language: Language) -> Result<Mark, AnswerFault> {
                match self {
                    $(Self::$variant(c) => score_json(c, item, answer, language),)+
                    Self::Unknown(_) => Err(AnswerFault::NotMarked),
                }
            }

            /// The key of an item as JSON.
            #[must_use]
            pub fn key(&self, item: &ItemId) -> Option<Value> {
                match self {
                    $(Self::$variant(c) => c.key(item).and_then(|key| serde_json::to_value(key).ok()),)+
                    Self::Unknown(_) => None,
                }
            }

            /// The key of an item in words; `None` if there is no such item.
            #[must_use]
            pub fn key_text(&self, item: &ItemId) -> Option<String> {
                match self {
                    $(Self::$variant(content) => content.key_text(item),)+
                    Self::Unknown(_) => None,
                }
            }

            /// An answer given as JSON, in words; `None` if it is not an answer of this template.
            #[must_use]
            pub fn answer_text(&self, answer: &Value) -> Option<String> {
                match self {
                    $(Self::$variant(_) => crate::json::from_value(answer.clone())
                        .ok()
                        .map(|answer| <$module::Content as Template>::answer_text(&answer)),)+
                    Self::Unknown(_) => None,
                }
            }

            #[must_use]
            pub fn hint(&self, item: &ItemId) -> Option<String> {
                match self { $(Self::$variant(c) => c.hint(item),)+ Self::Unknown(_) => None }
            }

            #[must_use]
            pub fn files(&self) -> Vec<(String, FileId)> {
                match self { $(Self::$variant(c) => c.files(),)+ Self::Unknown(_) => Vec::new() }
            }

            #[must_use]
            pub fn print_form(&self, paper: Paper, seed: u64, words: &PrintWords) -> Vec<Block> {
                match self { $(Self::$variant(c) => c.print_form(paper, seed, words),)+ Self::Unknown(_) => Vec::new() }
            }

            #[must_use]
            pub fn plain_text(&self) -> String {
                match self { $(Self::$variant(c) => c.plain_text(),)+ Self::Unknown(_) => String::new() }
            }
        }

        impl Serialize for TaskBody {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut out = serializer.serialize_struct("TaskBody", 2)?;
                out.serialize_field("kind", self.kind())?;
                match self {
                    $(Self::$variant(c) => out.serialize_field("content", c)?,)+
                    Self::Unknown(task) => out.serialize_field("content", &task.content)?,
                }
                out.end()
            }
        }

        impl TaskView {
            #[must_use]
            pub fn kind(&self) -> &str {
                match self { $(Self::$variant(_) => $module::Content::META.kind,)+ Self::Unknown(task) => &task.kind }
            }
        }

        impl Serialize for TaskView {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut out = serializer.serialize_struct("TaskView", 2)?;
                out.serialize_field("kind", self.kind())?;
                match self {
                    $(Self::$variant(v) => out.serialize_field("view", v)?,)+
                    Self::Unknown(task) => out.serialize_field("view", &task.content)?,
                }
                out.end()
            }
        }

        impl<'de> Deserialize<'de> for TaskView {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                struct Raw { kind: String, view: Value }
                let Raw { kind, view } = Raw::deserialize(deserializer)?;
                $(if kind == $module::Content::META.kind
                    && let Ok(known) = crate::json::from_value(view.clone()) {
                    return Ok(Self::$variant(known));
                })+
                Ok(Self::Unknown(UnknownTask { kind, version: WIRE_VERSION, content: view }))
            }
        }

        /// The current version of a kind's content.
        fn version_of(kind: &str) -> i16 {
            $(if kind == $module::Content::META.kind { return $module::Content::VERSION; })+
            WIRE_VERSION
        }
    };
}

for_each_task_template!(task_enums);

/// The content version assumed for an unknown kind: a client sends no version.
const WIRE_VERSION: i16 = 1;

fn score_json<T: Template>(
    content: &T,
    item: &ItemId,
    answer: &Value,
    language: Language,
) -> Result<Mark, AnswerFault> {
    if !T::META.marked {
        return Err(AnswerFault::NotMarked);
    }
    let answer = crate::json::from_value(answer.clone()).map_err(|_| AnswerFault::Malformed)?;
    content.score(item, &answer, language).ok_or(AnswerFault::NoSuchItem)
}

impl TaskBody {
    /// Whether the kind is known but its content could not be read.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        matches!(self, Self::Unknown(task) if meta_of(&task.kind).is_some())
    }

    #[must_use]
    pub fn skill(&self) -> Skill {
        self.meta().map_or(Skill::Other, |meta| meta.skill)
    }
}

impl<'de> Deserialize<'de> for TaskBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            kind: String,
            content: Value,
        }
        let Raw { kind, content } = Raw::deserialize(deserializer)?;
        Ok(Self::from_stored(&kind, version_of(&kind), content))
    }
}

/// The kinds that can be generated, for the OpenAPI document.
#[cfg(feature = "openapi")]
pub struct GeneratedKind;

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for GeneratedKind {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("A kind of task that can be generated."))
            .enum_values(Some(CATALOGUE.iter().filter(|meta| meta.generated).map(|meta| meta.kind)))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for GeneratedKind {
    fn name() -> std::borrow::Cow<'static, str> {
        "GeneratedKind".into()
    }
}

/// The static facts of a template, by its kind.
#[must_use]
pub fn meta_of(kind: &str) -> Option<&'static Meta> {
    CATALOGUE.iter().find(|meta| meta.kind == kind)
}
