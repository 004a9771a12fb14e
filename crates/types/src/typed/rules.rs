//! What the languages decide differently when typed answers are compared, as data. The decisions are explained at the
//! head of each language's block in `tests/typed_answers.tsv`.

use crate::levels::Language;

/// The marks that may be missing for half a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accents {
    /// Marks are letters of their own.
    None,
    /// Combining marks of the decomposed form (NFD).
    Marks(&'static [char]),
    /// As `Marks`, but only for a mark that is missing: another mark is another word.
    Missing(&'static [char]),
    /// Letters that stand for each other anywhere, and at the end of a word.
    Letters { anywhere: &'static [(char, char)], at_end: &'static [(char, char)] },
}

/// The rules of one language.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Letters and signs that are the same, folded from the first to the second in key and answer. Texts are composed.
    pub same: &'static [(char, &'static str)],
    /// The same, unless accents are tested.
    pub same_unless_tested: &'static [(char, &'static str)],
    /// Letters of the key that may be typed as something else. One way only.
    pub replacements: &'static [(char, &'static str)],
    pub accents: Accents,
    /// Words that only an accent tells apart: one for the other is wrong.
    pub pairs: &'static [(&'static str, &'static str)],
    /// Words that a hyphen tells from the same words with a space, with and without their accents.
    pub hyphenated: &'static [&'static str],
    /// A hyphen is the same as a space.
    pub hyphen_is_space: bool,
    /// Decimal comma and point are the same.
    pub decimal_comma: bool,
    /// Spaces don't matter, and the answer is one word.
    pub one_word: bool,
    /// The letters İ i and I ı are two pairs.
    pub dotted_i: bool,
    /// English contractions are their long forms.
    pub contractions: bool,
    /// An apostrophe behind a final vowel may stand for its accent.
    pub apostrophe_is_accent: bool,
    /// Spaces before ? and ! don't matter.
    pub free_marks: bool,
}

const PLAIN: Rules = Rules {
    same: &[],
    same_unless_tested: &[],
    replacements: &[],
    accents: Accents::None,
    pairs: &[],
    hyphenated: &[],
    hyphen_is_space: true,
    decimal_comma: true,
    one_word: false,
    dotted_i: false,
    contractions: false,
    apostrophe_is_accent: false,
    free_marks: false,
};

const GRAVE: char = '\u{300}';
const ACUTE: char = '\u{301}';
const CIRCUMFLEX: char = '\u{302}';
const TILDE: char = '\u{303}';
const MACRON: char = '\u{304}';
const DIAERESIS: char = '\u{308}';
const CARON: char = '\u{30C}';
const CEDILLA: char = '\u{327}';

const ENGLISH: Rules = Rules {
    // Accents of loan words are optional.
    same: &[
        ('é', "e"),
        ('è', "e"),
        ('ê', "e"),
        ('ë', "e"),
        ('à', "a"),
        ('â', "a"),
        ('ä', "a"),
        ('á', "a"),
        ('ç', "c"),
        ('ï', "i"),
        ('î', "i"),
        ('í', "i"),
        ('ô', "o"),
        ('ö', "o"),
        ('ó', "o"),
        ('û', "u"),
        ('ü', "u"),
        ('ñ', "n"),
        ('É', "E"),
        ('œ', "oe"),
        ('æ', "ae"),
    ],
    decimal_comma: false,
    contractions: true,
    ..PLAIN
};

const RUSSIAN: Rules = Rules {
    // Latin letters that look like Cyrillic ones.
    same: &[
        ('a', "а"),
        ('c', "с"),
        ('e', "е"),
        ('o', "о"),
        ('p', "р"),
        ('x', "х"),
        ('y', "у"),
        ('A', "А"),
        ('B', "В"),
        ('C', "С"),
        ('E', "Е"),
        ('H', "Н"),
        ('K', "К"),
        ('M', "М"),
        ('O', "О"),
        ('P', "Р"),
        ('T', "Т"),
        ('X', "Х"),
    ],
    same_unless_tested: &[('ё', "е"), ('Ё', "Е"), (ACUTE, "")],
    hyphen_is_space: false,
    ..PLAIN
};

