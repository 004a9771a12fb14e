//! `matching` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words, words};
use crate::{
    ids::ItemId,
    tasks::matching::{Content, Pair, Side},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        (distinct_words(2..9), proptest::collection::vec(words(), 8), distinct_words(0..3))
            .prop_map(|(lefts, rights, extra)| {
                let pair = |(n, (left, right)): (usize, (String, String))| Pair {
                    id: ItemId::nth(n),
                    left: left.into(),
                    right: right.into(),
                };
                let pairs: Vec<Pair> = lefts.into_iter().zip(rights).enumerate().map(pair).collect();
                let is_extra = |word: &String| pairs.iter().all(|pair| pair.right.text != *word);
                let extra = extra.into_iter().filter(is_extra).map(Side::from).collect();
                Self { pairs, extra }
            })
            .boxed()
    }

    /// Its keys are the right sides, which everybody sees.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        let mut rights: Vec<Side> = self.pairs.iter().map(|pair| pair.right.clone()).collect();
        rights.rotate_left(1);
        for (pair, right) in other.pairs.iter_mut().zip(rights) {
            pair.right = right;
        }
        other
    }
}
