//! Compares what a student typed with what was meant, and splits text into words.
//!
//! The rule: NFC, trim, collapse inner white space, fold case, unify apostrophes, quotes and dashes, unify full-width
//! and half-width letters, drop invisible characters, ignore a final full stop; expand contractions on both sides
//! unless they are what is tested.

use std::borrow::Cow;

mod clean;
mod list;
mod unseen;

pub use clean::{clean, clean_answer, clean_json, cleaned, cleaned_if_any};
pub use list::{joined, pair_of, pairs_of, parted, parted_or_words};
pub use unseen::is_unseen;

/// Options for comparing a typed item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compare {
    /// The contraction itself is tested: `don't` is not `do not`.
    pub contractions_matter: bool,
    /// A misspelling gives half a point.
    pub typos: bool,
}

/// The outcome of comparing a typed answer with its key and variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    Same,
    Misspelt,
    Different,
}

/// Unicode's composed form (NFC), with full-width and half-width letters unified: 'é' is one character, however it was
/// typed. Without the `server` feature the text is unchanged.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    #[cfg(feature = "server")]
    {
        use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
        // The block of Halfwidth and Fullwidth Forms, which has nothing but width variants of ordinary letters.
        if text.chars().any(|c| matches!(c, '\u{FF00}'..='\u{FFEF}')) {
            let narrow = text.chars().map(|c| match c {
                '\u{FF00}'..='\u{FFEF}' => c.to_string().nfkd().collect(),
                c => c.to_string(),
            });
            return Cow::Owned(narrow.collect::<String>().nfc().collect());
        }
        if is_nfc_quick(text.chars()) != IsNormalized::Yes {
            return Cow::Owned(text.nfc().collect());
        }
    }
    Cow::Borrowed(text)
}

/// Unicode's decomposed form (NFD): letters and marks apart. Without the `server` feature the text is unchanged.
pub(crate) fn decomposed(text: &str) -> Cow<'_, str> {
    #[cfg(feature = "server")]
    {
        use unicode_normalization::UnicodeNormalization;
        if !text.is_ascii() {
            return Cow::Owned(text.nfd().collect());
        }
    }
    Cow::Borrowed(text)
}

/// The text without invisible characters.
pub(crate) fn seen(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unseen) {
        return Cow::Owned(text.chars().filter(|c| !is_unseen(*c)).collect());
    }
    Cow::Borrowed(text)
}

/// The text in its comparable form, by the rule of this module. Contractions stay.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in composed(&seen(text)).chars() {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{0060}' | '\u{00B4}' | '\u{2032}' => out.push('\''),
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{00AB}' | '\u{00BB}' | '\u{2033}' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    let trimmed = out.trim_end();
    let trimmed = if trimmed.len() > 1 { trimmed.strip_suffix('.').unwrap_or(trimmed) } else { trimmed };
    trimmed.trim_end().to_owned()
}

