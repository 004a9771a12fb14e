//! People's names: how a typed name is cleaned for storage, and which names look the same to people.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, JoiningType,
        WhiteSpace,
    },
};
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use crate::account::NAME_MAX;

/// Most combining marks on one letter: more than any language needs, and few enough not to run into the lines above and
/// below.
const MARKS_MAX: usize = 4;
/// The Braille cell without dots: blank, though Unicode classes it as a symbol.
const BRAILLE_BLANK: char = '\u{2800}';
const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// Whether the character is invisible or changes how its neighbours are displayed.
fn is_unseen(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || matches!(
            category,
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::PrivateUse
                | GeneralCategory::Surrogate
                | GeneralCategory::Unassigned
        )
}

fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

fn is_blank(c: char) -> bool {
    c == BRAILLE_BLANK || CodePointSetData::new::<WhiteSpace>().contains(c)
}

/// Whether the letters on both sides need the joiner between them. The rule is that for domain names (RFC 5892,
/// appendix A): after a virama, or between letters that join.
fn needs_joiner(before: Option<char>, joiner: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    if CodePointMapData::<CanonicalCombiningClass>::new().get(before) == CanonicalCombiningClass::Virama {
        return true;
    }
    let joining = CodePointMapData::<JoiningType>::new();
    let joins = |c: char| {
        matches!(joining.get(c), JoiningType::DualJoining | JoiningType::RightJoining | JoiningType::LeftJoining)
    };
    joiner == ZWNJ && joins(before) && after.is_some_and(joins)
}

/// A name as stored: composed (NFC), without invisible characters, with single spaces. `None` if nothing visible
/// remains.
#[must_use]
pub fn clean(name: &str) -> Option<String> {
    let mut clean = clean_once(name);
    // Composing reorders marks, which can leave a joiner after another character, so repeat until nothing changes. This
    // terminates, since a pass only removes characters from composed text.
    loop {
        let next = clean_once(&clean);
        if next == clean {
            break;
        }
        clean = next;
    }
    (!clean.is_empty()).then_some(clean)
}

fn clean_once(name: &str) -> String {
    let typed: Vec<char> = name.nfc().collect();
    let mut out = String::with_capacity(name.len());
    let (mut marks, mut blank) = (0, false);
    for (n, &c) in typed.iter().enumerate() {
        if is_blank(c) {
            blank = true;
            continue;
        }
        if is_unseen(c) {
            let joiner = matches!(c, ZWNJ | ZWJ) && !blank;
            if joiner && needs_joiner(out.chars().last(), c, typed.get(n + 1).copied()) {
                out.push(c);
            }
            continue;
        }
        if is_mark(c) {
            marks += 1;
            // A mark without a letter would attach to whatever precedes the name.
            if blank || out.is_empty() || marks > MARKS_MAX {
                continue;
            }
        } else {
            marks = 0;
        }
        if blank && !out.is_empty() {
            out.push(' ');
        }
        blank = false;
        out.push(c);
    }
    // A dropped character may have separated a letter from its mark.
    out.trim_end_matches([ZWNJ, ZWJ]).nfc().collect()
}

/// Like [`clean`], truncated to the longest allowed name: for names stored before cleaning was introduced.
#[must_use]
pub fn clean_or(name: &str, otherwise: &str) -> String {
    clean(name).map_or_else(|| otherwise.to_owned(), |name| name.chars().take(NAME_MAX).collect())
}

/// Whether people would take the two names for the same in a list. Case, spaces and invisible characters make no
/// difference, nor do letters that look alike (Unicode's confusables, UTS #39).
#[must_use]
pub fn look_alike(one: &str, other: &str) -> bool {
    fn seen(name: &str) -> String {
        clean(name).unwrap_or_default().nfkc().collect()
    }
    fn folded(name: &str) -> String {
        skeleton(&name.to_lowercase()).collect()
    }
    fn as_is(name: &str) -> String {
        skeleton(name).collect()
    }
    let (one, other) = (seen(one), seen(other));
    folded(&one) == folded(&other) || as_is(&one) == as_is(&other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_seen_goes_and_what_is_written_stays() {
        for (typed, kept) in [
            ("  Ana   María\u{a0}", "Ana María"),
            ("An\u{200b}na", "Anna"),
            ("\u{202e}annA\u{202c}", "annA"),
            ("\u{2066}Anna\u{2069}", "Anna"),
            ("Anna\r\nBcc: x@y.zz", "Anna Bcc: x@y.zz"),
            ("A\u{0}nna\u{7}", "Anna"),
            ("e\u{301}va", "éva"),
            ("\u{301}Eva", "Eva"),
            ("\u{3164}Eva\u{2800}\u{115f}", "Eva"),
            ("An\u{ad}na\u{fe0f}", "Anna"),
            // Joiners that the script needs.
            ("علی\u{200c}رضا", "علی\u{200c}رضا"),
            ("ශ්\u{200d}රී", "ශ්\u{200d}රී"),
            // Letters and signs of any script.
            ("Łukasz O’Neill-Петров 王小明", "Łukasz O’Neill-Петров 王小明"),
            ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
            ("Лиса 🦊", "Лиса 🦊"),
        ] {
            assert_eq!(clean(typed).as_deref(), Some(kept), "{typed:?}");
        }
        // Dropping a joiner lets two marks swap places, and the joiner after them is no longer needed.
        let once = clean("ی\u{301}\u{200c}\u{94d}\u{200c}ی").unwrap();
        assert_eq!(clean(&once).as_ref(), Some(&once));
        let piled = format!("A{}nna", "\u{301}\u{302}\u{303}".repeat(70));
        assert!(clean(&piled).unwrap().chars().count() <= 4 + MARKS_MAX);
        for empty in ["", "  ", "\u{200b}\u{200d}", "\u{202e}", "\u{301}", "\u{3164}", "\u{2800}", "\u{e000}"] {
            assert_eq!(clean(empty), None, "{empty:?}");
        }
    }

    #[test]
    fn namesakes_are_those_that_are_taken_for_one_another() {
        for (one, other) in [
            ("Anna", "anna"),
            ("Anna", "An\u{200b}na"),
            ("Anna", "Аnnа"),
            ("Ana  María", "ana maría"),
            ("Éva", "E\u{301}va"),
            ("Ａｎｎａ", "Anna"),
            ("Ilya", "llya"),
        ] {
            assert!(look_alike(one, other), "{one:?} {other:?}");
        }
        for (one, other) in [("Anna", "Hanna"), ("Ana", "Anna"), ("Éva", "Eva"), ("Анна", "Anna")] {
            assert!(!look_alike(one, other), "{one:?} {other:?}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(name in "\\PC{0,30}|[a\u{301}\u{200d}\u{94d}\u{200c} یک]{0,12}") {
            if let Some(once) = clean(&name) {
                prop_assert_eq!(clean(&once), Some(once));
            }
        }
    }
}
