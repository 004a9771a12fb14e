//! Tasks by rules from a teacher's own material: a text in any language, or a list of words and meanings.

use std::collections::{BTreeMap, BTreeSet};

use types::{
    generation::PartFault,
    ids::ItemId,
    levels::Language,
    shuffle::{Shuffler, mix},
    tasks::{TaskBody, sentence_builder::Sentence, single_choice::Question},
    text::{fold, pair_of, sentences, words},
};

use crate::{
    cut::cut_out,
    gate::{FUNCTION_WORDS, small_words, stranger},
    job::{PartFailure, PartJob},
    plan::{TextPlan, WordsPlan},
    prose::{capitalised, mentions},
};

/// A sentence with a gap: the text before it, the key, the text after it.
pub(crate) struct GapSentence {
    pub before: String,
    pub key: String,
    pub after: String,
}

/// Sentences in a gap task: the usual number, and the fewest.
const GAPS: (usize, usize) = (6, 3);
/// The same for a sentence builder.
const SENTENCES: (usize, usize) = (5, 2);
/// Words in a sentence with a gap, and in one to put in order.
const GAP_SENTENCE: std::ops::RangeInclusive<usize> = 5..=28;
const BUILD_SENTENCE: std::ops::RangeInclusive<usize> = 4..=9;

pub(crate) fn too_short() -> PartFailure {
    PartFailure { fault: PartFault::SourceTooShort, detail: None }
}

/// Whether the language puts spaces between words. Without them, words can't be taken out.
pub(crate) fn has_words(language: Language) -> bool {
    !matches!(language, Language::Zh | Language::Ja)
}

/// The sentences of a text that make sense alone, in order: complete, without brackets or quotes.
fn whole_sentences(source: &str) -> Vec<&str> {
    sentences(source)
        .filter(|sentence| sentence.ends_with(['.', '!', '?', '…']) && sentence.chars().count() <= 300)
        .filter(|sentence| {
            let count = |marks: &[char]| sentence.chars().filter(|c| marks.contains(c)).count();
            count(&['(', '[', '«', '“', '„']) == 0 && count(&[')', ']', '»', '”']) == 0 && count(&['"']) == 0
        })
        // The sentence splitter cuts 'Dr. Brown' and '3.5' in two.
        .filter(|sentence| {
            let bare = sentence.trim_end_matches(['.', '!', '?', '…']);
            let last = words(bare).last().unwrap_or_default();
            last.chars().count() > 2
                && sentence.chars().next().is_some_and(|c| !c.is_lowercase() && c.is_alphanumeric())
        })
        .collect()
}

/// The words of a sentence worth taking out, best first.
fn candidates<'a>(sentence: &'a str, language: Language, counts: &BTreeMap<String, usize>) -> Vec<&'a str> {
    let mut all: Vec<(usize, &str)> = words(sentence)
        .enumerate()
        .filter(|(n, word)| {
            let name = language != Language::De && word.chars().next().is_some_and(char::is_uppercase);
            *n > 0
                && !name
                && word.chars().count() >= 4
                && word.chars().all(char::is_alphabetic)
                && !small_words(language).contains(&fold(word).as_str())
                && counts.get(&fold(word)) == Some(&1)
        })
        .filter(|(_, word)| language != Language::En || !FUNCTION_WORDS.contains(&fold(word).as_str()))
        .map(|(_, word)| (word.chars().count(), word))
        .collect();
    all.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    all.into_iter().map(|(_, word)| word).collect()
}

