//! `gap_fill` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, gap_text};
use crate::tasks::{
    gap_fill::{Content, Gap},
    gaps::Part,
};

fn gaps(content: &mut Content) -> impl Iterator<Item = &mut Gap> {
    content.parts.iter_mut().filter_map(|part| match part {
        Part::Gap(gap) => Some(gap),
        Part::Text(_) => None,
    })
}

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        let gap =
            |id, key| Gap { id, key, variants: vec![], hint: Some("hint".into()), tested: None, neighbours: vec![] };
        (gap_text(gap), any::<bool>(), any::<bool>())
            .prop_map(|(parts, typos, contractions_matter)| Self { parts, typos, contractions_matter })
            .boxed()
    }

    fn hide(&mut self, secret: &mut dyn FnMut() -> String) {
        for gap in gaps(self) {
            gap.key = secret();
            gap.variants = vec![secret()];
            gap.hint = Some(secret());
            gap.neighbours = vec![secret()];
        }
    }

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for gap in gaps(&mut other) {
            gap.key = format!("other{}", gap.key);
        }
        other
    }
}
