//! Words to match with their meanings or translations.

use std::collections::BTreeSet;

use lexicon::{Entry, near_in_meaning};
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        matching::{Content, Pair},
    },
    text::{fold, words},
};

use crate::{
    builtin::MakerContext,
    gate::{Findings, Piece, Role, choices},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short},
    plan::{PackPlan, WordsPlan},
    prose::mentions_form,
    source::{WordMaterial, too_short, with_meaning},
    tasks::Generated,
};

/// Words and their meanings.
pub(crate) const MEANINGS: TaskVariant = TaskVariant::new(
    ["What does it mean?", "Что это значит?"],
    ["Match the words with their meanings.", "Соедините слова и значения."],
);
/// Words and their translations.
pub(crate) const TRANSLATIONS: TaskVariant = TaskVariant::new(
    ["Words and translations", "Слова и переводы"],
    ["Match the words with the translations.", "Соедините слова и переводы."],
);

const USUAL: usize = 7;
const LEAST: usize = 4;
const MOST: usize = 12;
/// A single pair is no task.
const PAIRS_MIN: usize = 2;

/// Builds pairs from (left, right) texts.
pub(crate) fn content(sides: impl IntoIterator<Item = (String, String)>) -> Content {
    let pairs = sides
        .into_iter()
        .enumerate()
        .map(|(n, (left, right))| Pair { id: ItemId::nth(n), left: left.into(), right: right.into() })
        .collect();
    Content { pairs, extra: Vec::new() }
}

fn bare(translation: &str) -> BTreeSet<String> {
    words(translation).map(fold).filter(|word| word.chars().count() > 2).collect()
}

/// By rules: no two pairs whose right sides could be swapped.
fn make(context: &MakerContext<'_>) -> Result<Made, PartFailure> {
    let translated =
        context.plan.translations && context.entries.iter().all(|entry| context.translation(entry).is_some());
    let count = context.count(USUAL, MOST).max(PAIRS_MIN);
    let mut chosen: Vec<&'static Entry> = Vec::new();
    for entry in &context.entries {
        let clash = chosen.iter().any(|other| {
            if translated {
                let (a, b) =
                    (context.translation(entry).unwrap_or_default(), context.translation(other).unwrap_or_default());
                !bare(&a).is_disjoint(&bare(&b))
            } else {
                near_in_meaning(entry, other)
                    || mentions_form(&entry.definition, &other.lemma)
                    || mentions_form(&other.definition, &entry.lemma)
            }
        });
        if !clash && chosen.len() < count {
            chosen.push(entry);
        }
    }
    if chosen.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    let sides = chosen.iter().map(|entry| {
        let right = if translated { context.translation(entry) } else { None };
        (entry.lemma.clone(), right.unwrap_or_else(|| entry.definition.clone()))
    });
    let variant = if translated { TRANSLATIONS } else { MEANINGS };
    Ok(Made::new(variant, TaskBody::Matching(content(sides))))
}

impl Generated for Content {
    const VARIANT: TaskVariant = MEANINGS;
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = MatchingDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&MakerContext::new(job, plan, attempt)?)
    }

    fn from_words(job: &PartJob, plan: &WordsPlan, attempt: u64) -> Result<Made, PartFailure> {
        let mut material = WordMaterial::read(job, plan, attempt);
        let mut pairs = with_meaning(&material.all);
        if pairs.len() < 3 {
            return Err(too_short());
        }
        material.shuffler.shuffle(&mut pairs);
        pairs.truncate(material.count(10));
        let sides = pairs.into_iter().map(|(word, meaning)| (word.to_owned(), meaning.to_owned()));
        let variant = if material.definitions { MEANINGS } else { TRANSLATIONS };
        Ok(Made::new(variant, TaskBody::Matching(content(sides))))
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        let pairs = self.pairs.iter().filter(|pair| !bad.contains(&pair.id)).cloned().collect();
        Some(Self { pairs, extra: self.extra.clone() })
    }

    fn pieces(&self) -> Vec<Piece> {
        let of_pair = |pair: &Pair| [&pair.left, &pair.right].map(|side| Piece::of(&pair.id, Role::Side, &side.text));
        self.pairs.iter().flat_map(of_pair).collect()
    }

    fn check(&self, language: Language, found: &mut Findings) -> Option<u32> {
        choices::check_pairs(self, language, found);
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MatchingDraft {
    pairs: Vec<PairDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct PairDraft {
    /// A word or short phrase of the lesson.
    word: String,
    /// Its meaning in the language taught, at most 12 easy words, without the word itself.
    meaning: String,
}

impl Draft for MatchingDraft {
    const KIND: &'static str = "matching";

    fn instructions(request: &Request<'_>) -> String {
        format!(
            "Write {} pairs of a word and its meaning, with words of the lesson where there are some. Every meaning fits its \
             own word and none of the others.",
            request.items.unwrap_or(USUAL).max(PAIRS_MIN)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut sides: Vec<(String, String)> = Vec::new();
        for pair in self.pairs.into_iter().take(request.most(MOST).max(PAIRS_MIN)) {
            let (left, right) = (short("pairs.word", &pair.word)?, short("pairs.meaning", &pair.meaning)?);
            if !sides.iter().any(|(l, r)| fold(l) == fold(&left) || fold(r) == fold(&right)) {
                sides.push((left, right));
            }
        }
        let least = request.least(3).max(PAIRS_MIN);
        if sides.len() < least {
            return Err(DraftFault::new(
                "pairs",
                format!("at least {least} pairs with different words and meanings are needed"),
            ));
        }
        Ok(Made::new(MEANINGS, TaskBody::Matching(content(sides))))
    }
}
