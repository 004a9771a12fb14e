//! The builder's state, shared by its panes: the lesson as the server has it, what is being written, and what has been
//! done. Created once per lesson; every pane gets it from the context.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use types::{
    generation::{GenerationOptions, Run},
    ids::{SectionId, TaskId},
    lesson::{Lesson, Task},
    levels::{CefrLevel, Language},
};

use super::{
    authoring::Loader,
    autosave::{Saver, State},
    calls::Queue,
    history::{History, Written},
    outline::{self, EntryId, OutlineSection, Wished},
    places,
    settle::Wanted,
};
use crate::state::{AppState, Scope};

/// Which sheet is open, if the window has no room for the panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    Outline,
    Side,
}

/// Where the palette puts what it adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddAt {
    pub section: SectionId,
    /// `None`: at the section's end.
    pub after: Option<TaskId>,
}

#[derive(Clone, Copy)]
pub struct Builder {
    pub app: AppState,
    /// Futures that end with the page.
    pub scope: Scope,
    pub lesson: RwSignal<Lesson>,
    pub runs: RwSignal<Vec<Run>>,
    pub wished: RwSignal<Wished>,
    pub selected: RwSignal<Option<TaskId>>,
    pub editing: RwSignal<Option<TaskId>>,
    pub savers: RwSignal<BTreeMap<TaskId, Saver>>,
    /// Incremented when an open editor has to start anew with other content.
    pub anew: RwSignal<BTreeMap<TaskId, u32>>,
    pub history: RwSignal<History>,
    /// The previous texts of tasks that are being made again.
    pub before_again: StoredValue<BTreeMap<TaskId, Written>>,
    /// Number of single tasks requested that have not arrived yet: each becomes a step that can be undone.
    pub(super) asked_for: StoredValue<usize>,
    /// Number of calls that are not answered yet.
    pub pending: RwSignal<usize>,
    /// The last call did not reach the server.
    pub unreachable: RwSignal<bool>,
    pub saved_at: RwSignal<Option<DateTime<Utc>>>,
    pub adding: RwSignal<Option<AddAt>>,
    /// The task whose field for a wish is open.
    pub improving: RwSignal<Option<TaskId>>,
    pub sheet: RwSignal<Option<Sheet>>,
    pub showing_keys: RwSignal<bool>,
    pub options: RwSignal<Option<GenerationOptions>>,
    pub outline: Memo<Vec<OutlineSection>>,
    pub queue: Queue,
    /// Loads the editors and the palette.
    pub authoring: Loader,
    /// The action that waits for everything to be saved.
    pub wanted: RwSignal<Option<Wanted>>,
    /// The user has already confirmed leaving the page: the browser need not ask again.
    pub leaving: StoredValue<bool>,
    pub(super) is_polling: StoredValue<bool>,
    pub(super) save_timer: StoredValue<Option<TimeoutHandle>>,
    pub(super) wants_reload: StoredValue<bool>,
}

/// Overall save state, for the top bar.
#[derive(Clone, Debug, PartialEq)]
pub enum Sync {
    Saved(Option<DateTime<Utc>>),
    Saving,
    /// Something is incomplete and waits for its author.
    Unfinished,
    Offline,
    /// Trouble on the server; it is retried.
    Trouble,
    Conflict,
    /// A task was deleted elsewhere, and its draft exists only here.
    Gone,
}

impl Builder {
    pub fn new(app: AppState, lesson: Lesson) -> Self {
        let lesson = RwSignal::new(lesson);
        let runs = RwSignal::new(Vec::new());
        let wished = RwSignal::new(Wished::new());
        let outline = Memo::new(move |_| {
            lesson.with(|lesson| runs.with(|runs| wished.with(|wished| outline::outline(lesson, runs, wished))))
        });
        Self {
            app,
            scope: Scope::new(),
            lesson,
            runs,
            wished,
            selected: RwSignal::new(None),
            editing: RwSignal::new(None),
            savers: RwSignal::new(BTreeMap::new()),
            anew: RwSignal::new(BTreeMap::new()),
            history: RwSignal::new(History::default()),
            before_again: StoredValue::new(BTreeMap::new()),
            asked_for: StoredValue::new(0),
            pending: RwSignal::new(0),
            unreachable: RwSignal::new(false),
            saved_at: RwSignal::new(None),
            adding: RwSignal::new(None),
            improving: RwSignal::new(None),
            sheet: RwSignal::new(None),
            showing_keys: RwSignal::new(false),
            options: RwSignal::new(None),
            outline,
            queue: Queue::new(app),
            authoring: Loader::new(expect_context()),
            wanted: RwSignal::new(None),
            leaving: StoredValue::new(false),
            is_polling: StoredValue::new(false),
            save_timer: StoredValue::new(None),
            wants_reload: StoredValue::new(false),
        }
    }

