//! The teacher's room: the lesson's outline, the task, the whole class's answers, and who is there.

mod answers;
mod card;
mod dialogs;
mod invite;
mod model;
mod outline;
mod people;
mod said;

use leptos::prelude::*;
use types::{
    classroom::{ClassInfo, Member, Presence, Proposal},
    ids::ClassRunId,
    locale::{Key, Plural},
};

pub use invite::{CopyField, LocalLink};
use model::{Teacher, use_teacher};

use super::{SavedView, over};
use crate::{
    components::{Announcer, Icon, LiveRegion, PageTitle},
    i18n::{Words, t, t_n_with, tr},
    realtime::{Link, RoomConnection, Saved},
    state::use_app,
    web,
};

#[component]
pub fn TeacherPage(class: ClassInfo, run: ClassRunId, again: Callback<()>) -> impl IntoView {
    let _ = again;
    let report = format!("/classes/{}/runs/{run}", class.id);
    let teacher = Teacher::open(use_app(), class, run);
    provide_context(teacher);
    listen(teacher);
    let is_there = Memo::new(move |_| teacher.room.with(Option::is_some));
    let link = Memo::new(move |_| teacher.connection.get_value().map_or(Link::Connecting, RoomConnection::link));
    let ended = Memo::new(move |_| teacher.read(|room| room.ended_at.is_some()));
    Effect::new(move || {
        if ended.get() {
            web::go_to(&report);
        }
    });
    let announcer = Announcer::provide();
    said::say_what_changes(teacher, announcer);
    let page = move || match (link.get(), is_there.get()) {
        (Link::Over(code), _) => over(code),
        (_, false) => view! { <super::NoRoomYet connection=teacher.connection lines=8 /> }.into_any(),
        (_, true) => view! { <RoomView /> }.into_any(),
    };
    view! {
        <LiveRegion announcer />
        {page}
    }
}

