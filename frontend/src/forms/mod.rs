//! One form: its field errors, whether it is being sent, and why it was rejected.

use leptos::prelude::*;
use types::problem::{FieldError, ProblemCode};

use crate::{
    api::{Answer, ApiError},
    state::Scope,
    web, words,
};

/// The state of a form. Create it in the component's body. Input stays in the component's own signals, so a rejected
/// form loses nothing.
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

    /// Whether an answer is pending.
    pub fn is_pending(self) -> bool {
        self.pending.get()
    }

    /// The message for the field at exactly this path.
    pub fn error_at(self, path: &str) -> Option<String> {
        self.errors.with(|errors| errors.iter().find(|error| error.path == path).map(words::field))
    }

    /// All field errors, for those that no field shows.
    pub fn errors(self) -> Vec<FieldError> {
        self.errors.get()
    }

    /// Clears the errors at `path` and below it, where the user is now typing.
    pub fn touch(self, path: &str) {
        let is_there = |error: &FieldError| {
            error.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if self.errors.with_untracked(|errors| errors.iter().any(is_there)) {
            self.errors.update(|errors| errors.retain(|error| !is_there(error)));
        }
    }

    /// Why the form as a whole was rejected.
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

    /// Sends the form, unless there are `faults` or an answer is pending. `done` runs with the answer of a success.
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
        // Also a failure of the whole form: the server may name a field that this form doesn't show.
        self.failure.set(Some(error));
    }

    fn refuse(self, faults: Vec<FieldError>) {
        self.errors.set(faults);
        web::focus_later(None, "[aria-invalid='true']");
    }
}
