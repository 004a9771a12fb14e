//! What the live answers show: the cells of the grid, who needs help, the hardest item. Needs no browser.

use std::collections::BTreeMap;

use types::{
    classroom::{Cell, TeacherRoom},
    ids::{ItemId, TaskId, UserId},
    marks::Verdict,
    tasks::TaskBody,
};

use super::super::super::marks::outcome;
use crate::tasks::Outcome;

/// One cell of the grid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub outcome: Option<Outcome>,
    /// A key was pressed a moment ago.
    pub typing: bool,
    /// Empty unless the answer is wrong or unfinished.
    pub text: String,
}

impl Field {
    pub fn of(cell: Option<&Cell>, typing: bool, body: &TaskBody) -> Self {
        let Some(cell) = cell else { return Self { typing, ..Self::default() } };
        let words = |value: &serde_json::Value| body.answer_text(value).unwrap_or_default();
        if let Some(draft) = &cell.draft {
            return Self { outcome: None, typing, text: words(draft) };
        }
        let outcome = outcome(cell);
        let text = match outcome {
            Some(outcome) if outcome.is_right() => String::new(),
            Some(_) | None => cell.response.as_ref().map(words).unwrap_or_default(),
        };
        Self { outcome, typing, text }
    }

    /// The CSS class with its colours.
    pub fn class(&self) -> &'static str {
        match (self.typing, &self.outcome) {
            (true, _) => "c typing",
            (false, Some(outcome)) => match outcome.mark.verdict {
                Verdict::Right if outcome.tries <= 1 => "c first",
                Verdict::Right => "c later",
                Verdict::Partly => "c partly",
                Verdict::Wrong => "c wrong",
                Verdict::Waiting => "c waiting",
            },
            (false, None) if self.text.is_empty() => "c none",
            (false, None) => "c draft",
        }
    }
}

/// How the class did on one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub answered: usize,
    pub right_first: usize,
    /// The most common answer that isn't right, and how many gave it.
    pub wrong: Option<(String, usize)>,
}

impl Count {
    pub fn percent(&self) -> Option<usize> {
        (self.right_first * 100 + self.answered / 2).checked_div(self.answered)
    }
}

/// The students whose answers are shown.
pub fn present(room: &TeacherRoom) -> impl Iterator<Item = UserId> {
    room.members.iter().filter(|member| !member.removed).map(|member| member.id)
}

/// The same students, ordered by most wrong answers, then by fewest answered; ties keep their order.
pub fn by_need(room: &TeacherRoom, task: TaskId, items: &[ItemId]) -> Vec<UserId> {
    let mut students: Vec<UserId> = present(room).collect();
    students.sort_by_cached_key(|student| {
        let marks = items.iter().filter_map(|item| room.cell(*student, task, item)?.last);
        let (wrong, answered) = marks.fold((0_usize, 0_usize), |(wrong, answered), mark| {
            (wrong + usize::from(matches!(mark.verdict, Verdict::Wrong | Verdict::Partly)), answered + 1)
        });
        (std::cmp::Reverse(wrong), answered)
    });
    students
}

pub fn counts(room: &TeacherRoom, task: TaskId, items: &[ItemId], body: &TaskBody) -> Vec<Count> {
    items.iter().map(|item| count(room, task, item, body)).collect()
}

fn count(room: &TeacherRoom, task: TaskId, item: &ItemId, body: &TaskBody) -> Count {
    let mut count = Count::default();
    let mut wrong: BTreeMap<String, usize> = BTreeMap::new();
    for cell in present(room).filter_map(|student| room.cell(student, task, item)) {
        let (Some(first), Some(last)) = (cell.first, cell.last) else { continue };
        count.answered += 1;
        count.right_first += usize::from(first.verdict == Verdict::Right);
        if matches!(last.verdict, Verdict::Wrong | Verdict::Partly)
            && let Some(text) = cell.response.as_ref().and_then(|response| body.answer_text(response))
        {
            *wrong.entry(text.trim().to_lowercase()).or_default() += 1;
        }
    }
    // Ties go to the first alphabetically, so that the answer doesn't jump.
    count.wrong = wrong.into_iter().rev().max_by_key(|(_, n)| *n);
    count
}

