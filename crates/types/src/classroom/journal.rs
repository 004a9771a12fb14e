//! A client's proposals that are not known to be done.

#![expect(clippy::wildcard_enum_match_arm, reason = "only drafts and checks carry answers")]

use std::collections::{BTreeMap, BTreeSet};

use super::message::Proposal;
use crate::ids::{ItemId, ProposalId, TaskId};
use serde_json::Value;

/// Stage of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// A draft being typed: it is sent when typing pauses.
    Held,
    Due,
    /// Sent and not answered yet.
    Sent,
    /// Due again: it may have arrived before the connection broke, so the server may know its id.
    Again,
}

impl Stage {
    /// The server cannot know it yet, so it may still change under the same id.
    fn is_unsent(self) -> bool {
        matches!(self, Self::Held | Self::Due)
    }

    fn is_due(self) -> bool {
        matches!(self, Self::Due | Self::Again)
    }
}

/// The proposals of one person in one run that the server has neither acked nor refused. Ids grow with time, so they
/// are sent in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    entries: BTreeMap<ProposalId, (Stage, Proposal)>,
}

impl Journal {
    /// Records the current value of a field. Returns the id under which it is kept: the same one as long as it is
    /// unsent.
    pub fn draft(&mut self, fresh: ProposalId, task: TaskId, item: ItemId, response: Option<Value>) -> ProposalId {
        let unsent = self.entries.iter().find_map(|(id, (stage, what))| match what {
            Proposal::Draft { task: of, item: on, .. } if stage.is_unsent() && *of == task && *on == item => Some(*id),
            _ => None,
        });
        let id = unsent.unwrap_or(fresh);
        self.entries.insert(id, (Stage::Held, Proposal::Draft { task, item, response }));
        id
    }

    /// Records any other proposal. Returns the drafts that it makes needless: a check carries their answers.
    pub fn put(&mut self, id: ProposalId, what: Proposal) -> Vec<ProposalId> {
        let mut needless = Vec::new();
        if let Proposal::Check { task, answers, .. } = &what {
            needless.extend(self.entries.iter().filter_map(|(id, (stage, what))| match what {
                Proposal::Draft { task: of, item, .. }
                    if *stage != Stage::Sent && of == task && answers.iter().any(|answer| answer.item == *item) =>
                {
                    Some(*id)
                }
                _ => None,
            }));
        }
        for id in &needless {
            self.entries.remove(id);
        }
        self.entries.insert(id, (Stage::Due, what));
        needless
    }

    /// Takes over a proposal that an earlier page left behind. Returns whether it was new.
    pub fn adopt(&mut self, id: ProposalId, what: Proposal) -> bool {
        if self.entries.contains_key(&id) {
            return false;
        }
        self.entries.insert(id, (Stage::Again, what));
        true
    }

    /// Typing paused: held drafts are due now.
    pub fn ripen(&mut self) {
        for (stage, _) in self.entries.values_mut() {
            if *stage == Stage::Held {
                *stage = Stage::Due;
            }
        }
    }

    /// Takes the oldest proposal that is due and marks it as sent.
    pub fn send_next(&mut self) -> Option<(ProposalId, Proposal)> {
        let (id, (stage, what)) = self.entries.iter_mut().find(|(_, (stage, _))| stage.is_due())?;
        *stage = Stage::Sent;
        Some((*id, what.clone()))
    }

    /// Whether something is to be sent.
    #[must_use]
    pub fn has_due(&self) -> bool {
        self.entries.values().any(|(stage, _)| stage.is_due())
    }

    /// The connection broke: what was sent may not have arrived.
    pub fn disconnected(&mut self) {
        for (stage, _) in self.entries.values_mut() {
            *stage = if stage.is_unsent() { Stage::Due } else { Stage::Again };
        }
    }

    /// Removes a proposal that the server has acked or refused.
    pub fn settle(&mut self, id: ProposalId) -> Option<Proposal> {
        self.entries.remove(&id).map(|(_, what)| what)
    }

    /// All proposals, oldest first.
    pub fn all(&self) -> impl Iterator<Item = (ProposalId, &Proposal)> {
        self.entries.iter().map(|(id, (_, what))| (*id, what))
    }

