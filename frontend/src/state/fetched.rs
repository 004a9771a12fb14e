//! Data that a page fetches when it opens.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use leptos::prelude::*;

use super::Scope;

/// The answer to a request that is made at once, and again when a signal that it reads changes. During a refetch the
/// old answer stays.
///
/// Used instead of Leptos' `LocalResource`: a page without `<Suspense>` needs no more, and a program is 8 KB smaller
/// without it (ADR 7).
pub struct Fetched<T: 'static> {
    answer: RwSignal<Option<T>>,
    asked: RwSignal<()>,
}

impl<T> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fetched<T> {}

impl<T: Clone + Send + Sync + 'static> Fetched<T> {
    /// Makes the request. Call it in a component's body: the request ends with the component.
    pub fn new<F: Future<Output = T> + 'static>(ask: impl Fn() -> F + 'static) -> Self {
        Self::asking(Rc::new(move || ask().boxed_local()))
    }

    fn asking(ask: Rc<dyn Fn() -> LocalBoxFuture<'static, T>>) -> Self {
        let this = Self { answer: RwSignal::new(None), asked: RwSignal::new(()) };
        let scope = Scope::new();
        let newest = StoredValue::new(0_u32);
        Effect::new(move || {
            this.asked.track();
            let answer = ask();
            let mine = newest.get_value().wrapping_add(1);
            newest.set_value(mine);
            scope.spawn(async move {
                let answer = answer.await;
                // A slow answer to an older request must not replace a newer one.
                if newest.get_value() == mine {
                    this.answer.set(Some(answer));
                }
            });
        });
        this
    }

    /// The answer; `None` while the first one is pending.
    pub fn get(self) -> Option<T> {
        self.answer.get()
    }

    /// Makes the request again.
    pub fn refetch(self) {
        self.asked.set(());
    }

    /// Changes the answer, if there is one, to match what the server has done since. Does nothing once the page is
    /// gone.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        let _ = self.answer.try_update(|answer| answer.as_mut().map(change));
    }
}
