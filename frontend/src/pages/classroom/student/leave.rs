//! A guest leaves: everything is sent first, then this device forgets the guest, so that the next one can join on it.

use leptos::prelude::*;
use types::locale::{Key, Plural};

use super::use_student;
use crate::{
    api,
    components::{Dialog, DialogFoot, Spinner},
    i18n::{t_n, t_with, tr},
    pages::classroom::waiting,
    realtime::{RoomConnection, Saved},
};

#[component]
pub fn LeaveDialog(open: RwSignal<bool>, name: Memo<String>) -> impl IntoView {
    view! {
        <Dialog open title=Key::ClassLeaveTitle class="narrow">
            <Leave open name />
        </Dialog>
    }
}

#[component]
fn Leave(open: RwSignal<bool>, name: Memo<String>) -> impl IntoView {
    let student = use_student();
    let connection = student.connection.get_value();
    let saved = Memo::new(move |_| connection.map_or(Saved::Connecting, RoomConnection::saved));
    // The button was pressed: leaving happens once nothing is unsent.
    let wanted = RwSignal::new(false);
    let unsent = move || connection.map_or(0, |connection| connection.pending().with(|pending| pending.waiting));
    Effect::new(move || {
        let is_all_sent = saved.get() == Saved::Saved;
        if !(wanted.get() && is_all_sent) || student.leaving.get_untracked() {
            return;
        }
        student.leaving.set(true);
        student.scope.spawn(async move {
            // Another page of this browser may still have something to send.
            while let Some(connection) = connection
                && !connection.is_nothing_kept().await
            {
                gloo_timers::future::TimeoutFuture::new(500).await;
            }
            match api::account::logout().await {
                Ok(()) => {
                    waiting::forget_run();
                    student.left.set(true);
                }
                Err(error) => {
                    student.app.toasts.error(&error);
                    // The dialog may have been closed meanwhile.
                    wanted.try_set(false);
                    student.leaving.set(false);
                }
            }
        });
    });
    let go = move |_| {
        if let Some(connection) = connection {
            connection.flush();
        }
        wanted.set(true);
    };
    let how_far = move || match (unsent(), saved.get()) {
        (0, _) => None,
        (n, Saved::Offline(_)) => Some(t_n(Plural::ClassLeaveWaits, n as u64)),
        (n, Saved::Connecting | Saved::Saved | Saved::Saving) => Some(t_n(Plural::ClassLeaveSending, n as u64)),
    };
    view! {
        <div class="dialog-body stack">
            <p>{move || t_with(Key::ClassLeaveText, &[("name", &name.get())])}</p>
            <p class="muted">{move || t_with(Key::ClassLeaveBack, &[("name", &name.get())])}</p>
            <p role="status">{move || wanted.get().then(how_far).flatten()}</p>
        </div>
        <DialogFoot>
            <button class="btn" type="button" autofocus on:click=move |_| open.set(false)>
                {tr(Key::ClassStay)}
            </button>
            <button
                class="btn danger"
                type="button"
                aria-disabled=move || wanted.get().then_some("true")
                on:click=go
            >
                <Show when=move || wanted.get()>
                    <Spinner />
                </Show>
                {tr(Key::ClassLeave)}
            </button>
        </DialogFoot>
    }
}
