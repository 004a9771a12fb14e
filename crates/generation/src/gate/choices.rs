//! Item-writing checks of choices: options, statements, pairs.

use std::collections::{HashMap, HashSet};

use types::{
    evidence::{FindingCode, Severity},
    ids::ItemId,
    levels::Language,
    tasks::{inline_choice, matching, multiple_choice, single_choice, true_false, true_false::Truth},
    text::{fold, words},
};

use super::{
    Findings,
    leaning::leans,
    telling::{one_word, tells, told_in},
};
use crate::prose::{Haystack, word_after, word_before};

/// The key is far too long if it has this many characters more than any other option, and is half as long again.
const LONGEST_BY: usize = 8;
/// Fewest items for which a majority of equal answers counts as a pattern.
const SKEW_FROM: usize = 4;

/// The words of a text, folded, without a first word that is in `openers`.
fn without(text: &str, openers: &[&str]) -> String {
    let all: Vec<String> = words(text).map(fold).collect();
    let from = usize::from(all.len() > 1 && openers.contains(&all[0].as_str()));
    all[from..].join(" ")
}

/// An option as compared: without article and punctuation.
fn bare(option: &str) -> String {
    without(option, &["a", "an", "the"])
}

/// The dictionary form: without article or 'to'.
fn headword(text: &str) -> String {
    without(text, &["a", "an", "the", "to"])
}

fn is_plural(option: &str) -> bool {
    let readings = lexicon::readings_of(option);
    if let Some(reading) = readings.iter().find(|reading| reading.entry.pos == lexicon::Pos::Noun) {
        return reading.entry.plural_only || reading.forms == [lexicon::Form::Plural];
    }
    let last = words(option).last().map(fold).unwrap_or_default();
    if last.ends_with('s') {
        return last.len() > 3 && !["ss", "us", "is"].iter().any(|end| last.ends_with(end));
    }
    // *mice*, *feet*, *children*: the plural of another word.
    last == "people" || lexicon::lemmas_of(&last).iter().any(|base| *base != last && lexicon::plural(base) == last)
}

/// The words on either side of a stem's blank, if it has one: `___`, `…` or `...` inside, or an article at the end.
fn blank(stem: &str) -> Option<(String, String)> {
    for mark in ["__", "…", "..."] {
        if let Some(at) = stem.find(mark) {
            let before = stem[..at].trim_end_matches(['(', '[']);
            let after = stem[at..].trim_start_matches(['_', '…', '.', ')', ']']);
            return Some((word_before(before), word_after(after)));
        }
    }
    let last = word_before(stem.trim_end_matches(['?', ':']));
    matches!(last.as_str(), "a" | "an").then_some((last, String::new()))
}

