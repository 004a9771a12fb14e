//! Splits a gapped text into the lines of a page. Needs no browser.

use types::{
    ids::ItemId,
    tasks::gaps::{GapView, Part},
};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<G> {
    Text(String),
    /// With its 1-based number on the page.
    Gap(usize, G),
}

/// Splits the parts at line breaks; empty lines are left out.
pub fn lines<G: Clone>(parts: &[Part<G>]) -> Vec<Vec<Piece<G>>> {
    let mut lines = vec![Vec::new()];
    let mut gaps = 0;
    for part in parts {
        match part {
            Part::Text(text) => {
                for (n, piece) in text.split('\n').enumerate() {
                    if n > 0 {
                        lines.push(Vec::new());
                    }
                    if !piece.is_empty()
                        && let Some(line) = lines.last_mut()
                    {
                        line.push(Piece::Text(piece.to_owned()));
                    }
                }
            }
            Part::Gap(gap) => {
                gaps += 1;
                if let Some(line) = lines.last_mut() {
                    line.push(Piece::Gap(gaps, gap.clone()));
                }
            }
        }
    }
    lines.retain(|line| {
        line.iter().any(|piece| match piece {
            Piece::Text(text) => !text.trim().is_empty(),
            Piece::Gap(..) => true,
        })
    });
    lines
}

/// The gaps in order.
pub fn gap_ids(parts: &[Part<GapView>]) -> Vec<ItemId> {
    types::tasks::gaps::gaps(parts).map(|gap| gap.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_part_lines_and_gaps_are_counted_through() {
        let gap = |n| GapView { id: ItemId::nth(n), has_hint: false };
        let parts = [
            Part::Text("A: Where ".to_owned()),
            Part::Gap(gap(0)),
            Part::Text(" you?\n\nB: I ".to_owned()),
            Part::Gap(gap(1)),
        ];
        assert_eq!(
            lines(&parts),
            [
                vec![Piece::Text("A: Where ".into()), Piece::Gap(1, gap(0)), Piece::Text(" you?".into())],
                vec![Piece::Text("B: I ".into()), Piece::Gap(2, gap(1))],
            ]
        );
    }
}
