//! The lint: every machine-checkable rule of `docs/authoring-the-pack.md`, over the whole pack.

mod banks;
mod entries;
mod phrases;
mod vocabulary;

use std::{collections::BTreeSet, fmt};

use serde::Deserialize;
use types::levels::CefrLevel;

pub use entries::NAMES;
pub(crate) use entries::read_order;

use crate::pack::{Pack, Topic, pack, read_toml};

/// Fewest entries per topic and level.
pub const ENTRIES_MIN: usize = 14;
/// The levels that every topic must have.
pub const LEVELS: [CefrLevel; 4] = [CefrLevel::A1, CefrLevel::A2, CefrLevel::B1, CefrLevel::B2];

/// A rule broken in the pack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintFault {
    /// The file's name, without `.toml`.
    pub file: String,
    /// The entry or phrase; empty if the fault concerns the whole file.
    pub entry: String,
    /// The rule's short name.
    pub rule: &'static str,
    pub detail: String,
}

impl fmt::Display for LintFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.toml, {:?}: {}: {}", self.file, self.entry, self.rule, self.detail)
    }
}

/// A fault that was reviewed and accepted, with the reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    file: String,
    entry: String,
    rule: String,
    /// What the fault's detail must contain.
    word: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    #[serde(default)]
    exception: Vec<Exception>,
}

/// Collects faults.
struct Faults {
    all: Vec<LintFault>,
}

impl Faults {
    fn add(&mut self, file: &str, entry: &str, rule: &'static str, detail: impl Into<String>) {
        self.all.push(LintFault { file: file.to_owned(), entry: entry.to_owned(), rule, detail: detail.into() });
    }
}

/// Checks the whole pack against every rule. If it returns nothing, the pack may be published.
#[must_use]
pub fn lint() -> Vec<LintFault> {
    let exceptions: Exceptions = match read_toml("lint-exceptions", include_str!("../../packs/en/lint-exceptions.toml"))
    {
        Ok(read) => read,
        Err(why) => {
            return vec![LintFault {
                file: "lint-exceptions".into(),
                entry: String::new(),
                rule: "format",
                detail: why,
            }];
        }
    };
    let mut found = all_faults(pack());
    let mut used = BTreeSet::new();
    found.retain(|fault| {
        let excused = exceptions.exception.iter().position(|e| {
            e.file == fault.file && e.entry == fault.entry && e.rule == fault.rule && fault.detail.contains(&e.word)
        });
        used.extend(excused);
        excused.is_none()
    });
    for (n, exception) in exceptions.exception.iter().enumerate() {
        let needless = !used.contains(&n);
        if needless || exception.reason.trim().len() < 10 {
            let detail = if needless { "this exception excuses nothing" } else { "this exception has no reason" };
            found.push(LintFault {
                file: "lint-exceptions".into(),
                entry: format!("{} {}", exception.file, exception.entry),
                rule: "exception",
                detail: format!("{detail}: {} {}", exception.rule, exception.word),
            });
        }
    }
    found.sort();
    found.dedup();
    found
}

fn all_faults(pack: &Pack) -> Vec<LintFault> {
    let mut faults = Faults { all: Vec::new() };
    for topic in &pack.topics {
        topic_faults(topic, pack, &mut faults);
    }
    entries::check_duplicates(pack, &mut faults);
    phrases::check(pack, &mut faults);
    faults.all
}

fn topic_faults(topic: &Topic, pack: &Pack, faults: &mut Faults) {
    check_topic(topic, pack, faults);
    for entry in &topic.entries {
        entries::check(entry, topic, faults);
        vocabulary::check(entry, faults);
    }
    banks::check(topic, faults);
}

fn is_cyrillic(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| ('\u{0400}'..='\u{04FF}').contains(&c))
}

