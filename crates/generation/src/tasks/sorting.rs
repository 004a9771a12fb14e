//! Words to put into columns.

use std::collections::BTreeSet;

use lexicon::Entry as PackEntry;
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    evidence::{FindingCode, Severity},
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        sorting::{COLUMNS_MAX, COLUMNS_MIN, Content, Entry},
    },
    text::fold,
};

use crate::{
    builtin::MakerContext,
    gate::{Findings, Piece, Role},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short},
    plan::PackPlan,
    tasks::Generated,
};

pub(crate) const GROUPS: TaskVariant = TaskVariant::new(
    ["Sort the words", "Распределите слова"],
    ["Put the words into the right columns.", "Распределите слова по столбцам."],
);

const USUAL: usize = 9;
const LEAST: usize = 6;
const MOST: usize = 15;
/// Columns of a built-in task.
const COLUMNS: usize = 3;
/// Fewest words of a column, and most.
const OF_COLUMN: std::ops::RangeInclusive<usize> = 2..=5;

/// Gives the entries ids in the order of their words: in the order in which they were collected, an id would tell the
/// column.
fn content(columns: Vec<String>, mut words: Vec<(String, u8)>) -> Content {
    words.sort_by_key(|(word, _)| fold(word));
    let entry = |(n, (text, column))| Entry { id: ItemId::nth(n), text, columns: vec![column] };
    Content { columns, entries: words.into_iter().enumerate().map(entry).collect() }
}

/// By rules: words of the level by the classes of their topic, those of the lesson first.
fn make(context: &MakerContext<'_>) -> Result<Made, PartFailure> {
    // A column without words would tell that nothing belongs there.
    let count = context.count(USUAL, MOST).max(COLUMNS_MIN);
    let mut groups: Vec<(&str, Vec<&'static PackEntry>)> = Vec::new();
    // Words of the levels below fill up what one level has too few of: a column needs company, not new words.
    let keep_off = &context.plan.keep_off;
    let below =
        context.topic.entries.iter().filter(|entry| entry.level < context.level && !keep_off.contains(&entry.lemma));
    for entry in context.entries.iter().copied().chain(below) {
        match groups.iter_mut().find(|(class, _)| *class == entry.class) {
            Some((_, group)) if group.len() < *OF_COLUMN.end() => group.push(entry),
            Some(_) => {}
            None => groups.push((&entry.class, vec![entry])),
        }
    }
    groups.retain(|(_, group)| group.len() >= *OF_COLUMN.start());
    // The largest groups, so that there are words enough; of equal ones the lesson's.
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    groups.truncate(COLUMNS.min(count));
    let mut left = count;
    let mut columns = Vec::new();
    let mut words = Vec::new();
    let each = count.div_ceil(groups.len().max(1));
    for (class, group) in &groups {
        let title = context.topic.classes.iter().find(|(id, _)| id == class).map(|(_, title)| title.clone());
        let (Some(title), Ok(column)) = (title, u8::try_from(columns.len())) else { continue };
        let take = each.min(left).min(group.len());
        left -= take;
        words.extend(group.iter().take(take).map(|entry| (entry.lemma.clone(), column)));
        columns.push(title);
    }
    if columns.len() < COLUMNS_MIN || words.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    Ok(Made::new(GROUPS, TaskBody::Sorting(content(columns, words))))
}

impl Generated for Content {
    const VARIANT: TaskVariant = GROUPS;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = SortingDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&MakerContext::new(job, plan, attempt)?)
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        let entries = self.entries.iter().filter(|entry| !bad.contains(&entry.id)).cloned().collect();
        Some(Self { columns: self.columns.clone(), entries })
    }

    fn pieces(&self) -> Vec<Piece> {
        self.entries.iter().map(|entry| Piece::of(&entry.id, Role::Option, &entry.text)).collect()
    }

    /// A column that nothing belongs into, and words that say the same.
    fn check(&self, _language: Language, found: &mut Findings) -> Option<u32> {
        for (n, title) in self.columns.iter().enumerate() {
            if !self.entries.iter().any(|entry| entry.columns.iter().any(|column| usize::from(*column) == n)) {
                let finding = found.task(FindingCode::Structure, Severity::Fault);
                finding.path = Some(format!("columns.{n}"));
                finding.text = Some(title.clone());
            }
        }
        let mut seen = BTreeSet::new();
        for entry in &self.entries {
            if !seen.insert(fold(&entry.text)) {
                found.item(FindingCode::DuplicateOption, Severity::Fault, &entry.id).text = Some(entry.text.clone());
            }
        }
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SortingDraft {
    columns: Vec<ColumnDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ColumnDraft {
    /// A short title: 'Before the flight'.
    title: String,
    /// Three to five words or short phrases that belong here and into no other column.
    words: Vec<String>,
}

impl Draft for SortingDraft {
    const KIND: &'static str = "sorting";

    fn instructions(request: &Request<'_>) -> String {
        format!(
            "Write two or three columns with short titles, and about {} words or short phrases of the lesson to sort into \
             them. Each clearly belongs into one column and into no other. No title stands in a word.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut columns: Vec<String> = Vec::new();
        let mut words: Vec<(String, u8)> = Vec::new();
        let most = request.most(MOST).max(COLUMNS_MIN);
        let each = most.div_ceil(self.columns.len().clamp(1, COLUMNS_MAX));
        for draft in self.columns.into_iter().take(COLUMNS_MAX) {
            let title = short("columns.title", &draft.title)?;
            let Ok(column) = u8::try_from(columns.len()) else { break };
            if columns.iter().any(|other| fold(other) == fold(&title)) {
                continue;
            }
            let before = words.len();
            for word in draft.words.iter().take(each) {
                let word = short("columns.words", word)?;
                if !words.iter().any(|(other, _)| fold(other) == fold(&word)) {
                    words.push((word, column));
                }
            }
            if words.len() > before {
                columns.push(title);
            }
        }
        let least = request.least(4);
        if columns.len() < COLUMNS_MIN || words.len() < least {
            return Err(DraftFault::new(
                "columns",
                format!("two columns with at least {least} different words in all are needed"),
            ));
        }
        Ok(Made::new(GROUPS, TaskBody::Sorting(content(columns, words))))
    }
}
