//! One student's work on one task: the answers, their outcomes, and the number of tries. Needs no browser.

use std::collections::BTreeMap;

use serde_json::Value;
use types::{
    ids::ItemId,
    lesson::{AnswerInput, MarkRequest, Marks},
    marks::{Mark, Points, Verdict},
};

/// Answers by item, in the template's own format.
pub type Answers = BTreeMap<ItemId, Value>;
/// Outcomes of the answered items.
pub type Outcomes = BTreeMap<ItemId, Outcome>;

/// Outcome of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub mark: Mark,
    /// 1-based.
    pub tries: u32,
}

/// The shape of a mark: colour is never the only signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Right the first time: a disc with a tick.
    First,
    /// Right on a later try: a ring with its number.
    Later(u32),
    /// Partly right: half a disc.
    Partly,
    /// A square with a cross.
    Wrong,
    /// Waits for a teacher to look at it.
    Waiting,
}

impl Outcome {
    pub fn shape(&self) -> Shape {
        match (self.mark.verdict, self.tries) {
            (Verdict::Right, 0 | 1) => Shape::First,
            (Verdict::Right, tries) => Shape::Later(tries),
            (Verdict::Partly, _) => Shape::Partly,
            (Verdict::Wrong, _) => Shape::Wrong,
            (Verdict::Waiting, _) => Shape::Waiting,
        }
    }

    pub fn is_right(&self) -> bool {
        self.mark.verdict == Verdict::Right
    }

    /// The value of `data-s` that the styles know.
    pub fn state(&self) -> &'static str {
        match self.shape() {
            Shape::First => "right",
            Shape::Later(_) => "later",
            Shape::Partly => "partly",
            Shape::Wrong => "wrong",
            Shape::Waiting => "waiting",
        }
    }
}

/// The work on one task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    answers: Answers,
    /// Items here are closed until they are tried again.
    outcomes: Outcomes,
    tries: BTreeMap<ItemId, u32>,
    max: Option<Points>,
}

impl Sheet {
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    pub fn outcomes(&self) -> &Outcomes {
        &self.outcomes
    }

    /// Sets or clears an answer. A marked item is closed.
    pub fn put(&mut self, item: ItemId, answer: Option<Value>) {
        if self.outcomes.contains_key(&item) {
            return;
        }
        match answer {
            Some(answer) => self.answers.insert(item, answer),
            None => self.answers.remove(&item),
        };
    }

    /// Whether there is an answer that has not been marked yet.
    pub fn can_check(&self) -> bool {
        self.answers.keys().any(|item| !self.outcomes.contains_key(item))
    }

    /// The request to mark all answers, including those already marked, so that the points are those of the whole task.
    pub fn request(&self) -> MarkRequest {
        let answers =
            self.answers.iter().map(|(item, answer)| AnswerInput { item: item.clone(), answer: answer.clone() });
        MarkRequest { answers: answers.collect() }
    }

    /// Applies the marks of a request. What was answered in the meantime stays open.
    pub fn take(&mut self, sent: &MarkRequest, marks: &Marks) {
        self.max = Some(marks.max);
        for sent in &sent.answers {
            let Some(marked) = marks.marks.iter().find(|mark| mark.item == sent.item) else { continue };
            if self.answers.get(&sent.item) != Some(&sent.answer) || self.outcomes.contains_key(&sent.item) {
                continue;
            }
            let tries = self.tries.entry(sent.item.clone()).or_default();
            *tries += 1;
            self.outcomes.insert(sent.item.clone(), Outcome { mark: marked.mark, tries: *tries });
        }
    }

    /// Opens items that are not right for another try. `keep`: their answers stay, to be corrected.
    pub fn open_wrong(&mut self, keep: bool) {
        let wrong: Vec<ItemId> =
            self.outcomes.iter().filter(|(_, outcome)| !outcome.is_right()).map(|(item, _)| item.clone()).collect();
        for item in wrong {
            self.outcomes.remove(&item);
            if !keep {
                self.answers.remove(&item);
            }
        }
    }

