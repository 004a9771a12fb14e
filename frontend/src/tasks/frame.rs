//! The card around every task: its number in the colour of its skill, its title, its instructions.

use leptos::prelude::*;
use types::{levels::Language, tasks::Skill};

use super::language::dir;
use crate::components::skill_class;

/// The head of a task, with its content below.
#[component]
pub fn TaskFrame(
    /// Its 1-based position in the lesson.
    #[prop(into)]
    number: Signal<usize>,
    #[prop(into)] skill: Signal<Skill>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] instructions: Signal<String>,
    /// The language taught: titles and instructions are written in it, or in one that reads alike.
    target: Language,
    /// Buttons at the end of the head.
    #[prop(optional)]
    tools: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="task-head">
            <span class=move || format!("task-no {}", skill_class(skill.get()))>{move || number.get()}</span>
            <div class="grow" dir=dir(target)>
                <h3 dir="auto" tabindex="-1" translate="no">{move || title.get()}</h3>
                <Show when=move || instructions.with(|text| !text.trim().is_empty())>
                    <p dir="auto" translate="no">{move || instructions.get()}</p>
                </Show>
            </div>
            {tools}
        </div>
        {children()}
    }
}
