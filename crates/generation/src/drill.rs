//! Grammar drills from the authored verb phrases: the forms practised at each level, and sentences for them.

use lexicon::{Phrase, TimeKind, american, ing, is_irregular, pack, participles, past, past_plural, third_person};
use serde::{Deserialize, Serialize};
use types::{levels::CefrLevel, shuffle::Shuffler};

/// A grammar point to practise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Drill {
    PresentSimple,
    PresentContinuous,
    PastSimple,
    GoingTo,
    PerfectOrPast,
    PresentPerfect,
    Passive,
    SecondConditional,
}

/// One sentence with a typed gap.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub before: String,
    pub key: String,
    pub variants: Vec<String>,
    /// The range of the key's characters in which no slip is forgiven.
    pub tested: Option<(u32, u32)>,
    /// Begins with the cue in brackets.
    pub after: String,
}

/// The grammatical person of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    /// I
    First,
    /// he, she, it
    Third,
    /// we, they
    Plural,
}

/// Subjects of person phrases, each with its possessive.
const PEOPLE: &[(&str, Person, &str)] = &[
    ("I", Person::First, "my"),
    ("She", Person::Third, "her"),
    ("He", Person::Third, "his"),
    ("We", Person::Plural, "our"),
    ("They", Person::Plural, "their"),
    ("Anna", Person::Third, "her"),
    ("Tom", Person::Third, "his"),
    ("My sister", Person::Third, "her"),
    ("My parents", Person::Plural, "their"),
    ("Omar", Person::Third, "his"),
    ("Leila and Ben", Person::Plural, "their"),
];

/// The subject of a phrase about a thing.
fn thing(base: &str) -> Option<&'static str> {
    match base {
        "break down" => Some("The old bus"),
        "begin at nine" => Some("The lesson"),
        "arrive late" => Some("The train"),
        "close early" => Some("The shop"),
        _ => None,
    }
}

