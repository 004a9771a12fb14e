//! `inline_choice` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, gap_text};
use crate::tasks::{
    gaps::Part,
    inline_choice::{Content, Gap},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        let gap = |id, key: String| {
            let distractors = (0..key.len() % 5 + 1).map(|n| format!("{key}{n}")).collect();
            Gap { id, key, distractors }
        };
        gap_text(gap).prop_map(|parts| Self { parts }).boxed()
    }

    /// Its keys are options, which everybody sees.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for part in &mut other.parts {
            if let Part::Gap(gap) = part {
                std::mem::swap(&mut gap.key, &mut gap.distractors[0]);
            }
        }
        other
    }
}
