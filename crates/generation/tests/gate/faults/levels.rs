//! Words and sentences above the level.

use lexicon::{Levels, NAMES, pack};
use types::{
    evidence::{FindingCode, Severity},
    levels::{CefrLevel, Language},
    shuffle::Shuffler,
    tasks::TaskBody,
    text::words,
};

use super::{Mutant, pick, with_text};
use crate::good::{Good, truths};

/// Fragments of words that a beginner knows, to be joined.
const EASY: &[&str] = &[
    "we went to the park in the morning",
    "my mother made a big cake for my little brother",
    "the children were happy with the new ball",
    "the dog ran after the cat in the garden",
    "it was cold and there was a lot of snow on the street",
    "we had tea with milk in the kitchen at five",
];
/// Longest sentence in words, A1 to C2. Not read from the gate, as it is what this tests.
const LONGEST: [usize; 6] = [14, 18, 22, 28, 36, 45];

fn english(good: &Good) -> bool {
    good.language == Language::En && !matches!(good.body, TaskBody::Unknown(_))
}

pub fn hard_word(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    if !english(good) || good.level > CefrLevel::A2 {
        return Vec::new();
    }
    let levels = Levels::built_in();
    let above = |word: &str| levels.level_of(word).is_some_and(|level| level.index() >= good.level.index() + 2);
    let hard: Vec<&str> = pack()
        .entries()
        .map(|entry| entry.lemma.as_str())
        .filter(|word| !word.contains([' ', '-']) && above(word) && !NAMES.contains(word))
        .filter(|word| !good.taught.iter().any(|taught| taught == word))
        .collect();
    let word = *pick(&hard, by);
    let before = good.report(&good.body, &levels).findings;
    if before.iter().any(|finding| finding.code == FindingCode::WordAboveLevel && finding.severity >= Severity::Warning)
    {
        return Vec::new();
    }
    let frames = ["They talked about the {w}.", "It was very {w}.", "We want to {w} again."];
    let sentence = pick(&frames, by).replace("{w}", word);
    let spoilt = with_text(&good.body, by, &|text| Some(format!("{} {sentence}", text.trim_end())));
    // The level concerns the whole task.
    spoilt.map(|mutant| Mutant::whole(mutant.body)).into_iter().collect()
}

pub fn hard_sentences(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let TaskBody::TrueFalse(task) = &good.body else { return Vec::new() };
    if !english(good) || good.level != CefrLevel::A1 {
        return Vec::new();
    }
    // Examples of B2 words with at least three words above A2: clearly too hard for a beginner.
    let levels = Levels::built_in();
    let above = |text: &str| words(text).filter(|word| levels.level_of(word) > Some(CefrLevel::A2)).count();
    let mut hard: Vec<&str> = pack()
        .entries()
        .filter(|entry| entry.level == CefrLevel::B2 && above(&entry.example.sentence) >= 3)
        .map(|entry| entry.example.sentence.as_str())
        .collect();
    by.shuffle(&mut hard);
    let all: Vec<(String, bool)> = hard
        .into_iter()
        .take(task.statements.len())
        .enumerate()
        .map(|(n, text)| (text.to_owned(), n % 2 == 0))
        .collect();
    vec![Mutant::whole(truths(&all))]
}

pub fn long_sentence(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    if !english(good) {
        return Vec::new();
    }
    let limit = LONGEST[good.level.index()];
    let mut parts: Vec<&str> = EASY.to_vec();
    by.shuffle(&mut parts);
    let mut long = String::new();
    for part in parts.iter().cycle() {
        if words(&long).count() > limit {
            break;
        }
        long += if long.is_empty() { "" } else { ", and then " };
        long += part;
    }
    let sentence = format!(" {}{}.", long[..1].to_uppercase(), &long[1..]);
    with_text(&good.body, by, &|text| {
        let text = text.trim_end();
        let closed = if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") };
        Some(format!("{closed}{sentence}"))
    })
    .map(|mutant| Mutant::whole(mutant.body))
    .into_iter()
    .collect()
}
