//! The task templates. One file a template: its content, its answer, what a student sees, how it is marked,
//! how it is printed. Nothing here does I/O: the browser checks drafts with the same code that marks on the server.
//!
//! A new template is a new file, its `mod` line, and its line in [`crate::for_each_task_template`]; see
//! `docs/adding-a-template.md`.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned, ser::SerializeStruct};
use serde_json::Value;

use crate::{
    ids::{FileId, ItemId},
    marks::Mark,
    print::{Block, Paper, PrintWords},
    problem::FieldError,
};

pub mod gap_fill;
pub mod gap_source;
pub mod gaps;
pub mod matching;
pub mod sentence_builder;
pub mod single_choice;
pub mod text;
pub mod true_false;
pub mod unscramble;
pub mod word_bank;
pub mod word_list;

#[cfg(test)]
mod properties;

/// At most this many items a task.
pub const ITEMS_MAX: usize = 100;
/// The longest text of one item, in characters.
pub const ITEM_TEXT_MAX: usize = 2_000;
/// The longest reading text, in characters.
pub const READING_TEXT_MAX: usize = 20_000;
/// The longest typed key, option or chip, in characters.
pub const SHORT_TEXT_MAX: usize = 300;
/// The most variants a key has.
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

/// What is fixed for a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The kind as stored and sent.
    pub kind: &'static str,
    pub skill: Skill,
    /// The icon's name in the sprite, without `i-`.
    pub icon: &'static str,
    /// Has items that are marked.
    pub marked: bool,
    /// The generators can make it.
    pub generated: bool,
}

/// One template. All of it is pure.
pub trait Template: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned {
    /// The answer to one item.
    type Answer: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;
    /// What a student may see.
    type View: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;

    const META: Meta;

    /// The form in which its content is written, stored with it. It grows only where content that is stored already has
    /// to be read in another way: what `serde(default)` reads is no new version.
    const VERSION: i16 = 1;

    /// Content of `version`, which is lower than [`Template::VERSION`], in the form of the version after it.
    #[must_use]
    fn upgrade(_version: i16, content: Value) -> Value {
        content
    }

    /// What **Start blank** puts on the page. It needn't be valid yet.
    fn blank() -> Self;

    /// Every fault, with paths from the content's root. Empty: it may be shown to students.
    fn validate(&self) -> Vec<FieldError>;

    /// Mends what needs no author: signs that nobody sees in a key, the same variant twice.
    fn tidy(&mut self) {}

    /// The markable items in order.
    fn items(&self) -> Vec<ItemId>;

    /// Keys removed, order shuffled by `seed`: equal for contents that differ only in which answer is right.
    fn student_view(&self, seed: u64) -> Self::View;

    /// The mark of one answer; `None` where there is no such item.
    fn score(&self, item: &ItemId, answer: &Self::Answer) -> Option<Mark>;

    /// The answer that is shown when the key is revealed: it scores full.
    fn key(&self, item: &ItemId) -> Option<Self::Answer>;

    /// An answer in words, for grids and reports.
    fn answer_text(answer: &Self::Answer) -> String;

    /// The hint of an item, given only when it is asked for.
    fn hint(&self, _item: &ItemId) -> Option<String> {
        None
    }

    /// The files that it shows, each with its path from the content's root.
    fn files(&self) -> Vec<(String, FileId)> {
        Vec::new()
    }

    /// The task on paper.
    fn print_form(&self, paper: Paper, seed: u64, words: &PrintWords) -> Vec<Block>;

    /// All its text with the answers in place: for context, search and the measuring of its level.
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

/// A task that this build can't read, kept whole: its kind is of a later one, or the version of its content.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownTask {
    pub kind: String,
    /// Of the content, as stored.
    pub version: i16,
    pub content: Value,
}

/// Reads a template's content from a request's JSON.
pub trait ContentReader {
    type Error;
    /// # Errors
    /// Where the JSON is not such a content.
    fn read<T: DeserializeOwned>(&self, content: Value) -> Result<T, Self::Error>;
}

/// Reads stored content: brought to today's form, unknown fields left out. `None` where it is of a later version, or
/// doesn't fit.
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
    /// Not an answer of this template.
    Malformed,
    /// This kind has nothing to mark.
    NotMarked,
}

