//! A student's work on one task as the page shows it: what the server has, overlaid with what was typed here and is not
//! there yet. Needs no browser.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use types::{
    classroom::{Answer, EventBody, ItemCells, Proposal},
    ids::{ItemId, TaskId},
    marks::Verdict,
};

use super::super::marks::outcome;
use crate::tasks::{Answers, Outcomes};

/// Local changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Values of fields that the server may not have; `None`: the field was emptied.
    typed: BTreeMap<ItemId, Option<Value>>,
    /// Marked items that are being tried again.
    opened: BTreeSet<ItemId>,
}

/// What the page shows of the work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    pub answers: Answers,
    pub outcomes: Outcomes,
    /// Items whose key was shown.
    pub closed: BTreeSet<ItemId>,
    /// The keys that were shown.
    keys: BTreeMap<ItemId, Value>,
}

impl Shown {
    /// The answers that a check would send.
    pub fn to_check(&self) -> Vec<Answer> {
        let open = |item: &&ItemId| !self.outcomes.contains_key(*item) && !self.closed.contains(*item);
        let answer = |item: &ItemId| Answer { item: item.clone(), response: self.answers[item].clone() };
        self.answers.keys().filter(open).map(answer).collect()
    }

    /// What the task shows: the student's answers, and shown keys where those weren't right.
    pub fn on_page(&self) -> Answers {
        let mut answers = self.answers.clone();
        answers.extend(
            self.keys.iter().filter(|(item, _)| !self.has_right(item)).map(|(item, key)| (item.clone(), key.clone())),
        );
        answers
    }

    /// The marks beside the answers: none beside a key.
    pub fn marks(&self) -> Outcomes {
        let mut marks = self.outcomes.clone();
        marks.retain(|item, outcome| outcome.is_right() || !self.closed.contains(item));
        marks
    }

    fn has_right(&self, item: &ItemId) -> bool {
        self.outcomes.get(item).is_some_and(crate::tasks::Outcome::is_right)
    }

    /// Items that are not right and may be tried again.
    pub fn wrong(&self) -> Vec<ItemId> {
        let again = |(item, outcome): &(&ItemId, &crate::tasks::Outcome)| {
            outcome.mark.verdict != Verdict::Right && !self.closed.contains(*item)
        };
        self.outcomes.iter().filter(again).map(|(item, _)| item.clone()).collect()
    }
}

impl Work {
    /// Records what was typed or picked.
    pub fn put(&mut self, item: ItemId, answer: Option<Value>) {
        self.typed.insert(item, answer);
    }

    /// Opens items for another try. `keep`: the answers stay, to be corrected.
    pub fn open(&mut self, items: Vec<ItemId>, shown: &Shown, keep: bool) {
        for item in items {
            let answer = shown.answers.get(&item).filter(|_| keep).cloned();
            self.typed.insert(item.clone(), answer);
            self.opened.insert(item);
        }
    }

    /// Applies an event. `is_out`: whether an answer of the server about the item is still pending.
    pub fn take(&mut self, event: &EventBody, is_out: impl Fn(&ItemId) -> bool) {
        match event {
            EventBody::Answered { item, response, .. } => {
                self.opened.remove(item);
                self.drop_if_told(item, Some(response), is_out);
            }
            EventBody::Drafted { item, response, .. } => self.drop_if_told(item, response.as_ref(), is_out),
            EventBody::Reset { items, .. } => {
                self.typed.retain(|item, _| !items.is_empty() && !items.contains(item));
                self.opened.retain(|item| !items.is_empty() && !items.contains(item));
            }
            EventBody::Revealed { keys, .. } => {
                for key in keys {
                    self.forget(&key.item);
                }
            }
            EventBody::Joined { .. }
            | EventBody::Removed { .. }
            | EventBody::Focused { .. }
            | EventBody::Followed { .. }
            | EventBody::Locked { .. }
            | EventBody::Door { .. }
            | EventBody::Ended {}
            | EventBody::Unknown => {}
        }
    }

