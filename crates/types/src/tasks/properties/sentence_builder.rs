//! `sentence_builder` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words};
use crate::{
    ids::ItemId,
    tasks::sentence_builder::{Content, Sentence, View},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        proptest::collection::vec(distinct_words(3..9), 1..4)
            .prop_map(|sentences| {
                let sentence = |(n, chips)| Sentence { id: ItemId::nth(n), orders: vec![chips], ending: ".".into() };
                Self { sentences: sentences.into_iter().enumerate().map(sentence).collect() }
            })
            .boxed()
    }

    /// Its keys are orders of the chips, which everybody sees.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for sentence in &mut other.sentences {
            sentence.orders[0].rotate_left(1);
        }
        other
    }

    /// A start must not be an answer, so the two views must agree only where the shared draw is an answer to neither.
    fn look_alike((one, a): (&Self, &View), (other, b): (&Self, &View)) -> bool {
        let (ones, others) = (one.sentences.iter(), other.sentences.iter());
        ones.zip(others).zip(a.sentences.iter().zip(&b.sentences)).all(|((one, other), (x, y))| {
            let drawn_alike = x.chips != other.orders[0] && y.chips != one.orders[0];
            x.chips != one.orders[0] && (!drawn_alike || x == y)
        })
    }
}
