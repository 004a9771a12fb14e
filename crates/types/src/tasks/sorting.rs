//! Words to put into columns.

use serde::{Deserialize, Serialize};

use super::{ITEMS_MAX, Meta, SHORT_TEXT_MAX, Skill, Template};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, Paper, PrintWords},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::{clean_answer, looks},
};

/// Fewest columns.
pub const COLUMNS_MIN: usize = 2;
/// Most columns: more don't fit beside each other on paper.
pub const COLUMNS_MAX: usize = 6;

/// Something to put into a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sorting::Entry))]
pub struct Entry {
    /// Its id.
    pub id: ItemId,
    /// The word.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub text: String,
    /// The columns in which it is right, counted from 0. The first is the one that the key shows.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 6))]
    pub columns: Vec<u8>,
}

/// Words to put into columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sorting::Content))]
pub struct Content {
    /// Their titles.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ShortText>, min_items = 2, max_items = 6))]
    pub columns: Vec<String>,
    /// In any order: students see them shuffled.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub entries: Vec<Entry>,
}

/// Where an entry was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sorting::Answer))]
pub struct Answer {
    /// Title of the column.
    pub column: String,
}

/// An entry as a student sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sorting::EntryView))]
pub struct EntryView {
    /// Its id.
    pub id: ItemId,
    /// The word.
    pub text: String,
}

/// Columns, and what belongs into them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::sorting::View))]
pub struct View {
    /// Their titles.
    pub columns: Vec<String>,
    /// Shuffled.
    pub entries: Vec<EntryView>,
}

impl Entry {
    fn first(&self) -> usize {
        self.columns.first().map_or(0, |column| usize::from(*column))
    }
}

