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

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    fn verdict(typed: &str, key: &str, tested: Tested<'_>, slips: Slips<'_>) -> Verdict {
        judge(&Gap { language: Language::En, keys: &[key], tested, slips }, typed)
    }

    #[test]
    fn a_phones_typography_is_the_same_answer() {
        for (typed, key) in [
            ("  I’ve  never\u{a0}missed ", "I've never missed"),
            ("DIDN’T GO.", "did not go"),
            ("well–known", "well-known"),
            ("went\u{200E}", "went"),
            ("we\u{2060}nt\u{FE0F}", "w\u{61C}ent"),
            ("ＷＥＮＴ", "went"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("１２:３０", "12:30"),
        ] {
            assert_eq!(verdict(typed, key, Tested::default(), Slips::Wrong), Verdict::Right, "{typed:?} is {key:?}");
        }
    }

    #[test]
    fn slips_get_half_but_never_in_what_is_tested() {
        let ending = |ending| Tested { ending, ..Tested::default() };
        let half = Slips::Half { neighbours: &["talk".to_owned()] };
        for (typed, key, tested, slips, expected) in [
            ("recieved", "received", "", half, Verdict::Misspelt),
            ("recieved", "received", "", Slips::Wrong, Verdict::Wrong),
            ("talk", "walk", "", half, Verdict::Wrong),
            ("2024", "2025", "", half, Verdict::Wrong),
            ("in Setember 2025", "in September 2025", "", half, Verdict::Misspelt),
            ("visitd", "visited", "ed", half, Verdict::Wrong),
            ("vissited", "visited", "ed", half, Verdict::Misspelt),
        ] {
            assert_eq!(verdict(typed, key, ending(tested), slips), expected, "{typed:?} for {key:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_right_in_every_language(
            text in "\\PC{0,20}\\w\\PC{0,20}",
            language in select(&Language::ALL[..]),
            capital in any::<bool>(),
            accent in any::<bool>(),
        ) {
            let tested = Tested { capital, accent, ..Tested::default() };
            prop_assert_eq!(judge(&Gap { language, keys: &[&text], tested, slips: Slips::Wrong }, &text), Verdict::Right);
        }

        #[test]
        fn edits_are_symmetric(a in "[a-d]{0,8}", b in "[a-d]{0,8}") {
            prop_assert_eq!(edits(&a, &b, 8), edits(&b, &a, 8));
        }
    }
}
