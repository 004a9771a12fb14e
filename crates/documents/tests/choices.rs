//! Choices, keys and explanations on paper, and page layout: read back with poppler's `pdftotext`.

#![allow(clippy::unwrap_used, reason = "a test may unwrap: that is how it fails")]

use linguaglow_documents::{Document, Papers, Printer};
use serde_json::{Value, json};
use types::{lesson::Lesson, levels::Language, locale::Locale, tasks::TaskBody};

mod support;

fn lesson(tasks: &[(&str, &str, Value)]) -> Lesson {
    let tasks = tasks.iter().enumerate().map(|(n, (instructions, kind, content))| {
        let body = TaskBody::from_stored(kind, 1, content.clone());
        assert_eq!(body.validate(), [], "{kind}");
        support::task(n as u128 + 10, &format!("Task {}", n + 1), instructions, body)
    });
    support::lesson(Language::En, "On paper", tasks.collect())
}

fn read(lesson: &Lesson, papers: Papers, mode: &str) -> String {
    let pdf = Printer::new(None).render(&Document::of_lesson(lesson, papers, Locale::En), false).unwrap();
    support::text_of(&pdf, mode)
}

/// A text with its line breaks and repeated spaces folded.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_letter_of_an_option_on_the_sheet_is_the_one_on_the_key() {
    let question = |n: usize| {
        json!({"id": format!("i{n}"), "stem": format!("Question {n}?"), "right": format!("right{n}"),
            "distractors": [format!("wrong{n}"), format!("false{n}"), format!("other{n}")]})
    };
    let lesson = lesson(&[("", "single_choice", json!({"questions": (1..=6).map(question).collect::<Vec<_>>()}))]);
    let (sheet, key) =
        (folded(&read(&lesson, Papers::Worksheet, "-layout")), folded(&read(&lesson, Papers::Key, "-layout")));
    let mut letters = Vec::new();
    for n in 1..=6 {
        let letter = ["a", "b", "c", "d"].into_iter().find(|l| sheet.contains(&format!("{l} right{n}")));
        let letter = letter.unwrap_or_else(|| panic!("no letter before right{n}: {sheet}"));
        assert!(key.contains(&format!("{n} {letter} right{n}")), "{key}");
        letters.push(letter);
    }
    letters.sort_unstable();
    letters.dedup();
    assert!(letters.len() > 1, "the right one always stands at the same letter");
}

#[test]
fn right_sides_that_read_the_same_are_both_named_and_several_answers_are_joined_by_a_word() {
    let pair = |id: &str, left: &str, right: &str| json!({"id": id, "left": {"text": left}, "right": {"text": right}});
    let pairs = json!({"pairs": [pair("i1", "sofa", "furniture"), pair("i2", "desk", "furniture"), pair("i3", "dog", "animal")]});
    let typed = json!({"parts": [{"text": "It costs "},
        {"gap": {"id": "i1", "key": "0,5", "variants": ["0.5", "½"]}}, {"text": " euros."}]});
    let key = folded(&read(&lesson(&[("", "matching", pairs), ("", "gap_fill", typed)]), Papers::Key, "-layout"));
    assert!(key.contains("0,5 or 0.5 or ½"), "{key}");
    let both = ["a or b", "a or c", "b or c"].into_iter().find(|both| key.contains(&format!("1 {both}")));
    let both = both.unwrap_or_else(|| panic!("not both letters: {key}"));
    assert!(key.contains(&format!("2 {both}")), "{key}");
}

#[test]
fn true_or_false_is_in_the_words_of_its_instructions() {
    let content = json!({"with_not_stated": true, "statements": [
        {"id": "i1", "text": "Fish swim.", "truth": "true", "explanation": "They live in water."},
        {"id": "i2", "text": "Fish walk.", "truth": "false", "explanation": "They have no legs."}]});
    let lesson = lesson(&[
        ("Отметьте, верно или неверно.", "true_false", content.clone()),
        ("Mark each sentence true or false.", "true_false", content),
    ]);
    let sheet = folded(&read(&lesson, Papers::Worksheet, "-layout"));
    assert_eq!(sheet.matches("верно неверно не указано").count(), 2, "{sheet}");
    assert_eq!(sheet.matches("True False Not stated").count(), 2, "{sheet}");
    // Each explanation is on a separate line.
    let key = read(&lesson, Papers::Key, "-layout");
    for line in ["1. They live in water.", "2. They have no legs."] {
        assert_eq!(key.lines().filter(|it| it.trim() == line).count(), 2, "{line}: {key}");
    }
}

#[test]
fn sentences_to_be_built_are_numbered() {
    let sentence =
        |n: usize| json!({"id": format!("i{n}"), "orders": [["we", "had", format!("word{n}")]], "ending": "."});
    let content = json!({"sentences": (1..=3).map(sentence).collect::<Vec<_>>()});
    let sheet = read(&lesson(&[("", "sentence_builder", content)]), Papers::Worksheet, "-layout");
    for n in 1..=3 {
        let row = sheet.lines().find(|line| line.contains(&format!("word{n}"))).expect("a row");
        assert!(row.trim_start().starts_with(&n.to_string()), "{row:?}");
    }
}

/// A task that doesn't fit the rest of a page continues on the next: less than a third of a page is left empty.
#[test]
fn pages_are_filled() {
    let text = "People who work from home say that they have more time for their families, and that they sleep longer.";
    let statements: Vec<Value> =
        (1..=14).map(|n| json!({"id": format!("i{n}"), "text": format!("{n} {text}"), "truth": "true"})).collect();
    let task = ("", "true_false", json!({"statements": statements}));
    let pages = read(&lesson(&[task.clone(), task.clone(), task.clone(), task]), Papers::Worksheet, "-bbox");
    let lowest: Vec<f64> = pages
        .split("<page")
        .skip(1)
        .map(|page| {
            let bottoms = page.split("yMax=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
            // The footer starts at 92% of the height of an A4 page.
            bottoms.filter(|y| *y < 775.0).fold(0.0, f64::max)
        })
        .collect();
    assert!(lowest.len() >= 3, "{lowest:?}");
    for filled in &lowest[..lowest.len() - 1] {
        assert!(*filled > 842.0 * 2.0 / 3.0, "{lowest:?}");
    }
}
