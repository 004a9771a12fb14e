//! `word_bank` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words, gap_text};
use crate::tasks::{
    gaps::{self, Part},
    word_bank::{Content, Gap},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        (gap_text(|id, key| Gap { id, key, variants: vec![] }), distinct_words(0..4))
            .prop_map(|(parts, extra)| {
                let keys: Vec<String> = gaps::gaps(&parts).map(|gap| gap.key.clone()).collect();
                let distractors = extra.into_iter().filter(|word| !keys.contains(word)).collect();
                Self { parts, distractors }
            })
            .boxed()
    }

    /// Its keys are the chips, which everybody sees.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        let mut keys: Vec<String> = gaps::gaps(&self.parts).map(|gap| gap.key.clone()).collect();
        keys.rotate_left(1);
        let mut keys = keys.into_iter();
        for part in &mut other.parts {
            if let Part::Gap(gap) = part {
                gap.key = keys.next().unwrap_or_default();
            }
        }
        other
    }
}
