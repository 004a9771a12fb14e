//! What a page asks the server for when it opens.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use leptos::prelude::*;

use super::Scope;

/// The answer of a request that is made at once, and made again when what its making reads changes. While it is made
/// again, the old answer stays.
///
/// In place of Leptos' `LocalResource`: a page without `<Suspense>` needs nothing else of that, and without it a program
/// is 8 KB smaller (ADR 7).
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
    /// Call it in a component's body: the request ends with the component.
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
                // A slower answer to an older question must not take the newer one's place.
                if newest.get_value() == mine {
                    this.answer.set(Some(answer));
                }
            });
        });
        this
    }

    /// Nothing while the first answer is awaited.
    pub fn get(self) -> Option<T> {
        self.answer.get()
    }

    /// Asks again.
    pub fn refetch(self) {
        self.asked.set(());
    }

    /// Changes what was answered, if it was; for what the server has done since. Does nothing once the page is gone.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        let _ = self.answer.try_update(|answer| answer.as_mut().map(change));
    }
}
