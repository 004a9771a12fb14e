//! Titles and instructions of tasks, and the titles of sections.
//!
//! Titles are in the language taught, where we have them; instructions in the students' language at A1 and A2, where
//! that is Russian or English, otherwise in English. A task keeps the language its instructions are in (DESIGN §2.16).

use types::levels::{CefrLevel, Language};

/// A purpose of a part of the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Reading,
    Words,
    Practice,
    Grammar,
}

/// A section's title in the language taught.
pub(crate) fn section(section: Section, language: Language) -> &'static str {
    let all: [&'static str; 4] = match language {
        Language::En => ["Reading", "Words", "Practice", "Grammar"],
        Language::Ru => ["Чтение", "Слова", "Практика", "Грамматика"],
        Language::De => ["Lesen", "Wörter", "Übungen", "Grammatik"],
        Language::Fr => ["Lecture", "Vocabulaire", "Exercices", "Grammaire"],
        Language::Es => ["Lectura", "Vocabulario", "Práctica", "Gramática"],
        Language::It => ["Lettura", "Parole", "Esercizi", "Grammatica"],
        Language::Pt => ["Leitura", "Vocabulário", "Prática", "Gramática"],
        Language::Tr => ["Okuma", "Kelimeler", "Alıştırmalar", "Dil bilgisi"],
        Language::Pl => ["Czytanie", "Słówka", "Ćwiczenia", "Gramatyka"],
        Language::Uk => ["Читання", "Слова", "Вправи", "Граматика"],
        Language::Zh => ["阅读", "词汇", "练习", "语法"],
        Language::Ja => ["読解", "単語", "練習", "文法"],
        Language::Ko => ["읽기", "단어", "연습", "문법"],
        Language::Ar => ["القراءة", "الكلمات", "تدريبات", "القواعد"],
        Language::He => ["קריאה", "מילים", "תרגול", "דקדוק"],
    };
    match section {
        Section::Reading => all[0],
        Section::Words => all[1],
        Section::Practice => all[2],
        Section::Grammar => all[3],
    }
}

/// What a task asks, where a kind can ask several things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Text,
    WordList,
    MatchMeanings,
    MatchTranslations,
    /// With this many chips too many.
    Bank {
        extra: usize,
    },
    /// Sentences of the text that stands in the lesson.
    BankOfText,
    ChooseWord,
    ChooseAnswer,
    TrueMeanings,
    TrueOfText,
    Build,
    BuildAsInText,
    TypeWords,
    TypeForms,
}

/// A short title for the task, in Russian for lessons of Russian, else in English.
pub(crate) fn title(ask: Ask, language: Language) -> &'static str {
    let (english, russian) = match ask {
        Ask::Text => ("Read the text", "Прочитайте текст"),
        Ask::WordList => ("Words to know", "Слова урока"),
        Ask::MatchMeanings => ("What does it mean?", "Что это значит?"),
        Ask::MatchTranslations => ("Words and translations", "Слова и переводы"),
        Ask::Bank { .. } => ("Fill the gaps", "Вставьте слова"),
        Ask::BankOfText => ("Words from the text", "Слова из текста"),
        Ask::ChooseWord => ("Which word is it?", "Какое это слово?"),
        Ask::ChooseAnswer => ("Choose the answer", "Выберите ответ"),
        Ask::TrueMeanings | Ask::TrueOfText => ("True or false?", "Верно или неверно?"),
        Ask::Build => ("Build the sentences", "Составьте предложения"),
        Ask::BuildAsInText => ("Sentences from the text", "Предложения из текста"),
        Ask::TypeWords => ("Write the missing words", "Напишите пропущенные слова"),
        Ask::TypeForms => ("Grammar practice", "Грамматика"),
    };
    if language == Language::Ru { russian } else { english }
}

/// The language that instructions are in.
pub(crate) fn language_of_instructions(level: CefrLevel, students: Language) -> Language {
    if level <= CefrLevel::A2 && students == Language::Ru { Language::Ru } else { Language::En }
}

/// What the student is told to do.
pub(crate) fn instructions(ask: Ask, level: CefrLevel, students: Language) -> String {
    let (english, russian): (&str, &str) = match ask {
        Ask::Text => ("Read the text.", "Прочитайте текст."),
        Ask::WordList => ("Read the words and their meanings.", "Прочитайте слова и их значения."),
        Ask::MatchMeanings => ("Match the words with their meanings.", "Соедините слова и значения."),
        Ask::MatchTranslations => ("Match the words with the translations.", "Соедините слова и переводы."),
        Ask::Bank { extra: 0 } => {
            ("Complete the sentences with the words from the box.", "Вставьте слова из рамки в предложения.")
        }
        Ask::Bank { extra: 1 } => (
            "Complete the sentences with the words from the box. There is one extra word.",
            "Вставьте слова из рамки в предложения. Одно слово лишнее.",
        ),
        Ask::Bank { extra: 2 } => (
            "Complete the sentences with the words from the box. There are two extra words.",
            "Вставьте слова из рамки в предложения. Два слова лишние.",
        ),
        Ask::Bank { .. } => (
            "Complete the sentences with the words from the box. Some words are extra.",
            "Вставьте слова из рамки в предложения. Некоторые слова лишние.",
        ),
        Ask::BankOfText => (
            "Complete these sentences from the text with the words from the box.",
            "Вставьте слова из рамки в предложения из текста.",
        ),
        Ask::ChooseWord => ("Read the meaning and choose the word.", "Прочитайте значение и выберите слово."),
        Ask::ChooseAnswer => ("Choose the right answer.", "Выберите правильный ответ."),
        Ask::TrueMeanings => (
            "Is the meaning of the word right? Choose true or false.",
            "Верно ли объяснено слово? Выберите «верно» или «неверно».",
        ),
        Ask::TrueOfText => (
            "Is it true? Look in the text and choose true or false.",
            "Верно ли это? Посмотрите в текст и выберите «верно» или «неверно».",
        ),
        Ask::Build => ("Put the words in order to make sentences.", "Составьте предложения из слов."),
        Ask::BuildAsInText => (
            "Put the words in order to make sentences, as in the text.",
            "Составьте предложения из слов, как в тексте.",
        ),
        Ask::TypeWords => ("Write the missing words.", "Напишите пропущенные слова."),
        Ask::TypeForms => (
            "Complete the sentences with the right form of the words in brackets.",
            "Дополните предложения: поставьте слова в скобках в нужную форму.",
        ),
    };
    match language_of_instructions(level, students) {
        Language::Ru => russian.to_owned(),
        Language::En
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl
        | Language::Uk
        | Language::Zh
        | Language::Ja
        | Language::Ko
        | Language::Ar
        | Language::He => english.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginners_read_instructions_in_their_language() {
        assert_eq!(instructions(Ask::MatchMeanings, CefrLevel::A1, Language::Ru), "Соедините слова и значения.");
        assert!(instructions(Ask::MatchMeanings, CefrLevel::B1, Language::Ru).starts_with("Match"));
        assert!(instructions(Ask::MatchMeanings, CefrLevel::A1, Language::De).starts_with("Match"));
    }
}
