//! Compares what a student typed with the key of a gap. Pure: the same for marking, for the gate and in tests. What
//! languages decide differently is data (`rules.rs`); the expected verdicts are a table that teachers can read
//! (`tests/typed_answers.tsv`).

mod fold;
mod rules;
mod slips;

use crate::levels::Language;

pub use slips::{edits, slips_allowed};

use self::{fold::Folding, rules::Rules};

/// What a gap tests: nothing of this is forgiven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tested<'a> {
    /// The last letters of the key.
    pub ending: &'a str,
    /// Short and long forms are different answers.
    pub contraction: bool,
    /// Capital and small letters.
    pub capital: bool,
    /// The marks of the language: accents, ё, harakat, points.
    pub accent: bool,
}

/// What slips cost.
#[derive(Clone, Copy, Debug)]
pub enum Slips<'a> {
    /// An answer with a slip is wrong: the author wants it so, or nothing is known of the words near the key.
    Wrong,
    /// A slip costs half a point, unless it makes one of these words.
    Half { neighbours: &'a [String] },
}

/// A typed gap.
#[derive(Clone, Copy, Debug)]
pub struct Gap<'a> {
    pub language: Language,
    /// The answer that is shown, then the other accepted ones.
    pub keys: &'a [&'a str],
    pub tested: Tested<'a>,
    pub slips: Slips<'a>,
}

/// What an answer is worth. Later is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Wrong,
    /// Half a point: a letter is wrong.
    Misspelt,
    /// Half a point: only an accent is missing, added or another.
    Accent,
    Right,
}

/// The verdict on what was typed into a gap.
#[must_use]
pub fn judge(gap: &Gap<'_>, typed: &str) -> Verdict {
    let rules = rules::of(gap.language);
    gap.keys.iter().map(|key| compare(gap, rules, key, typed)).max().unwrap_or(Verdict::Wrong)
}

fn compare(gap: &Gap<'_>, rules: &Rules, key: &str, typed: &str) -> Verdict {
    let folding = Folding { rules, tested: gap.tested };
    let (key, typed) = (folding.fold(key), folding.fold(typed));
    if typed.is_empty() {
        return Verdict::Wrong;
    }
    if folding.is_same(&typed, &key) {
        return Verdict::Right;
    }
    let ending = folding.fold(gap.tested.ending);
    let neighbours: Vec<String> = match gap.slips {
        Slips::Wrong => Vec::new(),
        Slips::Half { neighbours } => neighbours.iter().map(|word| folding.fold(word)).collect(),
    };
    if neighbours.contains(&typed) {
        return Verdict::Wrong;
    }
    if let Some(verdict) = folding.by_accents(&typed, &key, &ending, &neighbours) {
        return verdict;
    }
    match gap.slips {
        Slips::Half { .. } if folding.is_slip(&typed, &key, &ending, &neighbours) => Verdict::Misspelt,
        Slips::Half { .. } | Slips::Wrong => Verdict::Wrong,
    }
}
