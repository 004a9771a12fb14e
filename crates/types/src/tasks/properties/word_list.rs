//! `word_list` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words, words};
use crate::{
    ids::ItemId,
    tasks::word_list::{Content, Meaning, Word},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        (distinct_words(1..9), proptest::collection::vec(words(), 9))
            .prop_map(|(all, meanings)| {
                let word = |(n, (word, meaning))| Word {
                    id: ItemId::nth(n),
                    word,
                    meaning: Meaning { definition: Some(meaning), ..Meaning::default() },
                };
                Self { words: all.into_iter().zip(meanings).enumerate().map(word).collect() }
            })
            .boxed()
    }

    /// It has no keys.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        self.clone()
    }
}
