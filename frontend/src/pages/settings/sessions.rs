//! Where the user is logged in, and ending those sessions.

use leptos::prelude::*;
use types::{account::Session, locale::Key};

use crate::{
    api,
    components::{Icon, Skeleton, loaded},
    i18n::{t, t_with, tr},
    state::{Fetched, use_app},
    web, words,
};

#[component]
pub fn Sessions() -> impl IntoView {
    let app = use_app();
    let sessions = Fetched::new(api::account::sessions);
    let end = move |session: &Session| {
        let id = session.id;
        app.scope.spawn(async move {
            match api::account::end_session(id).await {
                Ok(()) => {
                    app.toasts.say(t(Key::SettingsSessionEnded));
                    web::keep_focus();
                    sessions.change(|answer| {
                        if let Ok(list) = answer {
                            list.retain(|session| session.id != id);
                        }
                    });
                }
                Err(error) => app.toasts.error(&error),
            }
        });
    };
    let end_others = move |_| {
        app.scope.spawn(async move {
            match api::account::end_other_sessions().await {
                Ok(()) => {
                    app.toasts.say(t(Key::SettingsOthersEnded));
                    web::keep_focus();
                    sessions.change(|answer| {
                        if let Ok(list) = answer {
                            list.retain(|session| session.current);
                        }
                    });
                }
                Err(error) => app.toasts.error(&error),
            }
        });
    };
    let list = move |list: Vec<Session>| {
        let others = list.iter().filter(|session| !session.current).count();
        view! {
            <ul class="list">{list.into_iter().map(|session| one(session, end)).collect_view()}</ul>
            {(others > 1)
                .then(|| {
                    view! {
                        <button class="btn start" type="button" on:click=end_others>
                            {tr(Key::SettingsEndOthers)}
                        </button>
                    }
                })}
        }
    };
    view! {
        <section class="card" aria-labelledby="sessions">
            <div class="stack g-1">
                <h2 id="sessions">{tr(Key::SettingsSessions)}</h2>
                <p class="muted sm">{tr(Key::SettingsSessionsText)}</p>
            </div>
            {loaded(sessions, || view! { <Skeleton lines=2 /> }.into_any(), list)}
        </section>
    }
}

fn one(session: Session, end: impl Fn(&Session) + Copy + 'static) -> impl IntoView {
    let device = device(&session.user_agent);
    let (seen_at, address, current) = (session.seen_at, session.address.clone(), session.current);
    view! {
        <li>
            <Icon name="desktop" />
            <div class="grow">
                <b title=session.user_agent.clone()>
                    {move || device.clone().unwrap_or_else(|| t(Key::SettingsUnknownDevice).to_owned())}
                </b>
                <p class="sm muted anywhere">
                    {move || t_with(Key::SettingsSeen, &[("when", &words::moment(seen_at)), ("address", &address)])}
                </p>
            </div>
            {if current {
                view! { <span class="chip ok">{tr(Key::SettingsThisDevice)}</span> }.into_any()
            } else {
                view! {
                    <button class="btn sm" type="button" on:click=move |_| end(&session)>
                        {tr(Key::SettingsEnd)}
                    </button>
                }
                    .into_any()
            }}
        </li>
    }
}

/// “Firefox, Windows”: familiar names, derived from the user agent.
fn device(user_agent: &str) -> Option<String> {
    // The order matters: most browsers also name those that they descend from.
    const BROWSERS: [(&str, &str); 7] = [
        ("YaBrowser/", "Yandex Browser"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(name), None) | (None, Some(name)) => Some(name.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
        assert_eq!(device(chrome).as_deref(), Some("Chrome, Windows"));
        assert_eq!(device(&format!("{chrome} Edg/130.0")).as_deref(), Some("Edge, Windows"));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(device(phone).as_deref(), Some("Safari, iPhone"));
        assert_eq!(device("curl/8.0"), None);
    }
}
