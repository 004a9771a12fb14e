//! The lesson request form: a topic, a level, the languages, **Create lesson**.

use leptos::{html, prelude::*};
use types::{locale::Key, problem::ProblemCode};

use super::{
    creator::{Creator, SourceKind},
    refusal::Refusal,
    source::SourceDialog,
    topics::Topics,
};
use crate::{
    components::{FormFailure, Icon, LanguagePair, LevelSegment, SubmitButton},
    forms::Form,
    i18n::{t, tr},
};

#[component]
pub fn Ask() -> impl IntoView {
    let creator = Creator::new();
    let form = Form::new();
    let input = NodeRef::<html::Input>::new();
    // `autofocus` works once per document; this page appears many times in one.
    Effect::new(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    let refused =
        Memo::new(move |_| form.failure().filter(|failure| failure.code() == Some(ProblemCode::TopicNotInPack)));
    view! {
        <section class="hero glowfield" aria-labelledby="question">
            <h1 id="question">{tr(Key::HomeQuestion)}</h1>
            <form
                class="ask"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    creator.request(form);
                }
            >
                <TopicInput form topic=creator.topic node=input />
                <div class="opts-row">
                    <LevelSegment level=creator.level />
                    <LanguagePair
                        target=creator.target
                        students=creator.students
                        targets=Signal::derive(move || creator.targets())
                    />
                    <SubmitButton form label=Key::HomeCreate icon="sparkle-fill" class="btn glow lg" />
                </div>
            </form>
            {move || match refused.get() {
                Some(failure) => view! { <Refusal creator form failure /> }.into_any(),
                None => view! { <FormFailure form /> }.into_any(),
            }}
            <div class="under-ask">
                <div class="row wrap">
                    <span class="muted">
                        {move || {
                            creator
                                .known_options()
                                .map(|options| t(if options.model { Key::HomeNoteModel } else { Key::HomeNoteBuiltIn }))
                        }}
                    </span>
                    // A refusal offers the same chips.
                    <Show when=move || refused.with(Option::is_none)>
                        <SourceChips creator />
                    </Show>
                </div>
                <Topics creator form />
            </div>
        </section>
        <SourceDialog creator />
    }
}

#[component]
fn TopicInput(form: Form, topic: RwSignal<String>, node: NodeRef<html::Input>) -> impl IntoView {
    let error = Memo::new(move |_| form.error_at("topic"));
    view! {
        <label>
            <span class="vh">{tr(Key::HomeTopic)}</span>
            <input
                type="text"
                autocomplete="off"
                enterkeyhint="go"
                node_ref=node
                placeholder=tr(Key::HomePlaceholder)
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || error.get().map(|_| "topic-error")
                prop:value=move || topic.get()
                on:input=move |event| {
                    topic.set(event_target_value(&event));
                    form.touch("topic");
                    form.set_failure(None);
                }
            />
        </label>
        {move || {
            error
                .get()
                .map(|error| {
                    view! {
                        <p class="error" id="topic-error">
                            <Icon name="warning-circle" />
                            <span>{error}</span>
                        </p>
                    }
                })
        }}
    }
}

/// Chips to start from the teacher's own material.
#[component]
pub fn SourceChips(creator: Creator) -> impl IntoView {
    view! {
        <span class="row wrap g-1">
            <button
                class="chip btnlike on-glow"
                type="button"
                on:click=move |_| creator.start_from(SourceKind::Text)
            >
                <Icon name="file-text" />
                {tr(Key::HomeFromText)}
            </button>
            <button
                class="chip btnlike on-glow"
                type="button"
                on:click=move |_| creator.start_from(SourceKind::Words)
            >
                <Icon name="list-bullets" />
                {tr(Key::HomeFromWords)}
            </button>
        </span>
    }
}
