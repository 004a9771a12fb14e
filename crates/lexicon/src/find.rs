//! Finds the topic of the pack that a teacher's text names.
//!
//! It never guesses: a topic is found only if the whole text names the whole topic. Anything narrower, misspelt or only
//! sharing a word is near: the teacher is shown what the pack has, and decides.

use std::{
    collections::{BTreeSet, HashSet},
    sync::OnceLock,
};

use types::{
    levels::CefrLevel,
    text::{fold, words},
    typed::edits,
};

use crate::{
    lemmas::lemmas_of,
    pack::{Entry, Topic, pack},
};

/// The result of looking up a text in the pack.
#[derive(Clone, Debug, PartialEq)]
pub enum TopicMatch {
    /// The text names this topic.
    Found(&'static Topic),
    /// No certain match; topics that are near, nearest first. May be empty.
    Near(Vec<Near>),
}

/// A topic that is near.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    pub topic: &'static Topic,
    /// The level nearest to the requested one at which the topic has the words.
    pub level: CefrLevel,
    /// Up to three of its words at that level: those that were typed, then others of the same class.
    pub words: Vec<String>,
    /// The text is one letter away from a name of this topic.
    pub misspelt: bool,
}

/// Most words shown for a near topic.
const WORDS_SHOWN: usize = 3;
/// Most near topics offered.
const NEAR_MAX: usize = 3;

/// Filler words that say nothing about the topic.
const AROUND: &[&str] = &[
    "a",
    "an",
    "the",
    "my",
    "our",
    "your",
    "in",
    "on",
    "at",
    "to",
    "of",
    "for",
    "with",
    "about",
    "and",
    "or",
    "&",
    "some",
    "do",
    "word",
    "vocabulary",
    "vocab",
    "lesson",
    "topic",
    "theme",
    "talk",
    "unit",
    "english",
    "lexis",
    "basic",
    "expression",
    "phrase",
    "useful",
    "everyday",
    "lets",
    "let",
    "us",
    "it",
    "go",
    "в",
    "во",
    "на",
    "о",
    "об",
    "про",
    "и",
    "с",
    "со",
    "по",
    "к",
    "мой",
    "моя",
    "мои",
    "моё",
    "у",
    "за",
    "тема",
    "темы",
    "урок",
    "слова",
    "слово",
    "лексика",
    "английский",
    "разговор",
    "говорим",
    "на тему",
];

/// The significant words of a text: folded, stemmed, without filler words.
fn key(text: &str) -> BTreeSet<String> {
    let folded = fold(text).replace('ё', "е");
    let all: Vec<String> = words(&folded).map(stem).collect();
    let bare: BTreeSet<String> =
        all.iter().filter(|word| !AROUND.iter().any(|around| stem(around) == **word)).cloned().collect();
    // 'At work' is only filler words: then they are the topic.
    if bare.is_empty() { all.into_iter().collect() } else { bare }
}

/// The common stem of a word's forms: the lemma in English, the word without its ending in Russian.
fn stem(word: &str) -> String {
    if word.chars().any(|c| ('а'..='я').contains(&c)) {
        return russian_stem(word).to_owned();
    }
    static VOCABULARY: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let vocabulary = VOCABULARY.get_or_init(|| pack().words.all().map(|(word, _)| word).collect());
    let lemmas = lemmas_of(word);
    lemmas
        .iter()
        .skip(1)
        .find(|lemma| vocabulary.contains(lemma.as_str()))
        .or(lemmas.first())
        .cloned()
        .unwrap_or_default()
}

/// Endings of Russian nouns and adjectives, longest first. Verb endings are kept: `спорить` is not `спорт`.
const RUSSIAN_ENDINGS: &[&str] = &[
    "иями", "ями", "ами", "ием", "иях", "ого", "его", "ому", "ему", "ыми", "ими", "ией", "ия", "ие", "ии", "ию", "ий",
    "ый", "ой", "ая", "яя", "ое", "ее", "ые", "ым", "им", "ом", "ем", "ам", "ям", "ах", "ях", "ов", "ев", "ей", "ую",
    "юю", "ых", "их", "а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й",
];

fn russian_stem(word: &str) -> &str {
    let long_enough = |rest: &&str| rest.chars().count() >= 3;
    RUSSIAN_ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(long_enough)).unwrap_or(word)
}

/// The names a topic goes by.
fn names(topic: &Topic) -> impl Iterator<Item = &str> {
    [topic.title.as_str()].into_iter().chain(topic.title_ru.as_deref()).chain(topic.aliases.iter().map(String::as_str))
}

/// A topic's names as keys, computed once: they are compared with every text that is typed.
struct Keys {
    topic: &'static Topic,
    names: Vec<BTreeSet<String>>,
    parts: Vec<BTreeSet<String>>,
}

