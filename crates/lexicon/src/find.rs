//! From what a teacher types to a topic of the pack: an alias as a whole, in any order of its words, or near ones.
//!
//! Never a guess: a topic is found only where nothing is left of what was typed but words like *lesson* and *about*.

use std::{
    collections::{BTreeSet, HashSet},
    sync::OnceLock,
};

use types::text::{edits, fold, words};

use crate::{
    lemmas::lemmas_of,
    pack::{Topic, pack},
};

/// What a text means to the pack.
#[derive(Clone, Debug, PartialEq)]
pub enum TopicMatch {
    /// This topic.
    Found(&'static Topic),
    /// None for certain; these are near, the nearest first. May be empty.
    Near(Vec<&'static Topic>),
}

/// Words that say nothing of the topic: they stand around it.
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

/// The bare words of a text: folded, without those that say nothing, each cut to what its forms share.
fn key(text: &str) -> BTreeSet<String> {
    let folded = fold(text).replace('ё', "е");
    let all: Vec<String> = words(&folded).map(stem).collect();
    let bare: BTreeSet<String> =
        all.iter().filter(|word| !AROUND.iter().any(|around| stem(around) == **word)).cloned().collect();
    // 'At work' is all words that stand around: then they are the topic.
    if bare.is_empty() { all.into_iter().collect() } else { bare }
}

/// What the forms of a word share: an English lemma, a Russian word without its ending.
fn stem(word: &str) -> String {
    if word.chars().any(|c| ('а'..='я').contains(&c)) {
        let letters: Vec<char> = word.chars().collect();
        let kept = if letters.len() > 5 {
            (letters.len() - 3).max(4)
        } else if letters.len() > 3 {
            letters.len() - 1
        } else {
            letters.len()
        };
        return letters[..kept].iter().collect();
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

/// The names a topic goes by.
fn names(topic: &Topic) -> impl Iterator<Item = &str> {
    [topic.title.as_str()].into_iter().chain(topic.title_ru.as_deref()).chain(topic.aliases.iter().map(String::as_str))
}

/// A topic's names and entries as keys: they are compared with every text that is typed.
struct Keys {
    topic: &'static Topic,
    names: Vec<BTreeSet<String>>,
    entries: Vec<BTreeSet<String>>,
}

fn keys() -> &'static [Keys] {
    static KEYS: OnceLock<Vec<Keys>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let of_entry = |entry: &crate::Entry| [key(&entry.lemma), entry.ru.as_deref().map(key).unwrap_or_default()];
        pack()
            .topics
            .iter()
            .map(|topic| Keys {
                topic,
                names: names(topic).map(key).collect(),
                entries: topic.entries.iter().flat_map(of_entry).collect(),
            })
            .collect()
    })
}

/// How near a text is to a topic: words in common with its names count most, then its own entries.
fn nearness(keys: &Keys, typed: &BTreeSet<String>) -> usize {
    let mut points = 0;
    for word in typed.iter().filter(|word| word.chars().count() > 2) {
        let like = |set: &BTreeSet<String>| {
            set.contains(word) || (word.chars().count() > 4 && set.iter().any(|other| edits(word, other, 1).is_some()))
        };
        if keys.names.iter().any(like) {
            points += 3;
        } else if keys.entries.iter().any(like) {
            points += 1;
        }
    }
    points
}

/// Finds the topic that a text names, in English or Russian.
#[must_use]
pub fn find_topic(text: &str) -> TopicMatch {
    let id = fold(text).replace([' ', '-'], "_");
    if let Some(topic) = pack().topic(&id) {
        return TopicMatch::Found(topic);
    }
    let typed = key(text);
    if typed.is_empty() {
        return TopicMatch::Near(Vec::new());
    }
    // As it stands first: an alias of one topic may be the bare words of another's.
    let whole = fold(text);
    let found = pack()
        .topics
        .iter()
        .find(|topic| names(topic).any(|name| fold(name) == whole))
        .or_else(|| keys().iter().find(|keys| keys.names.contains(&typed)).map(|keys| keys.topic))
        .or_else(|| slip(&whole));
    if let Some(topic) = found {
        return TopicMatch::Found(topic);
    }
    let mut near: Vec<(usize, &'static Topic)> =
        keys().iter().map(|keys| (nearness(keys, &typed), keys.topic)).filter(|(points, _)| *points > 0).collect();
    near.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    TopicMatch::Near(near.into_iter().take(4).map(|(_, topic)| topic).collect())
}

/// A name with one slip in its spelling, if just one topic has such a name.
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
        match find_topic(text) {
            TopicMatch::Found(topic) => Some(&topic.id),
            TopicMatch::Near(_) => None,
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
            ("at the airport", "travel"),
            ("airport, at the", "travel"),
            ("Путешествия", "travel"),
            ("путешествие", "travel"),
            ("Урок на тему путешествия", "travel"),
            ("travle", "travel"),
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
            ("daily routine", "daily_routine"),
            ("my day", "daily_routine"),
            ("Shopping", "shopping"),
            ("school", "school"),
            ("house and home", "home"),
            ("technology", "technology"),
            ("public transport", "city_transport"),
            ("daily_routine", "daily_routine"),
        ] {
            assert_eq!(found(text), Some(id), "{text}: {:?}", find_topic(text));
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
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        let TopicMatch::Near(near) = find_topic("business travel to Japan") else { panic!("a guess") };
        assert!(near.iter().any(|topic| topic.id == "travel"), "{near:?}");
        assert!(matches!(find_topic("quantum chromodynamics"), TopicMatch::Near(near) if near.is_empty()));
    }
}
