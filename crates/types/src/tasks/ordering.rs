//! Lines of a text, or turns of a dialogue, to put in order.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{ITEM_TEXT_MAX, ITEMS_MAX, Meta, Skill, Template};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintSide, PrintWords, letter, number},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::{clean_answer, fold},
};

/// Fewest lines, so that there is something to order.
pub const LINES_MIN: usize = 3;
/// Most lines.
pub const LINES_MAX: usize = 20;
/// Longest name of a speaker, in characters.
pub const SPEAKER_MAX: usize = 60;

/// A line of a text, or what somebody says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::ordering::PassageLine))]
pub struct PassageLine {
    /// Who says it. Null: nobody, it is a line of a text.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub speaker: Option<String>,
    /// The line.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub text: String,
}

/// Lines in their right order. Equal lines are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::ordering::Passage))]
pub struct Passage {
    /// Its id.
    pub id: ItemId,
    /// In the right order.
    #[cfg_attr(feature = "openapi", schema(min_items = 3, max_items = 20))]
    pub lines: Vec<PassageLine>,
}

/// Texts or dialogues to put in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::ordering::Content))]
pub struct Content {
    /// In order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub passages: Vec<Passage>,
}

/// The lines in the student's order, as the view writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::ordering::Answer))]
pub struct Answer {
    /// Lines of the view. Some may be missing.
    pub order: Vec<String>,
}

/// The lines of a passage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::ordering::PassageView))]
pub struct PassageView {
    /// Its id.
    pub id: ItemId,
    /// Shuffled; a speaker stands before a colon.
    pub lines: Vec<String>,
}

/// Texts or dialogues to put in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::ordering::View))]
pub struct View {
    /// In order.
    pub passages: Vec<PassageView>,
}

impl PassageLine {
    /// The line as students see it.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.speaker {
            Some(speaker) => format!("{speaker}: {}", self.text),
            None => self.text.clone(),
        }
    }
}

/// How often each line follows each other.
fn neighbours(lines: &[String]) -> HashMap<(String, String), usize> {
    let mut counts = HashMap::new();
    for pair in lines.windows(2) {
        *counts.entry((fold(&pair[0]), fold(&pair[1]))).or_default() += 1;
    }
    counts
}

impl Passage {
    fn shown(&self) -> Vec<String> {
        self.lines.iter().map(PassageLine::shown).collect()
    }

    /// Equal lines are interchangeable.
    fn accepts(&self, order: &[String]) -> bool {
        order.iter().map(|line| fold(line)).eq(self.shown().iter().map(|line| fold(line)))
    }

    /// A start order, uniform among the orders that are not the right one; see `sentence_builder`.
    fn start(&self, seed: u64) -> Vec<String> {
        let mut lines = self.shown();
        lines.sort();
        let mut shuffler = Shuffler::new(seed, self.id.as_str());
        for _ in 0..1_000 {
            shuffler.shuffle(&mut lines);
            if !self.accepts(&lines) {
                break;
            }
        }
        lines
    }

    /// Full points for the right order. Any other gets the lines that follow the one that they follow in the passage, as
    /// a share of all but the first: no pair counts more often than the passage has it, and lines that are not in the
    /// passage don't help.
    fn mark(&self, order: &[String]) -> Mark {
        if self.accepts(order) {
            return Mark::RIGHT;
        }
        // With more lines than there are, neighbours could be collected from several orders.
        if order.len() > self.lines.len() {
            return Mark::WRONG;
        }
        let mut left = neighbours(&self.shown());
        let mut got = 0;
        for pair in order.windows(2) {
            if let Some(count) = left.get_mut(&(fold(&pair[0]), fold(&pair[1])))
                && *count > 0
            {
                *count -= 1;
                got += 1;
            }
        }
        let of = u32::try_from(self.lines.len().saturating_sub(1)).unwrap_or(u32::MAX).max(1);
        // Where a line stands twice, another order can have all the right neighbours.
        Mark::share(got.min(of - 1), of)
    }

    /// The letters of the lines on the worksheet, in the right order. Of equal lines, each has a letter of its own.
    fn letters(&self, seed: u64) -> Vec<String> {
        let start = self.start(seed);
        let mut used = vec![false; start.len()];
        let mut place = |line: &String| {
            let place = (0..start.len()).find(|n| !used[*n] && start[*n] == *line)?;
            used[place] = true;
            Some(letter(place))
        };
        self.shown().iter().filter_map(&mut place).collect()
    }
}

impl Content {
    fn passage(&self, item: &ItemId) -> Option<&Passage> {
        self.passages.iter().find(|passage| passage.id == *item)
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "ordering", skill: Skill::Reading, icon: "list-numbers", marked: true, generated: true };

