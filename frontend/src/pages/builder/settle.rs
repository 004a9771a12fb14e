//! Actions on the lesson as the server has it (a class, paper, a copy) wait until the server has everything. If
//! something can't be saved, the teacher is told what, and either continues anyway or goes there.

use leptos::prelude::*;
use types::{ids::TaskId, locale::Key};

use super::{
    autosave::State,
    model::{Builder, use_builder},
    outline::EntryId,
};
use crate::{
    components::Dialog,
    i18n::{t, t_with, tr},
};

/// An action that waits for the lesson to be saved.
#[derive(Clone)]
pub struct Wanted {
    act: Callback<()>,
    /// Waits for this task only.
    only: Option<TaskId>,
}

/// Save state of the tasks that an action waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    Saved,
    Saving,
    /// These can't be saved as they are.
    Stuck(Vec<TaskId>),
}

fn standing(states: &[(TaskId, State)], pending: usize) -> Standing {
    let is_moving = |state: &State| matches!(state, State::Waiting | State::Saving);
    if pending > 0 || states.iter().any(|(_, state)| is_moving(state)) {
        return Standing::Saving;
    }
    let stuck: Vec<TaskId> = states.iter().filter(|(_, state)| *state != State::Saved).map(|(id, _)| *id).collect();
    if stuck.is_empty() { Standing::Saved } else { Standing::Stuck(stuck) }
}

impl Builder {
    /// Runs `act` once the server has everything, or asks first.
    pub fn when_saved(self, only: Option<TaskId>, act: Callback<()>) {
        self.flush_all();
        self.wanted.set(Some(Wanted { act, only }));
    }

    fn standing_of(self, only: Option<TaskId>) -> Standing {
        let mut states = self.read_savers(|id, saver| (id, saver.state()));
        states.retain(|(id, _)| only.is_none_or(|only| only == *id));
        standing(&states, self.pending.get())
    }
}

/// The question to ask if something can't be saved.
#[component]
pub fn UnsavedDialog() -> impl IntoView {
    let builder = use_builder();
    let open = RwSignal::new(false);
    let stuck = RwSignal::new(Vec::<TaskId>::new());
    let go_on = move || {
        open.set(false);
        if let Some(wanted) = builder.wanted.try_update(Option::take).flatten() {
            wanted.act.run(());
        }
    };
    Effect::new(move || {
        let Some(Wanted { only, .. }) = builder.wanted.get() else { return };
        match builder.standing_of(only) {
            Standing::Saving => {}
            Standing::Saved => untrack(go_on),
            Standing::Stuck(ids) => {
                stuck.set(ids);
                open.set(true);
            }
        }
    });
    // Closed without an answer: cancels the action.
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if was_open == Some(true) && !is_open {
            builder.wanted.set(None);
        }
        is_open
    });
    let lines = move || {
        stuck
            .get()
            .into_iter()
            .map(|id| {
                let n = builder.number(EntryId::Task(id)).to_string();
                let say = match untrack(|| builder.save_state(id)) {
                    State::Kept { .. } => Key::BuilderUnsavedKept,
                    State::Conflict => Key::BuilderUnsavedConflict,
                    State::Gone => Key::BuilderUnsavedGone,
                    State::Saved | State::Waiting | State::Saving | State::Unfinished => Key::BuilderUnsavedUnfinished,
                };
                view! { <li>{t_with(say, &[("n", &n)])}</li> }
            })
            .collect_view()
    };
    let first = move || {
        open.set(false);
        if let Some(id) = stuck.with_untracked(|ids| ids.first().copied()) {
            builder.edit(id);
        }
    };
    let to_first = move || {
        let n = stuck.with(|ids| ids.first().map_or(0, |id| builder.number(EntryId::Task(*id))));
        t_with(Key::BuilderUnsavedOpen, &[("n", &n.to_string())])
    };
    view! {
        <Dialog open title=Key::BuilderUnsavedTitle class="narrow">
            <div class="dialog-body">
                <ul class="plain">{lines}</ul>
                <p class="muted">{t(Key::BuilderUnsavedText)}</p>
            </div>
            <footer class="dialog-foot">
                <button class="btn" type="button" on:click=move |_| go_on()>
                    {tr(Key::BuilderUnsavedGoOn)}
                </button>
                <button class="btn primary" type="button" autofocus on:click=move |_| first()>
                    {to_first}
                </button>
            </footer>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_its_way_is_waited_for_and_what_cannot_be_saved_is_named() {
        let id = |n: u128| TaskId(uuid::Uuid::from_u128(n));
        assert_eq!(standing(&[], 0), Standing::Saved);
        assert_eq!(standing(&[(id(1), State::Saved)], 0), Standing::Saved);
        assert_eq!(standing(&[(id(1), State::Saved)], 1), Standing::Saving);
        assert_eq!(standing(&[(id(1), State::Waiting), (id(2), State::Unfinished)], 0), Standing::Saving);
        let stuck = [(id(1), State::Saved), (id(2), State::Unfinished), (id(3), State::Kept { offline: true })];
        assert_eq!(standing(&stuck, 0), Standing::Stuck(vec![id(2), id(3)]));
    }
}
