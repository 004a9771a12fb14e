//! Explains why the built-in generator can't make this lesson, and offers alternatives.

use leptos::prelude::*;
use types::{generation::NearTopic, locale::Key, problem::Problem};

use super::{ask::SourceChips, creator::Creator};
use crate::{
    api::ApiError,
    components::Icon,
    forms::Form,
    i18n::{t_with, tr},
    words,
};

#[component]
pub fn Refusal(creator: Creator, form: Form, failure: ApiError) -> impl IntoView {
    let Some(problem) = failure.problem().cloned() else { return ().into_any() };
    let cause = Cause::of(&problem);
    // The values at the time of the refusal: the form may change meanwhile.
    let (topic, level, target) =
        (creator.topic.get_untracked(), creator.level.get_untracked(), creator.target.get_untracked());
    let title = move || match cause {
        Cause::Topic => t_with(Key::HomeRefusedTopic, &[("topic", topic.trim())]),
        Cause::Level => t_with(Key::HomeRefusedLevel, &[("topic", topic.trim()), ("level", level.as_str())]),
        Cause::Language => t_with(Key::HomeRefusedLanguage, &[("language", words::language(target))]),
    };
    let near = problem.near;
    let has_near = !near.is_empty();
    let misspelt = near.iter().any(|topic| topic.misspelt);
    view! {
        <div class="refusal">
            <div role="alert">
                <h2 class="row">
                    <Icon name="lightbulb" />
                    <span class="anywhere">{title}</span>
                </h2>
            </div>
            <p class="muted">{tr(Key::HomeRefusedWhy)}</p>
            {has_near
                .then(|| {
                    view! {
                        <div class="stack g-2">
                            <span class="sm">{tr(if misspelt { Key::HomeMeant } else { Key::HomeNear })}</span>
                            <div class="chips near">
                                {near.into_iter().map(|topic| near_chip(creator, form, topic)).collect_view()}
                            </div>
                        </div>
                    }
                })}
            <div class="stack g-2">
                <span class="sm">{tr(Key::HomeRefusedOwn)}</span>
                <SourceChips creator />
            </div>
        </div>
    }
    .into_any()
}

/// 'Travel, A2: has luggage, flight'. A press requests that lesson.
fn near_chip(creator: Creator, form: Form, near: NearTopic) -> impl IntoView {
    let (title, level, words) = (near.title.clone(), near.level, near.words.join(", "));
    let has = (!words.is_empty()).then(|| {
        view! {
            <span class="muted">
                {tr(Key::HomeNearHas)} " " <i lang="en" translate="no">{words}</i>
            </span>
        }
    });
    view! {
        <button
            class="chip btnlike on-glow"
            type="button"
            on:click=move |_| {
                creator.take_near(&near);
                creator.request(form);
            }
        >
            <b>{title}", "{level.as_str()}</b>
            {has}
        </button>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Topic,
    Level,
    Language,
}

impl Cause {
    fn of(problem: &Problem) -> Self {
        match problem.errors.first().map(|error| error.path.as_str()) {
            Some("level") => Self::Level,
            Some("target_language") => Self::Language,
            Some(_) | None => Self::Topic,
        }
    }
}

#[cfg(test)]
mod tests {
    use types::problem::{FieldCode, FieldError, ProblemCode};

    use super::*;

    #[test]
    fn the_first_fault_names_the_cause() {
        let mut problem = Problem::new(ProblemCode::TopicNotInPack);
        assert_eq!(Cause::of(&problem), Cause::Topic);
        problem.errors.push(FieldError::new("level", FieldCode::NotAllowed));
        assert_eq!(Cause::of(&problem), Cause::Level);
    }
}