const UKRAINIAN: Rules = Rules {
    same: &[
        ('a', "а"),
        ('c', "с"),
        ('e', "е"),
        ('i', "і"),
        ('o', "о"),
        ('p', "р"),
        ('x', "х"),
        ('y', "у"),
        ('A', "А"),
        ('B', "В"),
        ('C', "С"),
        ('E', "Е"),
        ('H', "Н"),
        ('I', "І"),
        ('K', "К"),
        ('M', "М"),
        ('O', "О"),
        ('P', "Р"),
        ('T', "Т"),
        ('X', "Х"),
    ],
    same_unless_tested: &[(ACUTE, "")],
    hyphen_is_space: false,
    ..PLAIN
};

const GERMAN: Rules = Rules {
    replacements: &[
        ('ä', "ae"),
        ('ö', "oe"),
        ('ü', "ue"),
        ('ß', "ss"),
        ('Ä', "Ae"),
        ('Ö', "Oe"),
        ('Ü', "Ue"),
        ('ẞ', "SS"),
    ],
    ..PLAIN
};

const FRENCH: Rules = Rules {
    same: &[('œ', "oe"), ('Œ', "Oe"), ('æ', "ae"), ('Æ', "Ae")],
    accents: Accents::Marks(&[GRAVE, ACUTE, CIRCUMFLEX, DIAERESIS, CEDILLA, TILDE]),
    pairs: &[
        ("a", "à"),
        ("ou", "où"),
        ("la", "là"),
        ("du", "dû"),
        ("sur", "sûr"),
        ("mur", "mûr"),
        ("des", "dès"),
        ("des", "dés"),
        ("dès", "dés"),
        ("pres", "près"),
        ("pres", "prés"),
        ("près", "prés"),
        ("notre", "nôtre"),
        ("votre", "vôtre"),
        ("tache", "tâche"),
        ("jeune", "jeûne"),
        ("cote", "côte"),
        ("cote", "côté"),
        ("côte", "côté"),
        ("marche", "marché"),
        ("peche", "pêche"),
        ("pêche", "péché"),
        ("age", "âge"),
        ("âge", "âgé"),
        ("élève", "élevé"),
        ("foret", "forêt"),
    ],
    hyphenated: &["peut-être", "peut-etre"],
    free_marks: true,
    ..PLAIN
};

const SPANISH: Rules = Rules {
    same: &[('¿', ""), ('¡', "")],
    accents: Accents::Marks(&[GRAVE, ACUTE, CIRCUMFLEX, DIAERESIS]),
    pairs: &[
        ("el", "él"),
        ("tu", "tú"),
        ("mi", "mí"),
        ("si", "sí"),
        ("te", "té"),
        ("se", "sé"),
        ("de", "dé"),
        ("mas", "más"),
        ("aun", "aún"),
        ("esta", "está"),
        ("estas", "estás"),
        ("este", "esté"),
        ("papa", "papá"),
        ("hacia", "hacía"),
        ("rio", "río"),
        ("sabia", "sabía"),
    ],
    free_marks: true,
    ..PLAIN
};

const ITALIAN: Rules = Rules {
    accents: Accents::Marks(&[GRAVE, ACUTE, CIRCUMFLEX, DIAERESIS]),
    pairs: &[
        ("e", "è"),
        ("da", "dà"),
        ("la", "là"),
        ("li", "lì"),
        ("ne", "né"),
        ("se", "sé"),
        ("si", "sì"),
        ("di", "dì"),
        ("te", "tè"),
        ("pero", "però"),
        ("papa", "papà"),
        ("meta", "metà"),
    ],
    apostrophe_is_accent: true,
    ..PLAIN
};

const PORTUGUESE: Rules = Rules {
    accents: Accents::Marks(&[GRAVE, ACUTE, CIRCUMFLEX, TILDE, DIAERESIS, CEDILLA]),
    pairs: &[
        ("avô", "avó"),
        ("e", "é"),
        ("a", "à"),
        ("as", "às"),
        ("da", "dá"),
        ("de", "dê"),
        ("do", "dó"),
        ("por", "pôr"),
        ("pode", "pôde"),
        ("tem", "têm"),
        ("vem", "vêm"),
        ("esta", "está"),
        ("estas", "estás"),
        ("nos", "nós"),
        ("vos", "vós"),
        ("la", "lá"),
        ("pais", "país"),
        ("coco", "cocô"),
        ("mas", "más"),
        ("publico", "público"),
        ("sabia", "sábia"),
        ("secretaria", "secretária"),
        ("que", "quê"),
        ("se", "sê"),
    ],
    ..PLAIN
};

