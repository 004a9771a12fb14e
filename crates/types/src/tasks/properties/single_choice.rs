//! `single_choice` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words, words};
use crate::{
    ids::ItemId,
    tasks::single_choice::{Content, Question},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        proptest::collection::vec((words(), distinct_words(2..8)), 1..6)
            .prop_map(|questions| {
                let question = |(n, (stem, mut options)): (usize, (String, Vec<String>))| Question {
                    id: ItemId::nth(n),
                    stem,
                    right: options.remove(0),
                    distractors: options,
                    explanation: Some("because".into()),
                };
                Self { questions: questions.into_iter().enumerate().map(question).collect() }
            })
            .boxed()
    }

    fn hide(&mut self, secret: &mut dyn FnMut() -> String) {
        for question in &mut self.questions {
            question.explanation = Some(secret());
        }
    }

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for question in &mut other.questions {
            std::mem::swap(&mut question.right, &mut question.distractors[0]);
        }
        other
    }
}