    /// Number of proposals that are not known to be done.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.entries.len()
    }

    /// Tasks whose marks are pending.
    #[must_use]
    pub fn checks(&self) -> BTreeSet<TaskId> {
        self.entries
            .values()
            .filter_map(|(_, what)| match what {
                Proposal::Check { task, .. } => Some(*task),
                _ => None,
            })
            .collect()
    }

    /// Whether a proposal about this item is still unanswered.
    #[must_use]
    pub fn concerns(&self, task: TaskId, item: &ItemId) -> bool {
        self.entries.values().any(|(_, what)| match what {
            Proposal::Draft { task: of, item: on, .. } => *of == task && on == item,
            Proposal::Check { task: of, answers, .. } => {
                *of == task && answers.iter().any(|answer| answer.item == *item)
            }
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::classroom::Answer;

    fn id(n: u128) -> ProposalId {
        ProposalId(Uuid::from_u128(n))
    }

    fn task() -> TaskId {
        TaskId(Uuid::from_u128(7))
    }

    fn check(items: &[usize]) -> Proposal {
        let answers = items.iter().map(|n| Answer { item: ItemId::nth(*n), response: json!("x") }).collect();
        Proposal::Check { task: task(), answers, at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn typing_is_one_draft_until_it_is_sent() {
        let mut journal = Journal::default();
        assert_eq!(journal.draft(id(1), task(), ItemId::nth(0), Some(json!("g"))), id(1));
        assert_eq!(journal.draft(id(2), task(), ItemId::nth(0), Some(json!("go"))), id(1));
        assert_eq!(journal.send_next(), None, "still being typed");
        journal.ripen();
        let (sent, what) = journal.send_next().unwrap();
        assert_eq!(sent, id(1));
        assert!(matches!(what, Proposal::Draft { response: Some(it), .. } if it == json!("go")));
        assert_eq!(journal.draft(id(3), task(), ItemId::nth(0), None), id(3), "the one on its way is not changed");
        assert_eq!(journal.waiting(), 2);
    }

    #[test]
    fn a_broken_connection_sends_again_in_order_until_it_is_settled() {
        let mut journal = Journal::default();
        journal.put(id(1), check(&[0]));
        journal.put(id(2), Proposal::Follow { following: false });
        assert_eq!(journal.send_next().unwrap().0, id(1));
        assert_eq!(journal.send_next().unwrap().0, id(2));
        assert!(!journal.has_due());
        assert!(journal.settle(id(2)).is_some());
        journal.disconnected();
        assert_eq!(journal.send_next().unwrap().0, id(1));
        assert!(journal.settle(id(1)).is_some());
        assert!(journal.settle(id(1)).is_none(), "acked twice");
        assert_eq!(journal.waiting(), 0);
    }

    #[test]
    fn what_may_have_arrived_is_not_changed_under_its_id() {
        let mut journal = Journal::default();
        journal.draft(id(1), task(), ItemId::nth(0), Some(json!("g")));
        journal.ripen();
        assert_eq!(journal.send_next().unwrap().0, id(1));
        journal.disconnected();
        // The server accepts an id once: a later value under the same id would be acked and lost.
        assert_eq!(journal.draft(id(2), task(), ItemId::nth(0), Some(json!("go"))), id(2));
        assert_eq!(journal.draft(id(3), task(), ItemId::nth(0), Some(json!("gone"))), id(2));
        journal.disconnected();
        assert_eq!(journal.send_next().unwrap().0, id(1));
        let (last, what) = journal.send_next().unwrap();
        assert_eq!(last, id(2));
        assert!(matches!(what, Proposal::Draft { response: Some(it), .. } if it == json!("gone")));

        let mut later = Journal::default();
        later.adopt(id(4), Proposal::Draft { task: task(), item: ItemId::nth(0), response: Some(json!("g")) });
        assert_eq!(later.draft(id(5), task(), ItemId::nth(0), None), id(5), "an earlier page may have sent it");
    }

    #[test]
    fn a_check_carries_the_drafts_of_its_items() {
        let mut journal = Journal::default();
        journal.draft(id(1), task(), ItemId::nth(0), Some(json!("a")));
        journal.draft(id(2), task(), ItemId::nth(1), Some(json!("b")));
        assert_eq!(journal.put(id(3), check(&[0])), [id(1)]);
        assert_eq!(journal.checks().len(), 1);
        assert!(journal.concerns(task(), &ItemId::nth(0)) && journal.concerns(task(), &ItemId::nth(1)));
        assert!(!journal.concerns(task(), &ItemId::nth(2)));
    }

    #[test]
    fn what_an_earlier_page_left_is_taken_once() {
        let mut journal = Journal::default();
        assert!(journal.adopt(id(1), check(&[0])));
        assert!(!journal.adopt(id(1), check(&[0])));
        assert!(journal.has_due());
    }
}
