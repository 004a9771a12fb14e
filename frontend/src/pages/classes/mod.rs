//! Classes: current ones, and past runs with their reports.

mod taught;

use leptos::prelude::*;
use leptos_router::components::A;
use types::{classroom::TaughtRun, locale::Key};

use super::home::Running;
use crate::{
    api::{self, ApiError, classes::RunsQuery},
    components::{Empty, ErrorView, Icon, PageTitle, Skeleton},
    i18n::tr,
    state::Scope,
};

pub use taught::{LastClass, TaughtList, TaughtOf};

#[component]
pub fn ClassesPage() -> impl IntoView {
    let scope = Scope::new();
    let runs = RwSignal::new(Vec::<TaughtRun>::new());
    let next = RwSignal::new(None::<String>);
    let answer = RwSignal::new(None::<Result<(), ApiError>>);
    let loading = RwSignal::new(false);
    let load = move |cursor: Option<String>| {
        if loading.get_untracked() {
            return;
        }
        loading.set(true);
        scope.spawn(async move {
            let page = api::classes::runs(RunsQuery { cursor, ..RunsQuery::default() }).await;
            loading.set(false);
            answer.set(Some(page.map(|page| {
                runs.update(|runs| runs.extend(page.items));
                next.set(page.next);
            })));
        });
    };
    load(None);
    let ended = Signal::derive(move || {
        runs.with(|runs| runs.iter().filter(|taught| taught.run.ended_at.is_some()).cloned().collect::<Vec<_>>())
    });
    let body = move || match answer.get() {
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorView error retry=move |()| load(next.get_untracked()) /> }.into_any(),
        Some(Ok(())) if ended.with(Vec::is_empty) => view! {
            <div class="card">
                <Empty icon="chalkboard-teacher" title=Key::ClassNoneTaught text=Key::ClassNoneTaughtText>
                    <A href="/lessons" attr:class="btn">
                        <Icon name="books" />
                        {tr(Key::ShellLessons)}
                    </A>
                </Empty>
            </div>
        }
        .into_any(),
        Some(Ok(())) => view! { <TaughtList runs=ended /> }.into_any(),
    };
    view! {
        <PageTitle title=Key::ShellClasses />
        <header class="page-head">
            <h1>{tr(Key::ShellClasses)}</h1>
        </header>
        <Running />
        <section class="stack g-3" aria-labelledby="taught">
            <h2 id="taught">{tr(Key::ClassTaught)}</h2>
            {body}
            <Show when=move || next.get().is_some()>
                <div class="more-row">
                    <button
                        class="btn"
                        type="button"
                        aria-disabled=move || loading.get().then_some("true")
                        on:click=move |_| load(next.get_untracked())
                    >
                        {tr(Key::CommonMore)}
                    </button>
                </div>
            </Show>
        </section>
    }
}