/// Sentences with one gap each, in the order of the text.
///
/// # Errors
/// [`PartFault::SourceTooShort`] if the text has too few suitable sentences.
pub(crate) fn gap_lines(
    job: &PartJob,
    plan: &TextPlan,
    shuffler: &mut Shuffler,
) -> Result<Vec<GapSentence>, PartFailure> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in words(&plan.text) {
        *counts.entry(fold(word)).or_default() += 1;
    }
    let all = whole_sentences(&plan.text);
    let usable: Vec<(usize, &str)> = all
        .iter()
        .enumerate()
        .filter(|(_, sentence)| GAP_SENTENCE.contains(&words(sentence).count()))
        .map(|(n, sentence)| (n, *sentence))
        .collect();
    let (part, of) = plan.share.unwrap_or((0, 1));
    let mut own: Vec<(usize, &str)> =
        usable.iter().enumerate().filter(|(n, _)| n % of.max(1) == part).map(|(_, sentence)| *sentence).collect();
    if own.len() < GAPS.1 {
        own = usable;
    }
    shuffler.shuffle(&mut own);
    let count = plan.items.map_or(GAPS.0, |items| usize::try_from(items).unwrap_or(GAPS.0).clamp(1, 15));
    let mut lines: Vec<(usize, GapSentence)> = Vec::new();
    let before = job.previous().map(TaskBody::plain_text).unwrap_or_default();
    own.sort_by_key(|(_, sentence)| mentions(&before, sentence));
    for (n, sentence) in own {
        if lines.len() >= count {
            break;
        }
        let mut words_of = candidates(sentence, job.target_language, &counts);
        words_of.truncate(4);
        shuffler.shuffle(&mut words_of);
        let Some(word) = words_of.first() else { continue };
        if let Some((before, key, after)) = cut_out(sentence, word) {
            lines.push((n, GapSentence { before, key, after }));
        }
    }
    if lines.len() < GAPS.1.min(count) {
        return Err(too_short());
    }
    lines.sort_by_key(|(n, _)| *n);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// English words with no fixed place in a sentence: with one of them, more than one order is right.
const MOVABLE: &[&str] = &[
    "always",
    "often",
    "usually",
    "sometimes",
    "never",
    "rarely",
    "today",
    "yesterday",
    "tomorrow",
    "now",
    "then",
    "soon",
    "later",
    "here",
    "there",
    "also",
    "only",
    "just",
    "too",
    "still",
    "already",
    "suddenly",
    "perhaps",
    "maybe",
    "however",
    "again",
    "once",
    "and",
    "or",
    "but",
    "so",
    "because",
    "when",
    "if",
    "although",
    "while",
    "before",
    "after",
    "every",
    "last",
    "next",
    "ago",
    "tonight",
    "first",
    "finally",
    "both",
    "even",
    "early",
    "late",
    "together",
    "outside",
    "inside",
    "really",
];
const PREPOSITIONS: &[&str] = &[
    "in", "on", "at", "from", "with", "for", "by", "near", "during", "to", "through", "across", "into", "under",
    "over", "about", "without",
];

/// Whether the sentence's words have only one right order, as far as rules can tell.
fn fixed(sentence: &str, language: Language) -> bool {
    if sentence.contains([',', ';', ':', '—', '–', '"']) || sentence.contains(" - ") {
        return false;
    }
    if sentence.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    if language != Language::En {
        // Word order in other languages is freer, so the task asks for the order of the text.
        return true;
    }
    let all: Vec<String> = words(sentence).map(fold).collect();
    let prepositions = all.iter().filter(|word| PREPOSITIONS.contains(&word.as_str())).count();
    let movable = all.iter().any(|word| MOVABLE.contains(&word.as_str()) || (word.len() > 4 && word.ends_with("ly")));
    prepositions <= 1 && !movable && !all.first().is_some_and(|word| PREPOSITIONS.contains(&word.as_str()))
}

/// The chips of a sentence: its words, with small ones joined to the next, at most seven.
fn chips(sentence: &str, language: Language) -> Vec<String> {
    let bare = sentence.trim_end_matches(['.', '!', '?', '…']);
    let mut chips: Vec<String> = Vec::new();
    let mut open = false;
    let all: Vec<&str> = bare.split_whitespace().collect();
    let glue = all.len() > 5;
    for word in all {
        if open && let Some(last) = chips.last_mut() {
            last.push(' ');
            last.push_str(word);
        } else {
            chips.push(word.to_owned());
        }
        let small = word.chars().count() <= 3 || small_words(language).contains(&fold(word).as_str());
        open = glue && small && !open;
    }
    while chips.len() > 7 {
        let last = chips.pop().unwrap_or_default();
        if let Some(before) = chips.last_mut() {
            before.push(' ');
            before.push_str(&last);
        }
    }
    chips
}