/// A text as it looks, for comparing what was picked among options. Capitals and punctuation count; white space and
/// invisible characters don't.
#[must_use]
pub fn looks(text: &str) -> String {
    composed(&seen(text)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Contractions with one reading. `'s` and `'d` have several, so [`readings`] tries them all.
const CONTRACTIONS: &[(&str, &str)] =
    &[("can't", "cannot"), ("won't", "will not"), ("shan't", "shall not"), ("let's", "let us"), ("ain't", "is not")];

/// All ways to read the contractions of a folded text, at most 32.
pub(crate) fn readings(folded: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in folded.split(' ') {
        let mut forms: Vec<String> = Vec::with_capacity(3);
        if let Some((_, long)) = CONTRACTIONS.iter().find(|(short, _)| *short == word) {
            forms.push((*long).to_owned());
        } else if word == "can" {
            forms.push(word.to_owned());
        } else if let Some(stem) = word.strip_suffix("n't") {
            forms.push(format!("{stem} not"));
        } else if let Some(stem) = word.strip_suffix("'re") {
            forms.push(format!("{stem} are"));
        } else if let Some(stem) = word.strip_suffix("'ve") {
            forms.push(format!("{stem} have"));
        } else if let Some(stem) = word.strip_suffix("'ll") {
            forms.push(format!("{stem} will"));
        } else if let Some(stem) = word.strip_suffix("'m") {
            forms.push(format!("{stem} am"));
        } else if let Some(stem) = word.strip_suffix("'d") {
            forms.push(format!("{stem} would"));
            forms.push(format!("{stem} had"));
        } else if let Some(stem) = word.strip_suffix("'s") {
            forms.push(word.to_owned());
            forms.push(format!("{stem} is"));
            forms.push(format!("{stem} has"));
        } else {
            forms.push(word.to_owned());
        }
        let mut next = Vec::with_capacity(all.len() * forms.len());
        for prefix in &all {
            for form in &forms {
                if next.len() < 32 {
                    next.push(if prefix.is_empty() { form.clone() } else { format!("{prefix} {form}") });
                }
            }
        }
        all = next;
    }
    for reading in &mut all {
        *reading = reading.replace("can not", "cannot");
    }
    all
}

/// Whether the two are the same answer.
#[must_use]
pub fn same(typed: &str, key: &str, compare: Compare) -> bool {
    let (typed, key) = (fold(typed), fold(key));
    if typed == key {
        return true;
    }
    if compare.contractions_matter {
        return false;
    }
    let keys = readings(&key);
    readings(&typed).iter().any(|reading| keys.contains(reading))
}

/// The number of edits (insert, delete, replace, swap of neighbours) between two words; `None` if above `most`. Optimal
/// string alignment (Damerau 1964, restricted).
#[must_use]
pub fn edits(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    (last[b.len()] <= most).then_some(last[b.len()])
}

/// Most edits that count as a misspelling in a word of this many letters: 1 above 3 letters, 2 above 9 letters.
#[must_use]
pub fn slips_allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=9 => 1,
        10.. => 2,
    }
}

/// Compares a typed answer with one key.
///
/// `tested` is the part of the key in which no misspelling is forgiven (for a grammar item, the ending), as a range of
/// characters. `neighbours` are words of the language close to the key, which never count as misspellings of it
/// (walk/talk).
#[must_use]
pub fn liken(
    typed: &str,
    key: &str,
    tested: Option<(usize, usize)>,
    neighbours: &[String],
    compare: Compare,
) -> Likeness {
    if same(typed, key, compare) {
        return Likeness::Same;
    }
    if !compare.typos {
        return Likeness::Different;
    }
    let (typed, folded) = (fold(typed), fold(key));
    if neighbours.iter().any(|word| fold(word) == typed) {
        return Likeness::Different;
    }
    let (typed_words, key_words): (Vec<&str>, Vec<&str>) = (typed.split(' ').collect(), folded.split(' ').collect());
    if typed_words.len() != key_words.len() {
        return Likeness::Different;
    }
    // A different number is a different answer, however close: 2024 is not a misspelling of 2025.
    let has_digit = |word: &str| word.chars().any(char::is_numeric);
    let near = typed_words.iter().zip(&key_words).all(|(typed, key)| {
        typed == key
            || !has_digit(typed) && !has_digit(key) && edits(typed, key, slips_allowed(key.chars().count())).is_some()
    });
    if !near {
        return Likeness::Different;
    }
    // The tested span must be unchanged, at the same distance from the nearer end of the answer.
    if let Some((from, to)) = tested {
        let chars: Vec<char> = folded.chars().collect();
        let (from, to) = (from.min(chars.len()), to.min(chars.len()));
        let span: String = chars[from.min(to)..to].iter().collect();
        let kept = if to == chars.len() {
            typed.ends_with(&span)
        } else if from == 0 {
            typed.starts_with(&span)
        } else {
            typed.contains(&span)
        };
        if !kept {
            return Likeness::Different;
        }
    }
    Likeness::Misspelt
}

/// The words of a text in order, as written: runs of letters and digits with inner apostrophes and hyphens.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .map(|word| word.trim_matches(|c| matches!(c, '\'' | '’' | '-')))
        .filter(|word| !word.is_empty())
}

