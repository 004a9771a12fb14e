//! Item writing where one of several is right: options, statements, pairs.

use std::collections::HashMap;

use types::{
    evidence::{FindingCode, Severity},
    levels::Language,
    tasks::{matching, single_choice, true_false, true_false::Truth},
    text::{fold, words},
};

use super::Findings;
use crate::prose::{Haystack, word_after, word_before};

/// The key counts as the longest by far from this many characters more than any other option, and half as long again.
const LONGEST_BY: usize = 8;
/// From this many items on, answers of one sort are a pattern.
const SKEW_FROM: usize = 4;

/// Options that lean on others, by what they begin with or hold, in the languages whose exams have them.
const LEANING: &[&str] = &[
    "all of the above",
    "none of the above",
    "both of the above",
    "all of these",
    "none of these",
    "all the above",
    "both a and b",
    "both b and c",
    "both a and c",
    "a and b",
    "b and c",
    "a and c",
    "all answers are correct",
    "all of them",
    "none of them",
    "все вышеперечисленное",
    "всё вышеперечисленное",
    "ничего из вышеперечисленного",
    "все ответы верны",
    "все варианты верны",
    "alle oben genannten",
    "alle antworten sind richtig",
    "keine der genannten",
    "toutes les réponses",
    "aucune de ces réponses",
    "todas las anteriores",
    "ninguna de las anteriores",
];

/// What of an option is compared: without article, *to* and punctuation.
fn bare(option: &str) -> String {
    let all: Vec<String> = words(option).map(fold).collect();
    let from = usize::from(all.len() > 1 && matches!(all[0].as_str(), "a" | "an" | "the" | "to"));
    all[from..].join(" ")
}

fn is_plural(option: &str) -> bool {
    let readings = lexicon::readings_of(option);
    if let Some(reading) = readings.iter().find(|reading| reading.entry.pos == lexicon::Pos::Noun) {
        return reading.entry.plural_only || reading.forms == [lexicon::Form::Plural];
    }
    let last = words(option).last().map(fold).unwrap_or_default();
    last.len() > 3 && last.ends_with('s') && !["ss", "us", "is"].iter().any(|end| last.ends_with(end))
        || matches!(last.as_str(), "people" | "children" | "men" | "women" | "feet" | "teeth")
}

/// The words beside the blank of a stem, if it has one: `___`, `…` or `...` inside, or an article at the end.
fn blank(stem: &str) -> Option<(String, String)> {
    for mark in ["__", "…", "..."] {
        if let Some(at) = stem.find(mark) {
            let before = &stem[..at];
            let after = stem[at..].trim_start_matches(['_', '…', '.']);
            return Some((word_before(before), word_after(after)));
        }
    }
    let last = word_before(stem.trim_end_matches(['?', ':']));
    matches!(last.as_str(), "a" | "an").then_some((last, String::new()))
}

