//! A checklist of first steps. The card disappears when all are done.

use leptos::prelude::*;
use leptos_router::components::A;
use types::locale::Key;

use crate::{
    api,
    components::Icon,
    i18n::{t_with, tr},
    pages::lessons::LessonList,
    state::{AppState, Step, use_app},
    web,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Item {
    Create,
    Edit,
    Print,
    Confirm,
}

/// The account's steps, each with whether it is done. A guest has no address to confirm.
fn items(has_lesson: bool, edited: bool, printed: bool, confirmed: Option<bool>) -> Vec<(Item, bool)> {
    // Whoever has edited or printed had a lesson, even if it has been deleted since.
    let created = has_lesson || edited || printed;
    [
        (Item::Create, Some(created)),
        (Item::Edit, Some(edited)),
        (Item::Print, Some(printed)),
        (Item::Confirm, confirmed),
    ]
    .into_iter()
    .filter_map(|(item, done)| Some((item, done?)))
    .collect()
}

#[component]
pub fn Checklist(list: LessonList) -> impl IntoView {
    let app = use_app();
    let items = Memo::new(move |_| {
        let confirmed = app.session.me().and_then(|me| me.email.as_ref().map(|_| me.email_confirmed));
        items(list.total() > 0, app.memory.has_done(Step::Edited), app.memory.has_done(Step::Printed), confirmed)
    });
    move || {
        let items = items.get();
        let (done, of) = (items.iter().filter(|(_, done)| *done).count(), items.len());
        if done == of {
            return None;
        }
        let percent = done * 100 / of.max(1);
        Some(view! {
            <aside class="card" aria-labelledby="first-steps">
                <div class="panel-head">
                    <h2 id="first-steps">{tr(Key::HomeFirstSteps)}</h2>
                    <span class="push muted num">
                        {move || t_with(Key::HomeDoneOf, &[("done", &done.to_string()), ("of", &of.to_string())])}
                    </span>
                </div>
                <div
                    class="bar glow progress"
                    style:--v=format!("{percent}%")
                    role="progressbar"
                    aria-valuemin="0"
                    aria-valuenow=done.to_string()
                    aria-valuemax=of.to_string()
                    aria-labelledby="first-steps"
                >
                    <i></i>
                </div>
                <ul class="steps">
                    {items.into_iter().map(|(item, done)| one(app, list, item, done)).collect_view()}
                </ul>
            </aside>
        })
    }
}

fn one(app: AppState, list: LessonList, item: Item, done: bool) -> impl IntoView {
    let label = match item {
        Item::Create => Key::HomeStepCreate,
        Item::Edit => Key::HomeStepEdit,
        Item::Print => Key::HomeStepPrint,
        Item::Confirm => Key::HomeStepConfirm,
    };
    view! {
        <li class:done=done>
            <Icon name=if done { "check-circle-fill" } else { "circle" } />
            <span class="t">{tr(label)}</span>
            {done.then(|| view! { <span class="vh">{tr(Key::CommonDone)}</span> })}
            {(!done).then(|| action(app, list, item))}
        </li>
    }
}

fn action(app: AppState, list: LessonList, item: Item) -> AnyView {
    match item {
        Item::Create => view! {
            <button
                class="push"
                type="button"
                on:click=move |_| web::focus_later(None, ".ask input[type='text']")
            >
                {tr(Key::HomeStepCreateDo)}
            </button>
        }
        .into_any(),
        // Without a lesson there is nothing to open.
        Item::Edit | Item::Print => (move || {
            list.first().map(|id| {
                view! {
                    <A href=format!("/lessons/{id}") attr:class="push">
                        {tr(Key::HomeStepOpen)}
                    </A>
                }
            })
        })
        .into_any(),
        Item::Confirm => view! {
            <button class="push" type="button" on:click=move |_| resend(app)>
                {tr(Key::ShellResend)}
            </button>
        }
        .into_any(),
    }
}

/// Sends the email with the confirmation link again.
pub fn resend(app: AppState) {
    let email = untrack(|| app.session.me()).and_then(|me| me.email).unwrap_or_default();
    app.scope.spawn(async move {
        match api::account::resend_confirmation().await {
            Ok(()) => app.toasts.say(t_with(Key::ShellResent, &[("email", &email)])),
            Err(error) => app.toasts.error(&error),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_has_nothing_to_confirm() {
        assert_eq!(items(false, false, false, None).len(), 3);
        assert_eq!(items(false, false, false, Some(false)).len(), 4);
    }

    #[test]
    fn who_has_edited_has_created() {
        assert!(items(false, true, false, None).contains(&(Item::Create, true)));
        assert!(items(true, true, true, Some(true)).iter().all(|(_, done)| *done));
    }
}
