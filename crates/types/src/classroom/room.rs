//! A room as each role sees it, built from a snapshot and kept current by `apply`: server and browser share the code.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::{Event, EventBody, Passing};
use crate::{
    ids::{ClassId, ClassRunId, ItemId, TaskId, UserId},
    levels::Language,
    marks::Mark,
    tasks::{Skill, TaskBody, TaskView},
};

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// The page is open and in front.
    Here,
    /// Not heard for a while, or the page is in the background.
    Away,
    #[default]
    #[serde(other)]
    Gone,
}

/// A student of the class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub id: UserId,
    pub name: String,
    /// 1 for the first student of this name, 2, 3, … for the next; shown after the name.
    #[serde(rename = "twin")]
    pub name_ordinal: u32,
    pub guest: bool,
    pub joined_at: DateTime<Utc>,
    #[serde(default)]
    pub removed: bool,
    #[serde(default = "yes")]
    pub following: bool,
    #[serde(default)]
    pub presence: Presence,
    /// The task on their screen.
    #[serde(default)]
    pub place: Option<TaskId>,
}

fn yes() -> bool {
    true
}

/// One student's work on one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Starts at 1; a reset begins the next one.
    pub round: u32,
    /// Checks in this round.
    pub tries: u32,
    /// The mark of this round's first check; never overwritten.
    pub first: Option<Mark>,
    /// The mark of the last check.
    pub last: Option<Mark>,
    /// The answer of the last check.
    pub response: Option<Value>,
    /// What was typed since the last check, not checked yet.
    pub draft: Option<Value>,
}

impl Default for Cell {
    fn default() -> Self {
        Self { round: 1, tries: 0, first: None, last: None, response: None, draft: None }
    }
}

impl Cell {
    /// Begins a new round; earlier results remain only in the log.
    fn reset(&mut self) {
        *self = Self { round: self.round + 1, ..Self::default() };
    }
}

pub type ItemCells = BTreeMap<ItemId, Cell>;
pub type TaskCells = BTreeMap<TaskId, ItemCells>;

/// A task as taught in this run: a copy of the lesson's task from when the run began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunTask {
    pub id: TaskId,
    pub section: String,
    pub title: String,
    pub instructions: String,
    pub body: TaskBody,
}

/// A [`RunTask`] without its keys, in one student's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentRunTask {
    pub id: TaskId,
    pub section: String,
    pub title: String,
    pub instructions: String,
    pub skill: Skill,
    pub view: TaskView,
}

/// Everything that the teacher sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeacherRoom {
    pub class: ClassId,
    pub run: ClassRunId,
    pub title: String,
    pub target_language: Language,
    pub students_language: Language,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// In the order of the lesson.
    pub tasks: Vec<RunTask>,
    /// In the order they joined.
    pub members: Vec<Member>,
    pub cells: BTreeMap<UserId, TaskCells>,
    pub focus: Option<TaskId>,
    pub locked: BTreeSet<TaskId>,
    pub revealed: BTreeMap<TaskId, BTreeSet<ItemId>>,
    pub door_open: bool,
    /// All events up to this `seq` are applied.
    pub upto: u64,
}

/// Everything that one student sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentRoom {
    pub class: ClassId,
    pub run: ClassRunId,
    pub title: String,
    pub teacher: String,
    pub target_language: Language,
    pub students_language: Language,
    pub ended_at: Option<DateTime<Utc>>,
    /// The student's own entry.
    pub me: Member,
    pub tasks: Vec<StudentRunTask>,
    pub cells: TaskCells,
    pub focus: Option<TaskId>,
    pub locked: BTreeSet<TaskId>,
    /// Keys revealed so far.
    pub revealed: BTreeMap<TaskId, BTreeMap<ItemId, Value>>,
    pub upto: u64,
}

/// Applies an event to one student's cells.
fn apply_to_cells(cells: &mut TaskCells, body: &EventBody) {
    match body {
        EventBody::Answered { task, item, round, tries, response, mark, .. } => {
            let cell = cells.entry(*task).or_default().entry(item.clone()).or_default();
            if *tries == 1 || cell.first.is_none() {
                cell.first = Some(*mark);
            }
            cell.round = *round;
            cell.tries = *tries;
            cell.last = Some(*mark);
            cell.response = Some(response.clone());
            cell.draft = None;
        }
        EventBody::Drafted { task, item, response, .. } => {
            cells.entry(*task).or_default().entry(item.clone()).or_default().draft.clone_from(response);
        }
        EventBody::Reset { task, items, .. } => {
            for (item, cell) in cells.get_mut(task).into_iter().flatten() {
                if items.is_empty() || items.contains(item) {
                    cell.reset();
                }
            }
        }
        EventBody::Joined { .. }
        | EventBody::Removed { .. }
        | EventBody::Focused { .. }
        | EventBody::Followed { .. }
        | EventBody::Revealed { .. }
        | EventBody::Locked { .. }
        | EventBody::Door { .. }
        | EventBody::Ended {}
        | EventBody::Unknown => {}
    }
}

fn set_locked(locked: &mut BTreeSet<TaskId>, task: TaskId, on: bool) {
    if on {
        locked.insert(task);
    } else {
        locked.remove(&task);
    }
}

