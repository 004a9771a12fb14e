//! Lessons on paper, read back with poppler's `pdftotext`: what a person would select and copy.

#![allow(clippy::unwrap_used, reason = "a test may unwrap: that is how it fails")]

use std::{collections::HashMap, sync::LazyLock};

use linguaglow_documents::{Document, Papers, Printer};
use types::{
    ids::FileId,
    lesson::{Lesson, Task},
    levels::Language,
    locale::Locale,
    tasks::TaskBody,
};
use uuid::Uuid;

mod support;

fn task(n: u128, title: &str, instructions: &str, kind: &str, content: serde_json::Value) -> Task {
    support::task(n, title, instructions, TaskBody::from_stored(kind, 1, content))
}

fn lesson() -> Lesson {
    use serde_json::json;
    let gap = |id: &str, key: &str| json!({"gap": {"id": id, "key": key}});
    let text = |text: &str| json!({"text": text});
    let tasks = vec![
        task(
            1,
            "Airport words",
            "Read and learn.",
            "word_list",
            json!({"words": [
            {"id": "i1", "word": "customs", "meaning": {"translation": "таможня"}},
            {"id": "i2", "word": "boarding pass", "meaning": {"translation": "посадочный талон"}},
            {"id": "i3", "word": "hand luggage", "meaning": {"translation": "ручная кладь"}}]}),
        ),
        task(
            2,
            "What does it mean?",
            "Match the words and their meanings.",
            "matching",
            json!({"pairs": [
            {"id": "i1", "left": {"text": "customs"}, "right": {"text": "the place at an airport where officers check your bags"}},
            {"id": "i2", "left": {"text": "aisle seat"}, "right": {"text": "a seat beside the way through the plane"}}]}),
        ),
        task(
            3,
            "A delayed flight",
            "Complete the story with the words from the box.",
            "word_bank",
            json!({"parts": [
            text("Our flight to Lisbon was "), gap("i1", "delayed"), text(" for three hours because of fog.\nWhen we finally reached the "),
            gap("i2", "gate"), text(", it was closed.")], "distractors": ["itinerary"]}),
        ),
        task(
            4,
            "Since or for?",
            "Write one word.",
            "gap_fill",
            json!({"parts": [
            text("1  We have been waiting "), gap("i1", "for"), text(" two hours.\n2  I haven’t flown "), gap("i2", "since"), text(" 2022.")]}),
        ),
        task(
            5,
            "Gate change",
            "Choose the right answer.",
            "single_choice",
            json!({"questions": [
            {"id": "i1", "stem": "How long is the delay?", "right": "50 minutes", "distractors": ["15 minutes", "5 hours"], "explanation": "‘Fifty’, not ‘fifteen’."}]}),
        ),
        task(
            6,
            "True or false?",
            "",
            "true_false",
            json!({"statements": [{"id": "i1", "text": "Customs is a place.", "truth": "true"}]}),
        ),
        task(
            7,
            "Have you ever…?",
            "Put the words in order.",
            "sentence_builder",
            json!({"sentences": [
            {"id": "i1", "orders": [["have you", "ever", "lost", "your luggage"]], "ending": "?"}]}),
        ),
        task(
            8,
            "Обсудите",
            "Поговорите в парах.",
            "text",
            json!({"markdown": "Как вы **путешествуете**?\n\n- поездом\n- самолётом"}),
        ),
    ];
    support::lesson(Language::En, "Problems at the airport", tasks)
}

fn render(document: &Document) -> Result<Vec<u8>, linguaglow_documents::DocumentError> {
    static PRINTER: LazyLock<Printer> = LazyLock::new(|| Printer::new(None));
    PRINTER.render(document, false)
}

