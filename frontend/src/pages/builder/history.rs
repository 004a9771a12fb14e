//! Undo and redo: a stack of steps, each of which knows the REST calls that undo and redo it. Needs no browser: the
//! page carries out the [`Call`]s and reports how they went.

use serde_json::Value;
use types::{
    ids::{SectionId, TaskId},
    lesson::Task,
    levels::CefrLevel,
    tasks::TaskBody,
};

use super::places::Place;

/// Most steps kept: nobody goes further back, and each holds whole contents.
const DEPTH: usize = 100;

/// The parts of a task that an author writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub title: String,
    pub instructions: String,
    pub body: TaskBody,
}

impl From<&Task> for Written {
    fn from(task: &Task) -> Self {
        Self { title: task.title.clone(), instructions: task.instructions.clone(), body: task.body.clone() }
    }
}

impl Written {
    /// Equal for the author: what the server found for a key (its neighbours) doesn't count.
    pub fn is_like(&self, other: &Self) -> bool {
        self.title == other.title
            && self.instructions == other.instructions
            && self.body.kind() == other.body.kind()
            && (self.body == other.body || as_authored(self.body.content()) == as_authored(other.body.content()))
    }
}

fn as_authored(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter().filter(|(key, _)| key != "neighbours").map(|(key, v)| (key, as_authored(v))).collect(),
        ),
        Value::Array(list) => Value::Array(list.into_iter().map(as_authored).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// A change that was made.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Edited by hand or made again.
    Edit {
        task: TaskId,
        before: Box<Written>,
        after: Box<Written>,
    },
    Move {
        task: TaskId,
        from: Place,
        to: Place,
    },
    /// Added: blank, a copy, or generated.
    Add(TaskId),
    Delete(TaskId),
    Title {
        before: String,
        after: String,
    },
    Level {
        before: CefrLevel,
        after: CefrLevel,
    },
    AddSection(SectionId),
    DeleteSection(SectionId),
    RenameSection {
        section: SectionId,
        before: String,
        after: String,
    },
    /// The sections that it came after, before and now; `None`: first.
    MoveSection {
        section: SectionId,
        from: Option<SectionId>,
        to: Option<SectionId>,
    },
}

/// A request that the page makes to the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    Write(TaskId, Box<Written>),
    Move(TaskId, Place),
    Delete(TaskId),
    Restore(TaskId),
    Title(String),
    Level(CefrLevel),
    DeleteSection(SectionId),
    RestoreSection(SectionId),
    RenameSection(SectionId, String),
    MoveSection(SectionId, Option<SectionId>),
}

impl Step {
    fn back(&self) -> Call {
        match self {
            Self::Edit { task, before, .. } => Call::Write(*task, before.clone()),
            Self::Move { task, from, .. } => Call::Move(*task, *from),
            Self::Add(task) => Call::Delete(*task),
            Self::Delete(task) => Call::Restore(*task),
            Self::Title { before, .. } => Call::Title(before.clone()),
            Self::Level { before, .. } => Call::Level(*before),
            Self::AddSection(section) => Call::DeleteSection(*section),
            Self::DeleteSection(section) => Call::RestoreSection(*section),
            Self::RenameSection { section, before, .. } => Call::RenameSection(*section, before.clone()),
            Self::MoveSection { section, from, .. } => Call::MoveSection(*section, *from),
        }
    }

    fn again(&self) -> Call {
        match self {
            Self::Edit { task, after, .. } => Call::Write(*task, after.clone()),
            Self::Move { task, to, .. } => Call::Move(*task, *to),
            Self::Add(task) => Call::Restore(*task),
            Self::Delete(task) => Call::Delete(*task),
            Self::Title { after, .. } => Call::Title(after.clone()),
            Self::Level { after, .. } => Call::Level(*after),
            Self::AddSection(section) => Call::RestoreSection(*section),
            Self::DeleteSection(section) => Call::DeleteSection(*section),
            Self::RenameSection { section, after, .. } => Call::RenameSection(*section, after.clone()),
            Self::MoveSection { section, to, .. } => Call::MoveSection(*section, *to),
        }
    }

