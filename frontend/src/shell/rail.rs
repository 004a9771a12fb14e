//! The frame: navigation (a bar at the bottom on phones, a rail beside the page elsewhere) and the page itself.

use leptos::prelude::*;
use leptos_router::{
    components::{A, Outlet},
    hooks::use_location,
};
use types::{account::Role, locale::Key};

use crate::{
    components::{Avatar, Banner, BannerKind, Icon, Menu, MenuItem},
    i18n::{Words, t, t_with, tr},
    pages::student::StudentPage,
    state::use_app,
    web,
};

#[component]
pub fn Shell(
    /// Shown instead of the router's outlet.
    #[prop(optional)]
    page: Option<fn() -> AnyView>,
) -> impl IntoView {
    let app = use_app();
    let location = use_location();
    let path = location.pathname;
    let teaches = Memo::new(move |_| app.session.is_teacher());
    focus_page_on_change(path);
    view! {
        <div class="app">
            <a class="skip" href="#main" rel="external" on:click=skip_to_main>
                {tr(Key::ShellSkip)}
            </a>
            <Rail teaches />
            <div class="app-column">
                <Show when=move || !app.network.is_online()>
                    <div class="app-notice">
                        <Banner kind=BannerKind::Warn>{tr(Key::ShellOffline)}</Banner>
                    </div>
                </Show>
                <main id="main" class="page" tabindex="-1">
                    {match page {
                        Some(page) => page(),
                        None => view! { <Outlet /> }.into_any(),
                    }}
                </main>
            </div>
        </div>
    }
}

/// A page for teachers. Students have an account to manage but nothing to create: they see their own page instead.
///
/// Use it inside the route: a wrapper around the router's outlet must not remove it, or the address never follows.
pub fn for_teachers(page: fn() -> AnyView) -> AnyView {
    let app = use_app();
    let teaches = Memo::new(move |_| app.session.is_teacher());
    (move || if teaches.get() { page() } else { view! { <StudentPage /> }.into_any() }).into_any()
}

/// The router would handle a hash in the address; the skip link only moves the focus.
fn skip_to_main(event: web_sys::MouseEvent) {
    event.prevent_default();
    web::focus_later(None, "#main");
}

/// Lets screen readers read the new page, unless it focuses a field of its own.
fn focus_page_on_change(path: Memo<String>) {
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            web::focus_page();
        }
        now
    });
}

#[component]
fn Rail(teaches: Memo<bool>) -> impl IntoView {
    view! {
        <nav class="rail" aria-label=tr(Key::ShellMain)>
            // Not an `A`, which could become current: only the rail's places can be.
            <a href="/" class="brand" aria-label=tr(Key::CommonApp)>
                <img src="/favicon.svg" width="34" height="34" alt="" />
                <span>{tr(Key::CommonApp)}</span>
            </a>
            <ul>
                <li>
                    <Place href="/" exact=true icon="house" current_icon="house-fill" label=Key::ShellHome />
                </li>
                <Show when=move || teaches.get()>
                    <li>
                        <Place href="/lessons" icon="books" current_icon="books-fill" label=Key::ShellLessons />
                    </li>
                    <li>
                        <Place
                            href="/classes"
                            icon="chalkboard-teacher"
                            current_icon="chalkboard-teacher-fill"
                            label=Key::ShellClasses
                        />
                    </li>
                </Show>
                <li class="narrow-only">
                    <Place href="/settings" icon="gear-six" current_icon="gear-six-fill" label=Key::ShellSettings />
                </li>
            </ul>
            <div class="rail-foot">
                <Place href="/settings" icon="gear-six" current_icon="gear-six-fill" label=Key::ShellSettings />
                <Account />
            </div>
        </nav>
    }
}

#[component]
fn Place(
    href: &'static str,
    #[prop(optional)] exact: bool,
    icon: &'static str,
    current_icon: &'static str,
    label: Key,
) -> impl IntoView {
    let path = use_location().pathname;
    let is_current = move || path.with(|path| if exact { path == href } else { path.starts_with(href) });
    view! {
        <A href=href exact=exact attr:title=tr(label)>
            <Icon name=Signal::derive(move || if is_current() { current_icon } else { icon }) />
            <span>{tr(label)}</span>
        </A>
    }
}

/// The user's name and role, and the way to log out.
#[component]
fn Account() -> impl IntoView {
    let app = use_app();
    let name = Signal::derive(move || app.session.me().map(|me| me.name).unwrap_or_default());
    let role = move || {
        let Some(me) = app.session.me() else { return "" };
        t(if me.is(Role::Admin) {
            Key::ShellAdmin
        } else if me.is(Role::Teacher) {
            Key::ShellTeacher
        } else {
            Key::ShellStudent
        })
    };
    let label = Words::made(move || t_with(Key::ShellAccount, &[("name", &name.get()), ("role", role())]));
    let trigger = move || {
        view! {
            <Avatar name />
            <span class="who">
                <b>{move || name.get()}</b>
                <span class="xs quiet">{role}</span>
            </span>
            <Icon name="caret-up-down" />
        }
        .into_any()
    };
    let navigate = leptos_router::hooks::use_navigate();
    view! {
        <Menu label class="me" trigger=ViewFn::from(trigger)>
            <MenuItem
                icon="gear-six"
                label=Key::ShellSettings
                on_pick=move |()| navigate("/settings", leptos_router::NavigateOptions::default())
            />
            <hr />
            <MenuItem icon="sign-out" label=Key::ShellLogOut on_pick=move |()| log_out(app) />
        </Menu>
    }
}

/// Ends the session and reloads the page, so that nothing of this user stays in it.
pub fn log_out(app: crate::state::AppState) {
    app.scope.spawn(async move {
        match crate::api::account::logout().await {
            Ok(()) => web::go_to("/login"),
            Err(error) => app.toasts.error(&error),
        }
    });
}