/// Sentences to put in order, in the order of the text.
///
/// # Errors
/// [`PartFault::SourceTooShort`] if the text has too few suitable sentences.
pub(crate) fn sentences_to_build(
    job: &PartJob,
    plan: &TextPlan,
    shuffler: &mut Shuffler,
) -> Result<Vec<Sentence>, PartFailure> {
    let all = whole_sentences(&plan.text);
    let mut usable: Vec<(usize, &str)> = all
        .iter()
        .enumerate()
        .filter(|(_, sentence)| {
            BUILD_SENTENCE.contains(&words(sentence).count()) && fixed(sentence, job.target_language)
        })
        .map(|(n, sentence)| (n, *sentence))
        .collect();
    usable.dedup_by_key(|(_, sentence)| fold(sentence));
    shuffler.shuffle(&mut usable);
    let before = job.previous().map(TaskBody::plain_text).unwrap_or_default();
    usable.sort_by_key(|(_, sentence)| mentions(&before, sentence));
    let count = plan.items.map_or(SENTENCES.0, |items| usize::try_from(items).unwrap_or(SENTENCES.0).clamp(1, 12));
    let mut made: Vec<(usize, Sentence)> = Vec::new();
    for (n, sentence) in usable {
        if made.len() >= count {
            break;
        }
        let chips = chips(sentence, job.target_language);
        let distinct: BTreeSet<String> = chips.iter().map(|chip| fold(chip)).collect();
        if chips.len() < 3 || distinct.len() < chips.len() {
            continue;
        }
        let ending: String = sentence.chars().last().into_iter().collect();
        made.push((n, Sentence { id: ItemId::nth(0), orders: vec![chips], ending }));
    }
    if made.len() < SENTENCES.1.min(count) {
        return Err(too_short());
    }
    made.sort_by_key(|(n, _)| *n);
    Ok(made.into_iter().enumerate().map(|(n, (_, sentence))| Sentence { id: ItemId::nth(n), ..sentence }).collect())
}

/// A line of a word list: the word, and its meaning if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WordLine {
    pub word: String,
    pub meaning: Option<String>,
}

/// Parses a word list: one word per line, its meaning after a tab, a spaced dash, or `=`.
pub(crate) fn read_words(lines: &str) -> Vec<WordLine> {
    let mut all: Vec<WordLine> = Vec::new();
    for line in lines.lines() {
        let line = line.trim().trim_start_matches(['•', '*', '·']).trim();
        // '12. word': a numbered list.
        let line = match line.split_once(['.', ')']) {
            Some((number, rest)) if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => rest.trim(),
            Some(_) | None => line,
        };
        let (word, meaning) = pair_of(line).unwrap_or((line, ""));
        let known = all.iter().any(|other| fold(&other.word) == fold(word));
        if !word.is_empty() && word.chars().count() <= 100 && !known && all.len() < 100 {
            let meaning = (!meaning.is_empty()).then(|| meaning.chars().take(300).collect());
            all.push(WordLine { word: word.to_owned(), meaning });
        }
    }
    all
}

/// The lines with a meaning that no earlier line has.
pub(crate) fn with_meaning(all: &[WordLine]) -> Vec<(&str, &str)> {
    let mut seen = BTreeSet::new();
    all.iter()
        .filter_map(|line| line.meaning.as_deref().map(|meaning| (line.word.as_str(), meaning)))
        .filter(|(_, meaning)| seen.insert(fold(meaning)))
        .collect()
}

/// Whether the meanings are in the language taught: definitions rather than translations.
fn are_definitions(all: &[WordLine], job: &PartJob) -> bool {
    let meanings: Vec<&str> = all.iter().filter_map(|line| line.meaning.as_deref()).collect();
    // 'cat — кошка' is a translation, whatever the lesson says about its students.
    let foreign = meanings.iter().filter(|meaning| stranger(meaning, job.target_language).is_some()).count();
    if meanings.is_empty() || foreign * 2 > meanings.len() {
        return false;
    }
    if job.target_language == job.students_language {
        return true;
    }
    let long = meanings.iter().filter(|meaning| words(meaning).count() >= 4).count();
    long * 2 > meanings.len() && stranger(&meanings.join(" "), job.target_language).is_none()
}

