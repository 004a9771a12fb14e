//! The topic pack as authored: see `docs/authoring-the-pack.md`. Compiled in, parsed once.

use std::sync::OnceLock;

use serde::Deserialize;
use types::levels::CefrLevel;

use crate::example::Example;

/// A part of speech, as the pack distinguishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pos {
    Noun,
    Verb,
    Adjective,
    Adverb,
    /// A fixed phrase: `on time`, `have a good trip`.
    Phrase,
}

/// One word or phrase of a topic, in one sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub lemma: String,
    pub pos: Pos,
    pub plural_only: bool,
    pub uncountable: bool,
    /// The level at which a learner meets this sense.
    pub level: CefrLevel,
    /// One of the topic's classes.
    pub class: String,
    pub definition: String,
    pub example: Example,
    /// Other accepted orders of the example's chunks, as sentences.
    pub orders: Vec<String>,
    /// Lemmas in the same file that would fit this gap too.
    pub also_fits: Vec<String>,
    pub emoji: Option<String>,
    /// Its Russian translation.
    pub ru: Option<String>,
    /// The topic it belongs to.
    pub topic: String,
}

/// Words that keep their capital anywhere in a sentence.
const CAPITALS: &[&str] = &[
    "I",
    "Mum",
    "Dad",
    "Grandma",
    "Grandpa",
    "Granny",
    "Grandad",
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "TV",
    "English",
    "Italian",
    "French",
    "Spanish",
    "German",
    "Chinese",
    "Japanese",
    "British",
    "American",
    "Russian",
    "Thai",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "London",
    "Paris",
    "Rome",
    "Britain",
    "England",
    "Canada",
    "Spain",
    "Italy",
    "France",
];

/// The chunk as written inside a sentence: without the capital of a sentence's start.
fn inner(chunk: &str) -> String {
    let first = types::text::words(chunk).next().unwrap_or_default();
    let bare = first.split(['\'', '’', '-']).next().unwrap_or(first);
    if CAPITALS.contains(&bare) || crate::lint::NAMES.contains(&bare) {
        return chunk.to_owned();
    }
    let mut chars = chunk.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

impl Entry {
    /// The example's chunks in every accepted order, the authored one first. No chunk gives its place away by a
    /// capital.
    #[must_use]
    pub fn accepted_orders(&self) -> Vec<Vec<String>> {
        let chunks = &self.example.chunks;
        let chips: Vec<String> =
            chunks.iter().enumerate().map(|(n, chunk)| if n == 0 { inner(chunk) } else { chunk.clone() }).collect();
        let mut orders = vec![chips.clone()];
        for order in &self.orders {
            if let Some(places) = crate::lint::read_order(chunks, order, &self.example.ending) {
                orders.push(places.into_iter().map(|place| chips[place].clone()).collect());
            }
        }
        orders
    }
}

/// A topic with its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    pub id: String,
    pub title: String,
    /// The title in Russian.
    pub title_ru: Option<String>,
    /// Other names of the whole topic.
    pub aliases: Vec<String>,
    /// Names of narrower subjects that the topic has words for, but is not about.
    pub parts: Vec<String>,
    /// Ids of related topics.
    pub near: Vec<String>,
    /// Classes and their titles, in the file's order.
    pub classes: Vec<(String, String)>,
    pub entries: Vec<Entry>,
}

impl Topic {
    /// The entries of a level in the file's order.
    pub fn at(&self, level: CefrLevel) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.level == level)
    }

    /// An entry by its lemma.
    #[must_use]
    pub fn entry(&self, lemma: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.lemma == lemma)
    }

    /// The levels it has words for.
    #[must_use]
    pub fn levels(&self) -> Vec<CefrLevel> {
        CefrLevel::ALL.into_iter().filter(|level| self.at(*level).next().is_some()).collect()
    }
}

/// A kind of time expression that a verb phrase can be used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeKind {
    PastPoint,
    Future,
    Frequency,
    Now,
    PerfectRecent,
    PerfectExperience,
    Duration,
}

/// How a phrase is put into the passive.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passive {
    pub subject: String,
    pub participle_ok: bool,
    /// The action is repeated (the kitchen is cleaned every day), not done once (a house is built).
    #[serde(default)]
    pub repeats: bool,
}

/// A verb phrase for grammar drills.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    pub base: String,
    /// `person` or `thing`.
    pub subject: String,
    pub level: CefrLevel,
    pub times: Vec<TimeKind>,
    #[serde(default)]
    pub frequency: Vec<String>,
    #[serde(default)]
    pub past: Vec<String>,
    #[serde(default)]
    pub future: Vec<String>,
    pub now_ok: bool,
    pub perfect_ok: bool,
    #[serde(default)]
    pub passive: Option<Passive>,
}

impl Phrase {
    /// The verb, and the rest of the phrase.
    #[must_use]
    pub fn verb_and_rest(&self) -> (&str, &str) {
        self.base.split_once(' ').unwrap_or((&self.base, ""))
    }
}

