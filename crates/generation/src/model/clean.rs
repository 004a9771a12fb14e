//! Reading single texts out of a draft: within limits, without markup, printable.

use types::tasks::{ITEM_TEXT_MAX, SHORT_TEXT_MAX};

use super::DraftFault;

/// Does it hold a tag, an entity or a script?
fn is_markup(text: &str) -> bool {
    let tag = text.match_indices('<').any(|(at, _)| {
        let rest = &text[at + 1..];
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')) && rest.contains('>')
    });
    tag || ["&lt;", "&gt;", "&amp;", "&quot;", "&#", "&nbsp;"].iter().any(|entity| text.contains(entity))
}

fn read(path: &'static str, raw: &str, most: usize) -> Result<String, DraftFault> {
    if raw.len() > most * 8 {
        return Err(DraftFault::new(path, "it is too long"));
    }
    if is_markup(raw) {
        return Err(DraftFault::new(path, "plain text only, no HTML"));
    }
    let plain: String = raw.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let plain = plain.replace("**", "").replace("__", "\u{0}").replace('`', "");
    // A run of underscores is a blank, two around a word are emphasis; what is left is put back.
    let plain = plain.replace('\u{0}', "__");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.is_empty() {
        return Err(DraftFault::new(path, "it is empty"));
    }
    if plain.chars().count() > most {
        return Err(DraftFault::new(path, "it is too long"));
    }
    if lexicon::is_blocked(&plain) {
        return Err(DraftFault::new(path, "a word that a school would not print"));
    }
    Ok(plain)
}

/// A word, option or chip: one line, at most 300 characters.
///
/// # Errors
/// [`DraftFault`] where it is empty, too long, marked up, or not fit to print.
pub(crate) fn short(path: &'static str, raw: &str) -> Result<String, DraftFault> {
    read(path, raw, SHORT_TEXT_MAX)
}

/// A sentence or paragraph: one line, at most 2,000 characters.
///
/// # Errors
/// As [`short`].
pub(crate) fn text(path: &'static str, raw: &str) -> Result<String, DraftFault> {
    read(path, raw, ITEM_TEXT_MAX)
}

/// Letters that stand without spaces between words.
fn unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() && !unspaced(c))
}

/// Where `phrase` stands in `text` as whole words, whatever its capitals: byte ranges.
fn places(text: &str, phrase: &str) -> Vec<(usize, usize)> {
    let wanted: Vec<char> = phrase.chars().flat_map(char::to_lowercase).map(straight).collect();
    let mut found = Vec::new();
    for (at, _) in text.char_indices() {
        let mut rest =
            text[at..].char_indices().flat_map(|(n, c)| c.to_lowercase().map(move |l| (n + c.len_utf8(), straight(l))));
        let mut end = None;
        let same = wanted.iter().all(|w| {
            rest.next().is_some_and(|(next, c)| {
                end = Some(at + next);
                c == *w
            })
        });
        let Some(end) = end.filter(|_| same) else { continue };
        if !joins(text[..at].chars().next_back()) && !joins(text[end..].chars().next()) {
            found.push((at, end));
        }
    }
    found
}

fn straight(c: char) -> char {
    if c == '’' { '\'' } else { c }
}

/// Takes an answer out of its sentence: before, the answer as it stands there, after. `None` where it doesn't stand
/// there just once; a sentence that has a blank already is read too.
pub(crate) fn cut_out(sentence: &str, answer: &str) -> Option<(String, String, String)> {
    let answer = answer.trim().trim_matches(['[', ']']);
    if answer.is_empty() {
        return None;
    }
    if let Some(at) = sentence.find("__") {
        let (before, rest) = sentence.split_at(at);
        let after = rest.trim_start_matches('_');
        let clean = !after.contains("__") && places(before, answer).is_empty() && places(after, answer).is_empty();
        return clean.then(|| (before.to_owned(), answer.to_owned(), after.to_owned()));
    }
    let bare = sentence.replace(['[', ']'], "");
    let found = places(&bare, answer);
    let [(from, to)] = found.as_slice() else { return None };
    // A sentence that is nothing but its gap asks nothing.
    let rest = bare[..*from].chars().chain(bare[*to..].chars()).any(char::is_alphanumeric);
    rest.then(|| (bare[..*from].to_owned(), bare[*from..*to].to_owned(), bare[*to..].to_owned()))
}

/// The first place of a phrase in a text: before, the phrase as it stands there, after.
pub(crate) fn first_of<'a>(text: &'a str, phrase: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (from, to) = places(text, phrase).first().copied()?;
    // Not inside what is marked already.
    let inside = text[..from].matches("**").count() % 2 == 1;
    (!inside).then(|| (&text[..from], &text[from..to], &text[to..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_out_once_and_whole() {
        let cut = |sentence: &str, answer: &str| cut_out(sentence, answer).map(|(a, b, c)| format!("{a}|{b}|{c}"));
        assert_eq!(cut("We waited at customs.", "customs").as_deref(), Some("We waited at |customs|."));
        assert_eq!(cut("Customs was slow.", "customs").as_deref(), Some("|Customs| was slow."));
        assert_eq!(cut("She ___ home.", "went").as_deref(), Some("She |went| home."));
        assert_eq!(cut("She [went] home.", "went").as_deref(), Some("She |went| home."));
        assert_eq!(cut("He doesn’t know.", "doesn't").as_deref(), Some("He |doesn’t| know."));
        assert_eq!(cut("我去医院看病。", "医院").as_deref(), Some("我去|医院|看病。"));
        for (sentence, answer) in [
            ("A cat and a cat.", "cat"),
            ("The trainer.", "train"),
            ("Yes!", "yes"),
            ("No.", ""),
            ("a ___ b ___ c", "x"),
        ] {
            assert_eq!(cut(sentence, answer), None, "{sentence}");
        }
    }

    #[test]
    fn markup_and_vulgar_words_are_refused() {
        for bad in ["<b>bold</b>", "a <script>alert(1)</script>", "&lt;p&gt;", "", "   ", "what a shitty day"] {
            assert!(short("x", bad).is_err(), "{bad}");
        }
        assert_eq!(short("x", " **two**\n words ").as_deref(), Ok("two words"));
        assert_eq!(short("x", "3 < 5 and 7 > 2").as_deref(), Ok("3 < 5 and 7 > 2"));
        assert!(short("x", &"a".repeat(301)).is_err());
    }
}
