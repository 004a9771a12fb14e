//! Item-writing checks of gapped texts.

use types::{
    evidence::{FindingCode, Severity},
    levels::Language,
    tasks::{
        gaps::{self, AnyGap, Part},
        word_bank,
    },
    text::{fold, looks, sentences, words},
};

use super::{Findings, telling::tells};
use crate::prose::{Haystack, without_brackets, word_before};

/// Stands for a gap in the text that is searched: a character that no text contains.
const MARK: char = '\u{FFFC}';

/// A gap and the text around it.
pub(super) struct Place<'a, G> {
    pub gap: &'a G,
    /// The text before and after it, with other gaps filled in.
    pub before: String,
    pub after: String,
}

/// Every gap with the text before and after it, other gaps filled in.
pub(super) fn places<G: AnyGap>(parts: &[Part<G>]) -> Vec<Place<'_, G>> {
    let text = |part: &Part<G>| match part {
        Part::Text(text) => text.clone(),
        Part::Gap(gap) => gap.key().to_owned(),
    };
    parts
        .iter()
        .enumerate()
        .filter_map(|(n, part)| match part {
            Part::Gap(gap) => Some(Place {
                gap,
                before: parts[..n].iter().map(text).collect(),
                after: parts[n + 1..].iter().map(text).collect(),
            }),
            Part::Text(_) => None,
        })
        .collect()
}

/// Reports answers that occur in the text, in their own sentence or in another.
pub(crate) fn check<G: AnyGap>(parts: &[Part<G>], language: Language, found: &mut Findings) {
    let marked: String = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Gap(_) => MARK.to_string(),
        })
        .collect();
    let marked = without_brackets(&marked);
    // `sentences` skips what has no words: a line that is only a gap has no text to leak an answer.
    let all: Vec<(usize, Haystack)> =
        sentences(&marked).map(|sentence| (sentence.matches(MARK).count(), Haystack::new(sentence))).collect();
    let mut own = 0;
    let mut left = all.first().map_or(0, |(count, _)| *count);
    for gap in gaps::gaps(parts) {
        while left == 0 && own + 1 < all.len() {
            own += 1;
            left = all[own].0;
        }
        left = left.saturating_sub(1);
        if !tells(gap.key(), language, 4) {
            continue;
        }
        if let Some(at) = all.iter().position(|(_, sentence)| sentence.holds(gap.key())) {
            let code = if at == own { FindingCode::AnswerInStem } else { FindingCode::AnswerLeaked };
            found.item(code, Severity::Warning, gap.id()).text = Some(gap.key().to_owned());
        }
    }
}

/// The cue in brackets after a gap: `I ___ (go) home.`
fn cue_of(after: &str) -> Option<&str> {
    let inside = after.trim_start_matches(' ').strip_prefix('(')?;
    Some(inside.split_once(')')?.0.trim())
}

/// Reports cues that are the answer. Among several verbs to put into a form, one may stay unchanged ('They ___ (live)
/// here'); if none changes, or the answer is a name, the cue gives it away.
pub(crate) fn check_cues<G: AnyGap>(parts: &[Part<G>], language: Language, found: &mut Findings) {
    let places = places(parts);
    let cued: Vec<(&G, &str)> = places.iter().filter_map(|place| Some((place.gap, cue_of(&place.after)?))).collect();
    let some_change = cued.iter().any(|(gap, cue)| fold(cue) != fold(gap.key()));
    let is_name = |text: &str| language != Language::De && text.chars().next().is_some_and(char::is_uppercase);
    for (gap, cue) in cued {
        if fold(cue) == fold(gap.key()) && (!some_change || is_name(cue) && is_name(gap.key())) {
            found.item(FindingCode::AnswerInStem, Severity::Fault, gap.id()).text = Some(gap.key().to_owned());
        }
    }
}

/// The sentence of a gap, folded, with a mark in place of the gap.
fn frame<G>(place: &Place<'_, G>) -> String {
    let ends = ['\n', '.', '!', '?', '…'];
    let before = place.before.rsplit(ends).next().unwrap_or_default();
    // A line number is not part of the sentence.
    let before = before.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ')' | ' '));
    let after = place.after.split(ends).next().unwrap_or_default();
    fold(&format!("{before}{MARK}{after}"))
}

/// Words that join two things of the same kind.
const JOINS: &[&str] = &["and", "or", "и", "или", "und", "oder", "et", "ou", "y", "o", "e"];
/// Words before a noun that don't say which one.
const BEFORE_NOUNS: &[&str] =
    &["a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "some", "any", "two", "many", "new", "no"];

/// Reports two gaps that can't be told apart: the same sentence twice, or the same role in one sentence ('I have a ___
/// and a ___').
pub(crate) fn check_frames(content: &word_bank::Content, found: &mut Findings) {
    let places = places(&content.parts);
    let frames: Vec<String> = places.iter().map(frame).collect();
    for (n, place) in places.iter().enumerate() {
        for (m, other) in places.iter().enumerate().skip(n + 1) {
            let (one, two) = (&place.gap.key, &other.gap.key);
            let told_apart = content.accepts(place.gap, two) && content.accepts(other.gap, one);
            if told_apart || looks(one) == looks(two) {
                continue;
            }
            if frames[n] == frames[m] || m == n + 1 && are_joined(place, other) {
                let finding = found.item(FindingCode::BankAmbiguous, Severity::Fault, &place.gap.id);
                finding.text = Some(one.clone());
                finding.other = Some(two.clone());
            }
        }
    }
}

fn are_joined(one: &Place<'_, word_bank::Gap>, two: &Place<'_, word_bank::Gap>) -> bool {
    let key = one.gap.key.as_str();
    let from = one.before.len() + key.len();
    // The text between the two gaps.
    let Some(between) = two.before.get(from..) else { return false };
    if between.contains(['.', '!', '?', '\n']) {
        return false;
    }
    let joining: Vec<String> = words(between).map(fold).collect();
    let before = word_before(&one.before);
    match joining.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [join, again] => {
            JOINS.contains(join)
                && *again == before
                && BEFORE_NOUNS.contains(&before.as_str())
                && (!matches!(before.as_str(), "a" | "an") || lexicon::article(key) == lexicon::article(&two.gap.key))
        }
        _ => false,
    }
}

/// Reports *a* or *an* before a gap, if only one chip of the bank agrees with it.
pub(crate) fn check_articles(content: &word_bank::Content, language: Language, found: &mut Findings) {
    if language != Language::En {
        return;
    }
    let bank = content.bank();
    for place in places(&content.parts) {
        let before = word_before(&place.before);
        if !matches!(before.as_str(), "a" | "an") {
            continue;
        }
        let agree = bank.iter().filter(|chip| lexicon::article(chip) == before).count();
        if agree == 1 && lexicon::article(&place.gap.key) == before && bank.len() > 2 {
            found.item(FindingCode::ArticleCue, Severity::Warning, &place.gap.id).text = Some(place.gap.key.clone());
        }
    }
}
