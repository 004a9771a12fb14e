//! The lesson builder: the outline, the tasks as students see them, and the gate's report on the selected one.
//!
//! Logic that needs no browser is in `places`, `history`, `autosave`, `outline` and `evidence`.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;
use types::{generation::Run, ids::LessonId, lesson::Lesson, locale::Key, problem::ProblemCode};

mod authoring;
mod autosave;
mod calls;
mod card;
mod editor;
mod evidence;
mod fresh;
mod history;
mod model;
mod outline;
mod outline_pane;
mod palette;
mod part;
mod places;
mod polling;
mod saving;
mod scroll;
mod settle;
mod shortcuts;
mod side;
mod stage;
mod structure;
mod topbar;
mod travel;

pub use authoring::{Authoring, AuthoringView};
use model::{Builder, Sheet, use_builder};
use outline_pane::OutlinePane;
use palette::Palette;
use shortcuts::KeysDialog;
use side::SidePane;
use stage::Stage;
use topbar::{BackLink, TopBar};

use crate::{
    api,
    components::{ErrorPage, Icon, PageTitle, Skeleton},
    i18n::{Words, tr},
    pages::not_found::NotFoundPage,
    state::{Fetched, use_app},
};

/// `/lessons/:id`.
#[component]
pub fn BuilderPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<LessonId>().ok()));
    move || match id.get() {
        Some(id) => view! { <OneLesson id /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn OneLesson(id: LessonId) -> impl IntoView {
    let lesson = Fetched::new(move || async move {
        // Runs first: if one ends before the lesson is read, the lesson has all of its tasks. The other way round its
        // last tasks would be missed.
        let runs = api::generation::runs(id).await?;
        api::lessons::get(id).await.map(|lesson| (lesson, runs))
    });
    let content = move || match lesson.get() {
        None => view! {
            <div class="topbar"></div>
            <div class="page">
                <Skeleton lines=6 />
            </div>
        }
        .into_any(),
        Some(Ok((lesson, runs))) => view! { <Workbench lesson runs /> }.into_any(),
        Some(Err(error)) if error.code() == Some(ProblemCode::NotFound) => view! { <NotFoundPage /> }.into_any(),
        Some(Err(error)) => view! {
            <header class="topbar">
                <BackLink />
            </header>
            <main id="main" class="page" tabindex="-1">
                <ErrorPage error retry=move |()| lesson.refetch() />
            </main>
        }
        .into_any(),
    };
    view! { <div class="builder">{content}</div> }
}

#[component]
fn Workbench(
    lesson: Lesson,
    /// The runs as they were before the lesson was read.
    runs: Vec<Run>,
) -> impl IntoView {
    let app = use_app();
    let builder = Builder::new(app, lesson);
    provide_context(builder);
    builder.recall();
    builder.watch(runs);
    builder.ask_options();
    builder.authoring.load();
    shortcuts::listen(builder);
    if let Some(named) = scroll::named().filter(|id| builder.task_now(*id).is_some()) {
        builder.select(named);
        scroll::go_to_task(named);
    }

    // Closing the window must not lose unsaved changes; navigation inside the app is handled by `leave`.
    let guard = window_event_listener(leptos::ev::beforeunload, move |event| {
        if untrack(|| builder.is_dirty()) && !builder.leaving.get_value() {
            event.prevent_default();
            event.set_return_value("unsaved");
        }
    });
    Effect::new(move |was_online: Option<bool>| {
        let is_online = app.network.is_online();
        if is_online && was_online == Some(false) {
            builder.flush_all();
            builder.reload();
            builder.ask_options();
            builder.authoring.load();
        }
        is_online
    });
    on_cleanup(move || {
        guard.remove();
        builder.leave();
    });

    let title = Words::made(move || builder.lesson.with(|lesson| lesson.title.clone()));
    view! {
        <PageTitle title kind=Key::BuilderLesson />
        <a class="skip" href="#main">
            {tr(Key::BuilderSkip)}
        </a>
        <TopBar />
        <div class="work">
            <nav class="pane pane-outline" aria-label=tr(Key::BuilderOutline)>
                <OutlinePane />
            </nav>
            <main id="main" class="pane pane-main" tabindex="-1">
                <Stage />
            </main>
            <aside class="pane pane-side" aria-label=tr(Key::BuilderSide)>
                <SidePane />
            </aside>
        </div>
        <Switcher />
        <SheetDialog
            which=Sheet::Outline
            title=Key::BuilderOutline
            content=|| view! { <OutlinePane /> }.into_any()
        />
        <SheetDialog which=Sheet::Side title=Key::BuilderSide content=|| view! { <SidePane /> }.into_any() />
        <Palette />
        <KeysDialog />
        <settle::UnsavedDialog />
    }
}

/// The bar at the bottom, if the window has no room for the panes.
#[component]
fn Switcher() -> impl IntoView {
    let builder = use_builder();
    view! {
        <div class="switcher">
            <button class="btn only-n" type="button" on:click=move |_| builder.sheet.set(Some(Sheet::Outline))>
                <Icon name="list-dashes" />
                {tr(Key::BuilderOutline)}
            </button>
            <button class="btn" type="button" on:click=move |_| builder.open_palette()>
                <Icon name="plus" />
                {tr(Key::BuilderAddShort)}
            </button>
            <button class="btn" type="button" on:click=move |_| builder.sheet.set(Some(Sheet::Side))>
                <Icon name="seal-check" />
                {tr(Key::BuilderQuality)}
            </button>
        </div>
    }
}

/// A pane that slides in over the page.
#[component]
fn SheetDialog(which: Sheet, title: Key, content: fn() -> AnyView) -> impl IntoView {
    let builder = use_builder();
    let node = NodeRef::<html::Dialog>::new();
    let is_open = Memo::new(move |_| builder.sheet.get() == Some(which));
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if is_open.get() {
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
        } else if dialog.open() {
            dialog.close();
        }
    });
    let close = move || {
        if builder.sheet.get_untracked() == Some(which) {
            builder.sheet.set(None);
        }
    };
    view! {
        <dialog
            class="sheet"
            node_ref=node
            aria-label=tr(title)
            on:close=move |_| close()
            on:mousedown=move |event| {
                if event.target() == event.current_target() && event.detail() > 0 {
                    close();
                }
            }
        >
            <header class="sheet-head">
                <h2>{tr(title)}</h2>
                <button class="btn quiet icon push" type="button" aria-label=tr(Key::CommonClose) on:click=move |_| close()>
                    <Icon name="x" />
                </button>
            </header>
            <div class="sheet-body">
                <Show when=move || is_open.get()>{content()}</Show>
            </div>
        </dialog>
    }
}
