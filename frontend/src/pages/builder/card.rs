//! A task's card: the student's view, which can be tried; with tools when it is selected; with its editor inside when
//! it is being edited.

use leptos::{html, prelude::*};
use types::{
    generation::{Part, PartStatus},
    ids::TaskId,
    lesson::{HintRequest, MarkRequest},
    locale::Key,
    tasks::{Skill, TaskView},
};

use super::{
    authoring::{AuthoringView, later},
    autosave::{Saver, State},
    editor::ConflictBanner,
    evidence,
    model::{Builder, use_builder},
    outline::{EntryId, being_made_again},
    places::Way,
    scroll,
};
use crate::{
    api,
    components::{Icon, Skeleton, Spinner, focus_when_shown},
    i18n::{Words, locale, t, t_with, tr},
    state::{Fetched, Scope},
    tasks::{Hints, Sheet, TaskFrame, Trying, unknown_kind},
    web, words,
};

impl Builder {
    /// Whether the task can be made again: its kind can be generated, and the server has it.
    fn can_again(self, id: TaskId) -> bool {
        let meta = self.lesson.with(|lesson| super::places::task(lesson, id).and_then(|task| task.body.meta()));
        meta.is_some_and(|meta| self.can_generate(meta))
            && !self.savers.with(|savers| savers.get(&id).is_some_and(Saver::is_new))
    }

    /// Whether there is a model here that can follow a wish for the task.
    fn can_improve(self, id: TaskId) -> bool {
        self.options.with(|options| options.as_ref().is_some_and(|options| options.model)) && self.can_again(id)
    }

    /// Opens the field for a wish; `false` if nothing here can follow one.
    pub fn improve(self, id: TaskId) -> bool {
        let can = untrack(|| self.can_improve(id));
        if can {
            self.close_editor();
            self.select(id);
            self.improving.set(Some(id));
        }
        can
    }
}

#[component]
pub fn TaskCard(id: TaskId) -> impl IntoView {
    let builder = use_builder();
    let task = builder.task(id);
    let number = Signal::derive(move || builder.number(EntryId::Task(id)));
    let is_current = Memo::new(move |_| builder.current() == Some(id));
    let is_editing = Memo::new(move |_| builder.editing.get() == Some(id));
    let is_again = Memo::new(move |_| builder.runs.with(|runs| being_made_again(runs).contains(&id)));
    let failed = Memo::new(move |_| {
        builder.runs.with(|runs| {
            let parts = runs.iter().flat_map(|run| &run.parts);
            parts.filter(|part| part.status == PartStatus::Failed).find(|part| part.task_id == Some(id)).cloned()
        })
    });
    let state = Memo::new(move |_| builder.save_state(id));
    // A local task has no student's view yet: the server would have to have it first.
    let is_local = Memo::new(move |_| builder.savers.with(|savers| savers.get(&id).is_some_and(Saver::is_new)));
    let skill = Signal::derive(move || task.with(|task| task.as_ref().map_or(Skill::Other, |task| task.body.skill())));
    // The head shows the draft as it is being written.
    let written = move |read: fn(&super::history::Written) -> String, saved: fn(&types::lesson::Task) -> String| {
        Signal::derive(move || {
            builder
                .savers
                .with(|savers| savers.get(&id).map(|saver| read(saver.draft())))
                .unwrap_or_else(|| task.with(|task| task.as_ref().map(saved).unwrap_or_default()))
        })
    };
    let title = written(|written| written.title.clone(), |task| task.title.clone());
    let instructions = written(|written| written.instructions.clone(), |task| task.instructions.clone());
    let label = move || {
        let key = if is_current.get() { Key::BuilderTaskSelected } else { Key::BuilderTaskN };
        t_with(key, &[("n", &number.get().to_string()), ("title", &title.get())])
    };
    view! {
        <article
            class="task"
            class:is-current=move || is_current.get()
            id=scroll::card_id(id)
            data-card=""
            tabindex="-1"
            aria-label=label
            aria-busy=move || is_again.get().then_some("true")
            on:focusin=move |_| builder.select(id)
            on:pointerdown=move |_| builder.select(id)
        >
            <Show when=move || is_current.get() && !is_editing.get()>
                <Toolbar id />
            </Show>
            <TaskFrame number skill title instructions target=builder.target()>
                <Show when=move || state.get() == State::Conflict>
                    <ConflictBanner id />
                </Show>
                <Show when=move || is_again.get()>
                    <p class="task-note" role="status">
                        <Spinner />
                        {tr(Key::GenerationAgain)}
                    </p>
                </Show>
                {move || failed.get().map(|part| view! { <AgainFailed part /> })}
                <Show
                    when=move || is_editing.get()
                    fallback=move || {
                        view! {
                            <Show when=move || matches!(state.get(), State::Unfinished | State::Gone)>
                                <Unfinished id />
                            </Show>
                            <Show when=move || !is_local.get()>
                                <AsStudent id />
                            </Show>
                        }
                    }
                >
                    {later(move || Some(AuthoringView::Editor(id)))}
                </Show>
            </TaskFrame>
            <Show when=move || builder.improving.get() == Some(id)>
                <Improve id />
            </Show>
        </article>
    }
}

