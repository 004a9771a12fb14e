//! Cleans single texts of a draft: within limits, without markup, printable.

use types::tasks::{ITEM_TEXT_MAX, SHORT_TEXT_MAX};

use super::DraftFault;

/// Whether it contains a tag or an entity.
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
    // A run of underscores is a blank, two around a word are emphasis; runs are put back.
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
/// [`DraftFault`] if it is empty, too long, has markup, or is not printable.
pub(crate) fn short(path: &'static str, raw: &str) -> Result<String, DraftFault> {
    read(path, raw, SHORT_TEXT_MAX)
}

/// A sentence or paragraph: one line, at most 2,000 characters.
///
/// # Errors
/// Same as [`short`].
pub(crate) fn text(path: &'static str, raw: &str) -> Result<String, DraftFault> {
    read(path, raw, ITEM_TEXT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

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
