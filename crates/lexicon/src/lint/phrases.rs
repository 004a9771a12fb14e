//! Checks the verb phrases of the grammar drills.

use std::collections::BTreeSet;

use super::Faults;
use crate::{
    blocklist::is_blocked,
    pack::{Pack, TimeKind},
};

pub(super) fn check(pack: &Pack, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for phrase in &pack.phrases {
        let mut add = |rule: &'static str, detail: String| faults.add("phrases", &phrase.base, rule, detail);
        if !seen.insert(&phrase.base) {
            add("duplicate", "the phrase stands twice".into());
        }
        if !matches!(phrase.subject.as_str(), "person" | "thing") {
            add("subject", format!("{:?}", phrase.subject));
        }
        for (kind, list, name) in [
            (TimeKind::Frequency, &phrase.frequency, "frequency"),
            (TimeKind::PastPoint, &phrase.past, "past"),
            (TimeKind::Future, &phrase.future, "future"),
        ] {
            if phrase.times.contains(&kind) == list.is_empty() {
                add("times", format!("{name} is named and empty, or the other way round"));
            }
        }
        if phrase.times.contains(&TimeKind::Now) != phrase.now_ok {
            add("times", "now_ok does not agree with the times".into());
        }
        if is_blocked(&phrase.base) {
            add("blocked", "a word that is not printed".into());
        }
        if phrase.passive.as_ref().is_some_and(|passive| !passive.subject.starts_with("The ")) {
            add("passive", "the subject begins with 'The'".into());
        }
    }
    for sentence in &pack.second_conditional {
        let text = &sentence.text;
        let marks = ['[', ']', '(', ')'].map(|mark| text.matches(mark).count());
        let modal = ["would", "Would", "could"].iter().any(|modal| text.contains(modal));
        let would = modal || text.contains("[wouldn't") || sentence.also.iter().any(|other| other.contains("would"));
        if marks != [1; 4]
            || !text.starts_with("If ") && !text.contains(" if ")
            || !text.ends_with(['.', '?'])
            || !would
        {
            faults.add("drills", text, "form", "one answer, one cue, an if-clause, a full stop");
        }
    }
}