const TURKISH: Rules = Rules {
    accents: Accents::Marks(&[CIRCUMFLEX]),
    pairs: &[("hala", "hâlâ"), ("hala", "halâ"), ("kar", "kâr"), ("adet", "âdet"), ("alem", "âlem"), ("aşık", "âşık")],
    dotted_i: true,
    ..PLAIN
};

const CHINESE: Rules =
    Rules { accents: Accents::Missing(&[GRAVE, ACUTE, MACRON, CARON]), decimal_comma: false, one_word: true, ..PLAIN };

const JAPANESE: Rules = Rules { decimal_comma: false, hyphen_is_space: false, one_word: true, ..PLAIN };

const KOREAN: Rules = Rules { decimal_comma: false, hyphen_is_space: false, one_word: true, ..PLAIN };

const ARABIC: Rules = Rules {
    same: &[
        ('ـ', ""),
        ('ک', "ك"),
        ('ی', "ي"),
        ('؟', "?"),
        ('،', ","),
        ('؛', ";"),
        ('٫', "."),
        ('٠', "0"),
        ('١', "1"),
        ('٢', "2"),
        ('٣', "3"),
        ('٤', "4"),
        ('٥', "5"),
        ('٦', "6"),
        ('٧', "7"),
        ('٨', "8"),
        ('٩', "9"),
    ],
    same_unless_tested: &[
        ('\u{64B}', ""),
        ('\u{64C}', ""),
        ('\u{64D}', ""),
        ('\u{64E}', ""),
        ('\u{64F}', ""),
        ('\u{650}', ""),
        ('\u{651}', ""),
        ('\u{652}', ""),
        ('\u{653}', ""),
        ('\u{670}', ""),
    ],
    accents: Accents::Letters {
        anywhere: &[('أ', 'ا'), ('إ', 'ا'), ('آ', 'ا')], at_end: &[('ة', 'ه'), ('ى', 'ي')]
    },
    pairs: &[("أن", "إن"), ("على", "علي"), ("إلى", "إلي"), ("الى", "الي")],
    ..PLAIN
};

const HEBREW: Rules = Rules {
    same: &[('\u{5BE}', "-"), ('\u{5F3}', "'"), ('\u{5F4}', "\"")],
    same_unless_tested: &[
        ('\u{5B0}', ""),
        ('\u{5B1}', ""),
        ('\u{5B2}', ""),
        ('\u{5B3}', ""),
        ('\u{5B4}', ""),
        ('\u{5B5}', ""),
        ('\u{5B6}', ""),
        ('\u{5B7}', ""),
        ('\u{5B8}', ""),
        ('\u{5B9}', ""),
        ('\u{5BA}', ""),
        ('\u{5BB}', ""),
        ('\u{5BC}', ""),
        ('\u{5BD}', ""),
        ('\u{5C1}', ""),
        ('\u{5C2}', ""),
        ('\u{5C7}', ""),
    ],
    decimal_comma: false,
    ..PLAIN
};

/// The rules of a language.
#[must_use]
pub fn of(language: Language) -> &'static Rules {
    match language {
        Language::En => &ENGLISH,
        Language::Ru => &RUSSIAN,
        Language::De => &GERMAN,
        Language::Fr => &FRENCH,
        Language::Es => &SPANISH,
        Language::It => &ITALIAN,
        Language::Pt => &PORTUGUESE,
        Language::Tr => &TURKISH,
        Language::Pl => &PLAIN,
        Language::Uk => &UKRAINIAN,
        Language::Zh => &CHINESE,
        Language::Ja => &JAPANESE,
        Language::Ko => &KOREAN,
        Language::Ar => &ARABIC,
        Language::He => &HEBREW,
    }
}