impl TeacherRoom {
    /// Applies an event. An event that was applied before changes nothing.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.upto {
            return;
        }
        self.upto = event.seq;
        match &event.body {
            EventBody::Joined { member } => match self.members.iter_mut().find(|known| known.id == member.id) {
                Some(known) => *known = Member { presence: known.presence, place: known.place, ..member.clone() },
                None => self.members.push(member.clone()),
            },
            EventBody::Removed { student } => self.change(*student, |member| member.removed = true),
            EventBody::Followed { student, following } => self.change(*student, |member| member.following = *following),
            EventBody::Answered { student, .. } | EventBody::Drafted { student, .. } => {
                apply_to_cells(self.cells.entry(*student).or_default(), &event.body);
            }
            EventBody::Reset { student, task, items } => {
                match student {
                    Some(student) => {
                        if let Some(cells) = self.cells.get_mut(student) {
                            apply_to_cells(cells, &event.body);
                        }
                    }
                    None => {
                        self.cells.values_mut().for_each(|cells| apply_to_cells(cells, &event.body));
                        if let Some(shown) = self.revealed.get_mut(task) {
                            shown.retain(|item| !items.is_empty() && !items.contains(item));
                        }
                    }
                }
                self.revealed.retain(|_, shown| !shown.is_empty());
            }
            EventBody::Focused { task } => self.focus = Some(*task),
            EventBody::Revealed { task, keys } => {
                self.revealed.entry(*task).or_default().extend(keys.iter().map(|key| key.item.clone()));
            }
            EventBody::Locked { task, locked } => set_locked(&mut self.locked, *task, *locked),
            EventBody::Door { open } => self.door_open = *open,
            EventBody::Ended {} => self.ended_at = Some(event.at),
            EventBody::Unknown => {}
        }
    }

    /// Applies a passing update.
    pub fn apply_passing(&mut self, passing: &Passing) {
        match passing {
            Passing::Presence { student, presence } => self.change(*student, |member| member.presence = *presence),
            Passing::Place { student, task } => self.change(*student, |member| member.place = Some(*task)),
            Passing::Typing { .. } | Passing::Unknown => {}
        }
    }

    fn change(&mut self, student: UserId, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.members.iter_mut().find(|member| member.id == student) {
            change(member);
        }
    }

    /// The room as a student sees it, with tasks shuffled by `seed`; `None` if they are not a member.
    #[must_use]
    pub fn for_student(&self, teacher: &str, student: UserId, seed: impl Fn(TaskId) -> u64) -> Option<StudentRoom> {
        let me = self.members.iter().find(|member| member.id == student)?.clone();
        let tasks = self.tasks.iter().map(|task| StudentRunTask {
            id: task.id,
            section: task.section.clone(),
            title: task.title.clone(),
            instructions: task.instructions.clone(),
            skill: task.body.skill(),
            view: task.body.student_view(seed(task.id)),
        });
        let revealed = self.revealed.iter().filter_map(|(id, shown)| {
            let task = self.tasks.iter().find(|task| task.id == *id)?;
            let keys = shown.iter().filter_map(|item| Some((item.clone(), task.body.key(item)?))).collect();
            Some((*id, keys))
        });
        Some(StudentRoom {
            class: self.class,
            run: self.run,
            title: self.title.clone(),
            teacher: teacher.to_owned(),
            target_language: self.target_language,
            students_language: self.students_language,
            ended_at: self.ended_at,
            me,
            tasks: tasks.collect(),
            cells: self.cells.get(&student).cloned().unwrap_or_default(),
            focus: self.focus,
            locked: self.locked.clone(),
            revealed: revealed.collect(),
            upto: self.upto,
        })
    }

    /// One student's work on one item.
    #[must_use]
    pub fn cell(&self, student: UserId, task: TaskId, item: &ItemId) -> Option<&Cell> {
        self.cells.get(&student)?.get(&task)?.get(item)
    }
}

impl StudentRoom {
    /// Applies an event that [`Event::seen_by`] lets this student see. An event that was applied before changes
    /// nothing.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.upto {
            return;
        }
        self.upto = event.seq;
        apply_to_cells(&mut self.cells, &event.body);
        match &event.body {
            EventBody::Joined { member } => self.me = member.clone(),
            EventBody::Removed { .. } => self.me.removed = true,
            EventBody::Followed { following, .. } => self.me.following = *following,
            EventBody::Focused { task } => self.focus = Some(*task),
            EventBody::Revealed { task, keys } => {
                let shown = self.revealed.entry(*task).or_default();
                shown.extend(keys.iter().map(|key| (key.item.clone(), key.key.clone())));
            }
            EventBody::Locked { task, locked } => set_locked(&mut self.locked, *task, *locked),
            EventBody::Reset { student: None, task, items } => {
                if let Some(shown) = self.revealed.get_mut(task) {
                    shown.retain(|item, _| !items.is_empty() && !items.contains(item));
                }
                self.revealed.retain(|_, shown| !shown.is_empty());
            }
            EventBody::Ended {} => self.ended_at = Some(event.at),
            EventBody::Answered { .. }
            | EventBody::Drafted { .. }
            | EventBody::Reset { .. }
            | EventBody::Door { .. }
            | EventBody::Unknown => {}
        }
    }

    /// The student's own work on one item.
    #[must_use]
    pub fn cell(&self, task: TaskId, item: &ItemId) -> Option<&Cell> {
        self.cells.get(&task)?.get(item)
    }
}
