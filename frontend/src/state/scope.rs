//! Asynchronous work that ends with the component that started it.

use futures::{
    channel::oneshot,
    future::{FutureExt, LocalBoxFuture, Shared, select},
};
use leptos::{prelude::*, task::spawn_local};

type Ended = Shared<oneshot::Receiver<()>>;

/// Owns a component's futures. Create it in the component's body; use it in handlers. When the component is removed,
/// its futures are dropped, which aborts their requests, so code after an `await` never meets a disposed signal.
#[derive(Clone, Copy)]
pub struct Scope(StoredValue<Ended>);

impl Scope {
    #[expect(clippy::new_without_default, reason = "it registers a clean-up with the current owner")]
    pub fn new() -> Self {
        let (alive, ended) = oneshot::channel::<()>();
        // Dropping the sender completes the receiver.
        on_cleanup(move || drop(alive));
        Self(StoredValue::new(ended.shared()))
    }

    /// Runs the future until it is done or the component is removed.
    pub fn spawn(self, work: impl Future<Output = ()> + 'static) {
        self.spawn_boxed(work.boxed_local());
    }

    fn spawn_boxed(self, work: LocalBoxFuture<'static, ()>) {
        let Some(ended) = self.0.try_get_value() else { return };
        spawn_local(async move {
            // The end is polled first: work that becomes ready at the same moment must not run on.
            select(ended, work).await;
        });
    }
}