/// A hand-written sentence of a grammar drill, which no rule can build.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrillSentence {
    /// The answer is in square brackets, its cue in round ones: `If I [had] (have) more time, I would swim.`
    pub text: String,
    /// Other right answers.
    #[serde(default)]
    pub also: Vec<String>,
}

/// The defining vocabulary by level, as authored.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub function: Vec<String>,
    pub a1: Vec<String>,
    pub a2: Vec<String>,
    pub b1: Vec<String>,
    pub b2: Vec<String>,
}

impl Words {
    /// Every word with its level; function words count as A1.
    pub fn all(&self) -> impl Iterator<Item = (&str, CefrLevel)> {
        [
            (&self.function, CefrLevel::A1),
            (&self.a1, CefrLevel::A1),
            (&self.a2, CefrLevel::A2),
            (&self.b1, CefrLevel::B1),
            (&self.b2, CefrLevel::B2),
        ]
        .into_iter()
        .flat_map(|(list, level)| list.iter().map(move |word| (word.as_str(), level)))
    }
}

/// Everything authored.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    pub topics: Vec<Topic>,
    pub phrases: Vec<Phrase>,
    /// Sentences for the second conditional.
    pub second_conditional: Vec<DrillSentence>,
    pub(crate) words: Words,
    pub(crate) blocked: Vec<String>,
}

impl Pack {
    /// A topic by its id.
    #[must_use]
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }

    /// Every entry of every topic.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.topics.iter().flat_map(|topic| &topic.entries)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTopic {
    topic: String,
    title: String,
    aliases: Vec<String>,
    parts: Vec<String>,
    near: Vec<String>,
    titles: std::collections::BTreeMap<String, String>,
    classes: toml::Table,
    entry: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    lemma: String,
    pos: Pos,
    #[serde(default)]
    plural_only: bool,
    #[serde(default)]
    uncountable: bool,
    level: CefrLevel,
    class: String,
    definition: String,
    example: String,
    #[serde(default)]
    orders: Vec<String>,
    #[serde(default)]
    also_fits: Vec<String>,
    #[serde(default)]
    emoji: Option<String>,
    #[serde(default)]
    ru: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPhrases {
    phrase: Vec<Phrase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDrills {
    second_conditional: Vec<DrillSentence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBlocked {
    blocked: Vec<String>,
}

macro_rules! topic_files {
    ($($name:literal),+ $(,)?) => {
        /// The topic files: name and content.
        const TOPICS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../packs/en/", $name, ".toml")))),+];
    };
}

topic_files!(
    "city_transport",
    "daily_routine",
    "family",
    "food",
    "health",
    "home",
    "jobs",
    "school",
    "shopping",
    "technology",
    "travel",
    "weather_climate",
);

pub(crate) fn read_toml<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| format!("{name}.toml: {error}"))
}

fn read_topic(name: &str, text: &str) -> Result<Topic, String> {
    let raw: RawTopic = read_toml(name, text)?;
    if raw.topic != name {
        return Err(format!("{name}.toml: the topic is named {:?}", raw.topic));
    }
    let entries = raw.entry.into_iter().map(|entry| {
        let example = Example::parse(&entry.example).map_err(|why| format!("{name}.toml, {:?}: {why}", entry.lemma))?;
        Ok(Entry {
            lemma: entry.lemma,
            pos: entry.pos,
            plural_only: entry.plural_only,
            uncountable: entry.uncountable,
            level: entry.level,
            class: entry.class,
            definition: entry.definition,
            example,
            orders: entry.orders,
            also_fits: entry.also_fits,
            emoji: entry.emoji,
            ru: entry.ru,
            topic: name.to_owned(),
        })
    });
    let entries = entries.collect::<Result<Vec<_>, String>>()?;
    let classes =
        raw.classes.into_iter().map(|(class, title)| (class, title.as_str().unwrap_or_default().to_owned())).collect();
    Ok(Topic {
        id: raw.topic,
        title: raw.title,
        title_ru: raw.titles.get("ru").cloned(),
        aliases: raw.aliases,
        parts: raw.parts,
        near: raw.near,
        classes,
        entries,
    })
}

fn read() -> Result<Pack, String> {
    let topics = TOPICS.iter().map(|(name, text)| read_topic(name, text)).collect::<Result<_, _>>()?;
    let phrases: RawPhrases = read_toml("phrases", include_str!("../packs/en/phrases.toml"))?;
    let blocked: RawBlocked = read_toml("blocked", include_str!("../packs/en/blocked.toml"))?;
    let drills: RawDrills = read_toml("drills", include_str!("../packs/en/drills.toml"))?;
    Ok(Pack {
        topics,
        second_conditional: drills.second_conditional,
        phrases: phrases.phrase,
        words: read_toml("words", include_str!("../packs/en/words.toml"))?,
        blocked: blocked.blocked,
    })
}

/// The built-in pack.
///
/// # Panics
/// If one of its files is invalid, which this crate's tests rule out.
#[must_use]
pub fn pack() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| match read() {
        Ok(pack) => pack,
        Err(why) => panic!("the built-in pack can't be read: {why}"),
    })
}
