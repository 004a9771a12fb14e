//! CEFR levels and the languages of a lesson.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A level of the Common European Framework of Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CefrLevel {
    A1,
    A2,
    B1,
    B2,
    C1,
    C2,
}

impl CefrLevel {
    pub const ALL: [Self; 6] = [Self::A1, Self::A2, Self::B1, Self::B2, Self::C1, Self::C2];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::B1 => "B1",
            Self::B2 => "B2",
            Self::C1 => "C1",
            Self::C2 => "C2",
        }
    }

    /// 0 for A1 through 5 for C2.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The nearest of these levels; of two equally near, the lower.
    #[must_use]
    pub fn nearest(self, levels: &[Self]) -> Option<Self> {
        levels.iter().copied().min_by_key(|level| (level.index().abs_diff(self.index()), *level))
    }
}

impl fmt::Display for CefrLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CefrLevel {
    type Err = UnknownLevel;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(text)).ok_or(UnknownLevel)
    }
}

/// The text is not one of A1 to C2.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownLevel;

impl fmt::Display for UnknownLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a level is A1, A2, B1, B2, C1 or C2")
    }
}

impl std::error::Error for UnknownLevel {}

/// A language by its BCP 47 primary subtag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    En,
    Ru,
    De,
    Fr,
    Es,
    It,
    Pt,
    Tr,
    Pl,
    Uk,
    Zh,
    Ja,
    Ko,
    Ar,
    He,
}

impl Language {
    pub const ALL: [Self; 15] = [
        Self::En,
        Self::Ru,
        Self::De,
        Self::Fr,
        Self::Es,
        Self::It,
        Self::Pt,
        Self::Tr,
        Self::Pl,
        Self::Uk,
        Self::Zh,
        Self::Ja,
        Self::Ko,
        Self::Ar,
        Self::He,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::It => "it",
            Self::Pt => "pt",
            Self::Tr => "tr",
            Self::Pl => "pl",
            Self::Uk => "uk",
            Self::Zh => "zh",
            Self::Ja => "ja",
            Self::Ko => "ko",
            Self::Ar => "ar",
            Self::He => "he",
        }
    }

    /// The name in English, for prompts and developers.
    #[must_use]
    pub fn english_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ru => "Russian",
            Self::De => "German",
            Self::Fr => "French",
            Self::Es => "Spanish",
            Self::It => "Italian",
            Self::Pt => "Portuguese",
            Self::Tr => "Turkish",
            Self::Pl => "Polish",
            Self::Uk => "Ukrainian",
            Self::Zh => "Chinese",
            Self::Ja => "Japanese",
            Self::Ko => "Korean",
            Self::Ar => "Arabic",
            Self::He => "Hebrew",
        }
    }

    /// Whether the language is written from right to left.
    #[must_use]
    pub fn is_rtl(self) -> bool {
        matches!(self, Self::Ar | Self::He)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|language| language.as_str() == text).ok_or(UnknownLanguage)
    }
}

/// The text is not the code of a supported language.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownLanguage;

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a language that lessons are made in")
    }
}

impl std::error::Error for UnknownLanguage {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_levels_equally_near_the_lower_is_nearest() {
        use CefrLevel::{A1, A2, B1, C1};
        assert_eq!(B1.nearest(&[A1, A2, B1]), Some(B1));
        assert_eq!(C1.nearest(&[A1, A2]), Some(A2));
        assert_eq!(A2.nearest(&[B1, A1]), Some(A1));
        assert_eq!(A2.nearest(&[]), None);
    }
}
