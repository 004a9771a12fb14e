//! Faults in questions, statements and pairs.

use lexicon::{Form, Pos, readings_of};
use types::{
    ids::ItemId,
    levels::Language,
    shuffle::Shuffler,
    tasks::{TaskBody, single_choice, true_false::Truth},
    text::fold,
};

use super::{Mutant, one, pick, tells};
use crate::good::{Good, choice};

/// The questions of a task, if it has questions.
fn questions(good: &Good) -> Option<&single_choice::Content> {
    match &good.body {
        TaskBody::SingleChoice(task) => Some(task),
        _ => None,
    }
}

/// The task with one question changed.
fn with(task: &single_choice::Content, at: usize, change: impl FnOnce(&mut single_choice::Question)) -> Mutant {
    let mut task = task.clone();
    change(&mut task.questions[at]);
    let id = task.questions[at].id.clone();
    Mutant::of(TaskBody::SingleChoice(task), &id)
}

/// The same text as somebody in a hurry would write it a second time.
fn again(text: &str, language: Language) -> Vec<String> {
    let mut all = vec![format!("{text}."), format!(" {text} "), text.to_uppercase(), format!("{text}!")];
    if text.contains('\'') {
        all.push(text.replace('\'', "’"));
    }
    if language == Language::En {
        let bare = ["a ", "an ", "the "].iter().find_map(|article| text.strip_prefix(article));
        match bare {
            Some(bare) => all.extend([bare.to_owned(), format!("the {bare}")]),
            // 'buy' and 'to buy' are two different answers.
            None if !text.starts_with("to ") => all.push(format!("the {text}")),
            None => {}
        }
    }
    all.retain(|other| other != text && (other.contains('.') || fold(other) != fold(text) || other.trim() != text));
    all
}

pub fn repeated_option(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let at = by.below(task.questions.len());
    let question = &task.questions[at];
    let of_key = again(&question.right, good.language);
    let of_other = question.distractors.first().map(|other| again(other, good.language)).unwrap_or_default();
    let last = question.distractors.len() - 1;
    let mut all = vec![with(task, at, |question| question.distractors[last] = pick(&of_key, by).clone())];
    if last > 0 {
        all.push(with(task, at, |question| question.distractors[last] = pick(&of_other, by).clone()));
    }
    all
}

pub fn repeated_question(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let mut task = task.clone();
    let mut copy = pick(&task.questions, by).clone();
    copy.id = ItemId::fresh(task.questions.iter().map(|question| &question.id));
    copy.stem = copy.stem.trim_end_matches('.').to_owned();
    copy.distractors.reverse();
    task.questions.push(copy);
    vec![Mutant::whole(TaskBody::SingleChoice(task))]
}

pub fn repeated_statement(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let TaskBody::TrueFalse(task) = &good.body else { return Vec::new() };
    let mut task = task.clone();
    let from = by.below(task.statements.len() - 1);
    let text = task.statements[from].text.clone();
    let last = task.statements.len() - 1;
    task.statements[last].text = pick(&[text.clone(), text.to_uppercase(), format!(" {text}")], by).clone();
    let id = task.statements[last].id.clone();
    vec![Mutant::of(TaskBody::TrueFalse(task), &id)]
}

pub fn repeated_side(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let TaskBody::Matching(task) = &good.body else { return Vec::new() };
    let mut task = task.clone();
    let from = by.below(task.pairs.len() - 1);
    let text = task.pairs[from].right.text.clone();
    let Some(bare) = ["a ", "an "].iter().find_map(|article| text.strip_prefix(article)) else { return Vec::new() };
    let last = task.pairs.len() - 1;
    task.pairs[last].right.text = pick(&[bare.to_owned(), format!("the {bare}")], by).clone();
    let id = task.pairs[last].id.clone();
    vec![Mutant::of(TaskBody::Matching(task), &id)]
}

pub fn long_key(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let tails: &[&str] = match good.language {
        Language::En => &[
            ", which is what most people would say in a situation like this",
            ", because everybody needs one sooner or later, whatever they do",
            " (and nothing else that stands in this list, as we saw before)",
        ],
        Language::De => &[", denn das braucht man im Alltag immer wieder, egal wo man gerade ist"],
        Language::Fr => &[", parce que tout le monde en a besoin un jour ou l'autre dans sa vie"],
        Language::Es => &[", porque todo el mundo lo necesita alguna vez en la vida diaria"],
        Language::Ru => &[", потому что это рано или поздно бывает нужно каждому человеку"],
        Language::Zh => &["，因为大家每天都要去那里买自己喜欢吃的各种各样的东西"],
        Language::Ja => &["です。毎日そこへ行って、好きなものをたくさん買うことができるからです"],
        Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl
        | Language::Uk
        | Language::Ko
        | Language::Ar
        | Language::He => return Vec::new(),
    };
    let at = by.below(task.questions.len());
    vec![with(task, at, |question| question.right += one(tails, by))]
}

