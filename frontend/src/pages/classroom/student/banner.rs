//! Where the student is: with the class or alone, with the way out or the way back; and whether there is a connection.

use leptos::prelude::*;
use types::locale::{Key, Plural};

use super::use_student;
use crate::{
    components::{Avatar, Icon},
    i18n::{t, t_n, t_with, tr},
    realtime::{RoomConnection, Saved},
};

#[component]
pub fn FollowBanner() -> impl IntoView {
    let student = use_student();
    let teacher = Signal::derive(move || {
        student.room.with(|room| room.as_ref().map(|room| room.teacher.clone()).unwrap_or_default())
    });
    let following = Memo::new(move |_| student.following());
    let number = Memo::new(move |_| {
        let focus = student.focus()?;
        student.room.with(|room| room.as_ref()?.tasks.iter().position(|task| task.id == focus).map(|n| n + 1))
    });
    let title = move || {
        if following.get() {
            t_with(Key::ClassFollowing, &[("teacher", &teacher.get())])
        } else {
            t(Key::ClassOnOwn).to_owned()
        }
    };
    let text = move || match (following.get(), number.get()) {
        (true, Some(_)) => t(Key::ClassFollowingText).to_owned(),
        (true, None) => t(Key::ClassFollowingNone).to_owned(),
        (false, Some(n)) => t_with(Key::ClassOnTask, &[("n", &n.to_string())]),
        (false, None) => t(Key::ClassOnNone).to_owned(),
    };
    view! {
        <section class="follow" class:own=move || !following.get() aria-label=tr(Key::ClassFollowLabel)>
            <Avatar name=teacher />
            <span class="follow-words">
                <b>{title}</b>
                " "
                <span class="sm">{text}</span>
            </span>
            <Show when=move || following.get()>
                <button class="btn" type="button" on:click=move |_| student.follow(false)>
                    {tr(Key::ClassLookAround)}
                </button>
            </Show>
        </section>
    }
}

/// Keeps the way back in view for a student who looks around, wherever the task is scrolled to.
#[component]
pub fn WayBack() -> impl IntoView {
    let student = use_student();
    let following = Memo::new(move |_| student.following());
    view! {
        <Show when=move || !following.get()>
            <button class="btn primary" type="button" on:click=move |_| student.follow(true)>
                {tr(Key::ClassBackToClass)}
            </button>
        </Show>
    }
}

#[component]
pub fn OfflineBanner() -> impl IntoView {
    let student = use_student();
    let saved = Memo::new(move |_| student.connection.get_value().map_or(Saved::Connecting, RoomConnection::saved));
    let blocked = Memo::new(move |_| student.connection.get_value().is_some_and(RoomConnection::is_blocked));
    let waiting = move || match saved.get() {
        Saved::Offline(n) => Some(n),
        Saved::Connecting | Saved::Saved | Saved::Saving => None,
    };
    let is_offline = Memo::new(move |_| waiting().is_some());
    view! {
        <Show when=move || is_offline.get()>
            <div class="banner warn">
                <Icon name="cloud-slash" />
                <p class="banner-body">
                    <b>{move || t(if blocked.get() { Key::ClassBlocked } else { Key::ClassNoConnection })}</b>
                    " "
                    {move || match (waiting(), blocked.get()) {
                        (Some(0) | None, false) => t(Key::ClassKeepGoing).to_owned(),
                        (Some(0) | None, true) => t(Key::ClassBlockedNone).to_owned(),
                        (Some(n), false) => t_n(Plural::ClassWaitingHere, n as u64),
                        (Some(n), true) => t_n(Plural::ClassBlockedKept, n as u64),
                    }}
                </p>
            </div>
        </Show>
    }
}