/// The tools of the selected task.
#[component]
fn Toolbar(id: TaskId) -> impl IntoView {
    let builder = use_builder();
    let is_local = Signal::derive(move || builder.savers.with(|savers| savers.get(&id).is_some_and(Saver::is_new)));
    let can_again = Memo::new(move |_| builder.can_again(id));
    let can_improve = Memo::new(move |_| builder.can_improve(id));
    let can_step = move |way| builder.lesson.with(|lesson| super::places::step(lesson, id, way).is_some());
    let tool = move |icon: &'static str, label: Key, keys: &'static str, act: Callback<()>, disabled: Signal<bool>| {
        let label = move || format!("{} ({keys})", t(label));
        view! {
            <button
                class="btn quiet icon"
                class:danger=icon == "trash"
                type="button"
                aria-label=label
                title=label
                disabled=move || disabled.get()
                on:click=move |_| act.run(())
            >
                <Icon name=icon />
            </button>
        }
    };
    let act = |run: fn(Builder, TaskId)| Callback::new(move |()| run(builder, id));
    let never = Signal::stored(false);
    view! {
        <div class="toolbar bar-sel" role="toolbar" aria-label=tr(Key::BuilderTools)>
            <Show when=move || can_improve.get()>
                <button class="btn quiet sm" type="button" on:click=move |_| {
                    builder.improve(id);
                }>
                    <Icon name="sparkle" />
                    {tr(Key::BuilderImprove)}
                </button>
            </Show>
            {tool("pencil-simple", Key::CommonEdit, "E", act(Builder::edit), never)}
            {tool(
                "arrows-clockwise",
                Key::BuilderAgain,
                "R",
                act(|builder, id| builder.make_again(id, String::new())),
                Signal::derive(move || !can_again.get()),
            )}
            {tool("copy", Key::CommonDuplicate, "D", act(Builder::duplicate_task), is_local)}
            <span class="sep"></span>
            {tool(
                "arrow-up",
                Key::CommonMoveUp,
                "Alt ↑",
                act(|builder, id| builder.step_task(id, Way::Up)),
                Signal::derive(move || !can_step(Way::Up)),
            )}
            {tool(
                "arrow-down",
                Key::CommonMoveDown,
                "Alt ↓",
                act(|builder, id| builder.step_task(id, Way::Down)),
                Signal::derive(move || !can_step(Way::Down)),
            )}
            <span class="sep"></span>
            {tool("trash", Key::CommonDelete, "Del", act(Builder::delete_task), never)}
        </div>
    }
}

/// Making the task again failed; the old one is still there.
#[component]
fn AgainFailed(part: Part) -> impl IntoView {
    let builder = use_builder();
    let (id, fault) = (part.id, part.fault);
    view! {
        <div class="banner bad sm in-task" role="status">
            <Icon name="warning-circle" />
            <div class="grow">
                <b>{tr(Key::GenerationAgainFailed)}</b>
                " "
                {move || evidence::fault(locale(), fault)}
            </div>
            <button class="btn sm" type="button" on:click=move |_| builder.retry_part(id)>
                {tr(Key::CommonRetry)}
            </button>
            <button class="btn sm quiet" type="button" on:click=move |_| builder.dismiss_part(id)>
                {tr(Key::GenerationKeepOld)}
            </button>
        </div>
    }
}

/// Notice that the server lacks something that was written.
#[component]
fn Unfinished(id: TaskId) -> impl IntoView {
    let builder = use_builder();
    let is_gone = Memo::new(move |_| builder.save_state(id) == State::Gone);
    let words = move || t(if is_gone.get() { Key::BuilderTaskGone } else { Key::BuilderDraftKept });
    let go_on = move |_| if is_gone.get_untracked() { builder.put_back(id) } else { builder.edit(id) };
    view! {
        <div class="banner warn sm in-task" role="status">
            <Icon name="pencil-simple" />
            <div class="grow">{words}</div>
            <button class="btn sm" type="button" on:click=go_on>
                {move || t(if is_gone.get() { Key::BuilderPutBack } else { Key::BuilderGoOn })}
            </button>
            <button class="btn sm quiet" type="button" on:click=move |_| {
                builder.discard(id);
                if builder.task_now(id).is_some() {
                    scroll::focus_task(id);
                } else {
                    web::keep_focus();
                }
            }>
                {tr(Key::BuilderDiscard)}
            </button>
        </div>
    }
}

