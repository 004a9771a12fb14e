//! Whether a task is in the language taught: by script, and among languages of the same script by small words.

use std::collections::HashSet;

use lexicon::Levels;
use types::{
    evidence::{FindingCode, Severity},
    ids::ItemId,
    levels::Language,
    text::{fold, sentences, words},
};

use super::{
    Findings, Piece, Role,
    small::{letters, small_words},
};

/// Whether the letter belongs to the language's script.
pub(super) fn of_script(language: Language, c: char) -> bool {
    match language {
        Language::En
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl => c.is_ascii_alphabetic() || matches!(c, '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}'),
        Language::Ru | Language::Uk => matches!(c, '\u{0400}'..='\u{04FF}'),
        Language::Zh => matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{2FA1F}'),
        Language::Ja => matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF66}'..='\u{FF9D}'),
        Language::Ko => matches!(c, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7AF}' | '\u{3130}'..='\u{318F}'),
        Language::Ar => matches!(c, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{FB50}'..='\u{FEFF}'),
        Language::He => matches!(c, '\u{0590}'..='\u{05FF}'),
    }
}

/// The other languages written in the same script.
fn rivals(language: Language) -> impl Iterator<Item = Language> {
    let probe = match language {
        Language::Ru | Language::Uk => 'а',
        Language::Zh => '中',
        Language::Ja => 'あ',
        Language::Ko => '한',
        Language::Ar => 'ا',
        Language::He => 'א',
        Language::En
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl => 'a',
    };
    Language::ALL.into_iter().filter(move |other| *other != language && of_script(*other, probe))
}

/// Counts the words that point to `other` rather than `own`: small words and letters that only `other` has.
fn signs(all: &HashSet<&str>, other: Language, own: Language) -> usize {
    let (small, of_own) = (small_words(other), small_words(own));
    let levels = Levels::built_in();
    // *die*, *war* and *hat* are English words too.
    let is_own = |word: &str| of_own.contains(&word) || own == Language::En && levels.level_of(word).is_some();
    let is_sign = |word: &str| {
        small.contains(&word) && !is_own(word)
            || word.chars().any(|c| letters(other).contains(c) && !letters(own).contains(c))
    };
    all.iter().filter(|word| is_sign(word)).count()
}

/// Another language of the same script that the words are more likely in.
fn rather(all: &[String], language: Language) -> Option<Language> {
    let different: HashSet<&str> = all.iter().map(String::as_str).collect();
    // We know most words of any English text: if hardly any word is known, a single sign is enough.
    let strange = || {
        let levels = Levels::built_in();
        language == Language::En && all.iter().filter(|word| levels.level_of(word).is_some()).count() * 3 < all.len()
    };
    rivals(language)
        .filter_map(|other| {
            let of_other = signs(&different, other, language);
            let sure = of_other > 0
                && match signs(&different, language, other) {
                    0 => of_other >= 2 || strange(),
                    own => of_other >= 3 && of_other > own * 2,
                };
            sure.then_some((of_other, other))
        })
        .max_by_key(|(count, _)| *count)
        .map(|(_, other)| other)
}

/// Whether it is Chinese where Japanese is expected: no kana, and characters that only Chinese uses this way.
fn is_chinese(letters: &[char]) -> bool {
    letters.len() >= 5
        && !letters.iter().any(|c| matches!(c, '\u{3040}'..='\u{30FF}'))
        && letters.iter().filter(|c| "我你他她们的了么吗呢这那哪是不在有没很要会和都也".contains(**c)).count() >= 2
}

/// What is wrong with a text's language: another script (`Some(None)`), or another language of the same script.
pub(crate) fn stranger(text: &str, language: Language) -> Option<Option<Language>> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.len() < 3 {
        return None;
    }
    let own = letters.iter().filter(|c| of_script(language, **c)).count();
    // Chinese with kana is Japanese.
    let kana = language == Language::Zh && letters.iter().any(|c| matches!(c, '\u{3040}'..='\u{30FF}'));
    if own * 2 < letters.len() || kana {
        return Some(None);
    }
    if language == Language::Ja && is_chinese(&letters) {
        return Some(Some(Language::Zh));
    }
    // Names may come from any language: capitalised words inside a sentence are ignored.
    let all: Vec<String> = sentences(text)
        .flat_map(|sentence| words(sentence).enumerate())
        .filter(|(n, word)| *n == 0 || !word.starts_with(char::is_uppercase) || language == Language::De)
        .map(|(_, word)| fold(word))
        .collect();
    if all.len() < 4 { None } else { rather(&all, language).map(Some) }
}

/// Stems that are translations of options in the language taught. A single one among other stems is a mistake.
fn translated_stems(pieces: &[Piece], language: Language) -> Vec<&Piece> {
    let stems = pieces.iter().filter(|piece| piece.role == Role::Stem);
    let is_translation = |stem: &&Piece| {
        let mut options = pieces.iter().filter(|piece| piece.role == Role::Option && piece.item == stem.item);
        stranger(&stem.text, language).is_some() && options.all(|option| stranger(&option.text, language).is_none())
    };
    let translated: Vec<&Piece> = stems.clone().filter(is_translation).collect();
    if translated.len() * 2 <= stems.count() { Vec::new() } else { translated }
}

/// Whether the text may be in another language, because its counterpart is in the language taught.
fn is_counterpart(piece: &Piece, pieces: &[Piece], language: Language) -> bool {
    piece.role == Role::Side
        && pieces.iter().any(|other| {
            other.role == Role::Side && other.item == piece.item && stranger(&other.text, language).is_none()
        })
}

pub(crate) fn check(pieces: &[Piece], language: Language, found: &mut Findings) {
    let translated = translated_stems(pieces, language);
    let mut pairs: HashSet<&ItemId> = HashSet::new();
    for piece in pieces {
        let Some(other) = stranger(&piece.text, language) else { continue };
        if translated.contains(&piece) || is_counterpart(piece, pieces, language) {
            continue;
        }
        // Report each pair once.
        if piece.role == Role::Side && piece.item.as_ref().is_some_and(|item| !pairs.insert(item)) {
            continue;
        }
        let finding = found.task(FindingCode::WrongLanguage, Severity::Fault);
        finding.item.clone_from(&piece.item);
        finding.text = Some(piece.text.chars().take(80).collect());
        finding.other = other.map(|other| other.as_str().to_owned());
    }
}
