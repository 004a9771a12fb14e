//! Questions with several right options.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        multiple_choice::{Content, OPTIONS_MAX, Question, Rule},
    },
    text::fold,
};

use crate::{
    gate::{Findings, Piece, Role, choices},
    labels::TaskVariant,
    made::Made,
    model::{Draft, DraftFault, Request, short, text},
    tasks::Generated,
};

pub(crate) const ALL: TaskVariant = TaskVariant::new(
    ["Choose all that are right", "Выберите всё верное"],
    ["Choose all the right answers.", "Отметьте все правильные ответы."],
);

const USUAL: usize = 5;
const MOST: usize = 12;

impl Generated for Content {
    const VARIANT: TaskVariant = ALL;
    const USUAL: Option<usize> = Some(USUAL);
    /// The classes of the pack don't say what else would be true of a word.
    const FROM_PACK: bool = false;
    type Draft = MultipleChoiceDraft;

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        let questions = self.questions.iter().filter(|question| !bad.contains(&question.id)).cloned().collect();
        Some(Self { questions, rule: self.rule })
    }

    fn pieces(&self) -> Vec<Piece> {
        let of_question = |question: &Question| {
            let options = question.right.iter().chain(&question.distractors);
            let options = options.map(|option| Piece::of(&question.id, Role::Option, option));
            std::iter::once(Piece::of(&question.id, Role::Stem, &question.stem)).chain(options).collect::<Vec<_>>()
        };
        self.questions.iter().flat_map(of_question).collect()
    }

    fn check(&self, language: Language, found: &mut Findings) -> Option<u32> {
        choices::check_multiple(self, language, found);
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MultipleChoiceDraft {
    questions: Vec<QuestionDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct QuestionDraft {
    question: String,
    /// Two or three right answers.
    right: Vec<String>,
    /// Two or three wrong answers, as long and as detailed as the right ones.
    wrong: Vec<String>,
    /// In one short sentence, why the answers are right.
    explanation: String,
}

/// The options that are new, as the student would see them.
fn options(field: &'static str, drafts: &[String], known: &mut Vec<String>) -> Result<Vec<String>, DraftFault> {
    let mut taken = Vec::new();
    for draft in drafts.iter().take(OPTIONS_MAX / 2) {
        let option = short(field, draft)?;
        if !known.contains(&fold(&option)) {
            known.push(fold(&option));
            taken.push(option);
        }
    }
    Ok(taken)
}

impl Draft for MultipleChoiceDraft {
    const KIND: &'static str = "multiple_choice";

    fn instructions(request: &Request<'_>) -> String {
        let about = if request.text().is_some() {
            "about the text: they can be answered from it alone, and not without it"
        } else {
            "that practise the words of the lesson"
        };
        format!(
            "Write {} questions {about}. Each has two or three right options and two or three that are clearly wrong but \
             believable: the same part of speech and about the same length. Nobody could defend a wrong one. Never 'all of \
             the above'. No answer stands in its question.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut questions: Vec<Question> = Vec::new();
        for draft in self.questions.into_iter().take(request.most(MOST)) {
            let mut known = Vec::new();
            let right = options("questions.right", &draft.right, &mut known)?;
            let distractors = options("questions.wrong", &draft.wrong, &mut known)?;
            if right.is_empty() || distractors.is_empty() {
                continue;
            }
            let explanation = draft.explanation.trim();
            questions.push(Question {
                id: ItemId::nth(questions.len()),
                stem: text("questions.question", &draft.question)?,
                right,
                distractors,
                explanation: (!explanation.is_empty()).then(|| explanation.to_owned()),
            });
        }
        let least = request.least(2);
        if questions.len() < least {
            return Err(DraftFault::new(
                "questions",
                format!("at least {least} questions with right and different wrong options are needed"),
            ));
        }
        Ok(Made::new(ALL, TaskBody::MultipleChoice(Content { questions, rule: Rule::Exact })))
    }
}
