//! Item writing where words are missing from a text.

use types::{
    evidence::{FindingCode, Severity},
    levels::Language,
    tasks::{
        gaps::{self, AnyGap, Part},
        word_bank,
    },
    text::sentences,
};

use super::{Findings, telling::tells};
use crate::prose::{Haystack, without_brackets, word_before};

/// Where a gap stands in the text that is looked at: a character that no text has.
const MARK: char = '\u{FFFC}';

/// A gap and the sentence around it.
pub(super) struct Place<'a, G> {
    pub gap: &'a G,
    /// The text of its line before it and after it, other gaps filled.
    pub before: String,
    pub after: String,
}

/// Every gap with what stands before and after it, other gaps filled in.
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

/// Answers that stand in the text, in their own sentence or in another.
pub(super) fn check<G: AnyGap>(parts: &[Part<G>], language: Language, found: &mut Findings) {
    let marked: String = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Gap(_) => MARK.to_string(),
        })
        .collect();
    let marked = without_brackets(&marked);
    // 'sentences' passes over what has no words: a line that is nothing but a gap has none to leak into.
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

/// *a* or *an* before a gap that only one chip of the bank agrees with.
pub(super) fn check_articles(content: &word_bank::Content, language: Language, found: &mut Findings) {
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
