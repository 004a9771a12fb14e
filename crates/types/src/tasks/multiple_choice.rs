//! Questions with several right options.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ITEM_TEXT_MAX, ITEMS_MAX, Meta, Skill, Template};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintQuestion, PrintWords, letter, number},
    problem::{Checker, FieldCode, FieldError},
    shuffle::Shuffler,
    text::looks,
};

/// Most options of a question.
pub const OPTIONS_MAX: usize = 8;

/// A question. Right and wrong options stand apart, so that a key is never missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::multiple_choice::Question))]
pub struct Question {
    /// Its id.
    pub id: ItemId,
    /// What is asked.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub stem: String,
    /// The right options. With the wrong ones there are at most 8.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ItemText>, min_items = 1, max_items = 7))]
    pub right: Vec<String>,
    /// The wrong options.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ItemText>, min_items = 1, max_items = 7))]
    pub distractors: Vec<String>,
    /// Why the key is right; shown with the key.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub explanation: Option<String>,
}

/// How a question is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::multiple_choice::Rule))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// One point for exactly the right options, else none.
    #[default]
    Exact,
    /// (right ticks − wrong ticks) / right options, at least 0: ticking everything gains nothing.
    Balanced,
}

/// Questions with several right options each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::multiple_choice::Content))]
pub struct Content {
    /// In order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub questions: Vec<Question>,
    /// How each question is marked.
    #[serde(default)]
    pub rule: Rule,
}

/// The options ticked, by their texts, as in `single_choice`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::multiple_choice::Answer))]
pub struct Answer {
    /// Texts of the options, in any order.
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub options: Vec<String>,
}

/// A question with its options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::multiple_choice::QuestionView))]
pub struct QuestionView {
    /// Its id.
    pub id: ItemId,
    /// What is asked.
    pub stem: String,
    /// Shuffled.
    pub options: Vec<String>,
}

/// Questions with several right options each. How many are right is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::multiple_choice::View))]
pub struct View {
    /// In order.
    pub questions: Vec<QuestionView>,
}

impl Question {
    fn all(&self) -> impl Iterator<Item = &String> {
        self.right.iter().chain(&self.distractors)
    }

    fn options(&self, seed: u64) -> Vec<String> {
        Shuffler::new(seed, self.id.as_str()).shuffled(self.all().cloned().collect())
    }

    /// Compares texts as they look, as `single_choice` does. What is no option of the question counts as a wrong tick.
    fn mark(&self, answer: &Answer, rule: Rule) -> Mark {
        let key: BTreeSet<String> = self.right.iter().map(|text| looks(text)).collect();
        let ticked: BTreeSet<String> = answer.options.iter().map(|text| looks(text)).collect();
        match rule {
            Rule::Exact => Mark::all_or_nothing(key == ticked),
            Rule::Balanced => {
                let hits = ticked.intersection(&key).count();
                let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                Mark::share(count(hits.saturating_sub(ticked.len() - hits)), count(key.len()))
            }
        }
    }
}

