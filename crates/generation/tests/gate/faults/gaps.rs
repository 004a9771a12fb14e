//! Answers that occur in the text around their gaps.

use types::{
    ids::ItemId,
    levels::Language,
    shuffle::Shuffler,
    tasks::{
        TaskBody,
        gaps::{AnyGap, Part},
    },
};

use super::{Mutant, pick, tells};
use crate::good::Good;

fn telling<G: AnyGap>(parts: &[Part<G>], language: Language) -> Vec<usize> {
    (0..parts.len()).filter(|at| matches!(&parts[*at], Part::Gap(gap) if tells(gap.key(), language, 4))).collect()
}

/// Inserts `word` at the end of the sentence after the gap at `at`.
fn into_sentence<G: AnyGap>(parts: &mut [Part<G>], at: usize, word: &str) -> bool {
    let Some(Part::Text(after)) = parts.get_mut(at + 1) else { return false };
    let end = after.find(['.', '?', '!', '。', '\n']).unwrap_or(after.len());
    after.insert_str(end, &format!(" – {word}"));
    true
}

fn spoil<G: AnyGap + Clone>(
    parts: &[Part<G>],
    by: &mut Shuffler,
    language: Language,
    elsewhere: bool,
) -> Option<(Vec<Part<G>>, ItemId)> {
    let all = telling(parts, language);
    if all.is_empty() {
        return None;
    }
    let at = *pick(&all, by);
    let Part::Gap(gap) = &parts[at] else { return None };
    let (id, key) = (gap.id().clone(), gap.key().to_owned());
    let mut parts = parts.to_vec();
    let into = if elsewhere {
        // From another line: the gap's own sentence is a separate fault.
        let line =
            |n: usize| parts[..n].iter().filter(|part| matches!(part, Part::Text(text) if text.contains('\n'))).count();
        let others: Vec<usize> = (0..parts.len())
            .filter(|n| matches!(parts[*n], Part::Gap(_)) && line(*n) != line(at))
            .filter(|n| matches!(parts.get(n + 1), Some(Part::Text(_))))
            .collect();
        if others.is_empty() {
            return None;
        }
        *pick(&others, by)
    } else {
        at
    };
    into_sentence(&mut parts, into, &key).then_some((parts, id))
}

fn mutants(good: &Good, by: &mut Shuffler, elsewhere: bool) -> Vec<Mutant> {
    match &good.body {
        TaskBody::WordBank(task) => spoil(&task.parts, by, good.language, elsewhere).map(|(parts, id)| {
            let mut task = task.clone();
            task.parts = parts;
            Mutant::of(TaskBody::WordBank(task), &id)
        }),
        TaskBody::GapFill(task) => spoil(&task.parts, by, good.language, elsewhere).map(|(parts, id)| {
            let mut task = task.clone();
            task.parts = parts;
            Mutant::of(TaskBody::GapFill(task), &id)
        }),
        _ => None,
    }
    .into_iter()
    .collect()
}

pub fn key_in_sentence(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    mutants(good, by, false)
}

pub fn key_in_other_sentence(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    mutants(good, by, true)
}
