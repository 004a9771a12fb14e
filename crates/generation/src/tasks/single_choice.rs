//! Questions with one right option.

use std::collections::BTreeSet;

use lexicon::{Entry, Pos, near_in_meaning};
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        single_choice::{Content, Question},
    },
    text::fold,
};

use crate::{
    builtin::MakerContext,
    gate::{Findings, Piece, Role, choices},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short, text},
    plan::{PackPlan, WordsPlan},
    prose::{capitalised, mentions_form},
    source::{self, WordMaterial},
    tasks::Generated,
};

/// A meaning, and words to choose from.
pub(crate) const WORD: TaskVariant = TaskVariant::new(
    ["Which word is it?", "Какое это слово?"],
    ["Read the meaning and choose the word.", "Прочитайте значение и выберите слово."],
);
/// Questions about a text.
pub(crate) const ANSWER: TaskVariant = TaskVariant::new(
    ["Choose the answer", "Выберите ответ"],
    ["Choose the right answer.", "Выберите правильный ответ."],
);

const USUAL: usize = 6;
const LEAST: usize = 3;
const MOST: usize = 12;
const DISTRACTORS: usize = 3;

/// Whether the two parts of speech are interchangeable in options: equal, or adverbs and fixed phrases.
fn like(a: Pos, b: Pos) -> bool {
    let loose = |pos| matches!(pos, Pos::Adverb | Pos::Phrase);
    a == b || (loose(a) && loose(b))
}

/// Whether `other` is certainly wrong for the definition of `entry` and doesn't occur in it.
fn wrong_for(entry: &Entry, other: &Entry) -> bool {
    other.lemma != entry.lemma
        && like(entry.pos, other.pos)
        && other.plural_only == entry.plural_only
        && !near_in_meaning(entry, other)
        && !entry.also_fits.contains(&other.lemma)
        && !other.also_fits.contains(&entry.lemma)
        && !mentions_form(&entry.definition, &other.lemma)
}

/// Three words of the same part of speech: of the lesson's level before lower ones, of other classes before the key's
/// own, each from a different class if possible.
fn distractors(context: &mut MakerContext<'_>, entry: &Entry) -> Option<Vec<String>> {
    let mut pool: Vec<&'static Entry> =
        context.topic.entries.iter().filter(|other| other.level <= context.level && wrong_for(entry, other)).collect();
    context.shuffler.shuffle(&mut pool);
    pool.sort_by_key(|other| (context.level.index() - other.level.index(), other.class == entry.class));
    let mut chosen: Vec<&'static Entry> = Vec::new();
    for mind_classes in [true, false] {
        for other in &pool {
            let fresh =
                !chosen.iter().any(|known| known.lemma == other.lemma || mind_classes && known.class == other.class);
            // One distractor of the key's class is plausible; with two, the choice is one in three.
            let own_class = chosen.iter().filter(|known| known.class == entry.class).count();
            if chosen.len() < DISTRACTORS && fresh && (other.class != entry.class || own_class == 0 || !mind_classes) {
                chosen.push(other);
            }
        }
    }
    (chosen.len() == DISTRACTORS).then(|| chosen.into_iter().map(|other| other.lemma.clone()).collect())
}

/// By rules: a definition, and four words to choose from.
fn make(context: &mut MakerContext<'_>) -> Result<Made, PartFailure> {
    let count = context.count(USUAL, MOST);
    let mut questions: Vec<Question> = Vec::new();
    let mut asked: Vec<&'static Entry> = Vec::new();
    for entry in context.entries.clone() {
        if questions.len() >= count {
            break;
        }
        let leaks = asked.iter().any(|other| {
            mentions_form(&other.definition, &entry.lemma) || mentions_form(&entry.definition, &other.lemma)
        });
        if leaks {
            continue;
        }
        let Some(distractors) = distractors(context, entry) else { continue };
        asked.push(entry);
        questions.push(Question {
            id: ItemId::nth(questions.len()),
            stem: format!("{}.", capitalised(&entry.definition)),
            right: entry.lemma.clone(),
            distractors,
            explanation: None,
        });
    }
    if questions.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    Ok(Made::new(WORD, TaskBody::SingleChoice(Content { questions })))
}

impl Generated for Content {
    const VARIANT: TaskVariant = WORD;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = SingleChoiceDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&mut MakerContext::new(job, plan, attempt)?)
    }

    fn from_words(job: &PartJob, plan: &WordsPlan, attempt: u64) -> Result<Made, PartFailure> {
        let mut material = WordMaterial::read(job, plan, attempt);
        let count = material.count(8);
        let questions = source::questions(&material.all, count, &mut material.shuffler)?;
        Ok(Made::new(WORD, TaskBody::SingleChoice(Self { questions })))
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self {
            questions: self.questions.iter().filter(|question| !bad.contains(&question.id)).cloned().collect(),
        })
    }

    fn pieces(&self) -> Vec<Piece> {
        let of_question = |question: &Question| {
            let options = std::iter::once(&question.right).chain(&question.distractors);
            let options = options.map(|option| Piece::of(&question.id, Role::Option, option));
            std::iter::once(Piece::of(&question.id, Role::Stem, &question.stem)).chain(options).collect::<Vec<_>>()
        };
        self.questions.iter().flat_map(of_question).collect()
    }

    fn check(&self, language: Language, found: &mut Findings) -> Option<u32> {
        choices::check_single(self, language, found);
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SingleChoiceDraft {
    questions: Vec<QuestionDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct QuestionDraft {
    question: String,
    /// The one right answer.
    right: String,
    /// Three wrong answers, as long and as detailed as the right one.
    wrong: Vec<String>,
    /// In one short sentence, why the answer is right.
    explanation: String,
}

impl Draft for SingleChoiceDraft {
    const KIND: &'static str = "single_choice";

    fn instructions(request: &Request<'_>) -> String {
        let about = if request.text().is_some() {
            "about the text: they can be answered from it alone, and not without it"
        } else {
            "that practise the words of the lesson, each with a meaning or a situation as its question"
        };
        format!(
            "Write {} questions {about}. One option is right and three are clearly wrong but believable: the same part of \
             speech and about the same length. Never 'all of the above'. The answer does not stand in its question.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut questions: Vec<Question> = Vec::new();
        for draft in self.questions.into_iter().take(request.most(MOST)) {
            let right = short("questions.right", &draft.right)?;
            let mut distractors: Vec<String> = Vec::new();
            for option in draft.wrong.iter().take(5) {
                let option = short("questions.wrong", option)?;
                if fold(&option) != fold(&right) && !distractors.iter().any(|other| fold(other) == fold(&option)) {
                    distractors.push(option);
                }
            }
            if distractors.len() < 2 {
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
                format!("at least {least} questions with one right and two different wrong options are needed"),
            ));
        }
        let variant = if request.text().is_some() { ANSWER } else { WORD };
        Ok(Made::new(variant, TaskBody::SingleChoice(Content { questions })))
    }
}