pub(crate) fn check_single(content: &single_choice::Content, language: Language, found: &mut Findings) {
    use FindingCode as Code;
    for (n, question) in content.questions.iter().enumerate() {
        let id = &question.id;
        let options: Vec<&str> =
            std::iter::once(question.right.as_str()).chain(question.distractors.iter().map(String::as_str)).collect();
        check_options(n, &question.stem, &options, id, found);
        let length = |text: &str| text.chars().count();
        let longest = question.distractors.iter().map(|text| length(text)).max().unwrap_or(0);
        if question.distractors.len() > 1 && length(&question.right) >= (longest + LONGEST_BY).max(longest * 3 / 2) {
            found.item(Code::KeyLongest, Severity::Warning, id).text = Some(question.right.clone());
        }
        check_told(content, n, language, found);
        if let (Language::En, Some((before, after))) = (language, blank(&question.stem)) {
            check_cues(question, &before, &after, found);
        }
    }
    let mut seen: HashMap<(String, String), ()> = HashMap::new();
    for question in &content.questions {
        if seen.insert((bare(&question.stem), bare(&question.right)), ()).is_some() {
            let finding = found.item(Code::DuplicateOption, Severity::Fault, &question.id);
            finding.text = Some(question.stem.clone());
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

/// What holds for the options of any question.
fn check_options(n: usize, stem: &str, options: &[&str], id: &ItemId, found: &mut Findings) {
    check_repeated(options, id, found);
    if are_letters(options) && !asks_for_letters(stem) {
        let finding = found.item(FindingCode::Structure, Severity::Fault, id);
        finding.path = Some(format!("questions.{n}.distractors"));
        finding.text = Some(options.join(", "));
    }
    for option in options.iter().filter(|option| leans(option)) {
        found.item(FindingCode::AllOfTheAbove, Severity::Warning, id).text = Some((*option).to_owned());
    }
}

/// The options of a gap. Forms of one word are what such a gap is about.
pub(crate) fn check_inline(gap: &inline_choice::Gap, found: &mut Findings) {
    let options: Vec<&str> = std::iter::once(&gap.key).chain(&gap.distractors).map(String::as_str).collect();
    check_repeated(&options, &gap.id, found);
    for option in options.iter().filter(|option| leans(option)) {
        found.item(FindingCode::AllOfTheAbove, Severity::Warning, &gap.id).text = Some((*option).to_owned());
    }
}

pub(crate) fn check_multiple(content: &multiple_choice::Content, language: Language, found: &mut Findings) {
    use FindingCode as Code;
    let mut seen: HashSet<String> = HashSet::new();
    for (n, question) in content.questions.iter().enumerate() {
        let id = &question.id;
        let options: Vec<&str> = question.right.iter().chain(&question.distractors).map(String::as_str).collect();
        check_options(n, &question.stem, &options, id, found);
        // Told by the question, unless it tells a wrong option as well.
        let told = |option: &String| tells(option, language, 3) && told_in(&question.stem, option, language);
        if let Some(right) = question.right.iter().find(|right| told(right))
            && !question.distractors.iter().any(told)
        {
            found.item(Code::AnswerInStem, Severity::Fault, id).text = Some(right.clone());
        }
        let length = |texts: &[String]| texts.iter().map(|text| text.chars().count()).collect::<Vec<_>>();
        let shortest_right = length(&question.right).into_iter().min().unwrap_or(0);
        let longest_wrong = length(&question.distractors).into_iter().max().unwrap_or(0);
        if question.distractors.len() > 1 && shortest_right >= (longest_wrong + LONGEST_BY).max(longest_wrong * 3 / 2) {
            found.item(Code::KeyLongest, Severity::Warning, id).text = question.right.first().cloned();
        }
        if !seen.insert(bare(&question.stem)) {
            found.item(Code::DuplicateOption, Severity::Fault, id).text = Some(question.stem.clone());
        }
    }
}

/// Whether the options are only the letters that usually label options: a, b, c, d.
fn are_letters(options: &[&str]) -> bool {
    let mut letters: Vec<String> =
        options.iter().map(|option| fold(option.trim_matches(|c: char| !c.is_alphanumeric()))).collect();
    letters.sort();
    let called = |alphabet: &str| letters.iter().map(String::as_str).eq(alphabet.split(' ').take(letters.len()));
    letters.len() > 2 && (called("a b c d e f g h") || called("а б в г д е ж з"))
}

fn asks_for_letters(stem: &str) -> bool {
    words(stem).map(fold).any(|word| {
        ["letter", "vowel", "alphabet", "spell", "букв", "гласн", "алфавит", "buchstab", "lettre", "letra"]
            .iter()
            .any(|start| word.starts_with(start))
    })
}

/// Reports options that say the same. If most of them differ only in their article, the question is about articles; if
/// each has a twin in a different spelling, it is about capitals or punctuation.
fn check_repeated(options: &[&str], id: &ItemId, found: &mut Findings) {
    let twins = |option: &str| options.iter().filter(|other| fold(other) == fold(option)).count();
    if options.iter().all(|option| twins(option) > 1) {
        return;
    }
    let same = |a: &str, b: &str| {
        let of_one = options.iter().filter(|other| bare(other) == bare(a)).count();
        without(a, &[]) == without(b, &[]) || of_one < 3 && bare(a) == bare(b)
    };
    for (n, option) in options.iter().enumerate().filter(|(_, option)| !bare(option).is_empty()) {
        if let Some(other) = options[..n].iter().find(|other| same(other, option)) {
            let finding = found.item(FindingCode::DuplicateOption, Severity::Fault, id);
            finding.text = Some((*option).to_owned());
            finding.other = Some((*other).to_owned());
        }
    }
}

/// Reports an answer given away by its own question or by another.
fn check_told(content: &single_choice::Content, n: usize, language: Language, found: &mut Findings) {
    let question = &content.questions[n];
    if !tells(&question.right, language, 3) {
        return;
    }
    // If the options are forms of one word, the question is about the form, and another form gives nothing away.
    let of_forms = question.distractors.iter().any(|other| one_word(other, &question.right));
    let told = |text: &str, answer: &str| {
        if of_forms { Haystack::new(text).holds(answer) } else { told_in(text, answer, language) }
    };
    if told(&question.stem, &question.right) && !question.distractors.iter().all(|other| told(&question.stem, other)) {
        let finding = found.item(FindingCode::AnswerInStem, Severity::Fault, &question.id);
        finding.text = Some(question.right.clone());
    }
    let others = content.questions.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, other)| other);
    if let Some(other) = others.into_iter().find(|other| told(&other.stem, &question.right)) {
        let finding = found.item(FindingCode::AnswerLeaked, Severity::Warning, &question.id);
        finding.text = Some(question.right.clone());
        finding.other = Some(other.stem.clone());
    }
}

/// Words before a blank that require a plural, or a singular.
const MANY_BEFORE: &[&str] = &[
    "these", "those", "many", "several", "few", "both", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "twelve", "twenty",
];
const ONE_BEFORE: &[&str] = &["a", "an", "this", "that", "one", "each", "every", "another", "either"];
/// The same after a blank.
const MANY_AFTER: &[&str] = &["are", "were", "have", "aren't", "weren't", "haven't", "don't"];
const ONE_AFTER: &[&str] = &["is", "was", "has", "isn't", "wasn't", "hasn't", "doesn't"];

fn check_cues(question: &single_choice::Question, before: &str, after: &str, found: &mut Findings) {
    if matches!(before, "a" | "an") {
        let agrees = |option: &str| lexicon::article(option) == before;
        if agrees(&question.right) && !question.distractors.iter().any(|other| agrees(other)) {
            found.item(FindingCode::ArticleCue, Severity::Warning, &question.id).text = Some(question.right.clone());
        }
    }
    let wants_many = MANY_BEFORE.contains(&before) || MANY_AFTER.contains(&after);
    let wants_one = ONE_BEFORE.contains(&before) || ONE_AFTER.contains(&after);
    let fits = |option: &str| if wants_many { is_plural(option) } else { !is_plural(option) };
    if (wants_many || wants_one)
        && fits(&question.right)
        && !question.distractors.is_empty()
        && !question.distractors.iter().any(|other| fits(other))
    {
        found.item(FindingCode::NumberCue, Severity::Warning, &question.id).text = Some(question.right.clone());
    }
}

pub(crate) fn check_truths(content: &true_false::Content, found: &mut Findings) {
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

/// Whether a meaning gives away its word. It may contain a grammar word by chance, but not the word itself. A single
/// word is not a definition: *go* may well be paired with *goes*.
pub(crate) fn tells_word(meaning: &str, word: &str, language: Language) -> bool {
    let word = headword(word);
    let told = if words(meaning).count() > 2 {
        told_in(meaning, &word, language)
    } else {
        Haystack::new(meaning).holds(&word)
    };
    told && tells(&word, language, 3)
}

pub(crate) fn check_pairs(content: &matching::Content, language: Language, found: &mut Findings) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for pair in &content.pairs {
        if !bare(&pair.right.text).is_empty() {
            // Identical right sides are interchangeable, which is fair; ones that differ only in an article are not.
            match seen.insert(bare(&pair.right.text), &pair.right.text) {
                Some(other) if fold(other) != fold(&pair.right.text) => {
                    let finding = found.item(FindingCode::DuplicateOption, Severity::Fault, &pair.id);
                    finding.text = Some(pair.right.text.clone());
                    finding.other = Some(other.to_owned());
                }
                Some(_) | None => {}
            }
        }
        if tells_word(&pair.right.text, &pair.left.text, language) {
            found.item(FindingCode::AnswerInStem, Severity::Warning, &pair.id).text = Some(pair.left.text.clone());
        }
    }
}