fn check_topic(topic: &Topic, pack: &Pack, faults: &mut Faults) {
    let file = topic.id.as_str();
    for level in LEVELS {
        let count = topic.at(level).count();
        if count < ENTRIES_MIN {
            faults.add(file, "", "count", format!("{level} has {count} entries"));
        }
    }
    let names = topic.aliases.len() + topic.parts.len();
    if !(12..=40).contains(&names) {
        faults.add(file, "", "aliases", format!("{names} aliases and parts"));
    }
    if topic.title_ru.as_deref().is_none_or(|title| !is_cyrillic(title)) {
        faults.add(file, "", "translation", "the title has no Russian one");
    }
    for near in &topic.near {
        if pack.topic(near).is_none() || *near == topic.id {
            faults.add(file, "", "near", format!("{near} is no other topic"));
        }
    }
    if !(8..=18).contains(&topic.classes.len()) {
        faults.add(file, "", "classes", format!("{} classes", topic.classes.len()));
    }
    for (class, title) in &topic.classes {
        if title.trim().is_empty() {
            faults.add(file, "", "classes", format!("{class} has no title"));
        }
        for level in LEVELS {
            let count = topic.at(level).filter(|entry| entry.class == *class).count();
            if count > 5 {
                faults.add(file, "", "classes", format!("{class} has {count} entries at {level}"));
            }
        }
        if !topic.entries.iter().any(|entry| entry.class == *class) {
            faults.add(file, "", "classes", format!("{class} has no entries"));
        }
    }
    let mut seen = BTreeSet::new();
    for other in &pack.topics {
        for alias in other.aliases.iter().chain(&other.parts) {
            if !seen.insert(types::text::fold(alias)) && other.id == topic.id {
                faults.add(file, "", "aliases", format!("{alias:?} stands twice"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_is_clean() {
        let faults = lint();
        for fault in &faults {
            println!("{fault}");
        }
        assert!(faults.is_empty(), "{} faults in the pack", faults.len());
    }

    /// Tests the lint itself: a pack with one thing broken is caught, rule by rule.
    #[test]
    fn each_rule_bites() {
        type Break = fn(&mut crate::Entry);
        let breaks: &[(&str, Break)] = &[
            ("definition", |e| e.definition = "A place.".into()),
            ("definition", |e| {
                e.definition = "a very long definition that goes on and on and never comes to an end".into()
            }),
            ("circular", |e| e.definition = format!("a kind of {}", e.lemma)),
            ("definition level", |e| e.definition = "a sophisticated establishment of hospitality".into()),
            ("example level", |e| {
                e.example = crate::Example::parse("The notorious | [hotel] | was | ubiquitous.").expect("it is there")
            }),
            ("target", |e| e.example.target = "banana".into()),
            ("target", |e| e.example.before = format!("A {} and a ", e.example.target)),
            ("chunks", |e| {
                e.example.chunks.pop();
            }),
            ("orders", |e| e.orders = vec!["This is another sentence.".into()]),
            ("class", |e| e.class = "nothing".into()),
            ("also_fits", |e| e.also_fits = vec!["unheard-of".into()]),
            ("spelling", |e| e.definition = "a color".into()),
            ("translation", |e| e.ru = Some("hotel".into())),
            ("blocked", |e| e.example.sentence = "What a shit hotel.".into()),
            ("article", |e| {
                e.example.before = "It is an ".into();
            }),
        ];
        for (rule, break_it) in breaks {
            let mut broken = pack().clone();
            let travel = broken.topics.iter_mut().find(|topic| topic.id == "travel").expect("it is there");
            break_it(travel.entries.iter_mut().find(|entry| entry.lemma == "hotel").expect("it is there"));
            let mut faults = Faults { all: Vec::new() };
            topic_faults(broken.topic("travel").expect("it is there"), &broken, &mut faults);
            assert!(
                faults.all.iter().any(|fault| fault.rule == *rule && fault.entry == "hotel"),
                "{rule} is not caught"
            );
        }
    }
}
