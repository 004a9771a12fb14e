//! The CEFR level at which a learner meets a word.
//!
//! Our own words come first: the defining vocabulary and the pack's entries. An external table, built by `./dev` from
//! PyPI's cefrpy, covers the words that ours lack; about one word in five of it is off, so treat it as a linter, not as
//! truth.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, OnceLock},
};

use types::levels::CefrLevel;

use crate::{lemmas::lemmas_of, pack::pack};

/// The largest table accepted, in bytes.
const TABLE_MAX: u64 = 32 * 1024 * 1024;

/// Why a table of levels could not be read.
#[derive(Debug)]
pub enum LevelsError {
    /// The file could not be read.
    Read(std::io::Error),
    /// The file is over the size limit.
    TooLarge,
    /// The line with this 1-based number is not `word<TAB>part of speech<TAB>level`.
    Line(usize),
}

impl std::fmt::Display for LevelsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(error) => write!(f, "the table of levels could not be read: {error}"),
            Self::TooLarge => write!(f, "the table of levels is over {TABLE_MAX} bytes"),
            Self::Line(line) => write!(f, "line {line} of the table of levels is not word, part of speech and level"),
        }
    }
}

impl std::error::Error for LevelsError {}

/// CEFR levels of English words. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    table: Option<Arc<HashMap<String, CefrLevel>>>,
}

/// The lowest level of each of our words: running text doesn't say which sense is meant.
fn own() -> &'static HashMap<String, CefrLevel> {
    static OWN: OnceLock<HashMap<String, CefrLevel>> = OnceLock::new();
    OWN.get_or_init(|| {
        let mut own: HashMap<String, CefrLevel> = HashMap::new();
        let entries = pack().entries().filter(|entry| !entry.lemma.contains(' '));
        for (word, level) in pack().words.all().chain(entries.map(|entry| (entry.lemma.as_str(), entry.level))) {
            let kept = own.entry(word.to_lowercase()).or_insert(level);
            *kept = (*kept).min(level);
        }
        own
    })
}

/// Endings of contractions; they are not words.
const ENDINGS: &[&str] = &["'m", "'re", "'ve", "'ll", "'d", "'s"];

impl Levels {
    /// The levels of the built-in pack.
    #[must_use]
    pub fn built_in() -> Self {
        Self { table: None }
    }

    /// The built-in levels, and those of a file for the words they lack. One word per line:
    /// `word<TAB>part of speech<TAB>level` (A1 to C2). Empty lines and lines that begin with `#` are skipped.
    ///
    /// # Errors
    /// [`LevelsError`].
    pub fn with_table(path: &Path) -> Result<Self, LevelsError> {
        let size = std::fs::metadata(path).map_err(LevelsError::Read)?.len();
        if size > TABLE_MAX {
            return Err(LevelsError::TooLarge);
        }
        Self::parse(&std::fs::read_to_string(path).map_err(LevelsError::Read)?)
    }

    fn parse(text: &str) -> Result<Self, LevelsError> {
        let mut table = HashMap::new();
        for (n, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let mut fields = line.split('\t');
            let (Some(word), Some(_pos), Some(level)) = (fields.next(), fields.next(), fields.next()) else {
                return Err(LevelsError::Line(n + 1));
            };
            let level: CefrLevel = level.trim().parse().map_err(|_| LevelsError::Line(n + 1))?;
            let kept = table.entry(word.trim().to_lowercase()).or_insert(level);
            *kept = (*kept).min(level);
        }
        Ok(Self { table: Some(Arc::new(table)) })
    }

    /// The level at which a learner meets a word of running text, in any form; `None` if unknown.
    #[must_use]
    pub fn level_of(&self, word: &str) -> Option<CefrLevel> {
        let folded = types::text::fold(word);
        self.whole(&folded).or_else(|| self.derived(&folded))
    }

    fn whole(&self, word: &str) -> Option<CefrLevel> {
        if word.is_empty() || word.chars().all(|c| c.is_ascii_digit()) {
            return Some(CefrLevel::A1);
        }
        let lemmas = lemmas_of(word);
        let lowest = |look: &dyn Fn(&String) -> Option<CefrLevel>| lemmas.iter().filter_map(look).min();
        // The word itself before its possible bases: 'boring' before 'bore'.
        own().get(word).copied().or_else(|| lowest(&|lemma| own().get(lemma).copied())).or_else(|| {
            let table = self.table.as_ref()?;
            table.get(word).copied().or_else(|| lowest(&|lemma| table.get(lemma).copied()))
        })
    }

    /// Derived words: contractions, hyphenated compounds, adverbs in -ly, numbers with letters.
    fn derived(&self, word: &str) -> Option<CefrLevel> {
        if let Some(stem) = word.strip_suffix("n't") {
            return if matches!(stem, "wo" | "ca" | "sha") { Some(CefrLevel::A1) } else { self.whole(stem) };
        }
        if let Some(stem) = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending)) {
            return self.whole(stem);
        }
        if word.contains('-') {
            return word
                .split('-')
                .map(|part| self.whole(part))
                .try_fold(CefrLevel::A1, |most, level| Some(most.max(level?)));
        }
        if let Some(stem) = word.strip_suffix("ily") {
            return self.whole(&format!("{stem}y"));
        }
        if let Some(stem) = word.strip_suffix("ly") {
            return self.whole(stem).or_else(|| self.whole(&format!("{stem}le"))).map(|level| level.max(CefrLevel::A2));
        }
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        (!digits.is_empty() && word.len() <= digits.len() + 2 && digits.chars().all(|c| c.is_ascii_digit()))
            .then_some(CefrLevel::A1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_in_any_form() {
        let levels = Levels::built_in();
        for (word, level) in [
            ("the", CefrLevel::A1),
            ("went", CefrLevel::A1),
            ("Isn't", CefrLevel::A1),
            ("won’t", CefrLevel::A1),
            ("slowly", CefrLevel::A2),
            ("2024", CefrLevel::A1),
            ("20th", CefrLevel::A1),
            ("itinerary", CefrLevel::B2),
        ] {
            assert_eq!(levels.level_of(word), Some(level), "{word}");
        }
        assert_eq!(levels.level_of("photosynthesis"), None);
    }

    #[test]
    fn a_table_answers_for_the_rest_and_ours_win() {
        let levels = Levels::parse("# made by ./dev\nphotosynthesis\tNOUN\tC1\nhouse\tNOUN\tC2\nmolecule\tNOUN\tB2\n")
            .expect("it is there");
        assert_eq!(levels.level_of("photosynthesis"), Some(CefrLevel::C1));
        assert_eq!(levels.level_of("house"), Some(CefrLevel::A1));
        assert_eq!(levels.level_of("molecules"), Some(CefrLevel::B2));
        assert!(matches!(Levels::parse("a\tb\tZ9\n"), Err(LevelsError::Line(1))));
        assert!(matches!(Levels::parse("\n\nword only\n"), Err(LevelsError::Line(3))));
        assert!(Levels::with_table(Path::new("/nowhere/at/all")).is_err());
    }
}
