//! Lessons to print, and the programs that read what was printed.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use chrono::DateTime;
use types::{
    evidence::GateReport,
    ids::{LessonId, SectionId, TaskId},
    lesson::{Lesson, Origin, Section, Task},
    levels::{CefrLevel, Language},
    tasks::TaskBody,
};
use uuid::Uuid;

/// A teacher's task with an id made from `n`.
pub fn task(n: u128, title: &str, instructions: &str, body: TaskBody) -> Task {
    Task {
        id: TaskId(Uuid::from_u128(n)),
        section_id: SectionId(Uuid::from_u128(1)),
        title: title.to_owned(),
        instructions: instructions.to_owned(),
        body,
        origin: Origin::teacher(),
        evidence: GateReport::default(),
        revision: 1,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

/// A lesson for speakers of Russian with one section.
pub fn lesson(language: Language, title: &str, tasks: Vec<Task>) -> Lesson {
    Lesson {
        id: LessonId(Uuid::from_u128(7)),
        course_id: None,
        title: title.to_owned(),
        topic: "travel".to_owned(),
        level: CefrLevel::B1,
        target_language: language,
        students_language: Language::Ru,
        notes: String::new(),
        revision: 1,
        updated_at: DateTime::UNIX_EPOCH,
        sections: vec![Section { id: SectionId(Uuid::from_u128(1)), title: "Words".to_owned(), revision: 1, tasks }],
    }
}

/// The output of a program that reads `input` from its standard input.
pub fn piped(program: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} (Debian's poppler-utils): {error}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let out = child.wait_with_output().expect("it ended");
    writer.join().expect("no panic").expect("written");
    assert!(out.status.success(), "{program}");
    out.stdout
}

/// The text of a PDF as poppler reads it; `mode` is `-layout` or `-raw`.
pub fn text_of(pdf: &[u8], mode: &str) -> String {
    String::from_utf8(piped("pdftotext", &[mode, "-", "-"], pdf)).expect("UTF-8")
}