pub fn leaning(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let options: &[&str] = match good.language {
        Language::En => &[
            "all of the above",
            "None of the above",
            "All of the above are correct.",
            "all of these",
            "none of these answers",
            "both A and B",
            "Both a) and c)",
            "A and C",
            "(b) and (c)",
            "all three",
            "all the answers are right",
            "Any of the above",
            "none of them is correct",
            "neither A nor B",
            "both answers are possible",
            "all of the options",
            "A, B and C",
        ],
        Language::De => {
            &["alle genannten", "keine der Antworten", "Alle Antworten sind richtig.", "A und B", "keine davon"]
        }
        Language::Fr => {
            &["toutes les réponses", "aucune de ces réponses", "toutes ces réponses sont correctes", "A et B"]
        }
        Language::Es => &["todas las anteriores", "ninguna de las anteriores", "todas son correctas", "A y B"],
        Language::Ru => {
            &["все вышеперечисленное", "все варианты верны", "ни один из вариантов", "всё перечисленное", "А и Б"]
        }
        Language::Zh => &["以上都对", "以上都不对"],
        Language::Ja => &["上のすべて", "どれでもない"],
        Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl
        | Language::Uk
        | Language::Ko
        | Language::Ar
        | Language::He => return Vec::new(),
    };
    let at = by.below(task.questions.len());
    let (first, second) = (one(options, by), one(options, by));
    vec![
        with(task, at, |question| {
            question.distractors.pop();
            question.distractors.push(first.to_owned());
        }),
        with(task, at, |question| question.right = second.to_owned()),
    ]
}

const WITH_AN: &[&str] = &["apple", "umbrella", "hour", "engineer", "uncle", "island", "egg", "office", "artist", "MP"];
const WITH_A: &[&str] =
    &["ticket", "hotel", "uniform", "university", "baker", "one-way ticket", "house", "European", "youth", "flight"];

/// Picks three different ones from a list.
fn three(list: &[&str], by: &mut Shuffler) -> Vec<String> {
    let mut all: Vec<String> = list.iter().map(|word| (*word).to_owned()).collect();
    by.shuffle(&mut all);
    all.truncate(3);
    all
}

fn asked(stem: String, right: &str, wrong: Vec<String>) -> Vec<String> {
    [stem, right.to_owned()].into_iter().chain(wrong).collect()
}

/// The task with one more question, which has the fault.
fn with_question(good: &Good, asked: &[String]) -> Option<Mutant> {
    let mut task = questions(good)?.clone();
    let TaskBody::SingleChoice(more) = choice(&[asked.to_vec()]) else { return None };
    let mut question = more.questions.into_iter().next()?;
    question.id = ItemId::fresh(task.questions.iter().map(|question| &question.id));
    let id = question.id.clone();
    task.questions.push(question);
    Some(Mutant::of(TaskBody::SingleChoice(task), &id))
}

pub fn article_cue(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    if good.language != Language::En {
        return Vec::new();
    }
    let frames = [
        "Look, this is {a} ___.",
        "What she really wants is {a} …",
        "We waited for {a} _____ in the rain.",
        "There was {a} ... near the door.",
        "He told us about {a}",
        "In this picture you can see {a}:",
        "It was like {a} [...] to me.",
        "My friend has {a} (___) at home.",
    ];
    let make = |article: &str, right: &[&str], wrong: &[&str], by: &mut Shuffler| {
        let stem = pick(&frames, by).replace("{a}", article);
        with_question(good, &asked(stem, one(right, by), three(wrong, by)))
    };
    [make("an", WITH_AN, WITH_A, by), make("a", WITH_A, WITH_AN, by)].into_iter().flatten().collect()
}

const ONE: &[&str] = &["key", "box", "child", "foot", "woman", "ticket", "city", "bus", "mouse", "glass"];
const MANY: &[&str] = &["keys", "boxes", "children", "feet", "women", "tickets", "cities", "buses", "mice", "glasses"];

pub fn number_cue(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    if good.language != Language::En {
        return Vec::new();
    }
    let many = [
        "These ___ belong to my aunt.",
        "I can see two ___ in the picture.",
        "There are many ___ in the old town.",
        "She has got five ___ at home.",
        "Where are those …?",
        "Several ___ were lost yesterday.",
        "The ___ are over there.",
        "The ___ don't look new.",
        "A few ___ stood near the wall.",
        "Both ___ have arrived.",
    ];
    let single = [
        "This ___ belongs to my aunt.",
        "Every ___ has a name.",
        "The ___ is over there.",
        "That ... looks old.",
        "Another ___ was found yesterday.",
        "Each ___ has its place.",
        "The ___ doesn't look new.",
        "I only need one ___ today.",
    ];
    let first = asked(one(&many, by).to_owned(), one(MANY, by), three(ONE, by));
    let second = asked(one(&single, by).to_owned(), one(ONE, by), three(MANY, by));
    [with_question(good, &first), with_question(good, &second)].into_iter().flatten().collect()
}

