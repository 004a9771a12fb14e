//! The generator's plan for a part: stored with it and read back when it is written.

use serde::{Deserialize, Serialize};
use types::generation::Source;

use crate::drill::Drill;

/// How a part is made. Stored as JSON: a new field needs a default.
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
    /// Lemmas of the lesson that this part should use first. If empty, those in the lesson's word list.
    #[serde(default)]
    pub words: Vec<String>,
    /// What the lesson's tasks teach at present: filled in when the part is written, never stored.
    #[serde(skip)]
    pub taught: Vec<String>,
    /// Lemmas whose full examples are shown in another part of the lesson.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep_off: Vec<String>,
    #[serde(default)]
    pub items: Option<u32>,
    #[serde(default)]
    pub drill: Option<Drill>,
    /// Match words with translations instead of meanings.
    #[serde(default)]
    pub translations: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TextPlan {
    pub text: String,
    #[serde(default)]
    pub items: Option<u32>,
    /// Which sentences of the text, as (index, count): two kinds that share a text take alternate ones.
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
    /// The teacher's material to make the task from.
    #[serde(default)]
    pub source: Option<Source>,
}

impl Plan {
    /// The plan as stored.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
