//! Taking items out of a task that can't stay as they are.

use std::collections::BTreeSet;

use types::{
    ids::ItemId,
    tasks::{
        TaskBody, gap_fill,
        gaps::{AnyGap, Part},
        matching, sentence_builder, single_choice, true_false, word_bank, word_list,
    },
};

/// A task is worth keeping with at least this many items.
const ITEMS_MIN: usize = 3;

/// The lines of a gapped text without those that hold one of `bad`.
fn lines<G: AnyGap + Clone>(parts: &[Part<G>], bad: &BTreeSet<&ItemId>) -> Vec<Part<G>> {
    let mut all: Vec<Vec<Part<G>>> = vec![Vec::new()];
    for part in parts {
        match part {
            Part::Text(text) => {
                for (n, line) in text.split('\n').enumerate() {
                    if n > 0 {
                        all.push(Vec::new());
                    }
                    if let (false, Some(last)) = (line.is_empty(), all.last_mut()) {
                        last.push(Part::Text(line.to_owned()));
                    }
                }
            }
            Part::Gap(gap) => {
                if let Some(last) = all.last_mut() {
                    last.push(Part::Gap(gap.clone()));
                }
            }
        }
    }
    all.retain(|line| {
        !line.iter().any(|part| match part {
            Part::Gap(gap) => bad.contains(gap.id()),
            Part::Text(_) => false,
        })
    });
    let mut out: Vec<Part<G>> = Vec::new();
    for (n, line) in all.into_iter().enumerate() {
        if n > 0 {
            push_text(&mut out, "\n");
        }
        for part in line {
            match part {
                Part::Text(text) => push_text(&mut out, &text),
                Part::Gap(gap) => out.push(Part::Gap(gap)),
            }
        }
    }
    out
}

fn push_text<G>(parts: &mut Vec<Part<G>>, text: &str) {
    if let Some(Part::Text(last)) = parts.last_mut() {
        last.push_str(text);
    } else {
        parts.push(Part::Text(text.to_owned()));
    }
}

/// The task without some of its items; `None` where too few are left, or it has no items to leave out.
pub(crate) fn without_items(body: &TaskBody, bad: &BTreeSet<&ItemId>) -> Option<TaskBody> {
    if bad.is_empty() {
        return None;
    }
    let left = match body {
        TaskBody::WordList(task) => {
            let words: Vec<_> = task.words.iter().filter(|word| !bad.contains(&word.id)).cloned().collect();
            return (words.len() >= ITEMS_MIN).then_some(TaskBody::WordList(word_list::Content { words }));
        }
        TaskBody::Matching(task) => TaskBody::Matching(matching::Content {
            pairs: task.pairs.iter().filter(|pair| !bad.contains(&pair.id)).cloned().collect(),
            extra: task.extra.clone(),
        }),
        TaskBody::WordBank(task) => TaskBody::WordBank(word_bank::Content {
            parts: lines(&task.parts, bad),
            distractors: task.distractors.clone(),
        }),
        TaskBody::GapFill(task) => {
            TaskBody::GapFill(gap_fill::Content { parts: lines(&task.parts, bad), ..task.clone() })
        }
        TaskBody::SingleChoice(task) => TaskBody::SingleChoice(single_choice::Content {
            questions: task.questions.iter().filter(|question| !bad.contains(&question.id)).cloned().collect(),
        }),
        TaskBody::TrueFalse(task) => TaskBody::TrueFalse(true_false::Content {
            statements: task.statements.iter().filter(|statement| !bad.contains(&statement.id)).cloned().collect(),
            ..task.clone()
        }),
        TaskBody::SentenceBuilder(task) => TaskBody::SentenceBuilder(sentence_builder::Content {
            sentences: task.sentences.iter().filter(|sentence| !bad.contains(&sentence.id)).cloned().collect(),
        }),
        TaskBody::Text(_) | TaskBody::Unknown(_) => return None,
    };
    (left.items().len() >= ITEMS_MIN).then_some(left)
}
