//! Checks of a single entry: its form, its example, its orders, its references.

use std::collections::{BTreeMap, BTreeSet};

use types::text::{fold, words};

use super::{Faults, is_cyrillic};
use crate::{
    blocklist::is_blocked,
    forms,
    lemmas::lemmas_of,
    pack::{Entry, Pack, Pos, Topic},
};

/// Most words in a definition.
const DEFINITION_WORDS_MAX: usize = 12;
/// Most words in an example, by level, A1 to B2. The guide says 9 to 14; two more are tolerated.
const EXAMPLE_WORDS_MAX: [usize; 4] = [11, 12, 14, 16];
/// The only names that people in examples may have.
pub const NAMES: &[&str] = &[
    "Anna", "Ben", "Maria", "Tom", "Leila", "Omar", "Sofia", "David", "Lucas", "Nina", "Paul", "Kenji", "Amina",
    "Oleg", "Emma", "Sam",
];
/// First words allowed in a noun's definition.
const NOUN_STARTS: &[&str] = &[
    "a",
    "an",
    "the",
    "something",
    "someone",
    "clothes",
    "all",
    "any",
    "food",
    "money",
    "people",
    "things",
    "two",
    "your",
    "words",
    "animals",
];
/// American spellings that the pack must not use.
const AMERICAN: &[&str] = &[
    "color",
    "favorite",
    "center",
    "theater",
    "traveling",
    "traveled",
    "canceled",
    "organize",
    "realize",
    "recognize",
    "gray",
    "neighbor",
    "behavior",
    "meter",
    "kilometer",
    "liter",
    "program",
    "license",
    "apologize",
    "jewelry",
    "flavor",
    "humor",
    "labor",
];

/// The lemma's main words: a definition that contains one is circular.
fn main_words(lemma: &str) -> impl Iterator<Item = &str> {
    const SMALL: &[&str] = &[
        "a", "an", "the", "in", "on", "at", "up", "off", "out", "to", "of", "for", "with", "your", "be", "get", "have",
        "go", "take", "make", "do", "can", "i", "down", "over", "from", "by", "away", "into", "it", "you", "after",
        "like", "back", "through", "put", "keep", "give", "come", "look", "under", "no", "what", "not", "is", "as",
        "me", "how", "much", "and", "time", "good", "same", "age", "long", "one", "day", "free", "well",
    ];
    lemma.split([' ', '-']).filter(|word| !SMALL.contains(&word.to_lowercase().as_str()))
}

fn contains_form(text: &str, lemma: &str) -> bool {
    words(text).any(|word| lemmas_of(word).iter().any(|other| *other == fold(lemma)))
}

pub(super) fn check(entry: &Entry, topic: &Topic, faults: &mut Faults) {
    let mut add = |rule: &'static str, detail: String| faults.add(&topic.id, &entry.lemma, rule, detail);
    check_definition(entry, &mut add);
    check_example(entry, &mut add);
    check_chunks(entry, &mut add);
    if !topic.classes.iter().any(|(class, _)| *class == entry.class) {
        add("class", format!("{:?} is no class of the file", entry.class));
    }
    for other in &entry.also_fits {
        match topic.entry(other) {
            None => add("also_fits", format!("{other:?} is not in the file")),
            Some(other) if other.lemma == entry.lemma => add("also_fits", "it names itself".into()),
            Some(other) if other.class == entry.class => {
                add("also_fits", format!("{:?} is of the same class", other.lemma))
            }
            Some(_) => {}
        }
    }
    if (entry.plural_only || entry.uncountable) && entry.pos != Pos::Noun {
        add("number", "only nouns are plural or uncountable".into());
    }
    if let Some(ru) = &entry.ru
        && !is_cyrillic(ru)
    {
        add("translation", format!("{ru:?} is not Russian"));
    }
    if entry.ru.is_none() {
        add("translation", "there is no Russian word".into());
    }
    let all = format!("{} {} {}", entry.lemma, entry.definition, entry.example.sentence);
    if is_blocked(&all) {
        add("blocked", "a word that is not printed".into());
    }
    for word in words(&all).filter(|word| AMERICAN.contains(&fold(word).as_str())) {
        // 'Program' is the British spelling too, for software.
        if fold(word) != "program" || topic.id != "technology" {
            add("spelling", format!("{word:?} is American"));
        }
    }
    if entry.emoji.as_ref().is_some_and(|emoji| emoji.chars().count() > 8 || emoji.is_ascii()) {
        add("emoji", "not a picture".into());
    }
}