/// The sentences of a text, approximately: split after `.`, `!`, `?` or a line end.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', '\n', '…']).map(str::trim).filter(|s| words(s).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Compare = Compare { contractions_matter: false, typos: false };
    const TYPOS: Compare = Compare { contractions_matter: false, typos: true };

    #[test]
    fn a_phones_typography_is_the_same_answer() {
        for (typed, key) in [
            ("  I’ve  never\u{a0}missed ", "I've never missed"),
            ("I have never missed", "I've never missed"),
            ("DIDN’T GO.", "did not go"),
            ("cannot", "can't"),
            ("can not", "can't"),
            ("well–known", "well-known"),
            ("she's gone", "she has gone"),
            ("she's tired", "she is tired"),
            ("I'd gone", "I had gone"),
            ("café", "cafe\u{301}"),
            ("went\u{200E}", "went"),
            ("we\u{2060}nt\u{FE0F}", "w\u{61C}ent"),
            ("ＷＥＮＴ", "went"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("１２:３０", "12:30"),
        ] {
            assert!(same(typed, key, PLAIN), "{typed:?} is {key:?}");
        }
    }

    #[test]
    fn other_words_are_other_answers() {
        for (typed, key) in
            [("go", "goes"), ("its", "it's"), ("wont", "won't"), ("he is gone", "he has gone"), ("", "a"), (".", "a")]
        {
            assert!(!same(typed, key, PLAIN), "{typed:?} is not {key:?}");
        }
        let strict = Compare { contractions_matter: true, typos: false };
        assert!(!same("do not", "don't", strict));
        assert!(same("don’t", "don't", strict));
    }

    #[test]
    fn what_is_picked_is_compared_as_it_looks() {
        assert_ne!(looks("Polish"), looks("polish"));
        assert_ne!(looks("it's"), looks("its"));
        assert_ne!(looks("Yes."), looks("Yes"));
        assert_eq!(looks(" cafe\u{301}\u{200E} "), looks("café"));
    }

    #[test]
    fn slips_get_half_but_never_in_what_is_tested() {
        assert_eq!(liken("recieved", "received", None, &[], TYPOS), Likeness::Misspelt);
        assert_eq!(liken("accomodaton", "accommodation", None, &[], TYPOS), Likeness::Misspelt);
        assert_eq!(liken("talk", "walk", None, &["talk".into()], TYPOS), Likeness::Different);
        assert_eq!(liken("cat", "cut", None, &[], TYPOS), Likeness::Different);
        for (typed, key) in [("2024", "2025"), ("in 1914", "in 1941"), ("10:30 am", "10:20 am"), ("٢٠٢٤", "٢٠٢٥")]
        {
            assert_eq!(liken(typed, key, None, &[], TYPOS), Likeness::Different, "{typed}");
        }
        assert_eq!(liken("in Setember 2025", "in September 2025", None, &[], TYPOS), Likeness::Misspelt);
        // The ending is tested: 'visits' is not a misspelling of 'visited'.
        assert_eq!(liken("visitd", "visited", Some((5, 7)), &[], TYPOS), Likeness::Different);
        assert_eq!(liken("vissited", "visited", Some((5, 7)), &[], TYPOS), Likeness::Misspelt);
        assert_eq!(liken("recieved", "received", None, &[], PLAIN), Likeness::Different);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,40}") {
            let once = fold(&text);
            // Folding removes one of several final full stops at a time, so '...' is not a fixed point.
            prop_assume!(!once.ends_with('.'));
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn any_text_is_itself(text in "\\PC{0,40}") {
            prop_assert!(same(&text, &text, PLAIN));
            prop_assert_eq!(liken(&text, &text, None, &[], TYPOS), Likeness::Same);
        }

        #[test]
        fn edits_is_symmetric(a in "[a-d]{0,8}", b in "[a-d]{0,8}") {
            prop_assert_eq!(edits(&a, &b, 8), edits(&b, &a, 8));
        }
    }
}
