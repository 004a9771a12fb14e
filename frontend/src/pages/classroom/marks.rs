//! Outcomes of a task's items, for the student's summary and the teacher's. Needs no browser.

use types::{
    classroom::{Cell, ItemCells},
    ids::ItemId,
    marks::{Points, Verdict},
};

use crate::tasks::Outcome;

/// Outcome of the last check of an item.
pub fn outcome(cell: &Cell) -> Option<Outcome> {
    Some(Outcome { mark: cell.last?, tries: cell.tries })
}

/// Totals of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub items: usize,
    /// Checked at least once.
    pub tried: usize,
    pub right: usize,
    pub right_first: usize,
    pub points: Points,
}

impl Tally {
    pub fn of(items: &[ItemId], cells: Option<&ItemCells>) -> Self {
        let mut tally = Self { items: items.len(), ..Self::default() };
        for cell in items.iter().filter_map(|item| cells?.get(item)) {
            let Some(last) = cell.last else { continue };
            tally.tried += 1;
            tally.points = tally.points + last.points;
            tally.right += usize::from(last.verdict == Verdict::Right);
            tally.right_first += usize::from(cell.first.is_some_and(|first| first.verdict == Verdict::Right));
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use types::marks::Mark;

    use super::*;

    #[test]
    fn the_first_check_counts_apart_from_the_last() {
        let items: Vec<ItemId> = (0..3).map(ItemId::nth).collect();
        let cell = |first, last, tries| Cell { first: Some(first), last: Some(last), tries, ..Cell::default() };
        let cells = ItemCells::from([
            (items[0].clone(), cell(Mark::RIGHT, Mark::RIGHT, 1)),
            (items[1].clone(), cell(Mark::WRONG, Mark::RIGHT, 2)),
        ]);
        let tally = Tally::of(&items, Some(&cells));
        assert_eq!((tally.items, tally.tried, tally.right, tally.right_first), (3, 2, 2, 1));
        assert_eq!(tally.points, Points::new(2, 1));
        assert_eq!(Tally::of(&items, None).tried, 0);
    }
}
