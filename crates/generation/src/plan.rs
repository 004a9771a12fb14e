//! The generator's own words about a part: what is stored with it and read back when it is written.

use serde::{Deserialize, Serialize};
use types::generation::Source;

use crate::drill::Drill;

/// How a part is to be made. Stored as JSON; a field that is added needs a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "maker", rename_all = "snake_case")]
pub(crate) enum Plan {
    /// By rules over the topic pack.
    Pack(PackPlan),
    /// By rules over the teacher's own text.
    Text(TextPlan),
    /// By rules over the teacher's own word list.
    Words(WordsPlan),
    /// By a language model.
    Model(ModelPlan),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PackPlan {
    pub topic: String,
    /// Lemmas of the lesson, those that this part should use first. Empty: what the lesson's word list has.
    #[serde(default)]
    pub words: Vec<String>,
    /// What the lesson's tasks teach as they stand: known when the part is written, never stored.
    #[serde(skip)]
    pub taught: Vec<String>,
    /// Lemmas whose examples another part of the lesson shows whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep_off: Vec<String>,
    #[serde(default)]
    pub items: Option<u32>,
    #[serde(default)]
    pub drill: Option<Drill>,
    /// Match words with translations, not with meanings.
    #[serde(default)]
    pub translations: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TextPlan {
    pub text: String,
    #[serde(default)]
    pub items: Option<u32>,
    /// Which of the text's sentences: two kinds that share a text take every other one.
    #[serde(default)]
    pub share: Option<(usize, usize)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WordsPlan {
    pub lines: String,
    #[serde(default)]
    pub items: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ModelPlan {
    #[serde(default)]
    pub items: Option<u32>,
    /// The teacher's material that the task is made from.
    #[serde(default)]
    pub source: Option<Source>,
}

impl Plan {
    /// As it is stored.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
