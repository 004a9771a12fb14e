//! `sorting` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words};
use crate::{
    ids::ItemId,
    tasks::sorting::{Content, Entry},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        (distinct_words(2..7), distinct_words(1..12), any::<u8>())
            .prop_map(|(columns, words, by)| {
                let count = u8::try_from(columns.len()).unwrap_or(1);
                let entry = |(n, text): (usize, String)| {
                    let n8 = u8::try_from(n).unwrap_or(0);
                    Entry { id: ItemId::nth(n), text, columns: vec![(n8 % count + by % count) % count] }
                };
                Self { entries: words.into_iter().enumerate().map(entry).collect(), columns }
            })
            .boxed()
    }

    /// Its keys are columns, which everybody sees.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        let count = u8::try_from(self.columns.len()).unwrap_or(1);
        for entry in &mut other.entries {
            for column in &mut entry.columns {
                *column = (*column + 1) % count;
            }
        }
        other
    }
}