impl Drill {
    /// The drills practised at a level.
    pub fn of_level(level: CefrLevel) -> &'static [Self] {
        match level {
            CefrLevel::A1 => &[Self::PresentSimple, Self::PresentContinuous],
            CefrLevel::A2 => &[Self::PastSimple, Self::GoingTo],
            CefrLevel::B1 => &[Self::PerfectOrPast, Self::PresentPerfect],
            CefrLevel::B2 | CefrLevel::C1 | CefrLevel::C2 => &[Self::Passive, Self::SecondConditional],
        }
    }

    /// The level at which learners first meet it.
    pub fn level(self) -> CefrLevel {
        match self {
            Self::PresentSimple | Self::PresentContinuous => CefrLevel::A1,
            Self::PastSimple | Self::GoingTo => CefrLevel::A2,
            Self::PerfectOrPast | Self::PresentPerfect => CefrLevel::B1,
            Self::Passive | Self::SecondConditional => CefrLevel::B2,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::PresentSimple => "Present simple",
            Self::PresentContinuous => "Present continuous",
            Self::PastSimple => "Past simple",
            Self::GoingTo => "Plans: going to",
            Self::PerfectOrPast => "Present perfect or past simple?",
            Self::PresentPerfect => "Present perfect",
            Self::Passive => "The passive",
            Self::SecondConditional => "Second conditional",
        }
    }

    /// The instructions for students, in English and in Russian.
    pub fn instructions(self) -> (&'static str, &'static str) {
        match self {
            Self::PresentSimple => {
                ("Put the verbs in brackets into the present simple.", "Поставьте глаголы в скобках в Present Simple.")
            }
            Self::PresentContinuous => (
                "Put the verbs in brackets into the present continuous.",
                "Поставьте глаголы в скобках в Present Continuous.",
            ),
            Self::PastSimple => {
                ("Put the verbs in brackets into the past simple.", "Поставьте глаголы в скобках в Past Simple.")
            }
            Self::GoingTo => (
                "Write about plans. Use the verbs in brackets with ‘be going to’.",
                "Напишите о планах. Используйте глаголы в скобках и be going to.",
            ),
            Self::PerfectOrPast => (
                "Present perfect or past simple? Put the verbs in brackets into the right form.",
                "Present Perfect или Past Simple? Поставьте глаголы в скобках в нужную форму.",
            ),
            Self::PresentPerfect => (
                "Put the verbs in brackets into the present perfect.",
                "Поставьте глаголы в скобках в Present Perfect.",
            ),
            Self::Passive => (
                "Put the verbs in brackets into the right form of the passive.",
                "Поставьте глаголы в скобках в нужную форму страдательного залога.",
            ),
            Self::SecondConditional => (
                "Complete these second conditional sentences with the verbs in brackets.",
                "Дополните условные предложения второго типа глаголами в скобках.",
            ),
        }
    }

    /// At most `count` sentences in an order drawn by `shuffler`, no phrase twice.
    pub fn items(self, count: usize, shuffler: &mut Shuffler) -> Vec<Item> {
        match self {
            Self::SecondConditional => conditionals(count, shuffler),
            Self::PresentSimple
            | Self::PresentContinuous
            | Self::PastSimple
            | Self::GoingTo
            | Self::PerfectOrPast
            | Self::PresentPerfect
            | Self::Passive => self.by_rule(count, shuffler),
        }
    }

    fn by_rule(self, count: usize, shuffler: &mut Shuffler) -> Vec<Item> {
        let most = match self {
            Self::PresentSimple | Self::PresentContinuous => CefrLevel::A1,
            Self::PastSimple
            | Self::GoingTo
            | Self::PerfectOrPast
            | Self::PresentPerfect
            | Self::Passive
            | Self::SecondConditional => CefrLevel::A2,
        };
        let mut phrases: Vec<&'static Phrase> = pack().phrases.iter().filter(|phrase| phrase.level <= most).collect();
        shuffler.shuffle(&mut phrases);
        let mut subjects: Vec<usize> = (0..PEOPLE.len()).collect();
        shuffler.shuffle(&mut subjects);
        let mut items: Vec<Item> = Vec::new();
        let mut objects: Vec<&str> = Vec::new();
        for phrase in phrases {
            if items.len() >= count {
                break;
            }
            // 'Wash the car' and 'sell the car' in one drill look like a mistake; so do two phrases with 'go'.
            let (verb, rest) = phrase.verb_and_rest();
            let passive = phrase.passive.as_ref().map(|passive| passive.subject.as_str());
            let marks = [verb, passive.unwrap_or(rest)];
            if marks.iter().any(|mark| objects.contains(mark)) {
                continue;
            }
            let subject = PEOPLE[subjects[items.len() % subjects.len()]];
            let turn = items.len();
            let item = match self {
                Self::PresentSimple => present_simple(phrase, subject, turn, shuffler),
                Self::PresentContinuous => present_continuous(phrase, subject, turn, shuffler),
                Self::PastSimple => past_simple(phrase, subject, turn, shuffler),
                Self::GoingTo => going_to(phrase, subject, turn, shuffler),
                Self::PerfectOrPast => perfect_or_past(phrase, subject, turn, shuffler),
                Self::PresentPerfect => present_perfect(phrase, subject, turn),
                Self::Passive => in_passive(phrase, turn, shuffler),
                Self::SecondConditional => None,
            };
            if let Some(item) = item {
                items.push(item);
                objects.extend(marks);
            }
        }
        items
    }
}

type Subject = (&'static str, Person, &'static str);

/// The subject of a phrase: the person drawn, or the thing the phrase is about.
fn who(phrase: &Phrase, drawn: Subject) -> Option<Subject> {
    if phrase.subject == "thing" {
        return thing(&phrase.base).map(|name| (name, Person::Third, "its"));
    }
    Some(drawn)
}

fn pick<'a>(list: &'a [String], shuffler: &mut Shuffler) -> Option<&'a str> {
    list.get(shuffler.below(list.len())).map(String::as_str)
}

/// Picks one of the times that `suits` accepts.
fn pick_where<'a>(list: &'a [String], suits: impl Fn(&str) -> bool, shuffler: &mut Shuffler) -> Option<&'a str> {
    let kept: Vec<&str> = list.iter().map(String::as_str).filter(|time| suits(time)).collect();
    kept.get(shuffler.below(kept.len())).copied()
}

/// The end of a sentence: the cue, the rest of the phrase, the time, the full stop.
fn tail(cue: &str, rest: &str, time: &str) -> String {
    let all: Vec<&str> = [rest, time].into_iter().filter(|text| !text.is_empty()).collect();
    if all.is_empty() { format!(" ({cue}).") } else { format!(" ({cue}) {}.", all.join(" ")) }
}

fn span(key: &str, ending: usize) -> Option<(u32, u32)> {
    let length = key.chars().count();
    Some((u32::try_from(length.saturating_sub(ending)).ok()?, u32::try_from(length).ok()?))
}