    /// A task as the server has it.
    pub fn task(self, id: TaskId) -> Memo<Option<Task>> {
        Memo::new(move |_| self.lesson.with(|lesson| places::task(lesson, id).cloned()))
    }

    /// The same without tracking; also `None` if the page is gone.
    pub fn task_now(self, id: TaskId) -> Option<Task> {
        self.lesson.try_with_untracked(|lesson| places::task(lesson, id).cloned()).flatten()
    }

    /// The task that the side panel and shortcuts act on: the selected one, else the first.
    pub fn current(self) -> Option<TaskId> {
        let selected = self.selected.get();
        self.lesson.with(|lesson| {
            let first = || lesson.tasks().next().map(|task| task.id);
            selected.filter(|id| places::task(lesson, *id).is_some()).or_else(first)
        })
    }

    pub fn target(self) -> Language {
        self.lesson.with_untracked(|lesson| lesson.target_language)
    }

    pub fn students(self) -> Language {
        self.lesson.with_untracked(|lesson| lesson.students_language)
    }

    pub fn level(self) -> CefrLevel {
        self.lesson.with(|lesson| lesson.level)
    }

    /// The task's number in the lesson.
    pub fn number(self, entry: EntryId) -> usize {
        self.outline.with(|sections| {
            sections
                .iter()
                .flat_map(|section| &section.entries)
                .find(|found| found.id == entry)
                .map_or(0, |found| found.number)
        })
    }

    pub fn save_state(self, id: TaskId) -> State {
        self.savers.with(|savers| savers.get(&id).map_or(State::Saved, Saver::state))
    }

    /// Reads the savers of the lesson's tasks. Deleted tasks keep theirs for Undo, but wait for nothing.
    pub fn read_savers<T>(self, read: impl Fn(TaskId, &Saver) -> T) -> Vec<T> {
        self.lesson.with(|lesson| {
            self.savers.with(|savers| {
                let shown = savers.iter().filter(|(id, _)| places::task(lesson, **id).is_some());
                shown.map(|(id, saver)| read(*id, saver)).collect()
            })
        })
    }

    /// Whether there is something here that the server does not have.
    pub fn is_dirty(self) -> bool {
        self.pending.get() > 0 || self.read_savers(|_, saver| saver.is_dirty()).contains(&true)
    }

    pub fn sync(self) -> Sync {
        let states = self.read_savers(|_, saver| saver.state());
        sync(&states, self.pending.get(), self.app.network.is_online(), self.unreachable.get(), self.saved_at.get())
    }
}

fn sync(states: &[State], pending: usize, online: bool, unreachable: bool, saved_at: Option<DateTime<Utc>>) -> Sync {
    let any = |wanted: fn(&State) -> bool| states.iter().any(wanted);
    if any(|state| *state == State::Conflict) {
        Sync::Conflict
    } else if any(|state| *state == State::Gone) {
        Sync::Gone
    } else if any(|state| *state == State::Kept { offline: true }) || unreachable || !online {
        Sync::Offline
    } else if any(|state| *state == State::Kept { offline: false }) {
        Sync::Trouble
    } else if pending > 0 || any(|state| matches!(state, State::Saving | State::Waiting)) {
        Sync::Saving
    } else if any(|state| *state == State::Unfinished) {
        Sync::Unfinished
    } else {
        Sync::Saved(saved_at)
    }
}

/// The builder of the page around this component.
pub fn use_builder() -> Builder {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_is_never_said_before_the_server_has_said_so() {
        let say = |states: &[State]| sync(states, 0, true, false, None);
        assert_eq!(say(&[State::Saved]), Sync::Saved(None));
        assert_eq!(say(&[State::Saved, State::Waiting]), Sync::Saving);
        assert_eq!(say(&[State::Waiting, State::Unfinished]), Sync::Saving);
        assert_eq!(say(&[State::Unfinished]), Sync::Unfinished);
        assert_eq!(say(&[State::Kept { offline: true }, State::Saving]), Sync::Offline);
        assert_eq!(say(&[State::Kept { offline: true }, State::Conflict]), Sync::Conflict);
        assert_eq!(say(&[State::Gone, State::Saved]), Sync::Gone);
        assert_eq!(sync(&[], 1, true, false, None), Sync::Saving);
        assert_eq!(sync(&[], 0, false, false, None), Sync::Offline);
    }
}
