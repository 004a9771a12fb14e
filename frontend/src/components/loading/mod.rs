//! Placeholders for what is still loading or failed to load.

use leptos::prelude::*;
use types::{locale::Key, problem::ProblemCode};

use super::{Icon, PageTitle};
use crate::{
    api::{Answer, ApiError},
    i18n::tr,
    state::Fetched,
    words,
};

/// A spinning disc. Put a word beside it.
#[component]
pub fn Spinner() -> impl IntoView {
    view! { <span class="spin" aria-hidden="true"></span> }
}

/// Placeholder lines for text. They appear after 300 ms (in CSS), so a quick answer shows none.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    view! {
        <div class="late stack" role="status">
            <span class="vh">{tr(Key::CommonLoading)}</span>
            {(0..lines).map(|n| view! { <span class="sk" class:short=n % 3 == 2></span> }).collect_view()}
        </div>
    }
}

/// An error, with a retry button.
#[component]
pub fn ErrorView(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    // Retrying won't load what belongs to another role.
    if error.code() == Some(ProblemCode::Forbidden) {
        return view! {
            <div class="empty" role="alert">
                <Icon name="lock-key" />
                <p class="empty-title">{tr(Key::ShellNotForYou)}</p>
                <p>{tr(Key::ShellNotForYouText)}</p>
                <a class="btn" href="/">
                    {tr(Key::ShellGoHome)}
                </a>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="empty" role="alert">
            <Icon name="cloud-slash" />
            <p class="empty-title">{tr(Key::ProblemsTitle)}</p>
            <p>{move || words::problem(&error)}</p>
            <button class="btn" type="button" on:click=move |_| retry.run(())>
                <Icon name="arrows-clockwise" />
                {tr(Key::CommonRetry)}
            </button>
        </div>
    }
    .into_any()
}

/// `ErrorView` as a whole page, with its own heading and title.
#[component]
pub fn ErrorPage(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let title = if error.code() == Some(ProblemCode::Forbidden) { Key::ShellNotForYou } else { Key::ProblemsTitle };
    view! {
        <PageTitle title />
        <h1 class="vh">{tr(title)}</h1>
        <ErrorView error retry />
    }
}

/// Shows a resource as loading, loaded or failed. A refetch keeps showing the old value.
pub fn loaded<T, V>(
    resource: Fetched<Answer<T>>,
    waiting: impl Fn() -> AnyView + Send + 'static,
    ready: impl Fn(T) -> V + Send + 'static,
) -> impl Fn() -> AnyView + Send + 'static
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    move || match resource.get() {
        None => waiting(),
        Some(Ok(value)) => ready(value).into_any(),
        Some(Err(error)) => view! { <ErrorView error retry=move |()| resource.refetch() /> }.into_any(),
    }
}
