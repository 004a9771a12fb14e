//! The home page: the lesson request form, and the latest lessons.

mod ask;
pub mod checklist;
mod creator;
mod press;
mod refusal;
mod running;
mod source;
mod topics;

pub use running::Running;

use leptos::prelude::*;
use leptos_router::components::A;
use types::locale::Key;

use super::classes::LastClass;
use super::lessons::{LessonActions, LessonCards, LessonDialogs, LessonList};
use crate::{
    api::{self, lessons::Query},
    components::{Empty, ErrorView, PageTitle, Skeleton},
    i18n::{tr, with_n},
    state::Scope,
};

/// Number of recent lessons: as many cards as fill the page without much scrolling.
const RECENT: u32 = 6;

#[component]
pub fn HomePage() -> impl IntoView {
    let scope = Scope::new();
    let list = LessonList::new();
    let answer = RwSignal::new(None::<Result<(), api::ApiError>>);
    let load = move || {
        scope.spawn(async move {
            let query = Query { limit: Some(RECENT), ..Query::default() };
            answer.set(Some(api::lessons::list(query).await.map(|page| list.set(page))));
        });
    };
    load();
    let actions = LessonActions::new(list, || ());
    let recent = move || match answer.get() {
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorView error retry=move |()| load() /> }.into_any(),
        Some(Ok(())) if list.is_empty() => view! {
            <div class="card">
                <Empty icon="books" title=Key::HomeNone text=Key::HomeNoneText />
            </div>
        }
        .into_any(),
        Some(Ok(())) => view! { <LessonCards actions /> }.into_any(),
    };
    view! {
        <PageTitle title=Key::ShellHome />
        <Running />
        <ask::Ask />
        <div class="home">
            <section class="stack g-3" aria-labelledby="recent">
                <div class="panel-head">
                    <h2 id="recent">{tr(Key::HomeRecent)}</h2>
                    <Show when=move || list.total() != 0>
                        <A href="/lessons" attr:class="push">
                            {move || with_n(Key::HomeAllLessons, list.total())}
                        </A>
                    </Show>
                </div>
                {recent}
            </section>
            <div class="stack g-5">
                <LastClass />
                <Show when=move || matches!(answer.get(), Some(Ok(())))>
                    <checklist::Checklist list />
                </Show>
            </div>
        </div>
        <LessonDialogs actions />
    }
}
