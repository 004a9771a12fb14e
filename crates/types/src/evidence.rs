//! What the quality gate found: coded evidence that the page puts into words.

use serde::{Deserialize, Serialize};

use crate::{ids::ItemId, levels::CefrLevel};

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Worth a look before students see it.
    Warning,
    /// A student can't do this item, or can't do it fairly.
    Fault,
}

/// What was found. Stage 0 is structure, 1 item writing, 2 level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// The content is not whole: `path` says where.
    Structure,
    /// The right option is the longest by far.
    KeyLongest,
    /// `a` or `an` before the gap tells the answer.
    ArticleCue,
    /// Only the key agrees in number with what stands around it.
    NumberCue,
    /// The answer stands in another item.
    AnswerLeaked,
    /// The answer stands in its own question.
    AnswerInStem,
    /// The right answers are mostly of one sort: nearly all true, or always the same.
    KeySkewed,
    DuplicateOption,
    AllOfTheAbove,
    /// Two words of the bank fit the same gap.
    BankAmbiguous,
    /// Not in the language of the lesson.
    WrongLanguage,
    /// Two spaces, a missing full stop.
    Typography,
    /// A letter of another script in a word, or one in an answer that no keyboard has: `other` shows it.
    StrangeLetter,
    /// Fewer items than were asked for: `text` of `other`.
    FewerItems,
    /// A word above the level.
    WordAboveLevel,
    /// Too many of its words are above the level.
    TooHard,
    LongSentences,
    /// The machine has no level data for this language.
    NoLevelData,
    #[serde(other)]
    Unknown,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// What is wrong; base decisions on this.
    pub code: FindingCode,
    /// How serious it is.
    pub severity: Severity,
    /// Item at fault; null: the task as a whole.
    #[serde(default)]
    pub item: Option<ItemId>,
    /// Where in the content.
    #[serde(default)]
    pub path: Option<String>,
    /// The word or text it is about.
    #[serde(default)]
    pub text: Option<String>,
    /// A second word: the level of the first, or what it clashes with.
    #[serde(default)]
    pub other: Option<String>,
}

/// The share of words at the level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevelEvidence {
    /// Level of the lesson.
    pub target: CefrLevel,
    /// Running words that were measured.
    pub words: u32,
    /// Those above the target level.
    pub above: u32,
    /// The longest sentence, in words.
    pub longest_sentence: u32,
}

impl LevelEvidence {
    /// Percentage of words at or below the target level, 0 to 100.
    #[must_use]
    pub fn percent_within(&self) -> u32 {
        let within = self.words - self.above.min(self.words);
        (within * 100).checked_div(self.words).unwrap_or(100)
    }
}

/// The gate's report on a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GateReport {
    /// The version of the checks; 0: never measured.
    #[serde(default)]
    pub version: u16,
    /// The most severe first.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Null: there is no word list for this language.
    #[serde(default)]
    pub level: Option<LevelEvidence>,
    /// Number of gaps or items proved to have a single answer.
    #[serde(default)]
    pub single_answers: Option<u32>,
    /// Running words of the task.
    #[serde(default)]
    pub word_count: u32,
}

impl GateReport {
    /// The highest severity among the findings.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}
