//! Questions with one right option.

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

/// A question. The right option and the others stand apart, so that there is always exactly one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::single_choice::Question))]
pub struct Question {
    /// Its id.
    pub id: ItemId,
    /// What is asked.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub stem: String,
    /// The right option.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub right: String,
    /// One to seven wrong options.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::tasks::ItemText>, min_items = 1, max_items = 7))]
    pub distractors: Vec<String>,
    /// Why the key is right; shown with the key.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub explanation: Option<String>,
}

/// Questions with one right option each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::single_choice::Content))]
pub struct Content {
    /// In order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub questions: Vec<Question>,
}

/// The option picked, by its text: an id would have to be kept from telling which option the author wrote first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::single_choice::Answer))]
pub struct Answer {
    /// Text of the option.
    pub option: String,
}

/// A question with its options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::single_choice::QuestionView))]
pub struct QuestionView {
    /// Its id.
    pub id: ItemId,
    /// What is asked.
    pub stem: String,
    /// Shuffled.
    pub options: Vec<String>,
}

/// Questions with one right option each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::single_choice::View))]
pub struct View {
    /// In order.
    pub questions: Vec<QuestionView>,
}

impl Question {
    fn options(&self, seed: u64) -> Vec<String> {
        let all = std::iter::once(&self.right).chain(&self.distractors).cloned().collect();
        Shuffler::new(seed, self.id.as_str()).shuffled(all)
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
        Meta { kind: "single_choice", skill: Skill::Reading, icon: "radio-button", marked: true, generated: true };

    fn blank() -> Self {
        Self {
            questions: vec![Question {
                id: ItemId::nth(0),
                stem: String::new(),
                right: String::new(),
                distractors: vec![String::new(), String::new()],
                explanation: None,
            }],
        }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("questions", self.questions.len(), 1, ITEMS_MAX);
        check.distinct(self.questions.iter().map(|q| &q.id), |n| format!("questions.{n}.id"), FieldCode::Duplicate);
        for (n, question) in self.questions.iter().enumerate() {
            let at = |field: &str| format!("questions.{n}.{field}");
            check.text(at("stem"), &question.stem, ITEM_TEXT_MAX);
            check.text(at("right"), &question.right, ITEM_TEXT_MAX);
            check.count(at("distractors"), question.distractors.len(), 1, 7);
            for (d, text) in question.distractors.iter().enumerate() {
                check.text(format!("{}.{d}", at("distractors")), text, ITEM_TEXT_MAX);
            }
            check.distinct(
                std::iter::once(&question.right).chain(&question.distractors).map(|text| looks(text)),
                |d| if d == 0 { at("right") } else { format!("{}.{}", at("distractors"), d - 1) },
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

    /// Compares texts as they look: a question about capitals or a comma has options that differ in nothing else.
    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        let question = self.question(item)?;
        Some(Mark::all_or_nothing(looks(&question.right) == looks(&answer.option)))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.question(item).map(|question| Answer { option: question.right.clone() })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.option.clone()
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
                    let place = q.options(seed).iter().position(|option| *option == q.right).unwrap_or(0);
                    KeyEntry { number: number(n), answer: format!("{} {}", letter(place), q.right) }
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
        self.questions
            .iter()
            .map(|q| {
                let options = std::iter::once(&q.right).chain(&q.distractors).map(String::as_str).collect::<Vec<_>>();
                format!("{}\n{}", q.stem, options.join("\n"))
            })
            .collect::<Vec<_>>()
            .join("\n")
    }
}
