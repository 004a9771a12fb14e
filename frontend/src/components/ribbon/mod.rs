//! A lesson at a glance: a segment per task in its skill's colour. Also the progress of a lesson being written.

use leptos::prelude::*;
use types::{
    locale::{Key, Locale, Plural, plural, text, text_with},
    tasks::Skill,
};

use crate::i18n;

/// Progress of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SegmentState {
    #[default]
    Ready,
    /// Being written.
    Now,
    Waiting,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub skill: Skill,
    pub state: SegmentState,
}

impl From<Skill> for Segment {
    fn from(skill: Skill) -> Self {
        Self { skill, state: SegmentState::Ready }
    }
}

#[component]
pub fn Ribbon(
    #[prop(into)] segments: Signal<Vec<Segment>>,
    /// Taller, for the top of a page.
    #[prop(optional)]
    tall: bool,
) -> impl IntoView {
    let label = move || segments.with(|segments| description(i18n::locale(), segments));
    view! {
        <div class=if tall { "ribbon tall" } else { "ribbon" } role="img" aria-label=label>
            {move || {
                segments
                    .get()
                    .into_iter()
                    .map(|segment| view! { <i class=segment_class(segment)></i> })
                    .collect_view()
            }}
        </div>
    }
}

/// The CSS class with a skill's colours.
pub fn skill_class(skill: Skill) -> &'static str {
    match skill {
        Skill::Vocabulary => "skill vocab",
        Skill::Grammar => "skill grammar",
        Skill::Reading => "skill reading",
        Skill::Listening => "skill listen",
        Skill::Writing => "skill writing",
        Skill::Speaking => "skill speak",
        Skill::Other => "skill",
    }
}

fn segment_class(segment: Segment) -> String {
    let state = match segment.state {
        SegmentState::Ready => "",
        SegmentState::Now => " now",
        SegmentState::Waiting => " todo",
        SegmentState::Failed => " fail",
    };
    format!("{}{state}", skill_class(segment.skill))
}

/// “Tasks: 2 vocabulary, 1 grammar”, in order of each skill's first appearance.
fn description(locale: Locale, segments: &[Segment]) -> String {
    let mut counts: Vec<(Skill, u64)> = Vec::new();
    for segment in segments {
        match counts.iter_mut().find(|(skill, _)| *skill == segment.skill) {
            Some((_, n)) => *n += 1,
            None => counts.push((segment.skill, 1)),
        }
    }
    if counts.is_empty() {
        return text(locale, Key::CommonNoTasks).to_owned();
    }
    let list: Vec<String> = counts.into_iter().map(|(skill, n)| plural(locale, count_key(skill), n)).collect();
    text_with(locale, Key::CommonRibbon, &[("list", &list.join(", "))])
}

fn count_key(skill: Skill) -> Plural {
    match skill {
        Skill::Vocabulary => Plural::CommonSkillVocabulary,
        Skill::Grammar => Plural::CommonSkillGrammar,
        Skill::Reading => Plural::CommonSkillReading,
        Skill::Listening => Plural::CommonSkillListening,
        Skill::Writing => Plural::CommonSkillWriting,
        Skill::Speaking => Plural::CommonSkillSpeaking,
        Skill::Other => Plural::CommonSkillOther,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ribbon_says_what_it_shows() {
        let segments: Vec<Segment> =
            [Skill::Vocabulary, Skill::Grammar, Skill::Vocabulary].into_iter().map(Into::into).collect();
        assert_eq!(description(Locale::En, &segments), "Tasks: 2 vocabulary, 1 grammar");
        assert_eq!(description(Locale::En, &[]), "No tasks yet");
    }
}
