//! Incomplete or malformed content.

use types::{
    ids::ItemId,
    shuffle::Shuffler,
    tasks::{TaskBody, gap_fill, gaps::Part, true_false::Truth, word_bank},
};

use super::Mutant;
use crate::good::{Good, Maker};

/// Ways to break one kind of content.
type Breaks<T> = Vec<fn(&mut T)>;

/// Breaks a copy of the content in each of the ways.
fn each<T: Clone>(content: &T, breaks: Breaks<T>, wrap: fn(T) -> TaskBody) -> Vec<Mutant> {
    breaks
        .into_iter()
        .map(|break_it| {
            let mut content = content.clone();
            break_it(&mut content);
            Mutant::whole(wrap(content))
        })
        .collect()
}

fn first_gap<G>(parts: &mut [Part<G>]) -> &mut G {
    parts
        .iter_mut()
        .find_map(|part| match part {
            Part::Gap(gap) => Some(gap),
            Part::Text(_) => None,
        })
        .expect("a gap")
}

fn without_gaps<G>(parts: &mut Vec<Part<G>>) {
    parts.retain(|part| matches!(part, Part::Text(_)));
}

fn of_bank() -> Breaks<word_bank::Content> {
    vec![
        |task| first_gap(&mut task.parts).key.clear(),
        |task| without_gaps(&mut task.parts),
        |task| task.distractors.push(first_gap(&mut task.parts).key.clone()),
        |task| task.distractors.push(" ".to_owned()),
        |task| first_gap(&mut task.parts).variants.push(String::new()),
        |task| {
            let gap = first_gap(&mut task.parts).clone();
            task.parts.push(Part::Gap(gap));
        },
        |task| task.parts.push(Part::Text("word ".repeat(5_000))),
    ]
}

fn of_typed() -> Breaks<gap_fill::Content> {
    vec![
        |task| first_gap(&mut task.parts).key = "  ".to_owned(),
        |task| without_gaps(&mut task.parts),
        |task| first_gap(&mut task.parts).tested = Some((3, 2)),
        |task| first_gap(&mut task.parts).tested = Some((0, 1_000)),
        |task| first_gap(&mut task.parts).hint = Some(String::new()),
        |task| first_gap(&mut task.parts).variants = (0..21).map(|n| format!("variant {n}")).collect(),
        |task| {
            let gap = first_gap(&mut task.parts).clone();
            task.parts.push(Part::Gap(gap));
        },
    ]
}

pub fn broken(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    // Each way breaks every task alike, so some tasks of each kind are enough.
    if good.maker != Maker::ByHand && by.below(12) > 0 {
        return Vec::new();
    }
    match &good.body {
        TaskBody::SingleChoice(task) => each(
            task,
            vec![
                |task| task.questions.clear(),
                |task| task.questions[0].stem.clear(),
                |task| task.questions[0].right = " ".to_owned(),
                |task| task.questions[0].distractors.clear(),
                |task| task.questions[0].distractors[0].clear(),
                |task| task.questions[0].distractors[0] = task.questions[0].right.clone(),
                |task| task.questions[0].distractors = (0..8).map(|n| format!("option {n}")).collect(),
                |task| task.questions[0].id = task.questions[1].id.clone(),
                |task| task.questions[0].stem = "why ".repeat(600),
                |task| task.questions[0].explanation = Some(String::new()),
                |task| {
                    let question = task.questions[0].clone();
                    task.questions = (0..101)
                        .map(|n| {
                            let mut question = question.clone();
                            question.id = ItemId::nth(n);
                            question
                        })
                        .collect();
                },
            ],
            TaskBody::SingleChoice,
        ),
        TaskBody::TrueFalse(task) => each(
            task,
            vec![
                |task| task.statements.clear(),
                |task| task.statements[0].text.clear(),
                |task| task.statements[0].truth = Truth::NotStated,
                |task| task.statements[0].id = task.statements[1].id.clone(),
                |task| task.statements[0].text = "So it is. ".repeat(250),
            ],
            TaskBody::TrueFalse,
        ),
        TaskBody::Matching(task) => each(
            task,
            vec![
                |task| task.pairs.truncate(1),
                |task| task.pairs[0].left.text.clear(),
                |task| task.pairs[0].right.text = " ".to_owned(),
                |task| task.pairs[0].left.text = task.pairs[1].left.text.clone(),
                |task| task.pairs[0].id = task.pairs[1].id.clone(),
                |task| task.extra.push(task.pairs[0].right.clone()),
            ],
            TaskBody::Matching,
        ),
        TaskBody::SentenceBuilder(task) => each(
            task,
            vec![
                |task| task.sentences.clear(),
                |task| task.sentences[0].orders.clear(),
                |task| task.sentences[0].orders[0].truncate(2),
                |task| task.sentences[0].orders[0][0].clear(),
                |task| task.sentences[0].orders = vec![vec!["no".to_owned(); 3]],
                |task| {
                    let mut other = task.sentences[0].orders[0].clone();
                    other[0].push_str(" really");
                    task.sentences[0].orders.push(other);
                },
                |task| {
                    let same = task.sentences[0].orders[0].clone();
                    task.sentences[0].orders.push(same);
                },
                |task| task.sentences[0].ending = "?!?!".to_owned(),
            ],
            TaskBody::SentenceBuilder,
        ),
        TaskBody::WordList(task) => each(
            task,
            vec![
                |task| task.words.clear(),
                |task| task.words[0].word.clear(),
                |task| task.words[0].meaning.definition = Some(String::new()),
                |task| {
                    task.words[0].word = task.words[1].word.to_uppercase();
                    task.words[0].meaning = task.words[1].meaning.clone();
                },
                |task| task.words[0].id = task.words[1].id.clone(),
            ],
            TaskBody::WordList,
        ),
        TaskBody::Text(task) => each(
            task,
            vec![|task| task.markdown = " \n ".to_owned(), |task| task.markdown = "A long story. ".repeat(1_500)],
            TaskBody::Text,
        ),
        TaskBody::WordBank(task) => each(task, of_bank(), TaskBody::WordBank),
        TaskBody::GapFill(task) => each(task, of_typed(), TaskBody::GapFill),
        _ => Vec::new(),
    }
}
