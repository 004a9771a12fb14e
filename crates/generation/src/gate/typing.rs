//! Checks that an answer can be typed at all.

use types::{
    evidence::{FindingCode, Severity},
    tasks::{gap_fill, gaps},
    text::{fold, is_unseen},
};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::Findings;

/// A character as shown to its author: itself, if it is visible, and its code point.
pub(super) fn shown(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    if c.is_control() || is_unseen(c) { number } else { format!("{c} {number}") }
}

/// Whether no keyboard has the character: compatibility forms of letters (𝐰, ﬁ), unassigned or private ones.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other categories have signs that somebody's keyboard has")]
fn is_untypable(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    match c.general_category() {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::Surrogate
        | GeneralCategory::PrivateUse
        | GeneralCategory::Unassigned => true,
        // A compatibility form of ordinary letters. (², ½ and № are signs, not letters; Korean and Arabic keyboards
        // type theirs.)
        GeneralCategory::UppercaseLetter | GeneralCategory::LowercaseLetter | GeneralCategory::ModifierLetter => {
            !std::iter::once(c).nfkc().eq(std::iter::once(c).nfc())
        }
        _ => false,
    }
}

/// Reports keys that nobody can type. Differences that comparing ignores don't matter.
pub(crate) fn check(content: &gap_fill::Content, found: &mut Findings) {
    for gap in gaps::gaps(&content.parts) {
        if let Some(c) = fold(&gap.key).chars().find(|c| is_untypable(*c)) {
            let finding = found.item(FindingCode::StrangeLetter, Severity::Fault, &gap.id);
            finding.text = Some(gap.key.clone());
            finding.other = Some(shown(c));
        }
        if gap.hint.as_ref().is_some_and(|hint| fold(hint) == fold(&gap.key)) {
            found.item(FindingCode::AnswerInStem, Severity::Fault, &gap.id).text = Some(gap.key.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_named_as_its_author_can_find_it() {
        assert_eq!(shown('𝐰'), "𝐰 U+1D430");
        assert_eq!(shown('\u{200b}'), "U+200B");
        assert!(['𝐰', 'ﬁ', '\u{200b}', '\u{e000}'].into_iter().all(is_untypable));
        assert!(['w', 'ё', 'é', '½', '№', '한', 'ﻻ'].into_iter().all(|c| !is_untypable(c)));
    }
}
