//! `multiple_choice` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words, words};
use crate::{
    ids::ItemId,
    tasks::multiple_choice::{Content, Question, Rule},
};

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        let questions = proptest::collection::vec((words(), distinct_words(2..9), 1usize..8), 1..6);
        (questions, any::<bool>())
            .prop_map(|(questions, exact)| {
                let question = |(n, (stem, mut options, right)): (usize, (String, Vec<String>, usize))| {
                    let distractors = options.split_off(right.min(options.len() - 1));
                    Question {
                        id: ItemId::nth(n),
                        stem,
                        right: options,
                        distractors,
                        explanation: Some("because".into()),
                    }
                };
                let rule = if exact { Rule::Exact } else { Rule::Balanced };
                Self { questions: questions.into_iter().enumerate().map(question).collect(), rule }
            })
            .boxed()
    }

    fn hide(&mut self, secret: &mut dyn FnMut() -> String) {
        for question in &mut self.questions {
            question.explanation = Some(secret());
        }
    }

    /// Another option is right, and where there are several, one fewer.
    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for question in &mut other.questions {
            std::mem::swap(&mut question.right[0], &mut question.distractors[0]);
            if question.right.len() > 1 {
                question.distractors.extend(question.right.pop());
            }
        }
        other
    }
}
