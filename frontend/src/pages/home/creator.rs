//! State of the lesson request on Home, and sending it.

use leptos::prelude::*;
use types::{
    generation::{GenerationOptions, NearTopic, Source, TopicInfo},
    levels::{CefrLevel, Language},
    locale::Locale,
};

use super::press::{LessonRequest, Press};
use crate::{
    api::{self, Answer, ApiError},
    forms::Form,
    state::{AppState, Fetched, use_app},
    web,
};

/// The kind of material that the tasks are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    Text,
    Words,
}

#[derive(Clone, Copy)]
pub struct Creator {
    pub topic: RwSignal<String>,
    pub level: RwSignal<CefrLevel>,
    pub target: RwSignal<Language>,
    pub students: RwSignal<Language>,
    pub options: Fetched<Answer<GenerationOptions>>,
    /// The dialog for a text or a word list, and which of the two.
    pub source_open: RwSignal<bool>,
    pub source_kind: RwSignal<SourceKind>,
    press: StoredValue<Press>,
    pub app: AppState,
}

impl Creator {
    pub fn new() -> Self {
        let app = use_app();
        let (level, target, students) = untrack(|| {
            let target = app.memory.target().unwrap_or(Language::En);
            (
                app.memory.level(),
                target,
                app.memory.students().unwrap_or_else(|| first_students(app.locale.get(), target)),
            )
        });
        Self {
            topic: app.drafts.topic,
            level: RwSignal::new(level),
            target: RwSignal::new(target),
            students: RwSignal::new(students),
            options: Fetched::new(api::generation::options),
            source_open: RwSignal::new(false),
            source_kind: RwSignal::new(SourceKind::Text),
            press: StoredValue::new(Press::default()),
            app,
        }
    }

    pub fn known_options(self) -> Option<GenerationOptions> {
        self.options.get().and_then(Result::ok)
    }

    /// The languages that can be taught: without a model, only the pack's.
    pub fn targets(self) -> Vec<Language> {
        match self.known_options() {
            Some(options) if options.model => options.languages,
            Some(options) => vec![options.pack_language],
            // Until that is known, the chosen one, so that nothing jumps.
            None => vec![self.target.get()],
        }
    }

    /// The language to request: the chosen one if it can be taught here.
    fn taught(self) -> Language {
        let (chosen, targets) = (self.target.get_untracked(), untrack(|| self.targets()));
        if targets.contains(&chosen) { chosen } else { targets.first().copied().unwrap_or(chosen) }
    }

    pub fn start_from(self, kind: SourceKind) {
        self.source_kind.set(kind);
        self.source_open.set(true);
    }

    /// Takes a topic that is offered instead of the typed one, at the offered level.
    pub fn take_near(self, near: &NearTopic) {
        self.topic.set(near.title.clone());
        self.level.set(near.level);
    }

    /// Takes a topic of the pack, at its level nearest to the chosen one.
    pub fn take_topic(self, topic: &TopicInfo) {
        self.topic.set(topic.title.clone());
        if let Some(level) = self.level.get_untracked().nearest(&topic.levels) {
            self.level.set(level);
        }
    }

    /// Requests the lesson of the form, and opens it.
    pub fn request(self, form: Form) {
        let request = LessonRequest {
            topic: self.topic.get_untracked(),
            level: self.level.get_untracked(),
            target: self.taught(),
            students: self.students.get_untracked(),
            source: None,
        };
        self.send(form, request, self.topic);
    }

    /// The same for a text or a word list, in any language.
    pub fn request_from(self, form: Form, topic: String, source: Source, target: Language) {
        let request = LessonRequest {
            topic,
            level: self.level.get_untracked(),
            target,
            students: self.students.get_untracked(),
            source: Some(source),
        };
        self.send(form, request, self.app.drafts.source);
    }

    /// Sends a request. `draft` is emptied once generation has started: the lesson has its text now.
    fn send(self, form: Form, request: LessonRequest, draft: RwSignal<String>) {
        let id = self.press.try_update_value(|press| press.id_for(&request, web::fresh_uuid)).unwrap_or_default();
        let body = request.to_create_run(id);
        self.app.memory.set_level(request.level);
        self.app.memory.set_languages(request.target, request.students);
        let faults = body.validate();
        let press = self.press;
        let call = async move {
            let answer = api::generation::create_run(body).await;
            if !matches!(answer, Err(ApiError::Offline | ApiError::Aborted)) {
                press.update_value(Press::answered);
            }
            answer
        };
        form.send(faults, call, move |run| {
            draft.set(String::new());
            // Another program's page: load it directly; the router would first show this program's fallback.
            web::go_to(&format!("/lessons/{}", run.lesson_id));
        });
    }
}

/// The default before anything was chosen: explanations in the teacher's own language.
fn first_students(locale: Locale, target: Language) -> Language {
    match locale {
        Locale::En => target,
        Locale::Ru => Language::Ru,
    }
}
