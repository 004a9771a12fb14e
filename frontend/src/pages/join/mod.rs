//! Coming into a class by its link: with one's account, or as a guest by name.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_params_map},
};
use types::{
    classroom::{GuestJoin, InvitationInfo, Joined},
    locale::Key,
    problem::{FieldCode, FieldError, ProblemCode},
};

use super::gate::GatePage;
use crate::{
    api::{self, ApiError},
    components::{ErrorView, FormFailure, Skeleton, SubmitButton, TextField},
    forms::Form,
    i18n::{Words, t_with, tr},
    state::{Fetched, Who, use_app},
};

/// `/join/:code`.
#[component]
pub fn JoinPage() -> impl IntoView {
    let app = use_app();
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let info = Fetched::new(move || api::classes::invitation(code.get()));
    // Whether there is an account decides what is asked.
    let name = Memo::new(move |_| app.session.me().map(|me| me.name));
    let is_known = Memo::new(move |_| !matches!(app.session.who(), Who::Asking));
    move || match info.get() {
        None => plain(Key::ClassJoin, || view! { <Skeleton lines=3 /> }.into_any()),
        Some(_) if !is_known.get() => plain(Key::ClassJoin, || view! { <Skeleton lines=3 /> }.into_any()),
        Some(Ok(info)) if info.member => view! { <Enter info /> }.into_any(),
        Some(Ok(info)) if info.open => view! { <JoinForm info code=code.get() name=name.get() /> }.into_any(),
        Some(Ok(_)) => closed(Key::ClassDoorClosed, Key::ClassDoorClosedText),
        Some(Err(error)) => match no_way_in(&error) {
            Some((title, text)) => closed(title, text),
            None => plain(Key::ClassJoin, move || {
                let error = error.clone();
                view! { <ErrorView error retry=move |()| info.refetch() /> }.into_any()
            }),
        },
    }
}

/// Why a link leads nowhere, for good.
#[expect(clippy::wildcard_enum_match_arm, reason = "any other problem is none of the link's")]
fn no_way_in(error: &ApiError) -> Option<(Key, Key)> {
    match error.code()? {
        ProblemCode::NotFound | ProblemCode::InvitationExpired => Some((Key::ClassNoLink, Key::ClassNoLinkText)),
        ProblemCode::DoorClosed => Some((Key::ClassDoorClosed, Key::ClassDoorClosedText)),
        ProblemCode::LimitReached => Some((Key::ClassFull, Key::ClassFullText)),
        _ => None,
    }
}

fn plain(title: impl Into<Words>, content: impl FnOnce() -> AnyView) -> AnyView {
    let content = content();
    view! { <GatePage title=title.into()>{content}</GatePage> }.into_any()
}

fn closed(title: Key, text: Key) -> AnyView {
    plain(title, move || view! { <p>{tr(text)}</p> }.into_any())
}

/// A member needs no asking.
#[component]
fn Enter(info: InvitationInfo) -> impl IntoView {
    let navigate = use_navigate();
    let to = format!("/classes/{}", info.class);
    Effect::new(move || navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() }));
    plain(info.title, || view! { <Skeleton lines=2 /> }.into_any())
}

#[component]
fn JoinForm(info: InvitationInfo, code: String, name: Option<String>) -> impl IntoView {
    let app = use_app();
    let form = Form::new();
    let typed = RwSignal::new(String::new());
    let navigate = use_navigate();
    let has_account = name.is_some();
    let link = code.clone();
    let refused = RwSignal::new(None::<(Key, Key)>);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = (!has_account).then(|| typed.get_untracked().trim().to_owned());
        let mut faults = GuestJoin { name: name.clone() }.validate();
        if name.as_ref().is_some_and(String::is_empty) && faults.is_empty() {
            faults.push(FieldError::new("name", FieldCode::Required));
        }
        let navigate = navigate.clone();
        let code = code.clone();
        let ask = async move {
            let answer = api::classes::join(code, GuestJoin { name }).await;
            if let Err(error) = &answer {
                refused.set(no_way_in(error));
            }
            answer
        };
        form.send(faults, ask, move |joined: Joined| {
            app.session.set(joined.me);
            navigate(
                &format!("/classes/{}", joined.class),
                NavigateOptions { replace: true, ..NavigateOptions::default() },
            );
        });
    };
    let InvitationInfo { title, teacher, .. } = info;
    let of = move || t_with(Key::ClassOfTeacher, &[("teacher", &teacher)]);
    let content = move || match name {
        Some(name) => {
            let label = Words::made(move || t_with(Key::ClassJoinAs, &[("name", &name)]));
            view! { <SubmitButton form label /> }.into_any()
        }
        None => view! {
            <TextField
                form
                path="name"
                label=Key::ClassYourName
                hint=Key::ClassYourNameHint
                value=typed
                autocomplete="nickname"
                autofocus=true
            />
            <SubmitButton form label=Key::ClassJoin />
            <p class="sm">
                {tr(Key::ClassHaveAccount)} " "
                <A href=format!("/login?next={}", api::percent_encode(&format!("/join/{link}")))>
                    {tr(Key::AuthLogIn)}
                </A>
            </p>
        }
        .into_any(),
    };
    view! {
        <GatePage title=title>
            <p class="muted">{of}</p>
            {move || refused.get().map(|(_, text)| view! { <p role="alert">{tr(text)}</p> })}
            <form class="form" novalidate on:submit=on_submit>
                <FormFailure form />
                {content()}
            </form>
        </GatePage>
    }
}

#[cfg(test)]
mod tests {
    use types::problem::Problem;

    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_told_from_a_server_that_fails() {
        let error = |code| ApiError::Problem(Box::new(Problem::new(code)));
        assert_eq!(no_way_in(&error(ProblemCode::NotFound)), Some((Key::ClassNoLink, Key::ClassNoLinkText)));
        assert_eq!(no_way_in(&error(ProblemCode::DoorClosed)), Some((Key::ClassDoorClosed, Key::ClassDoorClosedText)));
        assert_eq!(no_way_in(&error(ProblemCode::Unavailable)), None);
        assert_eq!(no_way_in(&ApiError::Offline), None);
    }
}
