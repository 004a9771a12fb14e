//! Checks that every bank drawn from a topic has a single solution.
//!
//! A bank is drawn so that no two of its words could fill each other's gaps. Here all pairs within a topic and level
//! are compared, and the bank drawn greedily from each entry on is solved.

use types::levels::CefrLevel;

use super::{Faults, LEVELS};
use crate::{
    fits::could_fill,
    pack::{Entry, Topic},
    solver::{Matching, count_assignments},
};

/// Fewest gaps in a bank.
pub const BANK_MIN: usize = 4;

/// The bank drawn greedily from the `start`-th entry on, as indices of entries.
fn draw(fits: &Matching, start: usize) -> Vec<usize> {
    let mut bank: Vec<usize> = Vec::new();
    for n in 0..fits.len() {
        let entry = (start + n) % fits.len();
        if bank.iter().all(|other| !fits[entry][*other] && !fits[*other][entry]) {
            bank.push(entry);
        }
    }
    bank
}

pub(super) fn check(topic: &Topic, faults: &mut Faults) {
    for level in LEVELS {
        let entries: Vec<&Entry> = topic.at(level).collect();
        let fits: Matching =
            entries.iter().map(|gap| entries.iter().map(|with| could_fill(gap, with)).collect()).collect();
        for (start, first) in entries.iter().enumerate() {
            let bank = draw(&fits, start);
            if bank.len() < BANK_MIN + 2 {
                faults.add(&topic.id, "", "bank", too_small(level, bank.len(), &first.lemma));
            }
            let drawn: Matching = bank.iter().map(|gap| bank.iter().map(|with| fits[*gap][*with]).collect()).collect();
            let ways = count_assignments(&drawn, 2);
            if ways != 1 {
                let words: Vec<&str> = bank.iter().map(|place| entries[*place].lemma.as_str()).collect();
                faults.add(&topic.id, "", "bank", format!("{level}: {ways} ways to fill {words:?}"));
            }
        }
    }
}

fn too_small(level: CefrLevel, count: usize, lemma: &str) -> String {
    format!("{level}: a bank that begins with {lemma:?} has {count} words")
}