/// The text of a PDF as poppler reads it, with line breaks folded.
fn text_of(pdf: &[u8]) -> String {
    support::text_of(pdf, "-layout").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_worksheet_has_the_tasks_and_no_answers() {
    let pdf = render(&Document::of_lesson(&lesson(), Papers::Worksheet, Locale::En)).unwrap();
    if let Some(path) = std::env::var_os("LG_KEEP_PDF") {
        std::fs::write(path, render(&Document::of_lesson(&lesson(), Papers::Both, Locale::Ru)).unwrap()).unwrap();
    }
    let text = text_of(&pdf);
    for there in [
        "Problems at the airport",
        "English · 8 tasks",
        "Name",
        "посадочный талон",
        "путешествуете",
        "delayed",
        "itinerary",
        "How long is the delay?",
        "your luggage",
    ] {
        assert!(text.contains(there), "{there} is missing in {text}");
    }
    for secret in ["since", "Fifty", "Answer key", "Have you ever lost"] {
        assert!(!text.contains(secret), "{secret} is on the worksheet");
    }
}

#[test]
fn a_key_has_the_answers_that_fit_the_worksheet() {
    let lesson = lesson();
    let key = text_of(&render(&Document::of_lesson(&lesson, Papers::Key, Locale::Ru)).unwrap());
    for there in [
        "Ответы: Problems at the airport",
        "1 delayed",
        "2 gate",
        "1 for",
        "2 since",
        "50 minutes",
        "Have you ever lost your luggage?",
        "1 True",
    ] {
        assert!(key.contains(there), "{there} is missing in {key}");
    }
    // The letter on the key matches the letter beside the right side on the worksheet.
    let sheet = text_of(&render(&Document::of_lesson(&lesson, Papers::Worksheet, Locale::Ru)).unwrap());
    let letter =
        ["a", "b"].into_iter().find(|l| sheet.contains(&format!("{l} the place at an airport"))).expect("a letter");
    assert!(key.contains(&format!("1 {letter}")), "{key}");
}

#[test]
fn hostile_text_stays_text() {
    let mut lesson = lesson();
    lesson.title = "#import \"x\" $x$ *b* _i_ <label> @ref `raw` \\ ] } #{panic()}".into();
    lesson.sections[0].tasks[0].title = "#set page(width: 1pt)".into();
    let text = text_of(&render(&Document::of_lesson(&lesson, Papers::Both, Locale::En)).unwrap());
    assert!(text.contains("#{panic()}") && text.contains("#set page(width: 1pt)"), "{text}");
}

#[test]
fn other_scripts_and_long_lessons_come_out_whole() {
    let mut lesson = lesson();
    let many: Vec<Task> = lesson.sections[0].tasks.iter().cycle().take(30).cloned().collect();
    lesson.sections[0].tasks = many;
    lesson.sections[0].tasks[29].title = "ˈkʌstəmz".into();
    let text = text_of(&render(&Document::of_lesson(&lesson, Papers::Both, Locale::En)).unwrap());
    assert!(text.contains("kʌst") && text.contains("30 ˈ"), "{}", &text[text.len().saturating_sub(400)..]);
}

/// The smallest picture: one pixel.
const GIF: &[u8; 43] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[test]
fn a_picture_is_drawn_and_one_that_is_gone_leaves_its_text() {
    use serde_json::json;
    let (here, gone) = (FileId(Uuid::from_u128(40)), FileId(Uuid::from_u128(41)));
    let mut lesson = lesson();
    lesson.sections[0].tasks = vec![
        task(
            1,
            "Words",
            "",
            "word_list",
            json!({"words": [
            {"id": "i1", "word": "fox", "meaning": {"translation": "лиса", "picture": here}},
            {"id": "i2", "word": "hen", "meaning": {"translation": "курица", "picture": gone}}]}),
        ),
        task(
            2,
            "Pairs",
            "",
            "matching",
            json!({"pairs": [
            {"id": "i1", "left": {"text": "a drawn fox", "picture": here}, "right": {"text": "лиса"}},
            {"id": "i2", "left": {"text": "a hen", "picture": gone}, "right": {"text": "курица"}}]}),
        ),
    ];
    let pictures = HashMap::from([(here, bytes::Bytes::from_static(GIF))]);
    let pdf = render(&Document::of_lesson(&lesson, Papers::Both, Locale::En).with_pictures(pictures)).unwrap();
    let text = text_of(&pdf);
    assert!(text.contains("fox") && text.contains("hen") && text.contains("2 a hen"), "{text}");
    assert!(!text.contains("a drawn fox"), "{text}");
    // The picture is embedded, so its text isn't printed.
    let raw = String::from_utf8_lossy(&pdf);
    assert!(raw.contains("/Subtype /Image") || raw.contains("/Subtype/Image"), "no picture");
}
