//! The middle pane: generation progress, and the tasks as students see them.

use leptos::prelude::*;
use types::{
    ids::SectionId,
    locale::{Key, Plural},
};

use super::{
    card::TaskCard,
    model::{AddAt, Builder, use_builder},
    outline::{EntryId, is_running, progress},
    outline_pane::segments,
    part::PartCard,
};
use crate::{
    components::{Each, Empty, Icon, Ribbon, Segment, SegmentState, Spinner},
    i18n::{t, t_n, t_n_with, tr},
};

impl Builder {
    /// Opens the palette for the place after the selected task, else at the lesson's end.
    pub fn open_palette(self) {
        let at = self.lesson.with_untracked(|lesson| {
            let selected = self.selected.get_untracked();
            let selected = lesson.tasks().find(|task| Some(task.id) == selected);
            selected
                .map(|task| AddAt { section: task.section_id, after: Some(task.id) })
                .or_else(|| lesson.sections.last().map(|section| AddAt { section: section.id, after: None }))
        });
        self.adding.set(at);
    }

    pub fn add_to_section(self, section: SectionId) {
        self.sheet.set(None);
        self.adding.set(Some(AddAt { section, after: None }));
    }
}

#[component]
pub fn Stage() -> impl IntoView {
    let builder = use_builder();
    let ids = Memo::new(move |_| builder.outline.with(|all| all.iter().map(|s| s.id).collect::<Vec<_>>()));
    let is_empty = Memo::new(move |_| builder.outline.with(|all| all.iter().all(|section| section.entries.is_empty())));
    view! {
        <h1 class="vh" dir="auto">
            {move || builder.lesson.with(|lesson| lesson.title.clone())}
        </h1>
        <div class="tasks">
            <Generating />
            <Show when=move || is_empty.get()>
                <Empty icon="article" title=Key::BuilderEmptyTitle text=Key::BuilderEmptyText>
                    <button class="btn primary" type="button" on:click=move |_| builder.open_palette()>
                        <Icon name="plus" />
                        {tr(Key::BuilderAddTask)}
                    </button>
                </Empty>
            </Show>
            <Each
                each=move || ids.get()
                key=|id| *id
                children=move |id| view! { <StageSection id is_empty /> }
            />
        </div>
    }
}

/// Generation progress, with exact counts.
#[component]
fn Generating() -> impl IntoView {
    let builder = use_builder();
    let progress = Memo::new(move |_| builder.runs.with(|runs| progress(runs)));
    let is_shown = Memo::new(move |_| progress.with(|p| p.running || p.failed > 0));
    let counts = move || {
        let p = progress.get();
        let ready = t_n_with(Plural::GenerationReady, p.ready as u64, &[("of", &p.total.to_string())]);
        if p.failed == 0 { ready } else { format!("{ready}, {}", t_n(Plural::GenerationNeedsYou, p.failed as u64)) }
    };
    let bars = Signal::derive(move || {
        // For one more task in a long lesson, the progress is that of its own run, not of the whole lesson.
        let is_whole = builder.runs.with(|runs| {
            let tasks = builder.lesson.with(|lesson| lesson.tasks().count());
            runs.iter().filter(|run| is_running(run)).any(|run| run.parts.len() + 1 >= tasks.max(2))
        });
        if is_whole {
            builder.outline.with(|all| segments(all))
        } else {
            builder.runs.with(|runs| {
                runs.iter()
                    .filter(|run| is_running(run) || run.failed() > 0)
                    .flat_map(|run| &run.parts)
                    .map(|part| Segment { skill: part.skill, state: state_of(part.status) })
                    .collect()
            })
        }
    });
    view! {
        <Show when=move || is_shown.get()>
            <section class="gen" aria-label=tr(Key::GenerationWriting)>
                <div class="row wrap">
                    <Show
                        when=move || progress.with(|p| p.running)
                        fallback=|| view! { <Icon name="warning-circle-fill" class="st-bad" /> }
                    >
                        <Spinner />
                    </Show>
                    <b>
                        {move || t(if progress.with(|p| p.running) { Key::GenerationWriting } else { Key::GenerationOver })}
                    </b>
                    <span class="muted num" role="status">
                        {counts}
                    </span>
                    <Show when=move || progress.with(|p| p.running)>
                        <span class="push">
                            <button class="btn sm" type="button" on:click=move |_| builder.stop_all()>
                                {tr(Key::GenerationStop)}
                            </button>
                        </span>
                    </Show>
                </div>
                <Ribbon segments=bars tall=true />
                <p class="sm muted">
                    {move || t(if progress.with(|p| p.running) { Key::GenerationMeanwhile } else { Key::GenerationLeft })}
                </p>
            </section>
        </Show>
    }
}

fn state_of(status: types::generation::PartStatus) -> SegmentState {
    use types::generation::PartStatus;
    match status {
        PartStatus::Ready => SegmentState::Ready,
        PartStatus::Writing => SegmentState::Now,
        PartStatus::Failed => SegmentState::Failed,
        PartStatus::Waiting | PartStatus::Stopped | PartStatus::Unknown => SegmentState::Waiting,
    }
}

#[component]
fn StageSection(id: SectionId, is_empty: Memo<bool>) -> impl IntoView {
    let builder = use_builder();
    let section = Memo::new(move |_| builder.outline.with(|all| all.iter().find(|s| s.id == id).cloned()));
    let entries = Memo::new(move |_| {
        section.with(|s| s.as_ref().map(|s| s.entries.iter().map(|e| e.id).collect::<Vec<_>>())).unwrap_or_default()
    });
    let heading = move || section.with(|s| s.as_ref().map(|s| format!("{} {}", s.number, s.title)));
    let heading_id = format!("section-{id}");
    view! {
        <section class="lesson-section" aria-labelledby=heading_id.clone() hidden=move || is_empty.get()>
            <div class="sec">
                <h2 id=heading_id.clone() dir="auto">
                    {heading}
                </h2>
                <span class="quiet sm num">{move || t_n(Plural::CommonTasks, entries.with(Vec::len) as u64)}</span>
            </div>
            <Each
                each=move || entries.get()
                key=|entry| *entry
                children=move |entry| match entry {
                    EntryId::Task(task) => {
                        view! {
                            <TaskCard id=task />
                            <Insert
                                at=AddAt { section: id, after: Some(task) }
                                is_slot=true
                                shown=Signal::derive(move || {
                                    builder.selected.get() == Some(task) && builder.editing.get().is_none()
                                })
                            />
                        }
                            .into_any()
                    }
                    EntryId::Part(part) => view! { <PartCard id=part /> }.into_any(),
                }
            />
            <Show when=move || entries.with(Vec::is_empty)>
                <Insert at=AddAt { section: id, after: None } shown=Signal::stored(true) />
            </Show>
        </section>
    }
}

/// The line between two tasks where another can be inserted. It takes no room between tasks, so that selecting one
/// moves nothing.
#[component]
fn Insert(at: AddAt, #[prop(optional)] is_slot: bool, shown: Signal<bool>) -> impl IntoView {
    let builder = use_builder();
    view! {
        <div class="insert" class:between=is_slot class:is-shown=move || shown.get()>
            <button
                class="btn sm quiet"
                type="button"
                tabindex=move || if shown.get() { "0" } else { "-1" }
                on:click=move |_| builder.adding.set(Some(at))
            >
                <Icon name="plus" />
                {tr(Key::BuilderAddHere)}
            </button>
        </div>
    }
}