fn check_definition(entry: &Entry, add: &mut impl FnMut(&'static str, String)) {
    let text = &entry.definition;
    let count = words(text).count();
    if count > DEFINITION_WORDS_MAX || count == 0 {
        add("definition", format!("{count} words"));
    }
    if text.ends_with(['.', '!', '?']) || text.chars().next().is_some_and(char::is_uppercase) || text.trim() != text {
        add("definition", "it begins lower case and has no full stop".into());
    }
    let first = words(text).next().unwrap_or_default().to_lowercase();
    let right = match entry.pos {
        Pos::Noun => NOUN_STARTS.contains(&first.as_str()),
        Pos::Verb => first == "to",
        // 'A little hot' is still a definition of an adjective.
        Pos::Adjective => {
            !matches!(first.as_str(), "to" | "a" | "an" | "the" | "something" | "someone")
                || text.starts_with("a little ")
        }
        Pos::Adverb | Pos::Phrase => true,
    };
    if !right {
        add("definition", format!("a {:?} does not begin with {first:?}", entry.pos));
    }
    for word in main_words(&entry.lemma).filter(|word| contains_form(text, word)) {
        add("circular", format!("{word:?} stands in its own definition"));
    }
}

fn check_example(entry: &Entry, add: &mut impl FnMut(&'static str, String)) {
    let example = &entry.example;
    let (lemma, target) = (entry.lemma.to_lowercase(), example.target.to_lowercase());
    let head = lemma.split(' ').next().unwrap_or_default().to_owned();
    let is_form = !forms::forms_of(&lemma, entry.pos, &target).is_empty()
        || (target.contains(' ') && target.split(' ').next().is_some_and(|word| lemmas_of(word).contains(&head)))
        // A verb inside a longer target: 'usually walk' is not a form of 'walk', but 'an [X-ray]' is one of 'x-ray'.
        || fold(&target) == fold(&lemma);
    if !is_form {
        add("target", format!("{:?} is no form of the lemma", example.target));
    }
    let around = format!("{} {}", example.before, example.after);
    for word in main_words(&entry.lemma).filter(|word| contains_form(&around, word)) {
        add("target", format!("{word:?} stands outside the brackets too"));
    }
    let before = example.word_before();
    if matches!(before.as_str(), "a" | "an") && forms::article(&example.target) != before {
        add("article", format!("{before} {}", example.target));
    }
    let sentence: Vec<&str> = words(&example.sentence).collect();
    for pair in sentence.windows(2) {
        if matches!(pair[0], "a" | "an" | "A" | "An") && forms::article(pair[1]) != pair[0].to_lowercase() {
            add("article", format!("{} {}", pair[0], pair[1]));
        }
        if fold(pair[0]) == fold(pair[1]) && !matches!(fold(pair[0]).as_str(), "very" | "had" | "that") {
            add("example", format!("{:?} stands twice in a row", pair[0]));
        }
    }
    if matches!(before.as_str(), "a" | "an") && (entry.uncountable || entry.plural_only) {
        add("number", format!("{before} before a noun without a singular"));
    }
    let most = EXAMPLE_WORDS_MAX[entry.level.index().min(3)];
    if sentence.len() > most {
        add("example", format!("{} words at {}", sentence.len(), entry.level));
    }
    if !example.sentence.chars().next().is_some_and(char::is_uppercase) || example.sentence.contains("  ") {
        add("example", "it begins with a capital and has single spaces".into());
    }
}

/// The indices of the chunks in the order that spells out `sentence`, if exactly these make it up. Backtracks between
/// readings.
pub(crate) fn read_order(chunks: &[String], sentence: &str, ending: &str) -> Option<Vec<usize>> {
    fn go(rest: &str, chunks: &[String], used: &mut Vec<usize>) -> bool {
        if used.len() == chunks.len() {
            return rest.is_empty();
        }
        for (n, chunk) in chunks.iter().enumerate() {
            if used.contains(&n) {
                continue;
            }
            // A comma belongs to its chunk, but is dropped where the chunk comes last.
            let chunk = fold(chunk);
            for text in [chunk.as_str(), chunk.trim_end_matches(',')] {
                if let Some(after) = rest.strip_prefix(text)
                    && (after.is_empty() || after.starts_with(' '))
                {
                    used.push(n);
                    if go(after.trim_start(), chunks, used) {
                        return true;
                    }
                    used.pop();
                }
            }
        }
        false
    }
    let bare = sentence.trim().strip_suffix(ending)?;
    let mut used = Vec::new();
    go(&fold(bare), chunks, &mut used).then_some(used)
}

fn check_chunks(entry: &Entry, add: &mut impl FnMut(&'static str, String)) {
    let example = &entry.example;
    let rebuilt = format!("{}{}", example.chunks.join(" "), example.ending);
    if rebuilt != example.sentence {
        add("chunks", format!("they make {rebuilt:?}"));
    }
    if !(3..=8).contains(&example.chunks.len()) {
        add("chunks", format!("{} chunks", example.chunks.len()));
    }
    let distinct: BTreeSet<String> = example.chunks.iter().map(|chunk| fold(chunk)).collect();
    if distinct.len() < example.chunks.len() {
        add("chunks", "two chunks are the same".into());
    }
    let mut seen = BTreeSet::from([(0..example.chunks.len()).collect::<Vec<_>>()]);
    for order in &entry.orders {
        match read_order(&example.chunks, order, &example.ending) {
            None => add("orders", format!("{order:?} is not an order of the chunks")),
            Some(order_of) => {
                if !seen.insert(order_of) {
                    add("orders", format!("{order:?} stands twice"));
                }
            }
        }
        if !order.chars().next().is_some_and(char::is_uppercase) {
            add("orders", format!("{order:?} has no capital"));
        }
    }
    if entry.orders.len() > 2 {
        add("orders", format!("{} other orders: rewrite the example", entry.orders.len()));
    }
}

/// No lemma twice in a file, no two definitions alike.
pub(super) fn check_duplicates(pack: &Pack, faults: &mut Faults) {
    for topic in &pack.topics {
        let mut lemmas = BTreeSet::new();
        let mut definitions: BTreeMap<String, &str> = BTreeMap::new();
        for entry in &topic.entries {
            if !lemmas.insert(fold(&entry.lemma)) {
                faults.add(&topic.id, &entry.lemma, "duplicate", "the lemma stands twice");
            }
            if let Some(other) = definitions.insert(fold(&entry.definition), &entry.lemma) {
                faults.add(&topic.id, &entry.lemma, "duplicate", format!("the definition of {other:?}"));
            }
        }
    }
}
