//! Decides proposals: a pure step from a room and its proposals to events, marks and rows, which changes nothing.
//! Events are applied by the same code that the browser runs, so the stored cells are what the events add up to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;

use super::{
    ANSWERS_MAX,
    batch::{Batch, NewAttempt},
    event::{Event, EventBody, RevealedKey},
    message::{Answer, Proposal, Refusal},
    room::{Cell, RunTask, TaskCells, TeacherRoom},
};
use crate::{
    ids::{AttemptId, ItemId, ProposalId, TaskId, UserId},
    tasks::{AnswerFault, ITEM_TEXT_MAX, ITEMS_MAX},
};

/// A proposal that is not decided yet, and who made it.
#[derive(Clone, Debug)]
pub struct PendingProposal {
    pub user: UserId,
    pub id: ProposalId,
    pub what: Proposal,
}

/// Outcome of a proposal: the seq of its last event, or why it was refused.
pub type Outcome = Result<u64, Refusal>;

/// Proposals that were accepted before, with the seq of their acks.
pub type AlreadyAccepted = HashMap<(UserId, ProposalId), u64>;

/// A batch of proposals, and what is needed to decide them.
pub struct Undecided<'a> {
    pub owner: UserId,
    pub proposals: &'a [PendingProposal],
    pub done: &'a AlreadyAccepted,
    pub at: DateTime<Utc>,
    /// Makes the id of an attempt.
    pub new_id: fn() -> AttemptId,
}

/// A proposal that is accepted.
#[derive(Clone, Copy)]
enum Accepted {
    /// In this batch: the index of its last event.
    Now(usize),
    /// In an earlier one, by this seq.
    Before(u64),
}

type Place = (UserId, TaskId, ItemId);

struct Deciding<'a> {
    /// The room before the batch.
    before: &'a TeacherRoom,
    /// What the batch may change, changed so far.
    room: TeacherRoom,
    at: DateTime<Utc>,
    new_id: fn() -> AttemptId,
    /// `None`: a draft superseded by a later one of the same batch.
    events: Vec<Option<EventBody>>,
    attempts: Vec<NewAttempt>,
    cells: BTreeSet<Place>,
    tasks: BTreeSet<TaskId>,
    /// Index in `events` of an item's latest draft.
    drafts: HashMap<Place, usize>,
    /// Indices in `events`: a superseded draft, and the one that replaced it.
    replaced: HashMap<usize, usize>,
}

/// Most bytes of an answer to one item.
const RESPONSE_BYTES_MAX: usize = 16 * 1024;

/// Whether the answer can be stored: it is short enough, and without anything that the database can't hold.
fn fits(answer: &Value) -> bool {
    holds(answer) && answer.to_string().len() <= RESPONSE_BYTES_MAX
}

fn holds(answer: &Value) -> bool {
    let text = |text: &str| text.chars().count() <= ITEM_TEXT_MAX && !text.contains('\0');
    match answer {
        Value::String(it) => text(it),
        Value::Array(list) => list.len() <= ITEMS_MAX && list.iter().all(holds),
        Value::Object(map) => map.len() <= ITEMS_MAX && map.iter().all(|(key, value)| text(key) && holds(value)),
        // A float may come back from the database slightly different; no answer contains one.
        Value::Number(number) => !number.is_f64(),
        Value::Null | Value::Bool(_) => true,
    }
}

/// The client's time if plausible, else ours: a student's clock may be wrong, but not by centuries.
fn sensible(client: DateTime<Utc>, ours: DateTime<Utc>) -> DateTime<Utc> {
    if (2000..=2200).contains(&client.year()) { client } else { ours }
}

