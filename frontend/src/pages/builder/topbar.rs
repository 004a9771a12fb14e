//! The top bar: the way back, the title, the level, undo, the save state, the PDF.

use chrono::Timelike as _;
use leptos::{html, prelude::*};
use leptos_router::components::A;
use types::{classroom::CreateClass, ids::ClassId, levels::CefrLevel, locale::Key};
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::{
    history::{Direction, History},
    model::{Sync, use_builder},
};
use crate::{
    api::{
        self,
        lessons::{Paper, pdf_url},
    },
    components::{Icon, Menu, MenuItem, MenuLink, Spinner},
    i18n::{Words, t, t_with, tr},
    state::Step as Tried,
    web,
};

#[component]
pub fn TopBar() -> impl IntoView {
    let builder = use_builder();
    let id = builder.lesson.with_untracked(|lesson| lesson.id);
    let level = Signal::derive(move || builder.level());
    let missing = RwSignal::new(String::new());
    // Opening the menu doesn't count as printing; following one of its links does.
    let on_pdf = move |event: MouseEvent| {
        if let Ok(Some(link)) = event_target::<Element>(&event).closest("a") {
            builder.app.memory.did(Tried::Printed);
            if untrack(|| builder.is_dirty()) {
                event.prevent_default();
                let href = link.get_attribute("href").unwrap_or_default();
                builder.when_saved(None, Callback::new(move |()| web::go_to(&href)));
            }
            return;
        }
        // Warns before printing of what can't be printed.
        builder.app.scope.spawn(async move {
            if let Ok(printable) = api::lessons::printable(id).await {
                let _ = missing.try_set(printable.missing);
            }
        });
    };
    view! {
        <header class="topbar">
            <BackLink />
            <TitleEdit />
            <Menu
                label=Words::made(move || t_with(Key::BuilderLevelIs, &[("level", level.get().as_str())]))
                class="chip level btnlike"
                trigger=ViewFn::from(move || view! { {move || level.get().as_str()} }.into_any())
            >
                {CefrLevel::ALL
                    .into_iter()
                    .map(|option| {
                        view! {
                            <MenuItem
                                icon="sliders-horizontal"
                                label=option.as_str()
                                disabled=Signal::derive(move || level.get() == option)
                                on_pick=move |()| builder.set_level(option)
                            />
                        }
                    })
                    .collect_view()}
            </Menu>
            <span class="row g-0">
                <UndoButton
                    direction=Direction::Back
                    icon="arrow-u-up-left"
                    label=Key::CommonUndo
                    keys="Ctrl Z"
                />
                <span class="only-m">
                    <UndoButton
                        direction=Direction::Again
                        icon="arrow-u-up-right"
                        label=Key::CommonRedo
                        keys="Ctrl Shift Z"
                    />
                </span>
            </span>
            <SyncView />
            <span class="row push">
                <button
                    class="btn quiet icon only-m"
                    type="button"
                    aria-label=tr(Key::BuilderKeys)
                    title=tr(Key::BuilderKeys)
                    on:click=move |_| builder.showing_keys.set(true)
                >
                    <Icon name="keyboard" />
                </button>
                <span on:click=on_pdf>
                    <Menu
                        label=Key::BuilderPdf
                        class="btn pdf"
                        trigger=ViewFn::from(|| {
                            view! {
                                <Icon name="file-pdf" />
                                <span>"PDF"</span>
                            }
                                .into_any()
                        })
                    >
                        <MenuLink icon="file-text" label=Key::BuilderWorksheet href=pdf_url(id, Paper::Worksheet) download=true />
                        <MenuLink icon="key" label=Key::BuilderKey href=pdf_url(id, Paper::Key) download=true />
                        <MenuLink icon="printer" label=Key::BuilderBoth href=pdf_url(id, Paper::Both) download=true />
                        <p class="menu-note" role="status">
                            {move || {
                                missing
                                    .with(|missing| {
                                        (!missing.is_empty())
                                            .then(|| t_with(Key::BuilderCannotPrint, &[("characters", missing)]))
                                    })
                            }}
                        </p>
                    </Menu>
                </span>
                <StartClass />
            </span>
        </header>
    }
}

/// Starts a class with the lesson, and goes there.
#[component]
fn StartClass() -> impl IntoView {
    let builder = use_builder();
    let lesson_id = builder.lesson.with_untracked(|lesson| lesson.id);
    let has_tasks = Memo::new(move |_| {
        builder.lesson.with(|lesson| lesson.sections.iter().any(|section| !section.tasks.is_empty()))
    });
    // Created once: a second press, or an answer that got lost, makes no second class.
    let id = ClassId(web::fresh_uuid());
    let busy = RwSignal::new(false);
    let start = move |_| {
        if busy.get_untracked() {
            return;
        }
        builder.when_saved(
            None,
            Callback::new(move |()| {
                busy.set(true);
                builder.app.scope.spawn(async move {
                    match api::classes::create(CreateClass { id, lesson_id, title: None }).await {
                        Ok(class) => {
                            builder.leaving.set_value(true);
                            web::go_to(&format!("/classes/{}", class.id));
                        }
                        Err(error) => {
                            builder.app.toasts.error(&error);
                            let _ = busy.try_set(false);
                        }
                    }
                });
            }),
        );
    };
    view! {
        <button
            class="btn primary pdf"
            type="button"
            aria-label=tr(Key::ClassStart)
            disabled=move || !has_tasks.get()
            aria-disabled=move || busy.get().then_some("true")
            on:click=start
        >
            <Icon name="play-fill" />
            <span>{tr(Key::ClassStart)}</span>
        </button>
    }
}