/// A teacher's word list, parsed.
pub(crate) struct WordMaterial {
    pub all: Vec<WordLine>,
    /// The meanings are definitions, not translations.
    pub definitions: bool,
    pub shuffler: Shuffler,
    items: Option<u32>,
}

impl WordMaterial {
    pub fn read(job: &PartJob, plan: &WordsPlan, attempt: u64) -> Self {
        let all = read_words(&plan.lines);
        let definitions = are_definitions(&all, job);
        Self { all, definitions, shuffler: shuffler(job, attempt), items: plan.items }
    }

    /// The number of entries requested, clamped to 1..=20, or else `usual`.
    pub fn count(&self, usual: usize) -> usize {
        self.items.map_or(usual, |items| usize::try_from(items).unwrap_or(usual).clamp(1, 20))
    }
}

/// A different order for each attempt.
pub(crate) fn shuffler(job: &PartJob, attempt: u64) -> Shuffler {
    Shuffler::new(mix(job.seed, attempt), &job.kind)
}

/// Questions that each give a meaning and offer words of the list.
///
/// # Errors
/// [`PartFault::SourceTooShort`] if too few words have a meaning.
pub(crate) fn questions(all: &[WordLine], count: usize, shuffler: &mut Shuffler) -> Result<Vec<Question>, PartFailure> {
    let pairs = with_meaning(all);
    if pairs.len() < 4 {
        return Err(too_short());
    }
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    shuffler.shuffle(&mut order);
    let mut questions: Vec<Question> = Vec::new();
    for n in order {
        let (word, meaning) = pairs[n];
        if questions.len() >= count || mentions(meaning, word) {
            continue;
        }
        let mut others: Vec<&str> = pairs
            .iter()
            .enumerate()
            .filter(|(m, (other, _))| *m != n && !mentions(meaning, other))
            .map(|(_, (other, _))| *other)
            .collect();
        shuffler.shuffle(&mut others);
        // Near the key's length if possible: the key must not stand out.
        let length = |text: &str| text.chars().count();
        others.sort_by_key(|other| length(other).abs_diff(length(word)) / 4);
        others.truncate(3);
        if others.len() < 2 {
            continue;
        }
        questions.push(Question {
            id: ItemId::nth(questions.len()),
            stem: capitalised(meaning),
            right: word.to_owned(),
            distractors: others.into_iter().map(str::to_owned).collect(),
            explanation: None,
        });
    }
    if questions.is_empty() {
        return Err(too_short());
    }
    Ok(questions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_list_is_read_as_teachers_write_it() {
        let all = read_words("dog — собака\n2. cat\tкошка\n\nwell-known = известный\nbird - птица\nDog — пёс\nplain\n");
        let pairs: Vec<(&str, Option<&str>)> =
            all.iter().map(|line| (line.word.as_str(), line.meaning.as_deref())).collect();
        assert_eq!(
            pairs,
            [
                ("dog", Some("собака")),
                ("cat", Some("кошка")),
                ("well-known", Some("известный")),
                ("bird", Some("птица")),
                ("plain", None)
            ]
        );
    }

    #[test]
    fn chips_are_words_or_small_groups() {
        assert_eq!(chips("My sister lives in London.", Language::En), ["My", "sister", "lives", "in", "London"]);
        let long = chips("The old man in the park feeds the birds.", Language::En);
        assert!((3..=7).contains(&long.len()), "{long:?}");
        assert_eq!(long.join(" "), "The old man in the park feeds the birds");
    }

    #[test]
    fn sentences_with_movable_parts_are_left_out() {
        assert!(fixed("My brother has a new bike.", Language::En));
        for movable in
            ["Yesterday we met Tom.", "We often eat fish.", "In the park we played.", "We met him in London at night."]
        {
            assert!(!fixed(movable, Language::En), "{movable}");
        }
    }
}