/// The part of a room that these proposals may change: cells of the students and tasks that they name, and those
/// tasks' locks and keys. Copying it is what lets [`decide`] change nothing.
fn part(room: &TeacherRoom, proposals: &[PendingProposal]) -> TeacherRoom {
    let mut users = BTreeSet::new();
    let mut tasks = BTreeSet::new();
    let mut places = BTreeSet::new();
    for PendingProposal { user, what, .. } in proposals {
        users.insert(*user);
        match what {
            Proposal::Draft { task, .. } | Proposal::Check { task, .. } => {
                tasks.insert(*task);
                places.insert((*user, *task));
            }
            Proposal::Reset { student, task, .. } => {
                tasks.insert(*task);
                match student {
                    Some(student) => drop(places.insert((*student, *task))),
                    None => places.extend(room.cells.keys().map(|student| (*student, *task))),
                }
            }
            Proposal::Reveal { task, .. } | Proposal::Lock { task, .. } => drop(tasks.insert(*task)),
            Proposal::Remove { student } => drop(users.insert(*student)),
            Proposal::Focus { .. }
            | Proposal::Follow { .. }
            | Proposal::Door { .. }
            | Proposal::End {}
            | Proposal::Unknown => {}
        }
    }
    let mut cells: BTreeMap<UserId, TaskCells> = BTreeMap::new();
    for (user, task) in places {
        if let Some(items) = room.cells.get(&user).and_then(|tasks| tasks.get(&task)) {
            cells.entry(user).or_default().insert(task, items.clone());
        }
    }
    TeacherRoom {
        title: String::new(),
        tasks: Vec::new(),
        members: room.members.iter().filter(|member| users.contains(&member.id)).cloned().collect(),
        cells,
        locked: room.locked.intersection(&tasks).copied().collect(),
        revealed: tasks.iter().filter_map(|task| Some((*task, room.revealed.get(task)?.clone()))).collect(),
        ..*room
    }
}

/// Decides the proposals of a batch in order. Nothing is changed: the caller applies the batch's events to the room
/// once they are written.
#[must_use]
pub fn decide(room: &TeacherRoom, input: &Undecided<'_>) -> (Batch, Vec<Outcome>) {
    let mut deciding = Deciding {
        before: room,
        room: part(room, input.proposals),
        at: input.at,
        new_id: input.new_id,
        events: Vec::new(),
        attempts: Vec::new(),
        cells: BTreeSet::new(),
        tasks: BTreeSet::new(),
        drafts: HashMap::new(),
        replaced: HashMap::new(),
    };
    let mut here: HashMap<(UserId, ProposalId), usize> = HashMap::new();
    let mut decided: Vec<Result<Accepted, Refusal>> = Vec::with_capacity(input.proposals.len());
    for proposal in input.proposals {
        let key = (proposal.user, proposal.id);
        decided.push(if let Some(seq) = input.done.get(&key) {
            Ok(Accepted::Before(*seq))
        } else if let Some(last) = here.get(&key) {
            Ok(Accepted::Now(*last))
        } else {
            let last = deciding.one(input.owner, proposal);
            if let Ok(last) = last {
                here.insert(key, last);
            }
            last.map(Accepted::Now)
        });
    }
    deciding.finish(input.proposals, &decided)
}

