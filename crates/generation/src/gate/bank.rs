//! Checks that a bank fills its gaps in one way only, by what the pack knows of its words and by exhaustive search.

use lexicon::{Form, Matching, Reading, Slot, agrees_in, count_assignments, readings_of, related};
use types::{
    evidence::{FindingCode, Severity},
    levels::Language,
    tasks::{
        gaps,
        word_bank::{Content, Gap},
    },
    text::{fold, sentences},
};

use super::{
    Findings,
    gaps::{Place, places},
};
use crate::prose::{word_after, word_before};

/// How well a chip fits a gap.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Right by the task's own key.
    Right,
    /// Fits by the pack's author: listed for this very sentence, or close enough in meaning.
    Surely,
    /// Agrees and is related, but the sentence is not the pack's.
    Perhaps,
    No,
    /// The pack doesn't know one of the two.
    Unknown,
}

/// The sentence of a gap, with its key filled in.
fn sentence_of(place: &Place<'_, Gap>) -> String {
    let before = place.before.rsplit('\n').next().unwrap_or_default();
    let after = place.after.split('\n').next().unwrap_or_default();
    let whole = format!("{before}{}{after}", place.gap.key);
    sentences(&whole).find(|sentence| sentence.contains(&place.gap.key)).unwrap_or(&whole).trim().to_owned()
}

fn judge(content: &Content, place: &Place<'_, Gap>, chip: &str, sentence: &str) -> Fit {
    let gap = place.gap;
    if content.accepts(gap, chip) {
        return Fit::Right;
    }
    let (before, after) = (word_before(&place.before), word_after(&place.after));
    if matches!(before.as_str(), "a" | "an") && lexicon::article(chip) != before {
        return Fit::No;
    }
    let (keys, chips): (&[Reading], &[Reading]) = (readings_of(&gap.key), readings_of(chip));
    if keys.is_empty() || chips.is_empty() {
        return Fit::Unknown;
    }
    let is_own = |key: &Reading| fold(&key.entry.example.sentence) == fold(sentence);
    // In the pack's own sentence the word has the sense given there, not that of another topic.
    let sense_known = keys.iter().any(is_own);
    let mut best = Fit::No;
    for key in keys {
        let own_sentence = is_own(key);
        if sense_known && !own_sentence {
            continue;
        }
        for with in chips.iter().filter(|with| with.entry.topic == key.entry.topic || !own_sentence) {
            let forms: &[Form] = &key.forms;
            let slot = Slot { pos: key.entry.pos, forms, before: &before, after: &after };
            if !agrees_in(&slot, with.entry, chip) {
                continue;
            }
            let named = key.entry.also_fits.contains(&with.entry.lemma) && key.entry.topic == with.entry.topic;
            let related = key.entry.topic == with.entry.topic && related(key.entry, with.entry);
            if own_sentence && (named || related) {
                return Fit::Surely;
            }
            if named || related {
                best = Fit::Perhaps;
            }
        }
    }
    best
}

/// Reports chips that fit another chip's gap. Returns the number of gaps proved to have a single answer, `None` if none
/// could be proved.
pub(crate) fn check(content: &Content, language: Language, found: &mut Findings) -> Option<u32> {
    let places = places(&content.parts);
    if language != Language::En || places.is_empty() {
        return None;
    }
    let bank = content.bank();
    let judged: Vec<Vec<Fit>> = places
        .iter()
        .map(|place| {
            let sentence = sentence_of(place);
            bank.iter().map(|chip| judge(content, place, chip, &sentence)).collect()
        })
        .collect();
    let mut proved = 0;
    for (place, row) in places.iter().zip(&judged) {
        for (fit, severity) in [(Fit::Surely, Severity::Fault), (Fit::Perhaps, Severity::Warning)] {
            if let Some(chip) = row.iter().position(|other| *other == fit) {
                let finding = found.item(FindingCode::BankAmbiguous, severity, &place.gap.id);
                finding.text = Some(place.gap.key.clone());
                finding.other = Some(bank[chip].clone());
                break;
            }
        }
        if row.iter().all(|fit| matches!(fit, Fit::Right | Fit::No)) {
            proved += 1;
        }
    }
    (proved > 0).then_some(proved)
}

/// Reports a chip that is right in several gaps, but leaves another gap without an answer when used in one of them: a
/// student who is right there fails elsewhere. Works in any language.
pub(crate) fn check_dead_ends(content: &Content, found: &mut Findings) {
    let gaps: Vec<&Gap> = gaps::gaps(&content.parts).collect();
    if gaps.iter().all(|gap| gap.variants.is_empty()) {
        return;
    }
    let bank = content.bank();
    let fits: Matching = gaps.iter().map(|gap| bank.iter().map(|chip| content.accepts(gap, chip)).collect()).collect();
    for (n, gap) in gaps.iter().enumerate().filter(|(_, gap)| !gap.variants.is_empty()) {
        let leads_nowhere = (0..bank.len()).filter(|chip| fits[n][*chip]).find(|chip| {
            let mut with = fits.clone();
            with[n] = (0..bank.len()).map(|other| other == *chip).collect();
            count_assignments(&with, 1) == 0
        });
        if let Some(chip) = leads_nowhere {
            let finding = found.item(FindingCode::BankAmbiguous, Severity::Warning, &gap.id);
            finding.text = Some(gap.key.clone());
            finding.other = Some(bank[chip].clone());
        }
    }
}
