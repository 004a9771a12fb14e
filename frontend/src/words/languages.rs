//! Names of the languages that lessons are in.

use types::{levels::Language, locale::Key};

use crate::i18n::{t, t_with};

/// “German”.
pub fn language(language: Language) -> &'static str {
    t(match language {
        Language::En => Key::LevelsEn,
        Language::Ru => Key::LevelsRu,
        Language::De => Key::LevelsDe,
        Language::Fr => Key::LevelsFr,
        Language::Es => Key::LevelsEs,
        Language::It => Key::LevelsIt,
        Language::Pt => Key::LevelsPt,
        Language::Tr => Key::LevelsTr,
        Language::Pl => Key::LevelsPl,
        Language::Uk => Key::LevelsUk,
        Language::Zh => Key::LevelsZh,
        Language::Ja => Key::LevelsJa,
        Language::Ko => Key::LevelsKo,
        Language::Ar => Key::LevelsAr,
        Language::He => Key::LevelsHe,
    })
}

/// “in German”, in the grammatical case of the interface's language.
fn in_language(language: Language) -> &'static str {
    t(match language {
        Language::En => Key::LevelsInEn,
        Language::Ru => Key::LevelsInRu,
        Language::De => Key::LevelsInDe,
        Language::Fr => Key::LevelsInFr,
        Language::Es => Key::LevelsInEs,
        Language::It => Key::LevelsInIt,
        Language::Pt => Key::LevelsInPt,
        Language::Tr => Key::LevelsInTr,
        Language::Pl => Key::LevelsInPl,
        Language::Uk => Key::LevelsInUk,
        Language::Zh => Key::LevelsInZh,
        Language::Ja => Key::LevelsInJa,
        Language::Ko => Key::LevelsInKo,
        Language::Ar => Key::LevelsInAr,
        Language::He => Key::LevelsInHe,
    })
}

/// “explained in German”.
pub fn explained_in(language: Language) -> String {
    t_with(Key::LevelsExplained, &[("in", in_language(language))])
}

/// “German only”: taught and explained in itself.
pub fn only(target: Language) -> String {
    t_with(Key::LevelsOnly, &[("language", language(target))])
}