fn keys() -> &'static [Keys] {
    static KEYS: OnceLock<Vec<Keys>> = OnceLock::new();
    KEYS.get_or_init(|| {
        pack()
            .topics
            .iter()
            .map(|topic| Keys {
                topic,
                names: names(topic).map(key).collect(),
                parts: topic.parts.iter().map(|part| key(part)).collect(),
            })
            .collect()
    })
}

/// Whether every word belongs to some name of one topic, as in 'Work & careers'.
fn is_made_of_names(typed: &BTreeSet<String>, names: &[BTreeSet<String>]) -> bool {
    let of_names: BTreeSet<&String> = names.iter().filter(|name| name.is_subset(typed)).flatten().collect();
    typed.iter().all(|word| of_names.contains(word))
}

/// The first of the typed words that an entry contains.
fn typed_in<'a>(entry: &Entry, typed: &'a BTreeSet<String>) -> Option<&'a String> {
    let own = key(&entry.lemma);
    let russian = entry.ru.as_deref().map(key).unwrap_or_default();
    typed.iter().find(|word| word.chars().count() > 2 && (own.contains(*word) || russian.contains(*word)))
}

/// The topic's level nearest to `level` that has some of the typed words; of two equally near, the lower.
fn nearest_level(topic: &Topic, typed: &BTreeSet<String>, level: CefrLevel) -> (CefrLevel, Vec<String>) {
    let distance = |other: CefrLevel| (other as i8).abs_diff(level as i8);
    let mut levels = topic.levels();
    levels.sort_by_key(|other| distance(*other));
    let has = |at: CefrLevel| topic.at(at).filter(|entry| typed_in(entry, typed).is_some()).collect::<Vec<&Entry>>();
    let found = levels.iter().map(|at| (*at, has(*at))).find(|(_, entries)| !entries.is_empty());
    let Some((at, entries)) = found else {
        return (levels.first().copied().unwrap_or(level), Vec::new());
    };
    let class = entries.iter().min_by_key(|entry| key(&entry.lemma).len()).map(|entry| entry.class.as_str());
    let others = topic.at(at).filter(|entry| Some(entry.class.as_str()) == class);
    let mut words: Vec<String> = Vec::new();
    // 'Luggage' itself before 'get lost'.
    let mut entries = entries;
    entries.sort_by_key(|entry| key(&entry.lemma).len() > 1);
    for entry in entries.iter().copied().chain(others) {
        if !words.contains(&entry.lemma) {
            words.push(entry.lemma.clone());
        }
    }
    words.truncate(WORDS_SHOWN);
    (at, words)
}

/// How near a topic is: a matching part of it counts most, then words of its names, then its entries.
fn nearness(keys: &Keys, typed: &BTreeSet<String>) -> usize {
    let part = keys.parts.iter().any(|part| part == typed || part.is_subset(typed)) as usize;
    let count =
        |has: &dyn Fn(&String) -> bool| typed.iter().filter(|word| word.chars().count() > 2 && has(word)).count();
    let in_names = count(&|word| keys.names.iter().chain(&keys.parts).any(|name| name.contains(word)));
    let entries_with = |word: &String, whole: bool| {
        let one = BTreeSet::from([word.clone()]);
        keys.topic.entries.iter().any(|entry| {
            let found = typed_in(entry, &one).is_some();
            found && (!whole || key(&entry.lemma) == one || entry.ru.as_deref().map(key) == Some(one.clone()))
        })
    };
    let in_entries = count(&|word| entries_with(word, false));
    let are_entries = count(&|word| entries_with(word, true));
    part * 12 + in_names * 3 + in_entries + are_entries * 2
}

/// Finds the topic that a text names, in English or Russian. `level` is where words of near topics are looked for
/// first.
#[must_use]
pub fn find_topic(text: &str, level: CefrLevel) -> TopicMatch {
    let id = fold(text).replace([' ', '-'], "_");
    if let Some(topic) = pack().topic(&id) {
        return TopicMatch::Found(topic);
    }
    let typed = key(text);
    if typed.is_empty() {
        return TopicMatch::Near(Vec::new());
    }
    // The text as typed comes first: one topic's alias may have the same key as another's name.
    let whole = fold(text);
    let is_part = |keys: &Keys| keys.parts.contains(&typed) || keys.topic.parts.iter().any(|part| fold(part) == whole);
    let found = pack()
        .topics
        .iter()
        .find(|topic| names(topic).any(|name| fold(name) == whole))
        .or_else(|| keys().iter().find(|keys| keys.names.contains(&typed)).map(|keys| keys.topic))
        .or_else(|| {
            let made = keys().iter().find(|keys| is_made_of_names(&typed, &keys.names));
            made.filter(|_| !keys().iter().any(is_part)).map(|keys| keys.topic)
        });
    if let Some(topic) = found {
        return TopicMatch::Found(topic);
    }
    if let Some(topic) = slip(&whole) {
        let (level, _) = nearest_level(topic, &BTreeSet::new(), level);
        return TopicMatch::Near(vec![Near { topic, level, words: Vec::new(), misspelt: true }]);
    }
    let mut near: Vec<(usize, &Keys)> =
        keys().iter().map(|keys| (nearness(keys, &typed), keys)).filter(|(points, _)| *points > 0).collect();
    near.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    let near = near.into_iter().take(NEAR_MAX).map(|(_, keys)| {
        let (level, words) = nearest_level(keys.topic, &typed, level);
        Near { topic: keys.topic, level, words, misspelt: false }
    });
    TopicMatch::Near(near.collect())
}