    /// Whether the step changed nothing.
    fn is_empty(&self) -> bool {
        match self {
            Self::Edit { before, after, .. } => before.is_like(after),
            Self::Move { from, to, .. } => from == to,
            Self::Title { before, after } => before == after,
            Self::Level { before, after } => before == after,
            Self::RenameSection { before, after, .. } => before == after,
            Self::MoveSection { from, to, .. } => from == to,
            Self::Add(_) | Self::Delete(_) | Self::AddSection(_) | Self::DeleteSection(_) => false,
        }
    }
}

/// The done and the undone steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// The task being edited: saves in one sitting are one step.
    sitting: Option<TaskId>,
}

/// Whether a call undoes or redoes, to report how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Back,
    Again,
}

impl History {
    /// Records a step. What was undone before can no longer be redone.
    pub fn push(&mut self, step: Step) {
        if step.is_empty() {
            return;
        }
        self.undone.clear();
        if let (Some(Step::Edit { task, after, .. }), Step::Edit { task: next, after: newer, .. }) =
            (self.done.last_mut(), &step)
            && task == next
            && self.sitting == Some(*next)
        {
            *after = newer.clone();
            return;
        }
        self.sitting = match &step {
            Step::Edit { task, .. } => Some(*task),
            Step::Move { .. }
            | Step::Add(_)
            | Step::Delete(_)
            | Step::Title { .. }
            | Step::Level { .. }
            | Step::AddSection(_)
            | Step::DeleteSection(_)
            | Step::RenameSection { .. }
            | Step::MoveSection { .. } => None,
        };
        self.done.push(step);
        if self.done.len() > DEPTH {
            self.done.remove(0);
        }
    }

    /// The editor was closed: the next edit is a new step.
    pub fn end_sitting(&mut self) {
        self.sitting = None;
    }

    pub fn can(&self, direction: Direction) -> bool {
        match direction {
            Direction::Back => !self.done.is_empty(),
            Direction::Again => !self.undone.is_empty(),
        }
    }

    /// The call to make. The step moves to the other stack at once; [`History::failed`] moves it back.
    pub fn take(&mut self, direction: Direction) -> Option<Call> {
        self.sitting = None;
        match direction {
            Direction::Back => {
                let step = self.done.pop()?;
                let call = step.back();
                self.undone.push(step);
                Some(call)
            }
            Direction::Again => {
                let step = self.undone.pop()?;
                let call = step.again();
                self.done.push(step);
                Some(call)
            }
        }
    }

    /// The call failed: the step moves back.
    pub fn failed(&mut self, direction: Direction) {
        match direction {
            Direction::Back => self.done.extend(self.undone.pop()),
            Direction::Again => self.undone.extend(self.done.pop()),
        }
    }

    /// Drops the step: what it was about is gone for good, so neither direction works any more.
    pub fn forget(&mut self, direction: Direction) {
        match direction {
            Direction::Back => self.undone.pop(),
            Direction::Again => self.done.pop(),
        };
    }

    /// For a toast's own **Undo**: removes the step wherever it is in the stack and returns the call that undoes it.
    pub fn take_out(&mut self, step: &Step) -> Option<Call> {
        let at = self.done.iter().rposition(|done| done == step)?;
        Some(self.done.remove(at).back())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::places::tests::{sid, tid},
        *,
    };

    fn written(title: &str) -> Box<Written> {
        Box::new(Written {
            title: title.into(),
            instructions: String::new(),
            body: TaskBody::blank("matching").unwrap(),
        })
    }

    fn edit(before: &str, after: &str) -> Step {
        Step::Edit { task: tid(1), before: written(before), after: written(after) }
    }