    /// Drops a local value if the server has it, or has something later from another page of the same student.
    fn drop_if_told(&mut self, item: &ItemId, told: Option<&Value>, is_out: impl Fn(&ItemId) -> bool) {
        if self.typed.get(item).is_some_and(|typed| typed.as_ref() == told || !is_out(item)) {
            self.typed.remove(item);
        }
    }

    /// Drops a local value that the server refuses: what the server has is shown again.
    pub fn forget(&mut self, item: &ItemId) {
        self.typed.remove(item);
        self.opened.remove(item);
    }

    /// After the whole room came anew, keeps only pending values: all others are in it.
    pub fn keep_only(&mut self, is_out: impl Fn(&ItemId) -> bool) {
        self.typed.retain(|item, _| is_out(item));
        let typed = &self.typed;
        self.opened.retain(|item| typed.contains_key(item));
    }

    pub fn shown(&self, cells: Option<&ItemCells>, revealed: Option<&BTreeMap<ItemId, Value>>) -> Shown {
        let mut shown = Shown {
            closed: revealed.map(|keys| keys.keys().cloned().collect()).unwrap_or_default(),
            keys: revealed.cloned().unwrap_or_default(),
            ..Shown::default()
        };
        for (item, cell) in cells.into_iter().flatten() {
            let is_open = self.opened.contains(item) || self.typed.contains_key(item) || cell.draft.is_some();
            if let Some(outcome) = outcome(cell)
                && (!is_open || shown.closed.contains(item))
            {
                shown.outcomes.insert(item.clone(), outcome);
                shown.answers.extend(cell.response.clone().map(|response| (item.clone(), response)));
            } else {
                shown.answers.extend(cell.draft.clone().map(|draft| (item.clone(), draft)));
            }
        }
        for (item, typed) in &self.typed {
            if shown.outcomes.contains_key(item) {
                continue;
            }
            match typed {
                Some(answer) => shown.answers.insert(item.clone(), answer.clone()),
                None => shown.answers.remove(item),
            };
        }
        shown
    }
}

/// The value of an item's field; `None`: it was emptied.
type TypedAnswer = (ItemId, Option<Value>);

