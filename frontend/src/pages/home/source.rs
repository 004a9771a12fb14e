//! A lesson from the teacher's own text or word list, in any language.

use leptos::prelude::*;
use types::{generation::Source, levels::Language, locale::Key};

use super::creator::{Creator, SourceKind};
use crate::{
    components::{Dialog, DialogFoot, FormFailure, LanguagePair, LevelSegment, SubmitButton, TextArea, TextField},
    forms::Form,
    i18n::{Words, t, tr},
};

#[component]
pub fn SourceDialog(creator: Creator) -> impl IntoView {
    let title = Words::made(move || {
        let key = match creator.source_kind.get() {
            SourceKind::Text => Key::HomeTextTitle,
            SourceKind::Words => Key::HomeWordsTitle,
        };
        t(key).to_owned()
    });
    view! {
        <Dialog open=creator.source_open title>
            <SourceForm creator />
        </Dialog>
    }
}

#[component]
fn SourceForm(creator: Creator) -> impl IntoView {
    let form = Form::new();
    let kind = creator.source_kind.get_untracked();
    let source = creator.app.drafts.source;
    let topic = RwSignal::new(creator.topic.get_untracked());
    // Tasks are made from a text by rules, in any language, whatever the pack teaches.
    let target = RwSignal::new(creator.target.get_untracked());
    let targets = Signal::derive(move || {
        creator.known_options().map_or_else(|| Language::ALL.to_vec(), |options| options.languages)
    });
    let (path, label, hint) = match kind {
        SourceKind::Text => ("source.text", Key::HomeTextLabel, Key::HomeTextHint),
        SourceKind::Words => ("source.words", Key::HomeWordsLabel, Key::HomeWordsHint),
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = source.get_untracked();
        let source = match kind {
            SourceKind::Text => Source::Text(text),
            SourceKind::Words => Source::Words(text),
        };
        creator.request_from(form, topic.get_untracked(), source, target.get_untracked());
    };
    view! {
        <form novalidate on:submit=on_submit>
            <div class="dialog-body">
                <TextArea form path label hint=hint value=source autofocus=true />
                <TextField form path="topic" label=Key::HomeSourceTopic value=topic />
                <div class="row wrap g-3">
                    <LevelSegment level=creator.level />
                    <LanguagePair target students=creator.students targets />
                </div>
                <FormFailure form />
            </div>
            <DialogFoot>
                <button class="btn" type="button" on:click=move |_| creator.source_open.set(false)>
                    {tr(Key::CommonCancel)}
                </button>
                <SubmitButton form label=Key::HomeCreate icon="sparkle-fill" />
            </DialogFoot>
        </form>
    }
}