/// The topic with a name one spelling slip away from the text, if there is exactly one.
fn slip(typed: &str) -> Option<&'static Topic> {
    if typed.chars().count() < 5 {
        return None;
    }
    let mut near = pack().topics.iter().filter(|topic| names(topic).any(|name| edits(typed, &fold(name), 1).is_some()));
    let first = near.next()?;
    near.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&'static str> {
        match find_topic(text, CefrLevel::A2) {
            TopicMatch::Found(topic) => Some(&topic.id),
            TopicMatch::Near(_) => None,
        }
    }

    fn near(text: &str, level: CefrLevel) -> Vec<Near> {
        match find_topic(text, level) {
            TopicMatch::Near(near) => near,
            TopicMatch::Found(topic) => panic!("{text} is not {}", topic.id),
        }
    }

    #[test]
    fn what_teachers_type() {
        for (text, id) in [
            ("Travel", "travel"),
            ("  TRAVEL ", "travel"),
            ("travelling", "travel"),
            ("travel vocabulary", "travel"),
            ("Words about travel", "travel"),
            ("Путешествия", "travel"),
            ("путешествие", "travel"),
            ("Урок на тему путешествия", "travel"),
            ("Climate", "weather_climate"),
            ("climate change", "weather_climate"),
            ("weather", "weather_climate"),
            ("погода", "weather_climate"),
            ("food and cooking", "food"),
            ("My family", "family"),
            ("семья", "family"),
            ("going to the doctor", "health"),
            ("at the doctor's", "health"),
            ("Health", "health"),
            ("здоровье", "health"),
            ("Jobs", "jobs"),
            ("work", "jobs"),
            ("Work & careers", "jobs"),
            ("daily routine", "daily_routine"),
            ("my day", "daily_routine"),
            ("Shopping", "shopping"),
            ("school", "school"),
            ("house and home", "home"),
            ("technology", "technology"),
            ("public transport", "city_transport"),
            ("daily_routine", "daily_routine"),
        ] {
            assert_eq!(found(text), Some(id), "{text}: {:?}", find_topic(text, CefrLevel::A2));
        }
    }

    #[test]
    fn what_the_pack_does_not_hold_is_never_guessed() {
        for text in [
            "emotions",
            "quantum physics",
            "space travel in films",
            "политика",
            "music",
            "",
            "???",
            "football",
            "love",
            "dinosaurs",
            "history of art",
            "Harry Potter",
            "спорт",
            "Wedding",
            "furniture",
            "мебель",
            "Natural disasters",
            "at the airport",
            "Lost luggage",
            "Wether",
            "travle",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        for text in ["quantum chromodynamics", "Harry Potter", "dinosaurs"] {
            let ids: Vec<_> = near(text, CefrLevel::A2).into_iter().map(|near| &near.topic.id).collect();
            assert!(ids.is_empty(), "{text}: {ids:?}");
        }
        assert!(near("business travel to Japan", CefrLevel::B1).iter().any(|near| near.topic.id == "travel"));
    }

    #[test]
    fn something_smaller_names_the_topic_that_has_its_words() {
        for (text, id, word) in [
            ("Lost luggage", "travel", Some("luggage")),
            ("Wedding", "family", Some("wedding")),
            ("furniture", "home", None),
            ("Natural disasters", "weather_climate", None),
            ("at the airport", "travel", Some("airport")),
            ("parts of the body", "health", None),
            ("спорт", "health", Some("do sport")),
        ] {
            let near = near(text, CefrLevel::A2);
            let first = near.first().unwrap_or_else(|| panic!("{text}: nothing near"));
            assert_eq!(first.topic.id, id, "{text}: {near:?}");
            assert!(!first.misspelt && first.words.len() <= WORDS_SHOWN, "{text}: {first:?}");
            if let Some(word) = word {
                assert_eq!(first.words.first().map(String::as_str), Some(word), "{text}: {first:?}");
            }
            // The words shown are really in the topic, at the level shown.
            for word in &first.words {
                assert!(first.topic.at(first.level).any(|entry| entry.lemma == *word), "{text}: {word}");
            }
        }
    }

    #[test]
    fn a_misspelt_name_is_asked_about_and_never_taken() {
        for (text, id) in [("travle", "travel"), ("Wether", "weather_climate"), ("helth", "health")] {
            let near = near(text, CefrLevel::B1);
            assert!(matches!(near.as_slice(), [one] if one.topic.id == id && one.misspelt), "{text}: {near:?}");
        }
    }
}