/// The task and the items that a proposal is about, with the values it sets.
pub fn answers_of(what: &Proposal) -> Option<(TaskId, Vec<TypedAnswer>)> {
    match what {
        Proposal::Draft { task, item, response } => Some((*task, vec![(item.clone(), response.clone())])),
        Proposal::Check { task, answers, .. } => {
            Some((*task, answers.iter().map(|it| (it.item.clone(), Some(it.response.clone()))).collect()))
        }
        Proposal::Follow { .. }
        | Proposal::Focus { .. }
        | Proposal::Reveal { .. }
        | Proposal::Lock { .. }
        | Proposal::Reset { .. }
        | Proposal::Remove { .. }
        | Proposal::Door { .. }
        | Proposal::End {}
        | Proposal::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use types::{
        classroom::{Cell, RevealedKey},
        ids::{AttemptId, UserId},
        marks::Mark,
    };
    use uuid::Uuid;

    use super::*;

    fn item() -> ItemId {
        ItemId::nth(0)
    }

    fn marked(response: &str, mark: Mark, tries: u32) -> ItemCells {
        let cell =
            Cell { tries, first: Some(mark), last: Some(mark), response: Some(json!(response)), ..Cell::default() };
        ItemCells::from([(item(), cell)])
    }

    fn answered(response: &str) -> EventBody {
        EventBody::Answered {
            student: UserId(Uuid::nil()),
            task: TaskId(Uuid::nil()),
            item: item(),
            attempt: AttemptId(Uuid::nil()),
            round: 1,
            tries: 1,
            response: json!(response),
            mark: Mark::WRONG,
        }
    }

    fn drafted(response: &str) -> EventBody {
        EventBody::Drafted {
            student: UserId(Uuid::nil()),
            task: TaskId(Uuid::nil()),
            item: item(),
            response: Some(json!(response)),
        }
    }

    #[test]
    fn what_is_typed_stands_over_what_the_server_has_until_it_has_it() {
        let mut work = Work::default();
        work.put(item(), Some(json!("goe")));
        work.put(item(), Some(json!("goes")));
        assert_eq!(work.shown(None, None).answers[&item()], json!("goes"));
        work.take(&drafted("goe"), |_| true);
        assert_eq!(work.shown(None, None).answers[&item()], json!("goes"), "an echo of the earlier changes nothing");
        work.take(&drafted("goes"), |_| true);
        assert!(work.shown(None, None).answers.is_empty(), "the room has it now");
        work.put(item(), Some(json!("mine")));
        work.take(&drafted("of the other tab"), |_| false);
        assert_eq!(work, Work::default(), "nothing of ours is out: the other page was later");
    }

    #[test]
    fn a_marked_item_is_closed_until_it_is_tried_again() {
        let mut work = Work::default();
        let cells = marked("go", Mark::WRONG, 1);
        let shown = work.shown(Some(&cells), None);
        assert_eq!((shown.outcomes.len(), shown.to_check().len()), (1, 0));
        work.open(shown.wrong(), &shown, true);
        let shown = work.shown(Some(&cells), None);
        assert_eq!(shown.answers[&item()], json!("go"));
        assert!(shown.outcomes.is_empty());
        work.put(item(), Some(json!("goes")));
        assert_eq!(work.shown(Some(&cells), None).to_check()[0].response, json!("goes"));
        work.take(&answered("goes"), |_| true);
        assert_eq!(work.shown(Some(&marked("goes", Mark::RIGHT, 2)), None).outcomes[&item()].tries, 2);

        let cells = marked("chip", Mark::WRONG, 1);
        let mut work = Work::default();
        let shown = work.shown(Some(&cells), None);
        work.open(shown.wrong(), &shown, false);
        assert!(work.shown(Some(&cells), None).answers.is_empty());
    }

    #[test]
    fn a_shown_key_closes_an_item_and_a_reset_opens_all() {
        let mut work = Work::default();
        work.put(item(), Some(json!("g")));
        let keys = BTreeMap::from([(item(), json!("goes"))]);
        work.take(
            &EventBody::Revealed {
                task: TaskId(Uuid::nil()),
                keys: vec![RevealedKey { item: item(), key: json!("goes") }],
            },
            |_| true,
        );
        let shown = work.shown(None, Some(&keys));
        assert!(shown.closed.contains(&item()) && shown.answers.is_empty() && shown.to_check().is_empty());
        work.put(item(), Some(json!("x")));
        work.take(&EventBody::Reset { student: None, task: TaskId(Uuid::nil()), items: Vec::new() }, |_| true);
        assert_eq!(work, Work::default());
    }

    #[test]
    fn a_shown_key_stands_in_the_place_of_what_was_not_right() {
        let keys = BTreeMap::from([(item(), json!("goes"))]);
        let work = Work::default();
        let wrong = work.shown(Some(&marked("goed", Mark::WRONG, 1)), Some(&keys));
        assert_eq!((wrong.on_page()[&item()].clone(), wrong.marks().len()), (json!("goes"), 0));
        assert_eq!(wrong.answers[&item()], json!("goed"), "what was answered is still known");
        let right = work.shown(Some(&marked("Goes", Mark::RIGHT, 1)), Some(&keys));
        assert_eq!((right.on_page()[&item()].clone(), right.marks().len()), (json!("Goes"), 1));
        let untried = work.shown(None, Some(&keys));
        assert_eq!((untried.on_page()[&item()].clone(), untried.marks().len()), (json!("goes"), 0));
    }

    #[test]
    fn a_refused_answer_gives_way_to_what_the_server_has() {
        let mut work = Work::default();
        work.put(item(), Some(json!("late")));
        work.forget(&item());
        assert!(work.shown(None, None).answers.is_empty());
    }
}
