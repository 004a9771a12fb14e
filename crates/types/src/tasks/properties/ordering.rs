//! `ordering` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words};
use crate::{
    ids::ItemId,
    tasks::ordering::{Content, Passage, PassageLine, View},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        proptest::collection::vec((distinct_words(3..9), any::<bool>()), 1..4)
            .prop_map(|passages| {
                let passage = |(n, (lines, spoken)): (usize, (Vec<String>, bool))| {
                    let speaker =
                        |n: usize| spoken.then(|| if n.is_multiple_of(2) { "Anna" } else { "Ben" }.to_owned());
                    let line = |(n, text)| PassageLine { speaker: speaker(n), text };
                    Passage { id: ItemId::nth(n), lines: lines.into_iter().enumerate().map(line).collect() }
                };
                Self { passages: passages.into_iter().enumerate().map(passage).collect() }
            })
            .boxed()
    }

    /// Its key is an order of the lines, which everybody sees.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for passage in &mut other.passages {
            passage.lines.rotate_left(1);
        }
        other
    }

    /// A start must not be the answer, so the two views must agree only where the shared draw is neither's answer.
    fn look_alike((one, a): (&Self, &View), (other, b): (&Self, &View)) -> bool {
        let right = |passage: &Passage| passage.lines.iter().map(PassageLine::shown).collect::<Vec<_>>();
        let passages = one.passages.iter().zip(&other.passages);
        passages.zip(a.passages.iter().zip(&b.passages)).all(|((one, other), (x, y))| {
            let drawn_alike = x.lines != right(other) && y.lines != right(one);
            x.lines != right(one) && (!drawn_alike || x == y)
        })
    }
}
