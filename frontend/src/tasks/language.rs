//! Detects the language of a text in a task: a task mixes words and their meanings, and a screen reader needs to know
//! which is which.

use types::levels::Language;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Hebrew,
    Hangul,
    /// Chinese characters and kana: two languages share the characters.
    EastAsian,
}

fn script_of(language: Language) -> Script {
    match language {
        Language::En
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl => Script::Latin,
        Language::Ru | Language::Uk => Script::Cyrillic,
        Language::Ar => Script::Arabic,
        Language::He => Script::Hebrew,
        Language::Ko => Script::Hangul,
        Language::Zh | Language::Ja => Script::EastAsian,
    }
}

fn script_of_char(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' => Some(Script::Latin),
        '\u{400}'..='\u{52F}' => Some(Script::Cyrillic),
        '\u{590}'..='\u{5FF}' => Some(Script::Hebrew),
        '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' => Some(Script::Arabic),
        '\u{AC00}'..='\u{D7AF}' | '\u{1100}'..='\u{11FF}' => Some(Script::Hangul),
        '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' => Some(Script::EastAsian),
        _ => None,
    }
}

/// The language of `text`, by its letters: the students' if its script differs and outnumbers the taught one's, else
/// the one taught.
pub fn language_of(text: &str, target: Language, students: Language) -> Language {
    let (theirs, taught) = (script_of(students), script_of(target));
    if theirs == taught {
        return target;
    }
    let count = |script| text.chars().filter(|c| script_of_char(*c) == Some(script)).count();
    if count(theirs) > count(taught) { students } else { target }
}

/// The writing direction, as a value of HTML's `dir`.
pub fn dir(language: Language) -> &'static str {
    if language.is_rtl() { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_where_they_can() {
        let guess = |text| language_of(text, Language::En, Language::Ru);
        assert_eq!(guess("посадочный талон"), Language::Ru);
        assert_eq!(guess("a boarding pass"), Language::En);
        assert_eq!(guess("12:30"), Language::En);
        assert_eq!(language_of("tarjeta de embarque", Language::En, Language::Es), Language::En);
        assert_eq!(language_of("בית", Language::En, Language::He), Language::He);
    }
}