    /// Whether anything has been marked.
    pub fn is_marked(&self) -> bool {
        !self.outcomes.is_empty()
    }

    pub fn has_wrong(&self) -> bool {
        self.outcomes.values().any(|outcome| !outcome.is_right())
    }

    pub fn points(&self) -> Points {
        self.outcomes.values().map(|outcome| outcome.mark.points).sum()
    }

    /// The maximum points of the task; `None` before the first check.
    pub fn max(&self) -> Option<Points> {
        self.max
    }

    pub fn right_first_time(&self) -> usize {
        self.outcomes.values().filter(|outcome| outcome.shape() == Shape::First).count()
    }

    /// Whether all `items` are right. `false` if there are none.
    pub fn all_right(&self, items: &[ItemId]) -> bool {
        !items.is_empty() && items.iter().all(|item| self.outcomes.get(item).is_some_and(Outcome::is_right))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use types::lesson::ItemMark;

    use super::*;

    fn id(n: usize) -> ItemId {
        ItemId::nth(n)
    }

    fn marks(of: &[(usize, Mark)], max: u32) -> Marks {
        Marks {
            marks: of.iter().map(|(n, mark)| ItemMark { item: id(*n), mark: *mark }).collect(),
            points: of.iter().map(|(_, mark)| mark.points).sum(),
            max: Points::new(max, 1),
        }
    }

    #[test]
    fn a_later_try_is_told_from_the_first() {
        let mut sheet = Sheet::default();
        sheet.put(id(0), Some(json!({"text": "went"})));
        sheet.put(id(1), Some(json!({"text": "los"})));
        assert!(sheet.can_check());
        let sent = sheet.request();
        sheet.take(&sent, &marks(&[(0, Mark::RIGHT), (1, Mark::WRONG)], 3));
        assert_eq!(sheet.outcomes()[&id(0)].shape(), Shape::First);
        assert_eq!(sheet.outcomes()[&id(1)].shape(), Shape::Wrong);
        assert!(!sheet.can_check(), "nothing new to check");

        sheet.open_wrong(true);
        assert_eq!(sheet.answers()[&id(1)], json!({"text": "los"}));
        sheet.put(id(1), Some(json!({"text": "lost"})));
        let sent = sheet.request();
        assert_eq!(sent.answers.len(), 2);
        sheet.take(&sent, &marks(&[(0, Mark::RIGHT), (1, Mark::RIGHT)], 3));
        assert_eq!(sheet.outcomes()[&id(0)].tries, 1, "a closed item is not tried again");
        assert_eq!(sheet.outcomes()[&id(1)].shape(), Shape::Later(2));
        assert_eq!((sheet.points(), sheet.right_first_time()), (Points::new(2, 1), 1));
        assert!(!sheet.all_right(&[id(0), id(1), id(2)]));
        assert!(sheet.all_right(&[id(0), id(1)]));
    }

    #[test]
    fn a_marked_item_is_closed() {
        let mut sheet = Sheet::default();
        sheet.put(id(0), Some(json!("a")));
        let sent = sheet.request();
        sheet.take(&sent, &marks(&[(0, Mark::WRONG)], 1));
        sheet.put(id(0), Some(json!("b")));
        assert_eq!(sheet.answers()[&id(0)], json!("a"));
        sheet.open_wrong(false);
        assert!(sheet.answers().is_empty());
    }

    #[test]
    fn what_is_typed_while_the_server_marks_stays_open() {
        let mut sheet = Sheet::default();
        sheet.put(id(0), Some(json!("a")));
        let sent = sheet.request();
        sheet.put(id(0), Some(json!("ab")));
        sheet.take(&sent, &marks(&[(0, Mark::RIGHT)], 1));
        assert!(sheet.outcomes().is_empty());
        assert!(sheet.can_check());
    }
}
