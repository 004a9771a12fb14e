//! Invisible characters: joiners, direction marks, fillers, variation selectors.

/// Unicode's `Default_Ignorable_Code_Point`. A test compares it with the property, so that browsers don't need the
/// table.
const RANGES: &[(char, char)] = &[
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFF8}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// Whether the character shows nothing by itself.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c >= '\u{AD}' && RANGES.iter().any(|(from, to)| (*from..=*to).contains(&c))
}

/// Whether the character is invisible but shapes its neighbours. Persian and the emoji of families and flags need
/// these.
#[must_use]
pub fn shapes_others(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

    use super::*;

    #[test]
    fn the_list_is_unicodes_property() {
        let property = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        for c in '\0'..=char::MAX {
            assert_eq!(is_unseen(c), property.contains(c), "U+{:04X}", u32::from(c));
        }
    }
}
