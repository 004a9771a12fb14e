//! Statements that are true or false: about the meaning of words, or about a text.

use std::collections::BTreeSet;

use lexicon::{Entry, Pos, article, related};
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        true_false::{Content, Statement, Truth},
    },
    text::fold,
};

use crate::{
    builtin::MakerContext,
    gate::{Findings, Piece, Role, choices},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, text},
    plan::PackPlan,
    prose::mentions_form,
    tasks::Generated,
};

/// Statements about the meaning of words.
pub(crate) const MEANINGS: TaskVariant = TaskVariant::new(
    ["True or false?", "Верно или неверно?"],
    [
        "Is the meaning of the word right? Choose true or false.",
        "Верно ли объяснено слово? Выберите «верно» или «неверно».",
    ],
);
/// Statements about the text of the lesson.
pub(crate) const OF_TEXT: TaskVariant = TaskVariant::new(
    ["True or false?", "Верно или неверно?"],
    [
        "Is it true? Look in the text and choose true or false.",
        "Верно ли это? Посмотрите в текст и выберите «верно» или «неверно».",
    ],
);

const USUAL: usize = 6;
const LEAST: usize = 4;
const MOST: usize = 12;

/// States that a word has a meaning, as a person would say it.
fn claim(entry: &Entry, definition: &str) -> String {
    let one = ["a ", "an ", "something ", "someone "].iter().any(|start| definition.starts_with(start));
    match entry.pos {
        Pos::Noun if one && !entry.plural_only && !entry.uncountable => {
            let a = article(&entry.lemma);
            format!("{}{} {} is {definition}.", a[..1].to_uppercase(), &a[1..], entry.lemma)
        }
        Pos::Verb => format!("‘To {}’ means ‘{definition}’.", entry.lemma),
        // 'What you say to …' is a use rather than a meaning.
        Pos::Phrase if definition.starts_with("what ") => {
            format!("‘{}’ is {definition}.", crate::prose::capitalised(&entry.lemma))
        }
        Pos::Noun | Pos::Adjective | Pos::Adverb | Pos::Phrase => {
            format!("‘{}’ means ‘{definition}’.", crate::prose::capitalised(&entry.lemma))
        }
    }
}

/// An entry whose meaning is certainly not this entry's: the same part of speech, preferably related.
fn other_meaning(context: &mut MakerContext<'_>, entry: &Entry, taken: &[&str]) -> Option<&'static Entry> {
    let mut pool: Vec<&'static Entry> = context
        .topic
        .entries
        .iter()
        .filter(|other| {
            other.level <= context.level
                && other.pos == entry.pos
                && other.lemma != entry.lemma
                && other.plural_only == entry.plural_only
                && other.uncountable == entry.uncountable
                && !taken.contains(&other.lemma.as_str())
                && !lexicon::near_in_meaning(entry, other)
                && !entry.also_fits.contains(&other.lemma)
                && !other.also_fits.contains(&entry.lemma)
                && !mentions_form(&other.definition, &entry.lemma)
                // 'To go outside means to spend time outside' would be half true.
                && !entry.lemma.split(' ').any(|word| word.len() > 3 && mentions_form(&other.definition, word))
                && !mentions_form(&entry.definition, &other.lemma)
        })
        .collect();
    context.shuffler.shuffle(&mut pool);
    pool.sort_by_key(|other| (context.level.index() - other.level.index(), !related(entry, other)));
    pool.first().copied()
}

/// By rules: a word with its own meaning, or with that of another word. Nothing about facts of the world.
fn make(context: &mut MakerContext<'_>) -> Result<Made, PartFailure> {
    let count = context.count(USUAL, MOST);
    // Half of them are true, give or take one by chance, in random order.
    let trues = count / 2 + if count % 2 == 1 { context.shuffler.below(2) } else { 0 };
    let mut truths: Vec<bool> = (0..count).map(|n| n < trues).collect();
    context.shuffler.shuffle(&mut truths);
    let mut statements: Vec<Statement> = Vec::new();
    let mut taken: Vec<&'static str> = Vec::new();
    for entry in context.entries.clone() {
        let Some(truth) = truths.get(statements.len()) else { break };
        if taken.contains(&entry.lemma.as_str()) {
            continue;
        }
        let (text, explanation) = if *truth {
            (claim(entry, &entry.definition), None)
        } else {
            let Some(other) = other_meaning(context, entry, &taken) else { continue };
            taken.push(&other.lemma);
            (claim(entry, &other.definition), Some(claim(entry, &entry.definition)))
        };
        taken.push(&entry.lemma);
        let truth = if *truth { Truth::True } else { Truth::False };
        statements.push(Statement { id: ItemId::nth(statements.len()), text, truth, explanation });
    }
    if statements.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    Ok(Made::new(MEANINGS, TaskBody::TrueFalse(Content { statements, with_not_stated: false })))
}

impl Generated for Content {
    const VARIANT: TaskVariant = MEANINGS;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = TrueFalseDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&mut MakerContext::new(job, plan, attempt)?)
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        let statements = self.statements.iter().filter(|statement| !bad.contains(&statement.id)).cloned().collect();
        Some(Self { statements, ..self.clone() })
    }

    fn pieces(&self) -> Vec<Piece> {
        self.statements.iter().map(|statement| Piece::of(&statement.id, Role::Sentence, &statement.text)).collect()
    }

    fn check(&self, _language: Language, found: &mut Findings) -> Option<u32> {
        choices::check_truths(self, found);
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TrueFalseDraft {
    statements: Vec<StatementDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct StatementDraft {
    statement: String,
    is_true: bool,
    /// In one short sentence: where the text says so, or what would be true.
    explanation: String,
}

impl Draft for TrueFalseDraft {
    const KIND: &'static str = "true_false";

    fn instructions(request: &Request<'_>) -> String {
        let about = if request.text().is_some() {
            "about the text, in its order and in other words than its own; each can be decided from the text alone"
        } else {
            "about what the words of the lesson mean; nobody needs to know facts of the world to decide them"
        };
        format!(
            "Write {} short statements {about}. About half are true. A false one is clearly false, and no statement uses 'always' \
             or 'never' to be so.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut statements: Vec<Statement> = Vec::new();
        for draft in self.statements.into_iter().take(request.most(MOST)) {
            let claim = text("statements.statement", &draft.statement)?;
            if statements.iter().any(|other| fold(&other.text) == fold(&claim)) {
                continue;
            }
            let explanation = draft.explanation.trim();
            statements.push(Statement {
                id: ItemId::nth(statements.len()),
                text: claim,
                truth: if draft.is_true { Truth::True } else { Truth::False },
                explanation: (!explanation.is_empty()).then(|| explanation.to_owned()),
            });
        }
        let least = request.least(3);
        if statements.len() < least {
            return Err(DraftFault::new("statements", format!("at least {least} different statements are needed")));
        }
        let truths = statements.iter().filter(|statement| statement.truth == Truth::True).count();
        if statements.len() > 1 && (truths == 0 || truths == statements.len()) {
            return Err(DraftFault::new("statements.is_true", "some statements must be true and some false"));
        }
        let variant = if request.text().is_some() { OF_TEXT } else { MEANINGS };
        Ok(Made::new(variant, TaskBody::TrueFalse(Content { statements, with_not_stated: false })))
    }
}
