//! Typography checks: spaces, stops, brackets, scripts mixed inside a word.

use types::{
    evidence::{FindingCode, Severity},
    levels::Language,
    text::{fold, words},
};

use super::{Findings, Piece, Role, language::of_script, typing::shown};

/// The first typographic fault of a text, as an excerpt around it.
fn fault(text: &str, language: Language) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let around = |at: usize| chars[at.saturating_sub(8)..(at + 8).min(chars.len())].iter().collect::<String>();
    for (n, pair) in chars.windows(2).enumerate() {
        if pair == [' ', ' '] {
            return Some(around(n));
        }
        // French puts a space before these; a run of dots after a space is an ellipsis.
        let stop = matches!(pair[1], ',' | '.' | '!' | '?' | ';' | ':');
        let ellipsis = pair[1] == '.' && chars.get(n + 2) == Some(&'.');
        if pair[0] == ' ' && stop && language != Language::Fr && !ellipsis {
            return Some(around(n));
        }
    }
    for (n, around_it) in chars.windows(3).enumerate() {
        let [before, stop, after] = [around_it[0], around_it[1], around_it[2]];
        // 'a,b' and 'one.Two'; but 'U.S.A.', '3,000' and German 'i.Allg.' are correct.
        let opens = after.is_uppercase() && chars.get(n + 3).is_some_and(|c| c.is_lowercase());
        let letter = n == 0 || !chars[n - 1].is_alphabetic();
        let touching = stop == ',' && before.is_alphabetic() && after.is_alphabetic()
            || stop == '.' && before.is_lowercase() && opens && !(letter && language == Language::De);
        // Exactly two of them: three are an ellipsis.
        let twice =
            matches!(stop, ',' | ';' | '.') && after == stop && before != stop && chars.get(n + 3) != Some(&stop);
        if touching || twice {
            return Some(around(n + 1));
        }
    }
    let count = |c: char| chars.iter().filter(|other| **other == c).count();
    for (open, close) in [('(', ')'), ('[', ']'), ('«', '»'), ('“', '”')] {
        if count(open) != count(close) && !(open == '“' && count('„') > 0) {
            return Some(open.to_string());
        }
    }
    let all: Vec<&str> = words(text).collect();
    all.windows(2)
        .find(|pair| fold(pair[0]) == fold(pair[1]) && is_slip(pair[0], language))
        .map(|pair| format!("{} {}", pair[0], pair[1]))
}

/// Whether a word twice in a row is always a slip.
fn is_slip(word: &str, language: Language) -> bool {
    language == Language::En
        && [
            "the", "a", "an", "to", "of", "and", "in", "at", "on", "for", "with", "is", "are", "was", "my", "your",
            "he", "she", "we", "they", "it", "you", "from", "this", "or", "by", "be", "have", "his", "their", "our",
        ]
        .contains(&fold(word).as_str())
}

/// A word that mixes scripts, with the letter that is not of the language's script: a Cyrillic letter in an English
/// word is invisible and can't be typed.
fn mixed_word(text: &str, language: Language) -> Option<(&str, char)> {
    // In 'T-shirt' in Russian and in hyphenated loanwords each part is in one script.
    words(text).find_map(|word| {
        word.split('-').find_map(|part| {
            let latin = part.chars().find(|c| of_script(Language::En, *c))?;
            let greek = |c: &char| matches!(c, '\u{0370}'..='\u{03FF}');
            let other = part.chars().find(|c| of_script(Language::Ru, *c) || greek(c))?;
            Some((word, if of_script(language, other) { latin } else { other }))
        })
    })
}

/// Whether a text ends with a stop, possibly followed by a quote or bracket.
fn is_closed(text: &str) -> bool {
    let bare = text.trim_end().trim_end_matches(['»', '”', '"', '’', '\'', ')', '“', '」', '』']);
    bare.trim_end().chars().last().is_none_or(|c| matches!(c, '.' | '!' | '?' | '…' | ':' | '。' | '！' | '？' | '؟'))
}

pub(crate) fn check(pieces: &[Piece], language: Language, found: &mut Findings) {
    for piece in pieces {
        if let Some((word, letter)) = mixed_word(&piece.text, language) {
            let finding = found.task(FindingCode::StrangeLetter, Severity::Fault);
            finding.item.clone_from(&piece.item);
            finding.text = Some(word.to_owned());
            finding.other = Some(shown(letter));
        }
        if let Some(text) = fault(&piece.text, language) {
            let finding = found.task(FindingCode::Typography, Severity::Warning);
            finding.item.clone_from(&piece.item);
            finding.text = Some(text);
        }
        if piece.role == Role::Sentence && !is_closed(&piece.text) && words(&piece.text).count() >= 4 {
            let finding = found.task(FindingCode::Typography, Severity::Warning);
            finding.item.clone_from(&piece.item);
            let tail: Vec<char> = piece.text.trim_end().chars().rev().take(12).collect();
            finding.text = Some(tail.into_iter().rev().collect());
        }
    }
}
