//! Who is in the class, whether they are there, and which task they are on.

use leptos::prelude::*;
use types::{
    classroom::{Member, Presence, Proposal},
    ids::UserId,
    locale::Key,
};

use super::{super::full_name, answers::model::present, model::use_teacher};
use crate::{
    api,
    components::{Avatar, Each, Icon, Menu, MenuItem},
    i18n::{Words, t, t_with, tr},
    web,
};

#[component]
pub fn People() -> impl IntoView {
    let teacher = use_teacher();
    let students = Memo::new(move |_| teacher.read(|room| present(room).collect::<Vec<UserId>>()));
    let removed = Memo::new(move |_| {
        teacher.read(|room| {
            room.members.iter().filter(|member| member.removed).map(|member| member.id).collect::<Vec<UserId>>()
        })
    });
    // The menu used to remove a student disappears with that student.
    Effect::new(move |before: Option<usize>| {
        let now = students.with(Vec::len);
        if before.is_some_and(|before| before > now) {
            web::keep_focus();
        }
        now
    });
    let open = Memo::new(move |_| teacher.read(|room| room.door_open));
    view! {
        <section class="people">
            <h2>
                {tr(Key::ClassPeople)}
                <span class="badge soft num">{move || students.with(Vec::len)}</span>
            </h2>
            <Show when=move || !open.get()>
                <p class="row sm muted">
                    <Icon name="lock-simple" />
                    {tr(Key::ClassDoorIsClosed)}
                </p>
            </Show>
            <ul>
                <Each each=move || students.get() key=|student| *student let:student>
                    <Person student />
                </Each>
            </ul>
            <Show when=move || students.with(Vec::is_empty)>
                <p class="muted sm">{tr(Key::ClassNobodyYet)}</p>
            </Show>
            <Show when=move || !removed.with(Vec::is_empty)>
                <h3>{tr(Key::ClassRemovedOnes)}</h3>
                <ul>
                    <Each each=move || removed.get() key=|student| *student let:student>
                        <RemovedPerson student />
                    </Each>
                </ul>
            </Show>
            <button class="btn sm" type="button" on:click=move |_| teacher.inviting.set(true)>
                <Icon name="link-simple" />
                {tr(Key::ClassInvite)}
            </button>
        </section>
    }
}

/// A student whom the teacher removed: out until let in again, whatever link they have.
#[component]
fn RemovedPerson(student: UserId) -> impl IntoView {
    let teacher = use_teacher();
    let name = Memo::new(move |_| {
        teacher.read(|room| {
            let member = room.members.iter().find(|member| member.id == student);
            member.map(|member| full_name(&member.name, member.name_ordinal)).unwrap_or_default()
        })
    });
    let busy = RwSignal::new(false);
    let let_in = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let class = teacher.class.with_value(|class| class.id);
        teacher.scope.spawn(async move {
            // The room is notified as of anybody who joins.
            if let Err(error) = api::classes::let_back_in(class, student).await {
                teacher.app.toasts.error(&error);
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <li>
            <span class="person">
                <b class="clip muted" title=move || name.get()>
                    {move || name.get()}
                </b>
            </span>
            <button
                class="btn sm"
                type="button"
                aria-label=move || t_with(Key::ClassLetInName, &[("name", &name.get())])
                aria-disabled=move || busy.get().then_some("true")
                on:click=let_in
            >
                {tr(Key::ClassLetIn)}
            </button>
        </li>
    }
}

#[component]
fn Person(student: UserId) -> impl IntoView {
    let teacher = use_teacher();
    let member = Memo::new(move |_| {
        teacher.room.with(|room| room.as_ref()?.members.iter().find(|member| member.id == student).cloned())
    });
    let name = Signal::derive(move || {
        member.get().map(|member| full_name(&member.name, member.name_ordinal)).unwrap_or_default()
    });
    let presence = Signal::derive(move || member.get().map(|member| member.presence).unwrap_or_default());
    let place = move || {
        let Member { place, following, guest, .. } = member.get()?;
        let number = teacher.read(|room| {
            let place = if following { room.focus.or(place) } else { place };
            room.tasks.iter().position(|task| Some(task.id) == place).map(|n| n + 1)
        });
        let mut words = vec![
            t(match presence.get() {
                Presence::Here => Key::ClassPresent,
                Presence::Away => Key::ClassAway,
                Presence::Gone => Key::ClassGone,
            })
            .to_owned(),
        ];
        match (following, number) {
            (true, _) => words.push(t(Key::ClassFollows).to_owned()),
            (false, Some(n)) => words.push(t_with(Key::ClassOnOwnAt, &[("n", &n.to_string())])),
            (false, None) => words.push(t(Key::ClassOnOwnShort).to_owned()),
        }
        if guest {
            words.push(t(Key::ClassGuest).to_owned());
        }
        Some(words.join(" · "))
    };
    view! {
        <li>
            <PresenceAvatar name presence />
            <span class="person">
                <b class="clip" title=move || name.get()>
                    {move || name.get()}
                </b>
                <span class="xs muted">{place}</span>
            </span>
            <Menu label=Words::made(move || t_with(Key::CommonMoreActions, &[("title", &name.get())]))>
                <MenuItem icon="eye" label=Key::ClassLook on_pick=move |()| {
                    teacher.showing_people.set(false);
                    teacher.looking_at.set(Some(student));
                } />
                <MenuItem
                    icon="user-minus"
                    label=Key::ClassRemove
                    danger=true
                    on_pick=move |()| {
                        teacher.showing_people.set(false);
                        teacher.asking.set(Some(Proposal::Remove { student }));
                    }
                />
            </Menu>
        </li>
    }
}

#[component]
pub fn PresenceAvatar(name: Signal<String>, presence: Signal<Presence>) -> impl IntoView {
    let on = move || match presence.get() {
        Presence::Here => "on",
        Presence::Away => "away",
        Presence::Gone => "off",
    };
    let words = move || {
        t(match presence.get() {
            Presence::Here => Key::ClassPresent,
            Presence::Away => Key::ClassAway,
            Presence::Gone => Key::ClassGone,
        })
    };
    view! {
        <span class="presence" data-on=on title=words>
            <Avatar name />
        </span>
        <span class="vh">{words}</span>
    }
}