    #[test]
    fn undo_goes_back_and_redo_forth_again() {
        let mut history = History::default();
        let (from, to) = (Place { section: sid(0), after: None }, Place { section: sid(1), after: Some(tid(3)) });
        history.push(Step::Move { task: tid(1), from, to });
        history.push(Step::Delete(tid(2)));
        history.push(Step::Add(tid(5)));
        assert_eq!(history.take(Direction::Back), Some(Call::Delete(tid(5))));
        assert_eq!(history.take(Direction::Back), Some(Call::Restore(tid(2))));
        assert_eq!(history.take(Direction::Back), Some(Call::Move(tid(1), from)));
        assert_eq!(history.take(Direction::Back), None);
        assert_eq!(history.take(Direction::Again), Some(Call::Move(tid(1), to)));
        assert_eq!(history.take(Direction::Again), Some(Call::Delete(tid(2))));
        assert_eq!(history.take(Direction::Again), Some(Call::Restore(tid(5))));
        assert!(!history.can(Direction::Again));
    }

    #[test]
    fn a_new_step_ends_what_could_be_done_again() {
        let mut history = History::default();
        history.push(Step::Delete(tid(1)));
        history.take(Direction::Back);
        history.push(Step::Delete(tid(2)));
        assert!(!history.can(Direction::Again));
        assert_eq!(history.take(Direction::Back), Some(Call::Restore(tid(2))));
        assert!(!history.can(Direction::Back));
    }

    #[test]
    fn saves_of_one_sitting_are_one_step() {
        let mut history = History::default();
        history.push(edit("a", "b"));
        history.push(edit("b", "c"));
        history.end_sitting();
        history.push(edit("c", "d"));
        assert_eq!(history.take(Direction::Back), Some(Call::Write(tid(1), written("c"))));
        assert_eq!(history.take(Direction::Back), Some(Call::Write(tid(1), written("a"))));
        assert_eq!(history.take(Direction::Back), None);
    }

    #[test]
    fn an_edit_after_an_undo_is_a_step_of_its_own() {
        let mut history = History::default();
        history.push(edit("a", "b"));
        history.push(Step::Title { before: "x".into(), after: "y".into() });
        history.take(Direction::Back);
        history.push(edit("b", "c"));
        assert_eq!(history.take(Direction::Back), Some(Call::Write(tid(1), written("b"))));
        assert_eq!(history.take(Direction::Back), Some(Call::Write(tid(1), written("a"))));
    }

    #[test]
    fn a_refused_call_leaves_the_step_where_it_was() {
        let mut history = History::default();
        history.push(Step::Delete(tid(1)));
        let before = history.clone();
        history.take(Direction::Back);
        history.failed(Direction::Back);
        assert_eq!(history, before);
        history.take(Direction::Back);
        history.forget(Direction::Back);
        assert!(!history.can(Direction::Back) && !history.can(Direction::Again));
    }

    #[test]
    fn what_the_server_adds_to_a_key_is_no_change() {
        let gap = |neighbours: &[&str]| {
            let content =
                serde_json::json!({ "parts": [{ "gap": { "id": "i1", "key": "walk", "neighbours": neighbours } }] });
            Written {
                title: "t".into(),
                instructions: String::new(),
                body: TaskBody::from_stored("gap_fill", 1, content),
            }
        };
        assert!(gap(&[]).is_like(&gap(&["talk"])));
        assert!(!gap(&[]).is_like(&written("t")));
    }

    #[test]
    fn nothing_changed_is_no_step() {
        let mut history = History::default();
        history.push(edit("a", "a"));
        history.push(Step::Title { before: "x".into(), after: "x".into() });
        assert!(!history.can(Direction::Back));
    }

    #[test]
    fn a_toast_takes_back_its_own_step() {
        let mut history = History::default();
        history.push(Step::Delete(tid(1)));
        history.push(Step::Delete(tid(2)));
        assert_eq!(history.take_out(&Step::Delete(tid(1))), Some(Call::Restore(tid(1))));
        assert_eq!(history.take_out(&Step::Delete(tid(1))), None);
        assert_eq!(history.take(Direction::Back), Some(Call::Restore(tid(2))));
    }

    #[test]
    fn old_steps_are_let_go() {
        let mut history = History::default();
        for n in 0..(DEPTH as u128 + 5) {
            history.push(Step::Delete(tid(n)));
        }
        assert_eq!(history.done.len(), DEPTH);
    }
}
