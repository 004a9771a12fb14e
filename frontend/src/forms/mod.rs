//! One form: what is wrong with its fields, whether it is being sent, and why it was not taken.

use leptos::prelude::*;
use types::problem::{FieldError, ProblemCode};

use crate::{
    api::{Answer, ApiError},
    state::Scope,
    web, words,
};

/// The state of a form. Make it in the component's body. What was typed stays in the component's own signals,
/// so a refused form loses nothing.
#[derive(Clone, Copy)]
pub struct Form {
    pending: RwSignal<bool>,
    errors: RwSignal<Vec<FieldError>>,
    failure: RwSignal<Option<ApiError>>,
    scope: Scope,
}

impl Form {
    #[expect(clippy::new_without_default, reason = "it belongs to the current owner")]
    pub fn new() -> Self {
        Self {
            pending: RwSignal::new(false),
            errors: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            scope: Scope::new(),
        }
    }

    /// Is an answer being waited for?
    pub fn is_pending(self) -> bool {
        self.pending.get()
    }

    /// The fault of the field at exactly this path, in words.
    pub fn error_at(self, path: &str) -> Option<String> {
        self.errors.with(|errors| errors.iter().find(|error| error.path == path).map(words::field))
    }

    /// All faults, for those that no field shows.
    pub fn errors(self) -> Vec<FieldError> {
        self.errors.get()
    }

    /// The fault at `path` and below it was just worked on.
    pub fn touch(self, path: &str) {
        let is_there = |error: &FieldError| {
            error.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if self.errors.with_untracked(|errors| errors.iter().any(is_there)) {
            self.errors.update(|errors| errors.retain(|error| !is_there(error)));
        }
    }

    /// Why the form as a whole was not taken.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get()
    }

    pub fn set_failure(self, failure: Option<ApiError>) {
        self.failure.set(failure);
    }

    pub fn clear(self) {
        self.errors.set(Vec::new());
        self.failure.set(None);
    }

    /// Sends it, unless `faults` are known or an answer is waited for. `done` runs with the answer.
    pub fn send<T: 'static>(
        self,
        faults: Vec<FieldError>,
        call: impl Future<Output = Answer<T>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.pending.get_untracked() {
            return;
        }
        self.clear();
        if !faults.is_empty() {
            self.refuse(faults);
            return;
        }
        self.pending.set(true);
        self.scope.spawn(async move {
            let answer = call.await;
            self.pending.set(false);
            match answer {
                Ok(value) => done(value),
                Err(error) => self.fail(error),
            }
        });
    }

    fn fail(self, error: ApiError) {
        if error.code() == Some(ProblemCode::Invalid) && !error.fields().is_empty() {
            self.refuse(error.fields().to_vec());
        }
        // Said as a whole too: the server may name a field that this form doesn't show.
        self.failure.set(Some(error));
    }

    fn refuse(self, faults: Vec<FieldError>) {
        self.errors.set(faults);
        web::focus_later(None, "[aria-invalid='true']");
    }
}