pub(super) fn check_single(content: &single_choice::Content, language: Language, found: &mut Findings) {
    use FindingCode as Code;
    for (n, question) in content.questions.iter().enumerate() {
        let id = &question.id;
        let options: Vec<&str> =
            std::iter::once(question.right.as_str()).chain(question.distractors.iter().map(String::as_str)).collect();
        let mut seen: HashMap<String, &str> = HashMap::new();
        for option in &options {
            let key = bare(option);
            if key.is_empty() {
                continue;
            }
            if let Some(other) = seen.insert(key, option) {
                let finding = found.item(Code::DuplicateOption, Severity::Fault, id);
                finding.text = Some((*option).to_owned());
                finding.other = Some(other.to_owned());
            }
        }
        for option in &options {
            let folded = fold(option);
            if LEANING.iter().any(|leaning| folded == *leaning || (leaning.len() > 12 && folded.starts_with(leaning))) {
                found.item(Code::AllOfTheAbove, Severity::Warning, id).text = Some((*option).to_owned());
            }
        }
        let length = |text: &str| text.chars().count();
        let longest = question.distractors.iter().map(|text| length(text)).max().unwrap_or(0);
        if question.distractors.len() > 1 && length(&question.right) >= (longest + LONGEST_BY).max(longest * 3 / 2) {
            found.item(Code::KeyLongest, Severity::Warning, id).text = Some(question.right.clone());
        }
        let stem = Haystack::new(&question.stem);
        if stem.holds(&question.right) && !question.distractors.iter().all(|other| stem.holds(other)) {
            found.item(Code::AnswerInStem, Severity::Fault, id).text = Some(question.right.clone());
        }
        if let (Language::En, Some((before, after))) = (language, blank(&question.stem)) {
            check_cues(question, &before, &after, found);
        }
        // The answer of one item in the text of another. Short words stand everywhere.
        if question.right.chars().count() > 3 {
            for (m, other) in content.questions.iter().enumerate() {
                if m != n && Haystack::new(&other.stem).holds(&question.right) {
                    let finding = found.item(Code::AnswerLeaked, Severity::Warning, id);
                    finding.text = Some(question.right.clone());
                    finding.other = Some(other.stem.clone());
                    break;
                }
            }
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for question in &content.questions {
        *counts.entry(fold(&question.right)).or_default() += 1;
    }
    let total = content.questions.len();
    if let Some((text, _)) = counts.iter().find(|(_, count)| total >= SKEW_FROM && **count * 4 >= total * 3) {
        found.task(Code::KeySkewed, Severity::Warning).text = Some(text.clone());
    }
}

fn check_cues(question: &single_choice::Question, before: &str, after: &str, found: &mut Findings) {
    if matches!(before, "a" | "an") {
        let agrees = |option: &str| lexicon::article(option) == before;
        if agrees(&question.right) && !question.distractors.iter().any(|other| agrees(other)) {
            found.item(FindingCode::ArticleCue, Severity::Warning, &question.id).text = Some(question.right.clone());
        }
    }
    let wants_many = matches!(before, "these" | "those" | "many" | "two" | "three" | "several" | "few" | "both")
        || matches!(after, "are" | "were" | "have" | "aren't" | "weren't");
    let wants_one = matches!(before, "a" | "an" | "this" | "that" | "one" | "each" | "every" | "another")
        || matches!(after, "is" | "was" | "has" | "isn't" | "wasn't");
    let fits = |option: &str| if wants_many { is_plural(option) } else { !is_plural(option) };
    if (wants_many || wants_one)
        && fits(&question.right)
        && !question.distractors.is_empty()
        && !question.distractors.iter().any(|other| fits(other))
    {
        found.item(FindingCode::NumberCue, Severity::Warning, &question.id).text = Some(question.right.clone());
    }
}

pub(super) fn check_truths(content: &true_false::Content, found: &mut Findings) {
    let total = content.statements.len();
    for truth in [Truth::True, Truth::False, Truth::NotStated] {
        let count = content.statements.iter().filter(|statement| statement.truth == truth).count();
        // Five of six is a pattern too.
        if total >= SKEW_FROM && count * 6 >= total * 5 {
            found.task(FindingCode::KeySkewed, Severity::Warning).text = Some(format!("{count}/{total}"));
        }
    }
    let mut seen: HashMap<String, ()> = HashMap::new();
    for statement in &content.statements {
        if seen.insert(bare(&statement.text), ()).is_some() {
            found.item(FindingCode::DuplicateOption, Severity::Fault, &statement.id).text =
                Some(statement.text.clone());
        }
    }
}

pub(super) fn check_pairs(content: &matching::Content, found: &mut Findings) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for pair in &content.pairs {
        if !bare(&pair.right.text).is_empty() {
            // Two equal right sides are interchangeable and fair; two that differ in an article are not.
            match seen.insert(bare(&pair.right.text), &pair.right.text) {
                Some(other) if fold(other) != fold(&pair.right.text) => {
                    let finding = found.item(FindingCode::DuplicateOption, Severity::Fault, &pair.id);
                    finding.text = Some(pair.right.text.clone());
                    finding.other = Some(other.to_owned());
                }
                Some(_) | None => {}
            }
        }
        // A short word may stand in a meaning by chance; the word itself tells it.
        if pair.left.text.chars().count() > 3 && Haystack::new(&pair.right.text).holds(&pair.left.text) {
            found.item(FindingCode::AnswerInStem, Severity::Warning, &pair.id).text = Some(pair.left.text.clone());
        }
    }
}
