//! How hard the words and sentences of a task are for its level.

use std::collections::{BTreeMap, HashSet};

use lexicon::{NAMES, lemmas_of};
use types::{
    evidence::{FindingCode, LevelEvidence, Severity},
    levels::{CefrLevel, Language},
    text::{fold, sentences, words},
};

use super::{
    Findings, GateInput, Piece,
    language::{of_script, stranger},
};

/// A task is too hard if more than this percentage of its words is above the level.
const ABOVE_MAX_PERCENT: u32 = 10;
/// Fewest words for which a percentage is meaningful.
const SHARE_FROM: u32 = 20;
/// Most words above the level that are reported.
const NAMED_MAX: usize = 12;
/// The longest sentence allowed at a level, in words, A1 to C2: what coursebooks have, with some tolerance.
const SENTENCE_MAX: [u32; 6] = [14, 18, 22, 28, 36, 45];

/// The words of a text as written, each with whether it opens a sentence.
fn tokens(text: &str) -> Vec<(bool, String)> {
    sentences(text)
        .flat_map(|sentence| words(sentence).enumerate().map(|(n, word)| (n == 0, word.to_owned())).collect::<Vec<_>>())
        .collect()
}

struct Measure<'a> {
    input: &'a GateInput<'a>,
    /// Lemmas that the lesson teaches.
    taught: HashSet<String>,
    /// Words capitalised inside some sentence: treated as names everywhere.
    names: HashSet<String>,
}

impl Measure<'_> {
    /// The level of a word; `None` if it is not measured.
    fn level(&self, first: bool, word: &str) -> Option<CefrLevel> {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let folded = fold(word);
        let bare = folded.strip_suffix("'s").unwrap_or(&folded);
        if !word.chars().any(|c| of_script(Language::En, c)) || self.names.contains(bare) {
            return None;
        }
        if capital && NAMES.iter().any(|name| fold(name) == bare) {
            return None;
        }
        let level = self.input.levels.level_of(word);
        // A capital inside a sentence marks a name, unless our own lists have the word (Monday, English).
        if capital && !first && level.is_none_or(|level| level > CefrLevel::A2) {
            return None;
        }
        if lemmas_of(word).iter().any(|lemma| self.taught.contains(lemma)) {
            return None;
        }
        level
    }
}

fn taught_lemmas(input: &GateInput<'_>, own: &[String]) -> HashSet<String> {
    input.taught.iter().chain(own).flat_map(|text| words(text)).flat_map(lemmas_of).collect()
}

/// Measures the pieces; `own` are the words that the task itself teaches. Returns the evidence (`None` without data for
/// the language) and the number of running words.
pub(crate) fn check(
    input: &GateInput<'_>,
    own: &[String],
    pieces: &[Piece],
    found: &mut Findings,
) -> (Option<LevelEvidence>, u32) {
    let texts: Vec<&str> = pieces
        .iter()
        .filter(|piece| stranger(&piece.text, input.language).is_none())
        .map(|piece| piece.text.as_str())
        .collect();
    let count: usize = texts.iter().map(|text| words(text).count()).sum();
    let word_count = u32::try_from(count).unwrap_or(u32::MAX);
    if input.language != Language::En {
        found.task(FindingCode::NoLevelData, Severity::Note);
        return (None, word_count);
    }
    let all: Vec<(bool, String)> = texts.iter().flat_map(|text| tokens(text)).collect();
    let names = all
        .iter()
        .filter(|(first, word)| {
            !first && word.chars().next().is_some_and(char::is_uppercase) && input.levels.level_of(word).is_none()
        })
        .map(|(_, word)| fold(word).trim_end_matches("'s").to_owned())
        .collect();
    let measure = Measure { input, taught: taught_lemmas(input, own), names };
    let (mut measured, mut above) = (0_u32, 0_u32);
    let mut hard: BTreeMap<String, CefrLevel> = BTreeMap::new();
    for (first, word) in &all {
        let Some(level) = measure.level(*first, word) else { continue };
        measured += 1;
        if level > input.level {
            above += 1;
            hard.insert(fold(word), level);
        }
    }
    let mut hard: Vec<(String, CefrLevel)> = hard.into_iter().collect();
    hard.sort_by_key(|(_, level)| std::cmp::Reverse(*level));
    for (word, level) in hard.into_iter().take(NAMED_MAX) {
        // Every good text has some words one level up; two levels up are too hard.
        let severity = if level.index() >= input.level.index() + 2 { Severity::Warning } else { Severity::Note };
        let finding = found.task(FindingCode::WordAboveLevel, severity);
        finding.text = Some(word);
        finding.other = Some(level.as_str().to_owned());
    }
    if measured >= SHARE_FROM && above * 100 > measured * ABOVE_MAX_PERCENT {
        found.task(FindingCode::TooHard, Severity::Warning).text = Some(format!("{above}/{measured}"));
    }
    let longest = longest_sentence(&texts);
    let limit = SENTENCE_MAX[input.level.index()];
    if longest.0 > limit {
        let finding = found.task(FindingCode::LongSentences, Severity::Warning);
        finding.text = Some(longest.1.chars().take(120).collect());
        finding.other = Some(longest.0.to_string());
    }
    let evidence = LevelEvidence { target: input.level, words: measured, above, longest_sentence: longest.0 };
    (Some(evidence), word_count)
}

fn longest_sentence(texts: &[&str]) -> (u32, String) {
    texts
        .iter()
        .flat_map(|text| sentences(text))
        .map(|sentence| (u32::try_from(words(sentence).count()).unwrap_or(u32::MAX), sentence.to_owned()))
        .max_by_key(|(count, _)| *count)
        .unwrap_or_default()
}
