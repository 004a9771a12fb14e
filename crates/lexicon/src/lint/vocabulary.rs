//! Checks that the words of definitions and examples are at their level.

use types::{levels::CefrLevel, text::words};

use super::{Faults, entries::NAMES};
use crate::{lemmas::lemmas_of, levels::Levels, pack::Entry};

/// The highest level allowed in a definition: A2 for words at A1–A2, B1 for words at B1–B2.
fn definition_level(level: CefrLevel) -> CefrLevel {
    if level <= CefrLevel::A2 { CefrLevel::A2 } else { CefrLevel::B1 }
}

fn is_name(word: &str) -> bool {
    let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    NAMES.contains(&bare)
}

pub(super) fn check(entry: &Entry, faults: &mut Faults) {
    let levels = Levels::built_in();
    let own: Vec<String> =
        words(&entry.lemma).flat_map(lemmas_of).chain(words(&entry.example.target).flat_map(lemmas_of)).collect();
    let mut look = |rule: &'static str, text: &str, most: CefrLevel| {
        for word in words(text).filter(|word| !is_name(word)) {
            if lemmas_of(word).iter().any(|lemma| own.contains(lemma)) {
                continue;
            }
            match levels.level_of(word) {
                Some(level) if level <= most => {}
                Some(level) => {
                    faults.add(&entry.topic, &entry.lemma, rule, format!("{word:?} is {level}, over {most}"))
                }
                None => faults.add(&entry.topic, &entry.lemma, rule, format!("{word:?} is in no list")),
            }
        }
    };
    look("definition level", &entry.definition, definition_level(entry.level));
    let around = format!("{} {}", entry.example.before, entry.example.after);
    look("example level", &around, entry.level);
}
