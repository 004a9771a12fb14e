//! `true_false` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, words};
use crate::{
    ids::ItemId,
    tasks::true_false::{Content, Statement, Truth},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        let truth = prop_oneof![Just(Truth::True), Just(Truth::False), Just(Truth::NotStated)];
        proptest::collection::vec((words(), truth), 1..8)
            .prop_map(|statements| {
                let statement = |(n, (text, truth))| Statement { id: ItemId::nth(n), text, truth, explanation: None };
                let statements = statements.into_iter().enumerate().map(statement).collect();
                Self { statements, with_not_stated: true }
            })
            .boxed()
    }

    fn hide(&mut self, secret: &mut dyn FnMut() -> String) {
        for statement in &mut self.statements {
            statement.explanation = Some(secret());
        }
    }

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for statement in &mut other.statements {
            statement.truth = match statement.truth {
                Truth::True => Truth::False,
                Truth::False => Truth::NotStated,
                Truth::NotStated => Truth::True,
            };
        }
        other
    }
}