impl Content {
    fn question(&self, item: &ItemId) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == *item)
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "multiple_choice", skill: Skill::Reading, icon: "list-checks", marked: true, generated: true };

    fn blank() -> Self {
        Self {
            questions: vec![Question {
                id: ItemId::nth(0),
                stem: String::new(),
                right: vec![String::new(), String::new()],
                distractors: vec![String::new(), String::new()],
                explanation: None,
            }],
            rule: Rule::Exact,
        }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("questions", self.questions.len(), 1, ITEMS_MAX);
        check.distinct(self.questions.iter().map(|q| &q.id), |n| format!("questions.{n}.id"), FieldCode::Duplicate);
        for (n, question) in self.questions.iter().enumerate() {
            let at = |field: &str| format!("questions.{n}.{field}");
            check.text(at("stem"), &question.stem, ITEM_TEXT_MAX);
            check.count(at("right"), question.right.len(), 1, OPTIONS_MAX - 1);
            let room = OPTIONS_MAX.saturating_sub(question.right.len());
            check.count(at("distractors"), question.distractors.len(), 1, room.max(1));
            for (field, texts) in [("right", &question.right), ("distractors", &question.distractors)] {
                for (d, text) in texts.iter().enumerate() {
                    check.text(format!("{}.{d}", at(field)), text, ITEM_TEXT_MAX);
                }
            }
            let rights = question.right.len();
            check.distinct(
                question.all().map(|text| looks(text)),
                |d| {
                    if d < rights {
                        format!("{}.{d}", at("right"))
                    } else {
                        format!("{}.{}", at("distractors"), d - rights)
                    }
                },
                FieldCode::SameAsAnother,
            );
            if let Some(text) = &question.explanation {
                check.text(at("explanation"), text, ITEM_TEXT_MAX);
            }
        }
        check.finish()
    }

    fn items(&self) -> Vec<ItemId> {
        self.questions.iter().map(|question| question.id.clone()).collect()
    }

    fn student_view(&self, seed: u64) -> View {
        let questions = self
            .questions
            .iter()
            .map(|q| QuestionView { id: q.id.clone(), stem: q.stem.clone(), options: q.options(seed) })
            .collect();
        View { questions }
    }

    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        self.question(item).map(|question| question.mark(answer, self.rule))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.question(item).map(|question| Answer { options: question.right.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.options.join(", ")
    }

    fn print_form(&self, paper: Paper, seed: u64, _words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => vec![Block::Questions(
                self.questions
                    .iter()
                    .enumerate()
                    .map(|(n, q)| PrintQuestion::lettered(n, &q.stem, q.options(seed)))
                    .collect(),
            )],
            Paper::Key => {
                let entries = self.questions.iter().enumerate().map(|(n, q)| {
                    let options = q.options(seed);
                    let right = options.iter().enumerate().filter(|(_, option)| q.right.contains(option));
                    let right: Vec<_> = right.map(|(place, option)| format!("{} {option}", letter(place))).collect();
                    KeyEntry { number: number(n), answer: right.join(", ") }
                });
                let mut blocks = vec![Block::KeyLine(entries.collect())];
                blocks.extend(
                    self.questions.iter().enumerate().filter_map(|(n, q)| {
                        q.explanation.as_ref().map(|why| Block::Note(format!("{}. {why}", n + 1)))
                    }),
                );
                blocks
            }
        }
    }

    fn plain_text(&self) -> String {
        let line =
            |q: &Question| std::iter::once(&q.stem).chain(q.all()).map(String::as_str).collect::<Vec<_>>().join("\n");
        self.questions.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(rule: Rule, ticked: &[&str]) -> f64 {
        let question = Question {
            id: ItemId::nth(0),
            stem: "Which are fruit?".into(),
            right: vec!["an apple".into(), "a pear".into()],
            distractors: vec!["a carrot".into(), "an onion".into()],
            explanation: None,
        };
        let answer = Answer { options: ticked.iter().map(|text| (*text).to_owned()).collect() };
        question.mark(&answer, rule).points.as_f64()
    }

    #[test]
    fn exact_wants_the_set_and_nothing_else() {
        for (ticked, wanted) in [
            (&["a pear", "an apple"][..], 1.0),
            (&["a pear"], 0.0),
            (&["a pear", "an apple", "a carrot"], 0.0),
            (&["a pear", "a pear", "an apple"], 1.0),
            (&[], 0.0),
        ] {
            assert!((points(Rule::Exact, ticked) - wanted).abs() < f64::EPSILON, "{ticked:?}");
        }
    }

    #[test]
    fn balanced_takes_wrong_ticks_away_and_never_below_zero() {
        for (ticked, wanted) in [
            (&["a pear", "an apple"][..], 1.0),
            (&["a pear"], 0.5),
            (&["a pear", "an apple", "a carrot"], 0.5),
            (&["a pear", "an apple", "a carrot", "an onion"], 0.0),
            (&["a carrot"], 0.0),
            (&["a pear", "something else"], 0.0),
            (&[], 0.0),
        ] {
            assert!((points(Rule::Balanced, ticked) - wanted).abs() < f64::EPSILON, "{ticked:?}");
        }
    }
}