impl<'a> Deciding<'a> {
    fn task(&self, id: TaskId) -> Result<&'a RunTask, Refusal> {
        self.before.tasks.iter().find(|task| task.id == id).ok_or(Refusal::NoSuchTask)
    }

    /// Adds an event; returns its index in the batch.
    fn happen(&mut self, body: EventBody) -> usize {
        // Numbered at the end, once it is known which drafts count.
        let event = Event { seq: self.room.upto + 1, at: self.at, body };
        self.room.apply(&event);
        self.events.push(Some(event.body));
        self.events.len() - 1
    }

    fn closed(&self, task: TaskId, item: &ItemId) -> bool {
        self.room.revealed.get(&task).is_some_and(|shown| shown.contains(item))
    }

    /// Decides one proposal; returns the index of its last event.
    fn one(&mut self, owner: UserId, proposal: &PendingProposal) -> Result<usize, Refusal> {
        if self.room.ended_at.is_some() {
            return Err(Refusal::Ended);
        }
        let teacher = proposal.user == owner;
        if teacher != proposal.what.is_teachers() {
            return Err(Refusal::NotAllowed);
        }
        if !teacher && !self.room.members.iter().any(|member| member.id == proposal.user && !member.removed) {
            return Err(Refusal::NotAllowed);
        }
        match &proposal.what {
            Proposal::Draft { task, item, response } => self.draft(proposal.user, *task, item, response.as_ref()),
            Proposal::Check { task, answers, at } => self.check(proposal, *task, answers, *at),
            Proposal::Follow { following } => {
                Ok(self.happen(EventBody::Followed { student: proposal.user, following: *following }))
            }
            Proposal::Focus { task } => {
                self.task(*task)?;
                Ok(self.happen(EventBody::Focused { task: *task }))
            }
            Proposal::Reveal { task, items } => self.reveal(*task, items),
            Proposal::Lock { task, locked } => {
                self.task(*task)?;
                self.tasks.insert(*task);
                Ok(self.happen(EventBody::Locked { task: *task, locked: *locked }))
            }
            Proposal::Reset { student, task, items } => self.reset(*student, *task, items),
            Proposal::Remove { student } => {
                self.student(*student)?;
                Ok(self.happen(EventBody::Removed { student: *student }))
            }
            Proposal::Door { open } => Ok(self.happen(EventBody::Door { open: *open })),
            Proposal::End {} => Ok(self.happen(EventBody::Ended {})),
            Proposal::Unknown => Err(Refusal::NotAllowed),
        }
    }

    fn student(&self, id: UserId) -> Result<(), Refusal> {
        self.before.members.iter().any(|member| member.id == id).then_some(()).ok_or(Refusal::NoSuchStudent)
    }

    /// The named items, or all items of the task if none is named.
    fn items(&self, task: TaskId, named: &[ItemId]) -> Result<Vec<ItemId>, Refusal> {
        let all = self.task(task)?.body.items();
        if named.is_empty() {
            return Ok(all);
        }
        if named.iter().all(|item| all.contains(item)) { Ok(named.to_vec()) } else { Err(Refusal::NoSuchItem) }
    }

    fn draft(
        &mut self,
        student: UserId,
        task: TaskId,
        item: &ItemId,
        response: Option<&Value>,
    ) -> Result<usize, Refusal> {
        self.items(task, std::slice::from_ref(item))?;
        if !response.is_none_or(fits) {
            return Err(Refusal::Malformed);
        }
        // A locked task takes no checks, but it does take drafts: they may have been written before the client heard
        // of the lock.
        if self.closed(task, item) {
            return Err(Refusal::Revealed);
        }
        let last = self.happen(EventBody::Drafted { student, task, item: item.clone(), response: response.cloned() });
        let place = (student, task, item.clone());
        if let Some(earlier) = self.drafts.insert(place.clone(), last) {
            self.events[earlier] = None;
            self.replaced.insert(earlier, last);
        }
        self.cells.insert(place);
        Ok(last)
    }

    /// Marks answers. Items whose key was revealed are skipped; refused if none is left.
    fn check(
        &mut self,
        proposal: &PendingProposal,
        task: TaskId,
        answers: &[Answer],
        client: DateTime<Utc>,
    ) -> Result<usize, Refusal> {
        let known = self.task(task)?;
        let distinct: BTreeSet<&ItemId> = answers.iter().map(|answer| &answer.item).collect();
        if answers.is_empty() || answers.len() > ANSWERS_MAX || distinct.len() != answers.len() {
            return Err(Refusal::Malformed);
        }
        let mut marked = Vec::with_capacity(answers.len());
        for Answer { item, response } in answers {
            if !fits(response) {
                return Err(Refusal::Malformed);
            }
            let mark = known.body.score(item, response, self.room.target_language).map_err(|fault| match fault {
                AnswerFault::NoSuchItem | AnswerFault::NotMarked => Refusal::NoSuchItem,
                AnswerFault::Malformed => Refusal::Malformed,
            })?;
            marked.push((item, response, mark));
        }
        if self.room.locked.contains(&task) {
            return Err(Refusal::Locked);
        }
        marked.retain(|(item, _, _)| !self.closed(task, item));
        let mut last = Err(Refusal::Revealed);
        for (item, response, mark) in marked {
            let (round, tries) =
                self.room.cell(proposal.user, task, item).map_or((1, 0), |cell| (cell.round, cell.tries));
            let attempt = (self.new_id)();
            let tries = tries.saturating_add(1);
            self.attempts.push(NewAttempt {
                id: attempt,
                student: proposal.user,
                task,
                item: item.clone(),
                round,
                tries,
                response: response.clone(),
                mark,
                proposal: proposal.id,
                client_at: sensible(client, self.at),
            });
            self.cells.insert((proposal.user, task, item.clone()));
            last = Ok(self.happen(EventBody::Answered {
                student: proposal.user,
                task,
                item: item.clone(),
                attempt,
                round,
                tries,
                response: response.clone(),
                mark,
            }));
        }
        last
    }

    fn reveal(&mut self, task: TaskId, named: &[ItemId]) -> Result<usize, Refusal> {
        let items = self.items(task, named)?;
        let body = &self.task(task)?.body;
        let keys: Vec<RevealedKey> =
            items.into_iter().filter_map(|item| body.key(&item).map(|key| RevealedKey { item, key })).collect();
        if keys.is_empty() {
            return Err(Refusal::NoSuchItem);
        }
        self.tasks.insert(task);
        Ok(self.happen(EventBody::Revealed { task, keys }))
    }

    fn reset(&mut self, student: Option<UserId>, task: TaskId, named: &[ItemId]) -> Result<usize, Refusal> {
        let items = self.items(task, named)?;
        if let Some(student) = student {
            self.student(student)?;
        }
        for (user, cells) in &self.room.cells {
            if student.is_some_and(|student| student != *user) {
                continue;
            }
            for item in cells.get(&task).into_iter().flat_map(|cells| cells.keys()) {
                if named.is_empty() || items.contains(item) {
                    self.cells.insert((*user, task, item.clone()));
                }
            }
        }
        self.tasks.insert(task);
        // Drafts before the reset created cells that got the new round: later drafts must not remove them from the
        // log.
        self.drafts.clear();
        Ok(self.happen(EventBody::Reset { student, task, items: named.to_vec() }))
    }

    /// Numbers the events that remain and collects the rows to write.
    fn finish(self, proposals: &[PendingProposal], decided: &[Result<Accepted, Refusal>]) -> (Batch, Vec<Outcome>) {
        let mut seq = self.before.upto;
        let mut seqs = Vec::with_capacity(self.events.len());
        let mut events = Vec::with_capacity(self.events.len());
        for body in self.events {
            if let Some(body) = body {
                seq += 1;
                events.push(Event { seq, at: self.at, body });
            }
            seqs.push(seq);
        }
        let seq_of = |mut place: usize| {
            while let Some(by) = self.replaced.get(&place) {
                place = *by;
            }
            seqs.get(place).copied().unwrap_or(seq)
        };
        let mut accepted = Vec::new();
        let mut written = BTreeSet::new();
        let outcomes = proposals
            .iter()
            .zip(decided)
            .map(|(proposal, decided)| {
                let last = match decided {
                    Ok(Accepted::Now(last)) => *last,
                    Ok(Accepted::Before(seq)) => return Ok(*seq),
                    Err(why) => return Err(*why),
                };
                let seq = seq_of(last);
                if written.insert((proposal.user, proposal.id)) {
                    accepted.push((proposal.user, proposal.id, seq));
                }
                Ok(seq)
            })
            .collect();
        let room = &self.room;
        let cells = self
            .cells
            .into_iter()
            .map(|(user, task, item)| {
                let cell: Cell = room.cell(user, task, &item).cloned().unwrap_or_default();
                (user, task, item, cell)
            })
            .collect();
        let tasks = self
            .tasks
            .into_iter()
            .map(|task| {
                let shown = room.revealed.get(&task).into_iter().flatten().cloned().collect();
                (task, room.locked.contains(&task), shown)
            })
            .collect();
        (Batch { events, proposals: accepted, attempts: self.attempts, cells, tasks }, outcomes)
    }
}
