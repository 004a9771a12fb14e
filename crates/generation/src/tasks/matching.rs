//! Words to join with their meanings or translations.

use std::collections::BTreeSet;

use lexicon::{Entry, near_in_meaning};
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    tasks::{
        TaskBody,
        matching::{Content, Pair},
    },
    text::{fold, words},
};

use crate::{
    builtin::{Bench, Made, not_enough},
    generator::PartFailure,
    labels::Ask,
    model::{Draft, DraftFault, Request, short},
    prose::mentions_form,
};

pub(crate) const USUAL: usize = 7;
const LEAST: usize = 4;
const MOST: usize = 12;

/// Pairs from (left, right) texts.
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

/// By the rules: no two whose right sides could change places.
pub(crate) fn make(bench: &Bench<'_>) -> Result<Made, PartFailure> {
    let translated = bench.plan.translations && bench.entries.iter().all(|entry| bench.translation(entry).is_some());
    let count = bench.count(USUAL, MOST);
    let mut chosen: Vec<&'static Entry> = Vec::new();
    for entry in &bench.entries {
        let clash = chosen.iter().any(|other| {
            if translated {
                let (a, b) =
                    (bench.translation(entry).unwrap_or_default(), bench.translation(other).unwrap_or_default());
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
        let right = if translated { bench.translation(entry) } else { None };
        (entry.lemma.clone(), right.unwrap_or_else(|| entry.definition.clone()))
    });
    let ask = if translated { Ask::MatchTranslations } else { Ask::MatchMeanings };
    Ok(Made::new(ask, TaskBody::Matching(content(sides))))
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
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut sides: Vec<(String, String)> = Vec::new();
        for pair in self.pairs.into_iter().take(request.items.unwrap_or(MOST).min(MOST)) {
            let (left, right) = (short("pairs.word", &pair.word)?, short("pairs.meaning", &pair.meaning)?);
            if !sides.iter().any(|(l, r)| fold(l) == fold(&left) || fold(r) == fold(&right)) {
                sides.push((left, right));
            }
        }
        if sides.len() < 3 {
            return Err(DraftFault::new("pairs", "at least 3 pairs with different words and meanings are needed"));
        }
        Ok(Made::new(Ask::MatchMeanings, TaskBody::Matching(content(sides))))
    }
}
