//! Whether there is a network, as the browser reports it: reliable only when it says no.

use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Network(RwSignal<bool>);

impl Network {
    pub(crate) fn new() -> Self {
        let online = RwSignal::new(window().navigator().on_line());
        let up = window_event_listener_untyped("online", move |_| online.set(true));
        let down = window_event_listener_untyped("offline", move |_| online.set(false));
        on_cleanup(move || {
            up.remove();
            down.remove();
        });
        Self(online)
    }

    pub fn is_online(self) -> bool {
        self.0.get()
    }
}
