//! A lesson in the form the template reads: only words and blocks.

use std::collections::HashMap;

use bytes::Bytes;
use serde::Serialize;
use types::{
    ids::FileId,
    lesson::{Lesson, Task},
    levels::Language,
    locale::{self, Key, Locale, Plural},
    print::{Block, Paper, PrintWords, number},
};

use crate::{Papers, breaks};

/// One task on one paper.
#[derive(Clone, Debug, Serialize)]
pub struct PrintedTask {
    pub number: u32,
    pub title: String,
    pub instructions: String,
    pub blocks: Vec<Block>,
}

/// One paper: its head and its tasks.
#[derive(Clone, Debug, Serialize)]
struct Sheet {
    paper: Paper,
    over: String,
    title: String,
    foot: String,
    tasks: Vec<PrintedTask>,
}

/// A document ready to be rendered.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    title: String,
    level: String,
    /// The language of the tasks, for hyphenation and direction.
    language: String,
    rtl: bool,
    name_label: String,
    date_label: String,
    sheets: Vec<Sheet>,
    /// The target language first: decides how characters shared by several languages are drawn.
    #[serde(skip)]
    pub(crate) languages: [Language; 2],
    /// The bytes of the pictures that blocks refer to.
    #[serde(skip)]
    pub(crate) pictures: HashMap<FileId, Bytes>,
}

/// The built-in words of a task (*true*, *false*) in the students' language if its instructions use them, else in the
/// target language.
fn words_of(lesson: &Lesson, task: &Task) -> PrintWords {
    let named = task.instructions.to_lowercase();
    let students = PrintWords::of(lesson.students_language);
    if named.contains(&students.is_false.to_lowercase()) { students } else { PrintWords::of(lesson.target_language) }
}

fn printed(lesson: &Lesson, seed: u64, paper: Paper) -> Vec<PrintedTask> {
    lesson
        .tasks()
        .enumerate()
        .map(|(n, task)| {
            let blocks = task.body.print_form(paper, seed, &words_of(lesson, task));
            PrintedTask {
                number: number(n),
                title: breaks::wide(&task.title),
                instructions: if paper == Paper::Key { String::new() } else { breaks::wide(&task.instructions) },
                blocks: blocks.into_iter().map(breaks::block).collect(),
            }
        })
        // Tasks without answers are left out of the key; the others keep their numbers.
        .filter(|task| paper == Paper::Worksheet || !task.blocks.is_empty())
        .collect()
}

impl Document {
    /// The papers of a lesson, with labels in `locale`. Options of a given lesson always come in the same order, so
    /// that a key printed today fits a worksheet printed last week.
    #[must_use]
    pub fn of_lesson(lesson: &Lesson, papers: Papers, locale: Locale) -> Self {
        let t = |key| locale::text(locale, key);
        let (high, low) = lesson.id.0.as_u64_pair();
        let seed = high ^ low;
        let count = lesson.tasks().count() as u64;
        let language = match locale {
            Locale::En => lesson.target_language.english_name().to_owned(),
            Locale::Ru => capital(locale::text(locale, language_key(lesson.target_language))),
        };
        let tasks = locale::plural(locale, Plural::CommonTasks, count);
        let mut sheets = Vec::new();
        if papers != Papers::Key {
            sheets.push(Sheet {
                paper: Paper::Worksheet,
                over: format!("{language} · {tasks}"),
                title: breaks::title(&lesson.title),
                foot: t(Key::PaperWorksheet).to_owned(),
                tasks: printed(lesson, seed, Paper::Worksheet),
            });
        }
        if papers != Papers::Worksheet {
            sheets.push(Sheet {
                paper: Paper::Key,
                over: format!("{} · {language}", t(Key::PaperForTeacher)),
                title: locale::text_with(locale, Key::PaperKeyTitle, &[("title", &breaks::title(&lesson.title))]),
                foot: t(Key::PaperKey).to_owned(),
                tasks: printed(lesson, seed, Paper::Key),
            });
        }
        Self {
            title: lesson.title.clone(),
            level: lesson.level.as_str().to_owned(),
            language: lesson.target_language.as_str().to_owned(),
            rtl: lesson.target_language.is_rtl(),
            name_label: t(Key::PaperName).to_owned(),
            date_label: t(Key::PaperDate).to_owned(),
            sheets,
            languages: [lesson.target_language, lesson.students_language],
            pictures: HashMap::new(),
        }
    }

    /// Adds pictures, as JPEG or PNG. A picture that is missing is replaced by its text.
    #[must_use]
    pub fn with_pictures(mut self, pictures: HashMap<FileId, Bytes>) -> Self {
        self.pictures = pictures;
        self
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn language_key(language: types::levels::Language) -> Key {
    use types::levels::Language as L;
    match language {
        L::En => Key::LanguagesEn,
        L::Ru => Key::LanguagesRu,
        L::De => Key::LanguagesDe,
        L::Fr => Key::LanguagesFr,
        L::Es => Key::LanguagesEs,
        L::It => Key::LanguagesIt,
        L::Pt => Key::LanguagesPt,
        L::Tr => Key::LanguagesTr,
        L::Pl => Key::LanguagesPl,
        L::Uk => Key::LanguagesUk,
        L::Zh => Key::LanguagesZh,
        L::Ja => Key::LanguagesJa,
        L::Ko => Key::LanguagesKo,
        L::Ar => Key::LanguagesAr,
        L::He => Key::LanguagesHe,
    }
}