/// Shortcuts: ← → task, F follow, L lock, V reveal. By physical key, and never while the user is typing or a dialog is
/// open.
fn listen(teacher: Teacher) {
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let busy = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        let inside = document().active_element().is_some_and(|active| {
            active
                .closest("input:not([type='checkbox']), select, textarea, dialog, .live, [role='menu']")
                .ok()
                .flatten()
                .is_some()
        });
        if busy || inside || document().query_selector("dialog[open]").ok().flatten().is_some() {
            return;
        }
        let task = untrack(|| teacher.current());
        match (event.code().as_str(), task) {
            ("ArrowLeft", _) => teacher.step(-1),
            ("ArrowRight", _) => teacher.step(1),
            ("KeyF", _) => teacher.set_leads(!teacher.leads.get_untracked()),
            ("KeyL", Some(task)) => teacher.toggle_lock(task),
            ("KeyV", Some(task)) => teacher.reveal(task, Vec::new()),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
}

#[component]
fn RoomView() -> impl IntoView {
    let teacher = use_teacher();
    let name = Words::made(move || teacher.read(|room| room.title.clone()));
    let current = Memo::new(move |_| teacher.current());
    let content = move || {
        current.get().map(|id| {
            view! {
                <card::TaskCard id />
                <answers::LiveAnswers id />
            }
            .into_any()
        })
    };
    view! {
        <PageTitle title=name kind=Key::ShellKindClass />
        <div class="room">
            <a class="skip" href="#main">
                {tr(Key::ShellSkip)}
            </a>
            <TopBar />
            <div class="work">
                <nav class="pane pane-outline" aria-label=tr(Key::ClassTasks)>
                    <outline::Outline />
                </nav>
                <main id="main" class="pane pane-main room-main" tabindex="-1">
                    {content}
                </main>
                <aside class="pane pane-side" aria-label=tr(Key::ClassPeople)>
                    <people::People />
                </aside>
            </div>
            <div class="switcher">
                <button class="btn only-n" type="button" on:click=move |_| teacher.showing_tasks.set(true)>
                    <Icon name="list-dashes" />
                    {tr(Key::ClassTasks)}
                </button>
                <button class="btn" type="button" on:click=move |_| teacher.showing_people.set(true)>
                    <Icon name="users-three" />
                    {tr(Key::ClassPeople)}
                </button>
                <button class="btn" type="button" on:click=move |_| teacher.inviting.set(true)>
                    <Icon name="link-simple" />
                    {tr(Key::ClassInvite)}
                </button>
            </div>
        </div>
        <dialogs::Dialogs />
    }
}

/// The number of followers, and of students who are there: those who are gone see nothing.
fn followers(members: &[Member]) -> (usize, usize) {
    let there = || members.iter().filter(|member| !member.removed && member.presence != Presence::Gone);
    (there().filter(|member| member.following).count(), there().count())
}

#[component]
fn TopBar() -> impl IntoView {
    let teacher = use_teacher();
    let saved = Memo::new(move |_| teacher.connection.get_value().map_or(Saved::Connecting, RoomConnection::saved));
    let blocked = Memo::new(move |_| teacher.connection.get_value().is_some_and(RoomConnection::is_blocked));
    let title = Memo::new(move |_| teacher.read(|room| room.title.clone()));
    let class = teacher.class.with_value(|class| class.title.clone());
    let same = {
        let class = class.clone();
        move || title.with(|title| *title == class)
    };
    let followers = move || {
        let (here, all) = teacher.read(|room| followers(&room.members));
        t_n_with(Plural::ClassFollowers, all as u64, &[("here", &here.to_string())])
    };
    view! {
        <header class="topbar">
            <a class="btn quiet icon" href="/" rel="external" aria-label=tr(Key::ClassLeaveRoom) title=tr(Key::ClassLeaveRoom)>
                <Icon name="arrow-left" class="i-dir" />
            </a>
            <div class="room-title">
                <h1 class="clip" title=class.clone()>{class.clone()}</h1>
                <Show when=move || !same()>
                    <span class="xs quiet clip only-m">{move || title.get()}</span>
                </Show>
            </div>
            <span class="chip live">{tr(Key::ClassLive)}</span>
            <SavedView saved />
            <span class="row push">
                <label class="switch" title=tr(Key::ClassLeads)>
                    <input
                        type="checkbox"
                        role="switch"
                        aria-label=tr(Key::ClassLeads)
                        prop:checked=move || teacher.leads.get()
                        on:change=move |event| teacher.set_leads(event_target_checked(&event))
                    />
                    <span class="only-m nowrap">
                        <b>{tr(Key::ClassLeads)}</b>
                    </span>
                </label>
                <span class="muted sm nowrap only-w">{followers}</span>
                <button class="btn quiet only-w" type="button" on:click=move |_| teacher.inviting.set(true)>
                    <Icon name="link-simple" />
                    {tr(Key::ClassInvite)}
                </button>
                <button class="btn danger" type="button" on:click=move |_| teacher.asking.set(Some(Proposal::End {}))>
                    {tr(Key::ClassEnd)}
                </button>
            </span>
        </header>
        <Show when=move || matches!(saved.get(), Saved::Offline(_))>
            <div class="banner warn room-offline">
                <Icon name="cloud-slash" />
                <p class="banner-body">
                    <b>{move || t(if blocked.get() { Key::ClassBlocked } else { Key::ClassNoConnection })}</b>
                    " "
                    {move || t(if blocked.get() { Key::ClassBlockedTeacher } else { Key::ClassTeacherOffline })}
                </p>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_has_gone_follows_nobody() {
        let member = |presence: &str, following: bool, removed: bool| -> Member {
            serde_json::from_value(json!({
                "id": uuid::Uuid::nil(), "name": "", "twin": 1, "guest": true, "joined_at": "2026-01-01T00:00:00Z",
                "presence": presence, "following": following, "removed": removed,
            }))
            .unwrap()
        };
        let all = [
            member("here", true, false),
            member("away", false, false),
            member("gone", true, false),
            member("here", true, true),
        ];
        assert_eq!(followers(&all), (1, 2));
    }
}
