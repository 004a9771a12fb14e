//! The editor of a task, inside its card: saved as its author types.

use leptos::prelude::*;
use types::{
    ids::TaskId,
    locale::{Key, Plural},
    problem::FieldError,
};

use super::{
    autosave::{Saver, State, faults},
    model::use_builder,
    scroll,
};
use crate::{
    components::{Icon, Spinner},
    i18n::{t, t_n, tr},
    tasks::{EditorContext, edit::EditField, editor, kind_info},
};

#[component]
pub fn Editor(id: TaskId) -> impl IntoView {
    let builder = use_builder();
    scroll::enter_editor(id);
    let (target, students) = (builder.target(), builder.students());
    let read = move |read: fn(&Saver) -> String| {
        Signal::derive(move || builder.savers.with(|savers| savers.get(&id).map(read)).unwrap_or_default())
    };
    let all_faults = Memo::new(move |_| {
        builder.savers.with(|savers| {
            savers.get(&id).map(|saver| {
                let mut all = faults(saver.draft());
                all.extend(saver.refused().iter().cloned());
                all
            })
        })
    });
    let fault_at = move |path: &'static str| {
        Signal::derive(move || all_faults.with(|all| all.iter().flatten().find(|fault| fault.path == path).cloned()))
    };
    let refused = Signal::derive(move || {
        builder.savers.with(|savers| savers.get(&id).map(|saver| of_content(saver.refused())).unwrap_or_default())
    });
    let props = EditorContext {
        on_change: Callback::new(move |body| builder.write(id, |written| written.body = body)),
        refused,
        target,
        students,
    };
    let round = Memo::new(move |_| builder.anew.with(|anew| anew.get(&id).copied().unwrap_or_default()));
    let kind = builder.task_now(id).and_then(|task| kind_info(task.body.kind()));
    let state = Memo::new(move |_| builder.save_state(id));
    let count = Memo::new(move |_| all_faults.with(|all| all.as_ref().map_or(0, Vec::len)));
    let done = move |_| {
        builder.close_editor();
        scroll::focus_task(id);
    };
    view! {
        <div class="task-body editor">
            <EditField
                label=Key::BuilderTaskTitle
                value=read(|saver| saver.draft().title.clone())
                fault=fault_at("title")
                on_input=move |text| builder.write(id, |written| written.title = text)
            />
            <EditField
                label=Key::BuilderInstructions
                hint=Key::BuilderInstructionsHint
                value=read(|saver| saver.draft().instructions.clone())
                fault=fault_at("instructions")
                on_input=move |text| builder.write(id, |written| written.instructions = text)
            />
            <hr />
            {kind.map(|kind| view! { <p class="sm muted">{tr(kind.name)}</p> })}
            {move || {
                round.track();
                let body = builder
                    .savers
                    .with_untracked(|savers| savers.get(&id).map(|saver| saver.draft().body.clone()));
                body.map(|body| untrack(|| editor(body, props)))
            }}
        </div>
        <div class="task-foot editor-foot">
            <span class="row g-2" role="status">
                {move || match state.get() {
                    State::Saved => view! { <Icon name="cloud-check" class="st-ok" /> }.into_any(),
                    State::Waiting | State::Saving => view! { <Spinner /> }.into_any(),
                    State::Unfinished => view! { <Icon name="pencil-simple" /> }.into_any(),
                    State::Kept { .. } => view! { <Icon name="cloud-slash" class="st-warn" /> }.into_any(),
                    State::Conflict | State::Gone => view! { <Icon name="warning" class="st-bad" /> }.into_any(),
                }}
                <span>
                    {move || match state.get() {
                        State::Saved => t(Key::BuilderSaved).to_owned(),
                        State::Waiting | State::Saving => t(Key::BuilderSaving).to_owned(),
                        State::Unfinished => t_n(Plural::BuilderToFinish, count.get() as u64),
                        State::Kept { offline: true } => t(Key::BuilderOffline).to_owned(),
                        State::Kept { offline: false } => t(Key::BuilderTrouble).to_owned(),
                        State::Conflict => t(Key::BuilderConflict).to_owned(),
                        State::Gone => t(Key::BuilderTaskGone).to_owned(),
                    }}
                </span>
            </span>
            <span class="push row">
                <button class="btn sm primary" type="button" on:click=done>
                    {tr(Key::CommonDone)}
                </button>
            </span>
        </div>
    }
}

/// The server's errors about the content, with paths from its root.
fn of_content(errors: &[FieldError]) -> Vec<FieldError> {
    errors
        .iter()
        .filter_map(|error| {
            let path = error.path.strip_prefix("body.content")?;
            Some(FieldError { path: path.trim_start_matches('.').to_owned(), ..error.clone() })
        })
        .collect()
}

/// The task was changed elsewhere: both versions are kept, and the teacher chooses.
#[component]
pub fn ConflictBanner(id: TaskId) -> impl IntoView {
    let builder = use_builder();
    let theirs = move || {
        builder.savers.with(|savers| {
            let task = savers.get(&id)?.theirs()?;
            Some(format!("{}\n{}\n{}", task.title, task.instructions, task.body.plain_text()))
        })
    };
    let mine = move || {
        builder.savers.with(|savers| {
            let draft = savers.get(&id)?.draft();
            Some(format!("{}\n{}\n{}", draft.title, draft.instructions, draft.body.plain_text()))
        })
    };
    view! {
        <div class="banner bad sm in-task conflict" role="alert">
            <Icon name="warning" />
            <div class="grow stack g-2">
                <p>
                    <b>{tr(Key::BuilderChangedElsewhere)}</b>
                    " "
                    {tr(Key::BuilderNothingLost)}
                </p>
                <details>
                    <summary>{tr(Key::BuilderShowBoth)}</summary>
                    <div class="two">
                        <div>
                            <h4>{tr(Key::BuilderTheirs)}</h4>
                            <p class="version" dir="auto">
                                {theirs}
                            </p>
                        </div>
                        <div>
                            <h4>{tr(Key::BuilderMine)}</h4>
                            <p class="version" dir="auto">
                                {mine}
                            </p>
                        </div>
                    </div>
                </details>
                <div class="row wrap g-2">
                    <button class="btn sm" type="button" on:click=move |_| {
                        builder.take_theirs(id);
                        scroll::focus_task(id);
                    }>
                        {tr(Key::BuilderTakeTheirs)}
                    </button>
                    <button class="btn sm" type="button" on:click=move |_| {
                        builder.keep_mine(id);
                        scroll::focus_task(id);
                    }>
                        {tr(Key::BuilderKeepMine)}
                    </button>
                </div>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use types::problem::FieldCode;

    use super::*;

    #[test]
    fn the_servers_paths_become_the_contents() {
        let errors = [
            FieldError::new("title", FieldCode::Required),
            FieldError::new("body.content.words.0.word", FieldCode::TooLong),
        ];
        assert_eq!(of_content(&errors), [FieldError::new("words.0.word", FieldCode::TooLong)]);
    }
}