/// The question (or statement) with `word` in it.
fn with_word(stem: &str, word: &str, by: &mut Shuffler) -> String {
    let frames = ["{s} (Think of {w}.)", "{w}: {s}", "{s} It has to do with {w}.", "About {w}. {s}"];
    pick(&frames, by).replace("{s}", stem).replace("{w}", word)
}

fn telling(task: &single_choice::Content, language: Language, by: &mut Shuffler) -> Option<usize> {
    let all: Vec<usize> =
        (0..task.questions.len()).filter(|at| tells(&task.questions[*at].right, language, 3)).collect();
    (!all.is_empty()).then(|| *pick(&all, by))
}

/// Another form of a one-word key, by the pack's grammar.
fn form_of(key: &str) -> Option<String> {
    let reading = readings_of(key).iter().find(|reading| reading.entry.lemma == fold(key))?;
    let other = match reading.entry.pos {
        Pos::Noun if !reading.entry.uncountable && !reading.entry.plural_only => lexicon::plural(key),
        Pos::Verb if reading.forms.contains(&Form::Base) => lexicon::ing(key),
        Pos::Noun | Pos::Verb | Pos::Adjective | Pos::Adverb | Pos::Phrase => return None,
    };
    (fold(&other) != fold(key)).then_some(other)
}

pub fn key_in_stem(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let Some(at) = telling(task, good.language, by) else { return Vec::new() };
    vec![with(task, at, |question| question.stem = with_word(&question.stem, &question.right, by))]
}

pub fn form_in_stem(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let Some(at) = telling(task, good.language, by) else { return Vec::new() };
    let Some(form) = form_of(&task.questions[at].right) else { return Vec::new() };
    vec![with(task, at, |question| question.stem = with_word(&question.stem, &form, by))]
}

fn in_other(task: &single_choice::Content, at: usize, text: &str, by: &mut Shuffler) -> Option<Mutant> {
    if task.questions.len() < 2 {
        return None;
    }
    let id = task.questions[at].id.clone();
    let other = (at + 1 + by.below(task.questions.len() - 1)) % task.questions.len();
    let mut mutant = with(task, other, |question| question.stem = with_word(&question.stem, text, by));
    mutant.item = Some(id);
    Some(mutant)
}

pub fn key_in_other_stem(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let Some(at) = telling(task, good.language, by) else { return Vec::new() };
    in_other(task, at, &task.questions[at].right, by).into_iter().collect()
}

pub fn form_in_other_stem(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good) else { return Vec::new() };
    let Some(at) = telling(task, good.language, by) else { return Vec::new() };
    let Some(form) = form_of(&task.questions[at].right) else { return Vec::new() };
    in_other(task, at, &form, by).into_iter().collect()
}

pub fn word_in_meaning(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let TaskBody::Matching(task) = &good.body else { return Vec::new() };
    let at = by.below(task.pairs.len());
    let word = task.pairs[at].left.text.trim_start_matches("to ").to_owned();
    // A pair across two scripts can't give anything away.
    let script = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic());
    if word.chars().count() < 3 || script(&word) != script(&task.pairs[at].right.text) {
        return Vec::new();
    }
    let mut all = vec![word.clone()];
    all.extend(form_of(&word));
    all.into_iter()
        .map(|word| {
            let mut task = task.clone();
            task.pairs[at].right.text += &format!(", like {word}");
            let id = task.pairs[at].id.clone();
            Mutant::of(TaskBody::Matching(task), &id)
        })
        .collect()
}

pub fn one_truth(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let TaskBody::TrueFalse(task) = &good.body else { return Vec::new() };
    let mut all = Vec::new();
    for truth in [Truth::True, Truth::False] {
        let mut task = task.clone();
        task.statements.iter_mut().for_each(|statement| statement.truth = truth);
        if task.statements.len() >= 6 && by.below(2) == 0 {
            let other = if truth == Truth::True { Truth::False } else { Truth::True };
            let at = by.below(task.statements.len());
            task.statements[at].truth = other;
        }
        all.push(Mutant::whole(TaskBody::TrueFalse(task)));
    }
    all
}

pub fn one_answer(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = questions(good).filter(|task| task.questions.len() >= 4) else { return Vec::new() };
    let mut task = task.clone();
    let right = one(&["Yes", "No", "True"], by);
    let odd = if task.questions.len() >= 5 { by.below(task.questions.len()) } else { usize::MAX };
    for (n, question) in task.questions.iter_mut().enumerate() {
        let (key, other) = if n == odd { ("Not really", right) } else { (right, "Not really") };
        (question.right, question.distractors) = (key.to_owned(), vec![other.to_owned()]);
    }
    vec![Mutant::whole(TaskBody::SingleChoice(task))]
}
