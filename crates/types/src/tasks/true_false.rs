//! Statements that are true, false, or not stated in the text.

use serde::{Deserialize, Serialize};

use super::{ITEM_TEXT_MAX, ITEMS_MAX, Meta, Skill, Template};
use crate::{
    ids::ItemId,
    levels::Language,
    marks::Mark,
    print::{Block, KeyEntry, Paper, PrintQuestion, PrintWords, number},
    problem::{Checker, FieldCode, FieldError},
};

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::true_false::Truth))]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    True,
    False,
    NotStated,
}

/// A statement to judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::true_false::Statement))]
pub struct Statement {
    /// Its id.
    pub id: ItemId,
    /// The text.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub text: String,
    /// The key.
    pub truth: Truth,
    /// What would be true, or where the text says so; shown with the key.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub explanation: Option<String>,
}

/// Statements to judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::true_false::Content))]
pub struct Content {
    /// In order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub statements: Vec<Statement>,
    /// Offer 'not stated' as a third choice.
    #[serde(default)]
    pub with_not_stated: bool,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::true_false::Answer))]
pub struct Answer {
    /// The choice.
    pub choice: Truth,
}

/// A statement to judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::true_false::StatementView))]
pub struct StatementView {
    /// Its id.
    pub id: ItemId,
    /// The text.
    pub text: String,
}

/// Statements to judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = tasks::true_false::View))]
pub struct View {
    /// In the author's order.
    pub statements: Vec<StatementView>,
    /// 'Not stated' is a third choice.
    pub with_not_stated: bool,
}

impl Truth {
    fn word(self, words: &PrintWords) -> &'static str {
        match self {
            Self::True => words.is_true,
            Self::False => words.is_false,
            Self::NotStated => words.not_stated,
        }
    }

    /// The sign in grids and reports, which must be readable in any language.
    fn sign(self) -> &'static str {
        match self {
            Self::True => "T",
            Self::False => "F",
            Self::NotStated => "NS",
        }
    }
}

impl Content {
    fn statement(&self, item: &ItemId) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.id == *item)
    }
}

impl Template for Content {
    type Answer = Answer;
    type View = View;

    const META: Meta =
        Meta { kind: "true_false", skill: Skill::Reading, icon: "check-square-offset", marked: true, generated: true };

    fn blank() -> Self {
        let statements =
            vec![Statement { id: ItemId::nth(0), text: String::new(), truth: Truth::True, explanation: None }];
        Self { statements, with_not_stated: false }
    }

    fn validate(&self) -> Vec<FieldError> {
        let mut check = Checker::new();
        check.count("statements", self.statements.len(), 1, ITEMS_MAX);
        check.distinct(self.statements.iter().map(|s| &s.id), |n| format!("statements.{n}.id"), FieldCode::Duplicate);
        for (n, statement) in self.statements.iter().enumerate() {
            check.text(format!("statements.{n}.text"), &statement.text, ITEM_TEXT_MAX);
            if statement.truth == Truth::NotStated && !self.with_not_stated {
                check.add(format!("statements.{n}.truth"), FieldCode::KeyMissing);
            }
            if let Some(text) = &statement.explanation {
                check.text(format!("statements.{n}.explanation"), text, ITEM_TEXT_MAX);
            }
        }
        check.finish()
    }

    fn items(&self) -> Vec<ItemId> {
        self.statements.iter().map(|statement| statement.id.clone()).collect()
    }

    /// Keeps the author's order: statements usually follow their text.
    fn student_view(&self, _seed: u64) -> View {
        let statements =
            self.statements.iter().map(|s| StatementView { id: s.id.clone(), text: s.text.clone() }).collect();
        View { statements, with_not_stated: self.with_not_stated }
    }

    fn score(&self, item: &ItemId, answer: &Answer, _language: Language) -> Option<Mark> {
        Some(Mark::all_or_nothing(self.statement(item)?.truth == answer.choice))
    }

    fn key(&self, item: &ItemId) -> Option<Answer> {
        self.statement(item).map(|statement| Answer { choice: statement.truth })
    }

    fn answer_text(answer: &Answer) -> String {
        answer.choice.sign().to_owned()
    }

    fn print_form(&self, paper: Paper, _seed: u64, words: &PrintWords) -> Vec<Block> {
        match paper {
            Paper::Worksheet => {
                let mut options = vec![words.is_true.to_owned(), words.is_false.to_owned()];
                if self.with_not_stated {
                    options.push(words.not_stated.to_owned());
                }
                let statements = self.statements.iter().enumerate();
                let questions = statements.map(|(n, s)| PrintQuestion::beside(n, &s.text, options.clone()));
                vec![Block::Questions(questions.collect())]
            }
            Paper::Key => {
                let entries = self
                    .statements
                    .iter()
                    .enumerate()
                    .map(|(n, s)| KeyEntry { number: number(n), answer: s.truth.word(words).to_owned() });
                let mut blocks = vec![Block::KeyLine(entries.collect())];
                blocks.extend(
                    self.statements.iter().enumerate().filter_map(|(n, s)| {
                        s.explanation.as_ref().map(|why| Block::Note(format!("{}. {why}", n + 1)))
                    }),
                );
                blocks
            }
        }
    }

    fn plain_text(&self) -> String {
        self.statements.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}
