//! Typographic slips.

use types::{
    levels::Language,
    shuffle::Shuffler,
    tasks::{TaskBody, gaps::Part},
    text::words,
};

use super::{Mutant, pick, with_text};
use crate::good::Good;

fn spoilt(good: &Good, by: &mut Shuffler, change: &dyn Fn(&str) -> Option<String>) -> Vec<Mutant> {
    with_text(&good.body, by, change).into_iter().collect()
}

pub fn two_spaces(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    spoilt(good, by, &|text| {
        let at = text.trim().find(' ').filter(|at| *at > 0)? + text.len() - text.trim_start().len();
        Some(format!("{} {}", &text[..at], &text[at..]))
    })
}

pub fn space_before_stop(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    // French puts a space before some of them.
    if good.language == Language::Fr {
        return Vec::new();
    }
    spoilt(good, by, &|text| {
        let at = text.find(['.', ',', '?', '!', ';'])?;
        let before = text[..at].chars().next_back()?;
        before.is_alphanumeric().then(|| format!("{} {}", &text[..at], &text[at..]))
    })
}

pub fn no_space_after(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let comma = by.below(2) == 0;
    spoilt(good, by, &|text| {
        // Removes the space after a comma; without a comma, puts one in.
        if comma && let Some(at) = text.find(", ") {
            return Some(format!("{},{}", &text[..at], &text[at + 2..]));
        }
        let at = text.trim_end().rfind(' ')?;
        let (before, after) = (text[..at].chars().next_back()?, text[at + 1..].chars().next()?);
        let letters = before.is_lowercase() && after.is_lowercase();
        letters.then(|| if comma { format!("{},{}", &text[..at], &text[at + 1..]) } else { closed(text, at) })
    })
}

/// Replaces a space with a stop and a capital: two sentences without a space between them.
fn closed(text: &str, at: usize) -> String {
    let mut rest = text[at + 1..].chars();
    let capital: String = rest.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{}.{capital}{}", &text[..at], rest.as_str())
}

pub fn stop_twice(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    spoilt(good, by, &|text| {
        let at = text.find(['.', ',', ';'])?;
        text[..at].chars().next_back().filter(|c| c.is_alphabetic())?;
        (!text[at + 1..].starts_with('.')).then(|| format!("{}{}{}", &text[..at], &text[at..=at], &text[at..]))
    })
}

pub fn open_bracket(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let bracket = *pick(&["(", "“", "«", ")"], by);
    spoilt(good, by, &|text| {
        let at = text.trim_end().rfind(' ')?;
        Some(format!("{} {bracket}{}", &text[..at], &text[at + 1..]))
    })
}

pub fn mixed_scripts(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let pairs = [('a', 'а'), ('e', 'е'), ('o', 'о'), ('c', 'с'), ('p', 'р'), ('x', 'х')];
    let cyrillic = matches!(good.language, Language::Ru | Language::Uk);
    if matches!(good.language, Language::Zh | Language::Ja | Language::Ko | Language::Ar | Language::He) {
        return Vec::new();
    }
    let turn = by.below(pairs.len());
    spoilt(good, by, &|text| {
        (0..pairs.len()).find_map(|n| {
            let (latin, other) = pairs[(turn + n) % pairs.len()];
            let (from, to) = if cyrillic { (other, latin) } else { (latin, other) };
            // Inside a word; one-letter words don't count.
            let word = words(text).find(|word| word.chars().count() > 3 && word.contains(from))?;
            Some(text.replacen(word, &word.replacen(from, &to.to_string(), 1), 1))
        })
    })
}

pub fn no_stop(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let bare = |text: &str| text.trim_end_matches(['.', '!', '?', '。']).to_owned();
    let last = |parts: &mut [String]| {
        let at = parts.len() - 1;
        parts[at] = bare(&parts[at]);
    };
    match &good.body {
        TaskBody::TrueFalse(_) => spoilt(good, by, &|text| Some(bare(text))),
        TaskBody::SentenceBuilder(task) => {
            let mut task = task.clone();
            let at = by.below(task.sentences.len());
            let sentence = &mut task.sentences[at];
            sentence.ending = String::new();
            last(&mut sentence.orders[0]);
            let id = sentence.id.clone();
            vec![Mutant::of(TaskBody::SentenceBuilder(task), &id)]
        }
        TaskBody::WordBank(_) | TaskBody::GapFill(_) => {
            let mut body = good.body.clone();
            let cut = match &mut body {
                TaskBody::WordBank(task) => cut_last(&mut task.parts),
                TaskBody::GapFill(task) => cut_last(&mut task.parts),
                _ => false,
            };
            if cut { vec![Mutant::whole(body)] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

/// Removes the stop from the last text.
fn cut_last<G>(parts: &mut [Part<G>]) -> bool {
    let Some(Part::Text(text)) = parts.last_mut() else { return false };
    let cut = text.trim_end().trim_end_matches(['.', '!', '?', '。']);
    let changed = cut.len() < text.len() && words(cut).next().is_some();
    if changed {
        *text = cut.to_owned();
    }
    changed
}

pub fn word_twice(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    if good.language != Language::En {
        return Vec::new();
    }
    let small = [
        "the", "a", "to", "of", "and", "in", "is", "are", "was", "my", "she", "he", "we", "for", "with", "it", "you",
        "from",
    ];
    let turn = by.below(small.len());
    spoilt(good, by, &|text| {
        (0..small.len()).find_map(|n| {
            let word = format!(" {} ", small[(turn + n) % small.len()]);
            let at = text.find(&word)?;
            Some(format!("{}{}{}", &text[..at], word.trim_end(), &text[at..]))
        })
    })
}
