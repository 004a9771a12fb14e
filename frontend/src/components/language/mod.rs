//! Selects for the language taught and the language of explanations.

use leptos::prelude::*;
use types::{levels::Language, locale::Key};

use crate::{
    i18n::{t_with, tr},
    words,
};

/// One select of pairs if only one language can be taught, else one select for each.
#[component]
pub fn LanguagePair(
    target: RwSignal<Language>,
    students: RwSignal<Language>,
    /// The languages that can be taught.
    #[prop(into)]
    targets: Signal<Vec<Language>>,
) -> impl IntoView {
    move || {
        let all = targets.get();
        if all.len() == 1 {
            let taught = all[0];
            view! {
                <label class="pair">
                    <span class="vh">{tr(Key::LevelsPair)}</span>
                    <Select chosen=students all=explanations(taught) words=move |students| pair(taught, students) />
                </label>
            }
            .into_any()
        } else {
            view! {
                <label class="pair">
                    <span class="vh">{tr(Key::LevelsTaught)}</span>
                    <Select chosen=target all=all words=|language| words::language(language).to_owned() />
                </label>
                <label class="pair">
                    <span class="vh">{tr(Key::LevelsExplanations)}</span>
                    <Select
                        chosen=students
                        all=Language::ALL.to_vec()
                        words=|language| words::explained_in(language)
                    />
                </label>
            }
            .into_any()
        }
    }
}

#[component]
fn Select(
    chosen: RwSignal<Language>,
    all: Vec<Language>,
    words: impl Fn(Language) -> String + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let options = all
        .into_iter()
        .map(|language| {
            view! {
                <option value=language.as_str() prop:selected=move || chosen.get() == language>
                    {move || words(language)}
                </option>
            }
        })
        .collect_view();
    view! {
        <select
            class="select"
            on:change=move |event| {
                if let Ok(language) = event_target_value(&event).parse() {
                    chosen.set(language);
                }
            }
        >
            {options}
        </select>
    }
}

/// “English, explained in Russian”, “English only”.
fn pair(target: Language, students: Language) -> String {
    if target == students {
        words::only(target)
    } else {
        t_with(
            Key::LevelsPairOf,
            &[("language", words::language(target)), ("explained", &words::explained_in(students))],
        )
    }
}

/// Languages of explanation, the taught one first: “English only” is what every class can use.
fn explanations(target: Language) -> Vec<Language> {
    std::iter::once(target).chain(Language::ALL.into_iter().filter(|language| *language != target)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_explanations_is_offered_once() {
        let all = explanations(Language::De);
        assert_eq!(all.len(), Language::ALL.len());
        assert_eq!(all[0], Language::De);
        assert_eq!(all.iter().filter(|language| **language == Language::De).count(), 1);
    }

    #[test]
    fn a_pair_is_named_as_people_say_it() {
        assert_eq!(pair(Language::En, Language::Ru), "English, explained in Russian");
        assert_eq!(pair(Language::En, Language::En), "English only");
    }
}
