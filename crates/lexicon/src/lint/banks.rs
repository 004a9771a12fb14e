//! Every bank that can be drawn from a topic is solvable in one way.
//!
//! A bank is drawn so that no two of its words could fill each other's gaps; here all pairs of a topic and level are
//! tried, and every largest set that the drawing could make is solved.

use types::levels::CefrLevel;

use super::{Faults, LEVELS};
use crate::{
    fits::could_fill,
    pack::{Entry, Topic},
    solver::{Matching, count_assignments},
};

/// A bank has at least this many gaps.
pub const BANK_MIN: usize = 4;

/// May the two stand in one bank?
fn apart(a: &Entry, b: &Entry) -> bool {
    !could_fill(a, b) && !could_fill(b, a)
}

/// The bank drawn greedily from the `start`-th entry on.
fn draw<'a>(entries: &[&'a Entry], start: usize) -> Vec<&'a Entry> {
    let mut bank: Vec<&Entry> = Vec::new();
    for n in 0..entries.len() {
        let entry = entries[(start + n) % entries.len()];
        if bank.iter().all(|other| apart(entry, other)) {
            bank.push(entry);
        }
    }
    bank
}

pub(super) fn check(topic: &Topic, faults: &mut Faults) {
    for level in LEVELS {
        let entries: Vec<&Entry> = topic.at(level).collect();
        for start in 0..entries.len() {
            let bank = draw(&entries, start);
            if bank.len() < BANK_MIN + 2 {
                faults.add(&topic.id, "", "bank", too_small(level, bank.len(), &entries[start].lemma));
            }
            let fits: Matching = bank.iter().map(|gap| bank.iter().map(|with| could_fill(gap, with)).collect()).collect();
            let ways = count_assignments(&fits, 2);
            if ways != 1 {
                let words: Vec<&str> = bank.iter().map(|entry| entry.lemma.as_str()).collect();
                faults.add(&topic.id, "", "bank", format!("{level}: {ways} ways to fill {words:?}"));
            }
        }
    }
}

fn too_small(level: CefrLevel, count: usize, lemma: &str) -> String {
    format!("{level}: a bank that begins with {lemma:?} has {count} words")
}
