//! `text` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, words};
use crate::tasks::text::Content;

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        words().prop_map(|markdown| Self { markdown }).boxed()
    }

    /// It has no keys.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        self.clone()
    }
}