/// The link back to the lessons.
#[component]
pub fn BackLink() -> impl IntoView {
    view! {
        <A href="/lessons" attr:class="btn quiet icon" attr:aria-label=tr(Key::BuilderBack) attr:title=tr(Key::BuilderBack)>
            <Icon name="arrow-left" class="i-dir" />
        </A>
    }
}

/// The title, edited in place: Enter or leaving the field saves it, Esc restores it.
#[component]
fn TitleEdit() -> impl IntoView {
    let builder = use_builder();
    let node = NodeRef::<html::Input>::new();
    let title = Memo::new(move |_| builder.lesson.with(|lesson| lesson.title.clone()));
    let restore = move || {
        if let Some(input) = node.get_untracked() {
            input.set_value(&title.get_untracked());
        }
    };
    let save = move || {
        if let Some(input) = node.get_untracked() {
            let typed = input.value();
            if typed.trim().is_empty() { restore() } else { builder.set_title(typed) }
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if web::is_enter(&event) => {
            if let Some(input) = node.get_untracked() {
                let _ = input.blur();
            }
        }
        "Escape" => {
            event.stop_propagation();
            restore();
            if let Some(input) = node.get_untracked() {
                let _ = input.blur();
            }
        }
        _ => {}
    };
    view! {
        <div class="title-edit">
            <input
                node_ref=node
                dir="auto"
                maxlength="200"
                autocomplete="off"
                aria-label=tr(Key::BuilderTitle)
                title=move || title.get()
                prop:value=move || title.get()
                on:blur=move |_| save()
                on:keydown=on_key
            />
        </div>
    }
}

#[component]
fn UndoButton(direction: Direction, icon: &'static str, label: Key, keys: &'static str) -> impl IntoView {
    let builder = use_builder();
    let can = move || builder.history.with(|history: &History| history.can(direction));
    let unfinished = move || {
        direction == Direction::Back
            && builder.editing.get().is_some_and(|id| builder.save_state(id) != super::autosave::State::Saved)
    };
    let label = move || format!("{} ({keys})", t(label));
    view! {
        <button
            class="btn quiet icon"
            type="button"
            aria-label=label
            title=label
            disabled=move || !can() && !unfinished()
            on:click=move |_| builder.travel(direction)
        >
            <Icon name=icon />
        </button>
    }
}

/// Whether everything is saved. It says so only once the server has it.
#[component]
fn SyncView() -> impl IntoView {
    let builder = use_builder();
    let sync = Memo::new(move |_| builder.sync());
    let class = move || match sync.get() {
        Sync::Saved(_) => "sync ok",
        Sync::Saving | Sync::Unfinished => "sync",
        Sync::Offline | Sync::Trouble => "sync off",
        Sync::Conflict | Sync::Gone => "sync err",
    };
    let icon = move || match sync.get() {
        Sync::Saving => view! { <Spinner /> }.into_any(),
        Sync::Saved(_) => view! { <Icon name="cloud-check" /> }.into_any(),
        Sync::Unfinished => view! { <Icon name="pencil-simple" /> }.into_any(),
        Sync::Offline | Sync::Trouble => view! { <Icon name="cloud-slash" /> }.into_any(),
        Sync::Conflict | Sync::Gone => view! { <Icon name="warning" /> }.into_any(),
    };
    let words = move || match sync.get() {
        Sync::Saved(None) => t(Key::BuilderSaved).to_owned(),
        Sync::Saved(Some(at)) => {
            let at = web::local(at);
            t_with(Key::BuilderSavedAt, &[("time", &format!("{:02}:{:02}", at.hour(), at.minute()))])
        }
        Sync::Saving => t(Key::BuilderSaving).to_owned(),
        Sync::Unfinished => t(Key::BuilderUnfinished).to_owned(),
        Sync::Offline => t(Key::BuilderOffline).to_owned(),
        Sync::Trouble => t(Key::BuilderTrouble).to_owned(),
        Sync::Conflict => t(Key::BuilderConflict).to_owned(),
        Sync::Gone => t(Key::BuilderGone).to_owned(),
    };
    view! {
        <span class=class role="status" title=words>
            {icon}
            <span class="sync-words">{words}</span>
        </span>
    }
}