    fn blank() -> Self {
        let line = || PassageLine { speaker: None, text: String::new() };
        Self { passages: vec![Passage { id: ItemId::nth(0), lines: vec![line(), line(), line()] }] }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("passages", self.passages.len(), 1, ITEMS_MAX);
        check.distinct(self.passages.iter().map(|p| &p.id), |n| format!("passages.{n}.id"), FieldCode::Duplicate);
        for (n, passage) in self.passages.iter().enumerate() {
            let at = |field: &str| format!("passages.{n}.{field}");
            check.count(at("lines"), passage.lines.len(), LINES_MIN, LINES_MAX);
            for (l, line) in passage.lines.iter().enumerate() {
                check.text(format!("{}.{l}.text", at("lines")), &line.text, ITEM_TEXT_MAX);
                if let Some(speaker) = &line.speaker {
                    check.text(format!("{}.{l}.speaker", at("lines")), speaker, SPEAKER_MAX);
                }
            }
            let shown: Vec<String> = passage.shown().iter().map(|line| fold(line)).collect();
            if shown.len() >= LINES_MIN && shown.iter().all(|line| *line == shown[0]) {
                check.add(at("lines"), FieldCode::SameAsAnother);
            }
        }
        check.finish()
    }

    fn tidy(&mut self) {
        for line in self.passages.iter_mut().flat_map(|passage| &mut passage.lines) {
            line.text = clean_answer(&line.text);
            line.speaker = line.speaker.take().map(|speaker| clean_answer(&speaker)).filter(|name| !name.is_empty());
        }
    }

    fn items(&self) -> Vec<ItemId> {
        self.passages.iter().map(|passage| passage.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        let passages = self.passages.iter().map(|p| PassageView { id: p.id.clone(), lines: p.start(seed) }).collect();
        View { passages }
    }

    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        self.passage(item).map(|passage| passage.mark(&answer.order))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.passage(item).map(|passage| Answer { order: passage.shown() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.order.join(" / ")
    }

    /// On the worksheet the lines have letters, to be written in their right order.
    fn print_form(&self, paper: Paper, seed: u64, _words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => {
                let side = |text: String| PrintSide { text, picture: None };
                let passage = |(n, passage): (usize, &Passage)| {
                    let title = (self.passages.len() > 1).then(|| Block::Heading(number(n).to_string()));
                    let left = passage.lines.iter().map(|_| side(String::new())).collect();
                    let right = passage.start(seed).into_iter().map(side).collect();
                    title.into_iter().chain([Block::Match { left, right }])
                };
                self.passages.iter().enumerate().flat_map(passage).collect()
            }
            Paper::Key => {
                let entry = |(n, passage): (usize, &Passage)| KeyEntry {
                    number: number(n),
                    answer: passage.letters(seed).join(" "),
                };
                vec![Block::KeyLine(self.passages.iter().enumerate().map(entry).collect())]
            }
        }
    }

    fn plain_text(&self) -> String {
        self.passages.iter().map(|passage| passage.shown().join("\n")).collect::<Vec<_>>().join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(lines: &[&str], order: &[&str]) -> (u32, u32) {
        let line = |text: &&str| PassageLine { speaker: None, text: (*text).to_owned() };
        let passage = Passage { id: ItemId::nth(0), lines: lines.iter().map(line).collect() };
        let order: Vec<String> = order.iter().map(|text| (*text).to_owned()).collect();
        let points = passage.mark(&order).points;
        (points.num(), points.den())
    }

    #[test]
    fn right_neighbours_are_counted() {
        let lines = ["a", "b", "c", "d", "e"];
        assert_eq!(points(&lines, &["a", "b", "c", "d", "e"]), (1, 1));
        assert_eq!(points(&lines, &["e", "a", "b", "c", "d"]), (3, 4));
        assert_eq!(points(&lines, &["e", "d", "c", "b", "a"]), (0, 1));
        assert_eq!(points(&lines, &["a", "b"]), (1, 4));
        assert_eq!(points(&lines, &[]), (0, 1));
        // All neighbours of the key, in more lines than there are.
        assert_eq!(points(&lines, &["d", "e", "c", "d", "b", "c", "a", "b"]), (0, 1));
    }

    #[test]
    fn equal_lines_change_places() {
        assert_eq!(points(&["Hi!", "Yes.", "Really?", "Yes."], &["Hi!", "Yes.", "Really?", "Yes."]), (1, 1));
        assert_eq!(points(&["Hi!", "Yes.", "Hi!", "Yes."], &["Hi!", "Yes.", "Hi!", "Yes."]), (1, 1));
        assert_eq!(points(&["Hi!", "Yes.", "No."], &["Hi!", "Yes.", "Hi!"]), (1, 2));
        // All neighbours are right, and the order is not.
        assert_eq!(points(&["a", "b", "a", "c", "a"], &["a", "c", "a", "b", "a"]), (3, 4));
    }

    #[test]
    fn the_letters_of_the_key_find_every_line() {
        let line = |text: &str| PassageLine { speaker: Some("Ben".into()), text: text.into() };
        let passage = Passage { id: ItemId::nth(0), lines: ["Yes.", "No.", "Yes.", "Bye!"].map(line).to_vec() };
        for seed in 0..50 {
            let start = passage.start(seed);
            let mut letters = passage.letters(seed);
            let place = |letter: &String| usize::from(letter.as_bytes()[0] - b'a');
            assert_eq!(letters.iter().map(|letter| start[place(letter)].clone()).collect::<Vec<_>>(), passage.shown());
            letters.sort();
            assert_eq!(letters, ["a", "b", "c", "d"]);
        }
    }
}
