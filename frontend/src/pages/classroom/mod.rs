//! One class: its room while a run is open, else a waiting page. The server says who is the teacher.

mod marks;
mod student;
mod teacher;
mod waiting;

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_params_map};
use types::{
    classroom::{ClassInfo, CloseCode},
    ids::ClassId,
    locale::Key,
    problem::ProblemCode,
};

use super::not_found::NotFoundPage;
use crate::{
    api,
    components::{ErrorPage, Icon, PageTitle, Skeleton},
    i18n::{Words, tr},
    realtime::{Link, RoomConnection, Saved},
    state::Fetched,
    web,
};

/// `/classes/:id`.
#[component]
pub fn ClassPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<ClassId>().ok()));
    move || match id.get() {
        Some(id) => view! { <OneClass id /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn OneClass(id: ClassId) -> impl IntoView {
    let class = Fetched::new(move || api::classes::get(id));
    move || match class.get() {
        None => view! { <div class="page"><Skeleton lines=6 /></div> }.into_any(),
        Some(Ok(class_info)) => {
            let again = Callback::new(move |()| class.refetch());
            one_class(class_info, again)
        }
        Some(Err(error)) if error.code() == Some(ProblemCode::NotFound) => {
            view! { <Outside title=Key::ClassNotYours text=Key::ClassNotYoursText /> }.into_any()
        }
        Some(Err(error)) => view! {
            <main id="main" class="page" tabindex="-1">
                <ErrorPage error retry=move |()| class.refetch() />
            </main>
        }
        .into_any(),
    }
}

fn one_class(class: ClassInfo, again: Callback<()>) -> AnyView {
    match (class.open_run, class.teaching) {
        (Some(run), true) => view! { <teacher::TeacherPage class run again /> }.into_any(),
        (Some(run), false) => view! { <student::StudentPage run again /> }.into_any(),
        (None, false) if let Some(run) = waiting::just_left(&class) => {
            view! { <student::StudentPage run again /> }.into_any()
        }
        (None, _) => view! { <waiting::WaitingPage class again /> }.into_any(),
    }
}

/// A text page for somebody who isn't in the room.
#[component]
pub fn Outside(
    title: Key,
    text: Key,
    /// Show a link to the home page.
    #[prop(default = true)]
    home: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <PageTitle title />
        <main id="main" class="page outside" tabindex="-1">
            <div class="card stack g-4">
                <h1 tabindex="-1">{tr(title)}</h1>
                <p>{tr(text)}</p>
                {children.map(|children| children())}
                <Show when=move || home>
                    <A href="/" attr:class="btn">
                        {tr(Key::ShellGoHome)}
                    </A>
                </Show>
            </div>
        </main>
    }
}

/// Shown until the room is there: it is loading, or can't be reached, and then why and what helps.
#[component]
fn NoRoomYet(connection: StoredValue<Option<RoomConnection>>, lines: usize) -> impl IntoView {
    let link = Memo::new(move |_| connection.get_value().map_or(Link::Connecting, RoomConnection::link));
    let blocked = Memo::new(move |_| connection.get_value().is_some_and(RoomConnection::is_blocked));
    let host = window().location().host().unwrap_or_default();
    let host = StoredValue::new(host);
    view! {
        <main id="main" class="page outside" tabindex="-1">
            <div role="status">
                <Show when=move || blocked.get()>
                    <div class="card stack g-4">
                        <h1>{tr(Key::ClassBlockedTitle)}</h1>
                        <p>{tr(Key::ClassBlockedText)}</p>
                        <ul class="advice">
                            <li>{tr(Key::ClassBlockedFirst)}</li>
                            <li>
                                {move || host.with_value(|host| crate::i18n::t_with(Key::ClassBlockedThen, &[("host", host)]))}
                            </li>
                        </ul>
                    </div>
                </Show>
                <Show when=move || link.get() == Link::Offline && !blocked.get()>
                    <p>{tr(Key::ClassNoLine)}</p>
                </Show>
            </div>
            <Show when=move || !blocked.get()>
                <Skeleton lines />
            </Show>
        </main>
    }
}

/// A page on why the connection is closed for good.
fn over(code: CloseCode) -> AnyView {
    match code {
        CloseCode::Removed => view! { <Outside title=Key::ClassRemoved text=Key::ClassRemovedText /> }.into_any(),
        CloseCode::LoggedOut => view! { <Outside title=Key::ClassLoggedOut text=Key::ClassLoggedOutText /> }.into_any(),
        CloseCode::TooManySockets => {
            view! { <Outside title=Key::ClassTooMany text=Key::ClassTooManyText /> }.into_any()
        }
        CloseCode::Outdated
        | CloseCode::Restart
        | CloseCode::Resync
        | CloseCode::Malformed
        | CloseCode::TooLarge
        | CloseCode::TooMany
        | CloseCode::Silent => view! {
            <Outside title=Key::ClassOutdated text=Key::ClassOutdatedText>
                <button class="btn primary" type="button" on:click=|_| web::reload()>
                    {tr(Key::ClassReload)}
                </button>
            </Outside>
        }
        .into_any(),
    }
}

/// Whether the server has everything, as a word and an icon.
#[component]
fn SavedView(saved: Memo<Saved>) -> impl IntoView {
    let class = move || match saved.get() {
        Saved::Saved => "sync ok",
        Saved::Connecting | Saved::Saving => "sync",
        Saved::Offline(_) => "sync off",
    };
    let icon = Signal::derive(move || match saved.get() {
        Saved::Saved => "cloud-check",
        Saved::Connecting | Saved::Saving => "cloud-arrow-up",
        Saved::Offline(_) => "cloud-slash",
    });
    let words = Words::made(move || {
        crate::i18n::t(match saved.get() {
            Saved::Saved => Key::ClassSaved,
            Saved::Connecting => Key::ClassConnecting,
            Saved::Saving => Key::ClassSaving,
            Saved::Offline(_) => Key::ClassOffline,
        })
        .to_owned()
    });
    view! {
        <span class=class title=words.show()>
            <Icon name=icon />
            <span>{words.show()}</span>
        </span>
    }
}

/// A person's name, distinguished from others of the same name.
pub fn full_name(name: &str, ordinal: u32) -> String {
    if ordinal > 1 { format!("{name} ({ordinal})") } else { name.to_owned() }
}