/// The item with the lowest share right at the first try; `None` if all answers were right.
pub fn hardest(counts: &[Count]) -> Option<usize> {
    let share = |count: &Count| (count.right_first * 1000).checked_div(count.answered);
    let (at, least) = counts
        .iter()
        .enumerate()
        .filter_map(|(n, count)| Some((n, share(count)?)))
        .min_by_key(|(n, share)| (*share, *n))?;
    (least < 1000).then_some(at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use types::marks::Mark;

    use super::*;

    fn body() -> TaskBody {
        TaskBody::blank("gap_fill").unwrap()
    }

    fn cell(text: &str, first: Mark, last: Mark, tries: u32) -> Cell {
        Cell { tries, first: Some(first), last: Some(last), response: Some(json!({"text": text})), ..Cell::default() }
    }

    #[test]
    fn only_wrong_and_unfinished_answers_show_their_text() {
        let body = body();
        let right = Field::of(Some(&cell("gate", Mark::RIGHT, Mark::RIGHT, 1)), false, &body);
        assert_eq!((right.text.as_str(), right.class()), ("", "c first"));
        let later = Field::of(Some(&cell("gate", Mark::WRONG, Mark::RIGHT, 2)), false, &body);
        assert_eq!((later.text.as_str(), later.class()), ("", "c later"));
        let wrong = Field::of(Some(&cell("door", Mark::WRONG, Mark::WRONG, 1)), false, &body);
        assert_eq!((wrong.text.as_str(), wrong.class()), ("door", "c wrong"));
        let draft = Cell { draft: Some(json!({"text": "ga"})), ..cell("door", Mark::WRONG, Mark::WRONG, 1) };
        assert_eq!(Field::of(Some(&draft), false, &body).class(), "c draft");
        let typing = Field::of(Some(&draft), true, &body);
        assert_eq!((typing.text.as_str(), typing.class()), ("ga", "c typing"));
        assert_eq!(Field::of(None, false, &body).class(), "c none");
    }

    #[test]
    fn those_who_had_most_wrong_come_first_and_then_those_who_answered_least() {
        let user = |n| UserId(uuid::Uuid::from_u128(n));
        let task = TaskId(uuid::Uuid::from_u128(9));
        let items: Vec<ItemId> = (0..2).map(ItemId::nth).collect();
        let of = |marks: &[Mark]| {
            let cells = items.iter().zip(marks).map(|(item, mark)| (item.clone(), cell("x", *mark, *mark, 1)));
            std::iter::once((task, cells.collect())).collect()
        };
        let id = uuid::Uuid::nil();
        let members = [1, 2, 3, 4, 5].map(|n| {
            json!({
                "id": user(n), "name": "", "twin": 1, "guest": true, "joined_at": "2026-01-01T00:00:00Z", "removed": n == 5,
            })
        });
        let mut room: TeacherRoom = serde_json::from_value(json!({
            "class": id, "run": id, "title": "", "target_language": "en", "students_language": "ru",
            "started_at": "2026-01-01T00:00:00Z", "ended_at": null, "tasks": [], "cells": {}, "focus": null,
            "locked": [], "revealed": {}, "door_open": true, "upto": 0,
            "members": members,
        }))
        .unwrap();
        let (right, wrong) = (Mark::RIGHT, Mark::WRONG);
        let cells = [(1, of(&[right, right])), (2, of(&[right])), (3, of(&[wrong, right])), (4, of(&[wrong, wrong]))];
        room.cells.extend(cells.map(|(n, cells)| (user(n), cells)));
        assert_eq!(by_need(&room, task, &items), [4, 3, 2, 1].map(user));
    }

    #[test]
    fn the_hardest_item_is_the_one_with_the_fewest_right_first_answers() {
        let count = |answered, right_first| Count { answered, right_first, wrong: None };
        assert_eq!(hardest(&[count(4, 4), count(4, 1), count(4, 2)]), Some(1));
        assert_eq!(hardest(&[count(2, 1), count(4, 2)]), Some(0), "the first of equals");
        assert_eq!(hardest(&[count(3, 3), count(0, 0)]), None);
        assert_eq!(count(3, 2).percent(), Some(67));
        assert_eq!(count(0, 0).percent(), None);
    }
}