/// The task as a student sees it, from the server, with real marks.
#[component]
fn AsStudent(id: TaskId) -> impl IntoView {
    let builder = use_builder();
    let content = Memo::new(move |_| builder.lesson.with(|lesson| super::places::task(lesson, id).map(|t| t.revision)));
    let student = Fetched::new(move || {
        content.track();
        api::tasks::student_view(id)
    });
    let view = Memo::new(move |_| match student.get()? {
        Ok(student) => Some(student.view),
        // Without an answer the card is still readable: the student's view is made from its own content, and checking
        // waits.
        Err(_) => {
            builder.lesson.with_untracked(|lesson| super::places::task(lesson, id).map(|t| t.body.student_view(0)))
        }
    });
    let is_blank = Memo::new(move |_| {
        builder
            .lesson
            .with(|lesson| super::places::task(lesson, id).is_some_and(|task| !task.body.validate().is_empty()))
    });
    view! {
        <Show when=move || is_blank.get()>
            <div class="banner warn sm in-task">
                <Icon name="pencil-simple" />
                <div class="grow">{tr(Key::BuilderNotReady)}</div>
                <button class="btn sm" type="button" on:click=move |_| builder.edit(id)>
                    {tr(Key::CommonEdit)}
                </button>
            </div>
        </Show>
        {move || match view.get() {
            None => view! { <div class="task-body"><Skeleton lines=3 /></div> }.into_any(),
            Some(TaskView::Unknown(_)) => view! { <div class="task-body">{unknown_kind()}</div> }.into_any(),
            Some(view) => view! { <Try id view /> }.into_any(),
        }}
    }
}

#[component]
fn Try(id: TaskId, view: TaskView) -> impl IntoView {
    let builder = use_builder();
    let scope = Scope::new();
    let sheet = RwSignal::new(Sheet::default());
    let hints = RwSignal::new(Hints::new());
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let on_check = Callback::new(move |request: MarkRequest| {
        busy.set(true);
        trouble.set(None);
        scope.spawn(async move {
            match api::tasks::mark(id, request.clone()).await {
                Ok(marks) => sheet.update(|sheet| sheet.take(&request, &marks)),
                Err(error) => trouble.set(Some(words::problem(&error))),
            }
            busy.set(false);
        });
    });
    let on_hint = Callback::new(move |item: types::ids::ItemId| {
        scope.spawn(async move {
            match api::tasks::hint(id, HintRequest { item }).await {
                Ok(hint) => {
                    let said = hint.hint.unwrap_or_else(|| t(Key::TasksNoHint).to_owned());
                    hints.update(|hints| {
                        hints.insert(hint.item, Some(said));
                    });
                }
                Err(error) => trouble.set(Some(words::problem(&error))),
            }
        });
    });
    view! {
        <Trying
            view
            sheet
            target=builder.target()
            students=builder.students()
            busy
            trouble
            hints
            on_check
            on_hint
        />
    }
}

/// A field for the teacher's wish for a change, in free text.
#[component]
fn Improve(id: TaskId) -> impl IntoView {
    let builder = use_builder();
    let wish = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    focus_when_shown(field);
    let send = move || {
        let text = wish.get_untracked().trim().to_owned();
        if !text.is_empty() {
            builder.improving.set(None);
            builder.make_again(id, text);
        }
    };
    let chips = [Key::BuilderWishEasier, Key::BuilderWishShorter, Key::BuilderWishMore, Key::BuilderWishDifferent];
    view! {
        <form
            class="improve"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="row wrap sm">
                <b>{tr(Key::BuilderImproveTitle)}</b>
                <span class="muted">{tr(Key::BuilderImproveNote)}</span>
            </div>
            <div class="ask2">
                <input
                    class="input"
                    node_ref=field
                    maxlength="4000"
                    aria-label=tr(Key::BuilderWish)
                    placeholder=tr(Key::BuilderWish)
                    prop:value=move || wish.get()
                    on:input=move |event| wish.set(event_target_value(&event))
                />
                <button class="btn primary" type="submit">
                    <Icon name="sparkle-fill" />
                    {tr(Key::BuilderImprove)}
                </button>
            </div>
            <div class="row wrap g-1">
                {chips
                    .map(|key| {
                        view! {
                            <button
                                class="chip btnlike"
                                type="button"
                                on:click=move |_| wish.set(Words::from(key).get())
                            >
                                {tr(key)}
                            </button>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </div>
        </form>
    }
}
