//! Titles and instructions of tasks, and titles of sections.
//!
//! Titles are in the language taught if we have them. Instructions are in Russian at A1 and A2 if it is the students'
//! language, otherwise in English. A task keeps the language of its instructions (docs/GENERATION.md).

use types::levels::{CefrLevel, Language};

/// The purpose of a part of the lesson.
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

/// One of the things that a task of a kind can ask: its title, and the instructions for students, each in English and
/// Russian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskVariant {
    title: [&'static str; 2],
    instructions: [&'static str; 2],
}

impl TaskVariant {
    pub const fn new(title: [&'static str; 2], instructions: [&'static str; 2]) -> Self {
        Self { title, instructions }
    }

    /// A short title: in Russian for lessons of Russian, otherwise in English.
    pub fn title(self, language: Language) -> &'static str {
        let [english, russian] = self.title;
        if language == Language::Ru { russian } else { english }
    }

    /// The instructions for students.
    pub fn instructions(self, level: CefrLevel, students: Language) -> &'static str {
        let [english, russian] = self.instructions;
        if language_of_instructions(level, students) == Language::Ru { russian } else { english }
    }
}

/// The language of instructions.
pub(crate) fn language_of_instructions(level: CefrLevel, students: Language) -> Language {
    if level <= CefrLevel::A2 && students == Language::Ru { Language::Ru } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginners_read_instructions_in_their_language() {
        let variant = crate::tasks::matching::MEANINGS;
        assert_eq!(variant.instructions(CefrLevel::A1, Language::Ru), "Соедините слова и значения.");
        assert!(variant.instructions(CefrLevel::B1, Language::Ru).starts_with("Match"));
        assert!(variant.instructions(CefrLevel::A1, Language::De).starts_with("Match"));
    }
}