/// The tested part of a key that ends in a form of `verb`: a regular ending, or the whole of an irregular form. For the
/// bare verb, its last two letters, so that an extra ending is not forgiven as a slip.
fn tested(key: &str, verb: &str) -> Option<(u32, u32)> {
    let last = key.rsplit(' ').next().unwrap_or(key);
    let whole = last.chars().count();
    if last == verb {
        return span(key, whole.min(2));
    }
    let common = last.chars().zip(verb.chars()).take_while(|(a, b)| a == b).count();
    let irregular = is_irregular(verb) && last != third_person(verb) && last != ing(verb);
    span(key, if irregular { whole } else { (whole - common).clamp(1, whole) })
}

fn item(subject: &str, key: String, verb: &str, mut variants: Vec<String>, after: String) -> Item {
    for form in std::iter::once(key.clone()).chain(variants.clone()) {
        variants.extend(american(&form));
    }
    let tested = tested(&key, verb);
    Item { before: format!("{subject} "), key, variants, tested, after }
}

fn negative(turn: usize) -> bool {
    turn % 3 == 2
}

fn present_simple(phrase: &Phrase, drawn: Subject, turn: usize, shuffler: &mut Shuffler) -> Option<Item> {
    let (verb, rest) = phrase.verb_and_rest();
    let (subject, person, _) = who(phrase, drawn)?;
    if negative(turn) {
        // 'I don't write a letter every week', as 'very often' would need 'letters', and 'once a week' says nothing.
        let every = |time: &str| time.starts_with("every ") || time.starts_with("on ");
        let time = pick_where(&phrase.frequency, every, shuffler)?;
        let aux = if person == Person::Third { "doesn't" } else { "don't" };
        return Some(item(
            subject,
            format!("{aux} {verb}"),
            verb,
            Vec::new(),
            tail(&format!("not / {verb}"), rest, time),
        ));
    }
    let time = pick(&phrase.frequency, shuffler)?;
    let key = if person == Person::Third { third_person(verb) } else { verb.to_owned() };
    Some(item(subject, key, verb, Vec::new(), tail(verb, rest, time)))
}

fn be(person: Person) -> (&'static str, &'static str) {
    match person {
        Person::First => ("am", "'m"),
        Person::Third => ("is", "'s"),
        Person::Plural => ("are", "'re"),
    }
}

fn not_be(person: Person) -> &'static str {
    match person {
        Person::First => "am not",
        Person::Third => "isn't",
        Person::Plural => "aren't",
    }
}

/// Whether a contraction can follow the subject: 'Leila and Ben're' is not written.
fn short_after(subject: &str) -> bool {
    matches!(subject, "I" | "She" | "He" | "We" | "They")
}

fn short(subject: &str, form: String) -> Vec<String> {
    if short_after(subject) { vec![form] } else { Vec::new() }
}

fn present_continuous(phrase: &Phrase, drawn: Subject, turn: usize, shuffler: &mut Shuffler) -> Option<Item> {
    let (verb, rest) = phrase.verb_and_rest();
    // 'She is living in London' means something other than what the drill practises.
    if !phrase.now_ok || verb == "live" {
        return None;
    }
    let (subject, person, _) = who(phrase, drawn)?;
    let doing = ing(verb);
    let time = ["at the moment", "right now"][shuffler.below(2)];
    let (long, short_form) = be(person);
    if negative(turn) {
        let variants = short(subject, format!("{short_form} not {doing}"));
        return Some(item(
            subject,
            format!("{} {doing}", not_be(person)),
            verb,
            variants,
            tail(&format!("not / {verb}"), rest, time),
        ));
    }
    let variants = short(subject, format!("{short_form} {doing}"));
    Some(item(subject, format!("{long} {doing}"), verb, variants, tail(verb, rest, time)))
}

fn past_item(phrase: &Phrase, subject: &str, person: Person, not: bool, shuffler: &mut Shuffler) -> Option<Item> {
    let (verb, rest) = phrase.verb_and_rest();
    if not {
        // Nobody says what they didn't do two weeks ago.
        let time = pick_where(&phrase.past, |time| !time.ends_with(" ago"), shuffler)?;
        return Some(item(
            subject,
            format!("didn't {verb}"),
            verb,
            Vec::new(),
            tail(&format!("not / {verb}"), rest, time),
        ));
    }
    let time = pick(&phrase.past, shuffler)?;
    let forms = if person == Person::Plural { past_plural(verb) } else { past(verb) };
    let (key, others) = forms.split_first()?;
    // 'Read' and 'read': nothing to change.
    if key == verb {
        return None;
    }
    Some(item(subject, key.clone(), verb, others.to_vec(), tail(verb, rest, time)))
}