/// Calls a macro with a row for each template: the variant and the module.
#[macro_export]
macro_rules! for_each_task_template {
    ($macro:ident) => {
        $macro! {
            WordList word_list,
            Matching matching,
            WordBank word_bank,
            GapFill gap_fill,
            SingleChoice single_choice,
            TrueFalse true_false,
            SentenceBuilder sentence_builder,
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

        /// A task's kind, and what a student sees of it: without keys, options in an order of their own.
        #[cfg(feature = "openapi")]
        #[derive(utoipa::ToSchema, Serialize)]
        #[schema(as = TaskView)]
        #[serde(tag = "kind", content = "view", rename_all = "snake_case")]
        pub enum TaskViewSchema { $($variant($module::View),)+ }

        /// The form of an answer in the OpenAPI document: that of any template which has answers. Some templates'
        /// look alike, so this is `anyOf`.
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

        /// All templates' fixed facts, in the order of the catalogue.
        pub const CATALOGUE: &[Meta] = &[$($module::Content::META),+];

        impl TaskBody {
            /// What **Start blank** makes of a kind; `None` for one we don't know.
            #[must_use]
            pub fn blank(kind: &str) -> Option<Self> {
                $(if kind == $module::Content::META.kind { return Some(Self::$variant($module::Content::blank())); })+
                None
            }

            /// Reads the content of a known kind with `reader`; an unknown kind is `Ok(None)`.
            ///
            /// # Errors
            /// The reader's.
            pub fn read<R: ContentReader>(kind: &str, content: Value, reader: &R) -> Result<Option<Self>, R::Error> {
                $(if kind == $module::Content::META.kind { return reader.read(content).map(|c| Some(Self::$variant(c))); })+
                Ok(None)
            }

            /// From stored content of a version; what this build can't read is kept whole.
            #[must_use]
            pub fn from_stored(kind: &str, version: i16, content: Value) -> Self {
                $(if kind == $module::Content::META.kind
                    && let Some(known) = read_stored(version, &content) {
                    return Self::$variant(known);
                })+
                Self::Unknown(UnknownTask { kind: kind.to_owned(), version, content })
            }

            /// The version of what [`TaskBody::content`] gives.
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

            /// With what needs no author mended; see [`Template::tidy`].
            #[must_use]
            pub fn tidied(mut self) -> Self {
                match &mut self { $(Self::$variant(c) => c.tidy(),)+ Self::Unknown(_) => {} }
                self
            }

            #[must_use]
            pub fn items(&self) -> Vec<ItemId> {
                match self { $(Self::$variant(c) => c.items(),)+ Self::Unknown(_) => Vec::new() }
            }

            /// A kind that we don't know shows nothing of its content: it may hold keys.
            #[must_use]
            pub fn student_view(&self, seed: u64) -> TaskView {
                match self {
                    $(Self::$variant(c) => TaskView::$variant(c.student_view(seed)),)+
                    Self::Unknown(task) => TaskView::Unknown(UnknownTask { content: Value::Null, ..task.clone() }),
                }
            }

            /// Marks an answer that came as JSON.
            ///
            /// # Errors
            /// See [`AnswerFault`].
            pub fn score(&self, item: &ItemId, answer: &Value) -> Result<Mark, AnswerFault> {
                match self {
                    $(Self::$variant(c) => score_json(c, item, answer),)+
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

            /// An answer that came as JSON in words; `None` where it is not one of this template.
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

        /// The version of a kind's content today.
        fn version_of(kind: &str) -> i16 {
            $(if kind == $module::Content::META.kind { return $module::Content::VERSION; })+
            WIRE_VERSION
        }
    };
}

for_each_task_template!(task_enums);

/// The version of content of a kind that is known only to who sent it: no version is sent.
const WIRE_VERSION: i16 = 1;

fn score_json<T: Template>(content: &T, item: &ItemId, answer: &Value) -> Result<Mark, AnswerFault> {
    if !T::META.marked {
        return Err(AnswerFault::NotMarked);
    }
    let answer = crate::json::from_value(answer.clone()).map_err(|_| AnswerFault::Malformed)?;
    content.score(item, &answer).ok_or(AnswerFault::NoSuchItem)
}

impl TaskBody {
    /// It is of a kind that we know, and yet could not be read.
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

/// The template's facts by its kind.
#[must_use]
pub fn meta_of(kind: &str) -> Option<&'static Meta> {
    CATALOGUE.iter().find(|meta| meta.kind == kind)
}
