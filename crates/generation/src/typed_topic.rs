//! Splits a typed topic from the level ('Travel A1') and the grammar point ('Daily routine: Present Simple') in it.

use types::{levels::CefrLevel, text::fold};

use crate::drill::Drill;

/// A typed topic, parsed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TypedTopic {
    /// The topic without the rest.
    pub topic: String,
    pub level: Option<CefrLevel>,
    pub drill: Option<Drill>,
}

/// Names of levels used by coursebooks.
const LEVEL_NAMES: &[(&str, CefrLevel)] = &[
    ("pre-intermediate", CefrLevel::A2),
    ("upper-intermediate", CefrLevel::B2),
    ("upper intermediate", CefrLevel::B2),
    ("beginner", CefrLevel::A1),
    ("elementary", CefrLevel::A2),
    ("intermediate", CefrLevel::B1),
    ("advanced", CefrLevel::C1),
];

/// Longer names first: 'present perfect or past simple' must not match either of its halves.
const GRAMMAR: &[(&str, Drill)] = &[
    ("present perfect or past simple", Drill::PerfectOrPast),
    ("past simple or present perfect", Drill::PerfectOrPast),
    ("present simple", Drill::PresentSimple),
    ("simple present", Drill::PresentSimple),
    ("present continuous", Drill::PresentContinuous),
    ("present progressive", Drill::PresentContinuous),
    ("past simple", Drill::PastSimple),
    ("simple past", Drill::PastSimple),
    ("present perfect", Drill::PresentPerfect),
    ("be going to", Drill::GoingTo),
    ("going to", Drill::GoingTo),
    ("second conditional", Drill::SecondConditional),
    ("passive voice", Drill::Passive),
    ("the passive", Drill::Passive),
    ("passive", Drill::Passive),
];

/// Separators between a topic and its level or grammar; trimmed from the edges.
const JOINTS: &[char] = &[' ', ':', ';', ',', '.', '-', '–', '—', '+', '/', '|', '&', '(', ')', '[', ']'];

/// Removes a phrase that is whole words at the end of the text or at its start. `None` if it isn't there.
fn take(text: &str, phrase: &str) -> Option<String> {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    if let Some(rest) = text.trim_end_matches(JOINTS).strip_suffix(phrase)
        && is_edge(rest.chars().next_back())
    {
        return Some(rest.to_owned());
    }
    if let Some(rest) = text.trim_start_matches(JOINTS).strip_prefix(phrase)
        && is_edge(rest.chars().next())
    {
        return Some(rest.to_owned());
    }
    None
}

fn trimmed(text: &str) -> String {
    text.trim_matches(JOINTS).to_owned()
}

/// Parses a typed topic. A text that is only a level or a grammar point remains the topic.
pub(crate) fn read(text: &str) -> TypedTopic {
    let mut typed = TypedTopic { topic: text.trim().to_owned(), level: None, drill: None };
    let mut rest = fold(text);
    let codes = CefrLevel::ALL.map(|level| (level.as_str().to_lowercase(), level));
    let levels = codes.iter().map(|(code, level)| (code.as_str(), *level)).chain(LEVEL_NAMES.iter().copied());
    for (name, level) in levels {
        if let Some(without) = take(&rest, name) {
            typed.level = Some(level);
            // 'Travel, level A1', 'A1 level travel'.
            rest = take(&without, "level").unwrap_or(without);
            break;
        }
    }
    // 'Going to the doctor' is not grammar: a grammar point must be set off by punctuation.
    let drills = GRAMMAR.iter().filter_map(|(name, drill)| Some((take(&rest, name)?, *drill)));
    let found = drills.into_iter().find(|(without, _)| {
        let left = without.trim();
        left.ends_with(JOINTS) || left.starts_with([':', '-', '–', '—', '+', ',', '|', '/'])
    });
    if let Some((without, drill)) = found {
        typed.drill = Some(drill);
        rest = without;
    }
    let rest = trimmed(&rest);
    if rest.is_empty() {
        return TypedTopic { topic: typed.topic, level: None, drill: None };
    }
    if typed.level.is_some() || typed.drill.is_some() {
        typed.topic = rest;
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_and_a_point_of_grammar_are_told_from_the_topic() {
        use CefrLevel::{A1, A2, B1, B2};
        for (text, topic, level, drill) in [
            ("Travel", "Travel", None, None),
            ("Travel A1", "travel", Some(A1), None),
            ("Travel (A1)", "travel", Some(A1), None),
            ("b2: Climate change", "climate change", Some(B2), None),
            ("climate change B2", "climate change", Some(B2), None),
            ("Food, level A2", "food", Some(A2), None),
            ("Jobs – intermediate", "jobs", Some(B1), None),
            ("Jobs: pre-intermediate", "jobs", Some(A2), None),
            ("Daily routine: Present Simple", "daily routine", None, Some(Drill::PresentSimple)),
            ("Past Simple: Travel", "travel", None, Some(Drill::PastSimple)),
            ("Travel + Past Simple A2", "travel", Some(A2), Some(Drill::PastSimple)),
            ("Going to the doctor", "Going to the doctor", None, None),
            ("Present Perfect", "Present Perfect", None, None),
            ("A1", "A1", None, None),
            ("Plan B1", "plan", Some(B1), None),
            ("Route A12", "Route A12", None, None),
        ] {
            assert_eq!(read(text), TypedTopic { topic: topic.to_owned(), level, drill }, "{text}");
        }
    }
}