fn past_simple(phrase: &Phrase, drawn: Subject, turn: usize, shuffler: &mut Shuffler) -> Option<Item> {
    let (subject, person, _) = who(phrase, drawn)?;
    past_item(phrase, subject, person, negative(turn), shuffler)
}

fn going_to(phrase: &Phrase, drawn: Subject, turn: usize, shuffler: &mut Shuffler) -> Option<Item> {
    let (verb, rest) = phrase.verb_and_rest();
    // Only people have plans, and 'going to go' is clumsy.
    if phrase.subject != "person" || verb == "go" {
        return None;
    }
    let time = pick(&phrase.future, shuffler)?;
    let (subject, person, _) = drawn;
    let (long, short_form) = be(person);
    if negative(turn) {
        let variants = short(subject, format!("{short_form} not going to {verb}"));
        let key = format!("{} going to {verb}", not_be(person));
        return Some(item(subject, key, verb, variants, tail(&format!("not / {verb}"), rest, time)));
    }
    let variants = short(subject, format!("{short_form} going to {verb}"));
    Some(item(subject, format!("{long} going to {verb}"), verb, variants, tail(verb, rest, time)))
}

fn have(person: Person) -> (&'static str, &'static str, &'static str) {
    if person == Person::Third { ("has", "'s", "hasn't") } else { ("have", "'ve", "haven't") }
}

/// An item in the present perfect, with an optional adverb inside the key.
fn perfect(phrase: &Phrase, subject: &str, person: Person, adverb: &str, after: String) -> Option<Item> {
    let (verb, _) = phrase.verb_and_rest();
    let (long, short_form, _) = have(person);
    let inside = if adverb.is_empty() { String::new() } else { format!(" {adverb}") };
    let forms = participles(verb);
    let (key, others) = forms.split_first()?;
    let mut variants: Vec<String> = others.iter().map(|done| format!("{long}{inside} {done}")).collect();
    variants.extend(short(subject, format!("{short_form}{inside} {key}")));
    Some(item(subject, format!("{long}{inside} {key}"), verb, variants, after))
}

fn perfect_or_past(phrase: &Phrase, drawn: Subject, turn: usize, shuffler: &mut Shuffler) -> Option<Item> {
    if phrase.subject != "person" {
        return None;
    }
    let (subject, person, own) = drawn;
    let (verb, rest) = phrase.verb_and_rest();
    match turn % 4 {
        0 | 2 => past_item(phrase, subject, person, false, shuffler),
        1 => {
            if !phrase.times.contains(&TimeKind::PerfectExperience) {
                return None;
            }
            let lives = if person == Person::Plural { "lives" } else { "life" };
            perfect(
                phrase,
                subject,
                person,
                "never",
                tail(&format!("never / {verb}"), rest, &format!("in {own} {lives}")),
            )
        }
        _ => {
            // 'Since' rules out the past simple. What lasts is also said in the continuous.
            if !phrase.times.contains(&TimeKind::Duration) || matches!(verb, "wait" | "read" | "wear") {
                return None;
            }
            let since = ["since last summer", "since January", "since last year"][shuffler.below(3)];
            let mut item = perfect(phrase, subject, person, "", tail(verb, rest, since))?;
            let (long, short_form, _) = have(person);
            let doing = ing(verb);
            item.variants.push(format!("{long} been {doing}"));
            item.variants.extend(short(subject, format!("{short_form} been {doing}")));
            Some(item)
        }
    }
}

fn present_perfect(phrase: &Phrase, drawn: Subject, turn: usize) -> Option<Item> {
    if phrase.subject != "person" || !phrase.times.contains(&TimeKind::PerfectRecent) {
        return None;
    }
    let (subject, person, _) = drawn;
    let (verb, rest) = phrase.verb_and_rest();
    // Something planned can be done already or not yet; one doesn't lose the keys 'not yet'.
    let planned = phrase.times.contains(&TimeKind::Future);
    match turn % 3 {
        0 => perfect(phrase, subject, person, "just", tail(&format!("just / {verb}"), rest, "")),
        1 if planned => perfect(phrase, subject, person, "already", tail(&format!("already / {verb}"), rest, "")),
        2 if planned => {
            let (_, _, not) = have(person);
            let forms = participles(verb);
            let (key, others) = forms.split_first()?;
            let variants = others.iter().map(|done| format!("{not} {done}")).collect();
            Some(item(subject, format!("{not} {key}"), verb, variants, tail(&format!("not / {verb}"), rest, "yet")))
        }
        _ => None,
    }
}