impl Content {
    fn entry(&self, item: &ItemId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == *item)
    }

    fn shuffled(&self, seed: u64) -> Vec<&Entry> {
        let keyed = self.entries.iter().map(|entry| (&entry.text, entry.id.as_str())).collect::<Vec<_>>();
        let order = Shuffler::new(seed, "entries").shuffled(keyed);
        order.iter().filter_map(|(_, id)| self.entries.iter().find(|entry| entry.id.as_str() == *id)).collect()
    }

    /// Rows of a table with one column each. Short columns are filled up with nothing.
    fn rows(&self, columns: &[Vec<String>], least: usize) -> Vec<Vec<String>> {
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0).max(least);
        let cell = |row: usize, column: usize| columns.get(column).and_then(|column| column.get(row)).cloned();
        let row = |row| (0..self.columns.len()).map(|column| cell(row, column).unwrap_or_default()).collect();
        (0..rows).map(row).collect()
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "sorting", skill: Skill::Vocabulary, icon: "columns", marked: true, generated: true };

    fn blank() -> Self {
        let entry = |n| Entry { id: ItemId::nth(n), text: String::new(), columns: vec![0] };
        Self { columns: vec![String::new(), String::new()], entries: (0..4).map(entry).collect() }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("columns", self.columns.len(), COLUMNS_MIN, COLUMNS_MAX);
        for (n, column) in self.columns.iter().enumerate() {
            check.text(format!("columns.{n}"), column, SHORT_TEXT_MAX);
        }
        check.distinct(
            self.columns.iter().map(|column| looks(column)),
            |n| format!("columns.{n}"),
            FieldCode::SameAsAnother,
        );
        check.count("entries", self.entries.len(), 1, ITEMS_MAX);
        check.distinct(self.entries.iter().map(|e| &e.id), |n| format!("entries.{n}.id"), FieldCode::Duplicate);
        for (n, entry) in self.entries.iter().enumerate() {
            let at = |field: &str| format!("entries.{n}.{field}");
            check.text(at("text"), &entry.text, SHORT_TEXT_MAX);
            check.count(at("columns"), entry.columns.len(), 1, self.columns.len().max(1));
            check.distinct(entry.columns.iter(), |c| format!("{}.{c}", at("columns")), FieldCode::Duplicate);
            for (c, column) in entry.columns.iter().enumerate() {
                if usize::from(*column) >= self.columns.len() {
                    check.add(format!("{}.{c}", at("columns")), FieldCode::NotAllowed);
                }
            }
        }
        // Two entries that look alike would have to be told apart by where they belong.
        check.distinct(
            self.entries.iter().map(|entry| looks(&entry.text)),
            |n| format!("entries.{n}.text"),
            FieldCode::SameAsAnother,
        );
        check.finish()
    }

    fn tidy(&mut self) {
        for text in self.columns.iter_mut().chain(self.entries.iter_mut().map(|entry| &mut entry.text)) {
            *text = clean_answer(text);
        }
    }

    fn items(&self) -> Vec<ItemId> {
        self.entries.iter().map(|entry| entry.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        let view = |entry: &Entry| EntryView { id: entry.id.clone(), text: entry.text.clone() };
        View { columns: self.columns.clone(), entries: self.shuffled(seed).into_iter().map(view).collect() }
    }

    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        let entry = self.entry(item)?;
        let column = self.columns.iter().position(|column| looks(column) == looks(&answer.column));
        Some(Mark::all_or_nothing(column.is_some_and(|n| entry.columns.iter().any(|c| usize::from(*c) == n))))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        let entry = self.entry(item)?;
        self.columns.get(entry.first()).map(|column| Answer { column: column.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.column.clone()
    }

    /// The worksheet's table has as many rows for every column, which doesn't tell how full each gets.
    fn print_form(&self, paper: Paper, seed: u64, _words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => {
                let words = self.shuffled(seed).into_iter().map(|entry| entry.text.clone()).collect();
                let rows = self.entries.len().div_ceil(self.columns.len().max(1)) + 1;
                vec![Block::Chips(words), Block::Table { head: self.columns.clone(), rows: self.rows(&[], rows) }]
            }
            Paper::Key => {
                let of = |column: usize| {
                    let right = |entry: &&Entry| entry.columns.iter().any(|c| usize::from(*c) == column);
                    self.entries.iter().filter(right).map(|entry| entry.text.clone()).collect::<Vec<_>>()
                };
                let columns: Vec<Vec<String>> = (0..self.columns.len()).map(of).collect();
                vec![Block::Table { head: self.columns.clone(), rows: self.rows(&columns, 0) }]
            }
        }
    }

    fn plain_text(&self) -> String {
        let column = |(n, title): (usize, &String)| {
            let entries = self.entries.iter().filter(|entry| entry.first() == n).map(|entry| entry.text.as_str());
            format!("{title}\n{}", entries.collect::<Vec<_>>().join("\n"))
        };
        self.columns.iter().enumerate().map(column).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_may_be_right_in_several_columns() {
        let entry = Entry { id: ItemId::nth(0), text: "tomato".into(), columns: vec![0, 2] };
        let columns = ["Fruit", "Sweets", "Vegetables"].map(str::to_owned).to_vec();
        let content = Content { columns, entries: vec![entry] };
        let points = |column: &str| {
            let answer = Answer { column: column.to_owned() };
            content.score(&ItemId::nth(0), &answer, Language::En).unwrap().points.num()
        };
        assert_eq!(["Fruit", "Vegetables", "Sweets", "Bread", ""].map(points), [1, 1, 0, 0, 0]);
    }

    #[test]
    fn the_worksheet_does_not_tell_how_many_belong_into_a_column() {
        let entry = |(n, column)| Entry { id: ItemId::nth(n), text: format!("w{n}"), columns: vec![column] };
        let columns = ["A", "B"].map(str::to_owned).to_vec();
        let rows = |of: [u8; 5]| {
            let entries = of.into_iter().enumerate().map(entry).collect();
            let content = Content { columns: columns.clone(), entries };
            content.print_form(Paper::Worksheet, 1, &PrintWords::of(Language::En))
        };
        assert_eq!(rows([0, 0, 0, 0, 1]), rows([0, 1, 0, 1, 1]));
    }
}