fn in_passive(phrase: &Phrase, turn: usize, shuffler: &mut Shuffler) -> Option<Item> {
    let passive = phrase.passive.as_ref()?;
    let (verb, _) = phrase.verb_and_rest();
    let forms = participles(verb);
    let (done, others) = forms.split_first()?;
    let subject = passive.subject.as_str();
    let all = |aux: &str| others.iter().map(|other| format!("{aux} {other}")).collect::<Vec<_>>();
    match turn % 4 {
        0 => {
            let time = pick(&phrase.past, shuffler)?;
            Some(item(subject, format!("was {done}"), verb, all("was"), tail(verb, "", time)))
        }
        1 => {
            let time = pick(&phrase.future, shuffler)?;
            let mut variants = all("will be");
            variants.extend([format!("is going to be {done}"), format!("is being {done}"), format!("is to be {done}")]);
            Some(item(subject, format!("will be {done}"), verb, variants, tail(verb, "", time)))
        }
        2 if passive.repeats => {
            let time = pick(&phrase.frequency, shuffler)?;
            Some(item(subject, format!("is {done}"), verb, all("is"), tail(verb, "", time)))
        }
        3 if phrase.times.contains(&TimeKind::Future) => {
            let key = format!("hasn't been {done}");
            Some(item(subject, key, verb, all("hasn't been"), tail(&format!("not / {verb}"), "", "yet")))
        }
        _ => None,
    }
}

/// The authored sentences: `If I [had] (have) more time, …`.
fn conditionals(count: usize, shuffler: &mut Shuffler) -> Vec<Item> {
    let mut all: Vec<usize> = (0..pack().second_conditional.len()).collect();
    shuffler.shuffle(&mut all);
    all.into_iter()
        .take(count)
        .filter_map(|n| {
            let sentence = &pack().second_conditional[n];
            let (before, rest) = sentence.text.split_once('[')?;
            let (key, after) = rest.split_once(']')?;
            let verb = after.split_once('(')?.1.split_once(')')?.0.rsplit(' ').next()?.to_owned();
            Some(Item {
                before: before.to_owned(),
                key: key.to_owned(),
                variants: sentence.also.clone(),
                tested: tested(key, &verb),
                after: after.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ALL: [Drill; 8] = [
        Drill::PresentSimple,
        Drill::PresentContinuous,
        Drill::PastSimple,
        Drill::GoingTo,
        Drill::PerfectOrPast,
        Drill::PresentPerfect,
        Drill::Passive,
        Drill::SecondConditional,
    ];

    #[test]
    fn every_drill_has_enough_sentences_for_any_seed() {
        for drill in ALL {
            for seed in 0..200 {
                let items = drill.items(8, &mut Shuffler::new(seed, "drill"));
                assert!(items.len() >= 6, "{drill:?} {seed}: {}", items.len());
                let distinct: BTreeSet<&str> = items.iter().map(|item| item.after.as_str()).collect();
                assert_eq!(distinct.len(), items.len());
                for item in &items {
                    let (from, to) = item.tested.expect("every key has what is tested");
                    assert!(from < to && to as usize <= item.key.chars().count(), "{item:?}");
                    assert!(!item.variants.contains(&item.key), "{item:?}");
                }
            }
        }
    }

    #[test]
    fn forms_are_right() {
        let all: BTreeSet<String> = (0..400)
            .flat_map(|seed| ALL.into_iter().flat_map(move |drill| drill.items(8, &mut Shuffler::new(seed, "drill"))))
            .map(|item| item.key)
            .collect();
        for key in [
            "goes",
            "doesn't read",
            "is making",
            "didn't take",
            "wrote",
            "am going to pay",
            "has never ridden",
            "have taught",
            "hasn't bought",
            "was broken",
            "will be repaired",
            "is cleaned",
            "would swim",
            "weren't",
        ] {
            assert!(all.contains(key), "{key}: {all:?}");
        }
        for key in &all {
            assert!(!key.contains("  ") && !key.ends_with(' '), "{key:?}");
        }
    }
}
