//! Every kind of task in every language we offer, with 40-letter words: nothing leaves the page, nothing overlaps, no
//! letter is an empty box, and what is printed can be read back.

use std::{collections::HashMap, path::PathBuf};

use linguaglow_documents::{Document, DocumentError, Papers, Printer};
use serde_json::Value;
use types::{
    lesson::Lesson,
    levels::Language,
    locale::Locale,
    print::{Paper, PrintWords},
    tasks::{CATALOGUE, TaskBody},
};

mod support;
use support::{piped, text_of};

/// Some words of a language, and a sentence.
fn words(language: Language) -> ([&'static str; 4], &'static str) {
    match language {
        Language::En => (["luggage", "boarding pass", "gate", "delay"], "We waited two hours for the plane."),
        Language::Ru => (["багаж", "посадочный талон", "выход", "щёлочь"], "Мы ждали самолёт два часа."),
        Language::De => (["Gepäck", "Bordkarte", "Größe", "Verspätung"], "Wir haben zwei Stunden gewartet."),
        Language::Fr => (["bagage", "carte d’embarquement", "œuvre", "forêt"], "Nous avons attendu l’été à Nîmes."),
        Language::Es => (["equipaje", "tarjeta", "mañana", "pingüino"], "¿Cuánto tiempo esperamos? ¡Dos años!"),
        Language::It => (["bagaglio", "carta d’imbarco", "città", "perché"], "Abbiamo aspettato più di due ore."),
        Language::Pt => (["bagagem", "cartão", "avião", "coração"], "Nós esperámos duas horas pelo avião."),
        Language::Tr => (["bagaj", "biniş kartı", "ışık", "çiğdem"], "İki saat uçağı bekledik."),
        Language::Pl => (["bagaż", "karta pokładowa", "źdźbło", "opóźnienie"], "Czekaliśmy dwie godziny na samolot."),
        Language::Uk => (["багаж", "посадковий талон", "ґанок", "їжак"], "Ми чекали на літак дві години."),
        Language::Zh => (["行李", "登机牌", "登机口", "延误"], "我们等飞机等了两个小时。"),
        Language::Ja => (["荷物", "搭乗券", "ゲート", "おくれ"], "飛行機を二時間待ちました。"),
        Language::Ko => (["수하물", "탑승권", "게이트", "지연"], "우리는 비행기를 두 시간 기다렸습니다."),
        Language::Ar => (["حقيبة", "بطاقة", "بوابة", "تأخير"], "انتظرنا الطائرة ساعتين."),
        Language::He => (["מזוודה", "כרטיס", "שער", "עיכוב"], "חיכינו למטוס שעתיים."),
    }
}

/// Replaces words with made-up ones in the letters of a language, one for each distinct word; every third has 40
/// letters.
struct Words {
    letters: Vec<char>,
    known: HashMap<String, String>,
}

impl Words {
    fn of(language: Language) -> Self {
        let letters = words(language).0.concat().chars().filter(|c| c.is_alphanumeric()).collect();
        Self { letters, known: HashMap::new() }
    }

    fn in_place_of(&mut self, word: &str) -> String {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let n = self.known.len();
        let wanted = if n.is_multiple_of(3) { 40 } else { 4 + n % 4 };
        let made = (0..)
            .map(|turn| self.letters.iter().cycle().skip(n + turn).take(wanted + turn / self.letters.len()).collect())
            .find(|made| !self.known.values().any(|known| known == made));
        let made: String = made.expect("there is always a longer one");
        self.known.insert(word.to_owned(), made.clone());
        made
    }

    /// A text with its words replaced; punctuation and spaces stay.
    fn text(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut word = String::new();
        for c in text.chars().chain(std::iter::once(' ')) {
            if c.is_alphanumeric() {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                out.push_str(&self.in_place_of(&word));
                word.clear();
            }
            out.push(c);
        }
        out.pop();
        out
    }

    /// Replaces the texts of a content in place.
    fn content(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(all) => all.iter_mut().for_each(|one| self.content(one)),
            Value::Object(fields) => {
                // Pictures are tested separately.
                fields.retain(|name, _| name != "picture" && name != "emoji");
                let is_text = |name: &str| !["id", "truth", "rule"].contains(&name);
                fields.iter_mut().filter(|(name, _)| is_text(name)).for_each(|(_, one)| self.content(one));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// 40 letters without a space.
fn long(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).cycle().take(40).collect()
}

/// Content for each kind of task, with long words.
fn contents(language: Language) -> Vec<(&'static str, i16, Value)> {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../types/tests/golden");
    CATALOGUE
        .iter()
        .map(|meta| {
            let version = TaskBody::blank(meta.kind).expect(meta.kind).version();
            let file = std::fs::read_to_string(format!("{golden}/{}.{version}.json", meta.kind)).expect(meta.kind);
            let mut content = serde_json::from_str::<Value>(&file).expect(meta.kind)["content"].take();
            Words::of(language).content(&mut content);
            (meta.kind, version, content)
        })
        .collect()
}

fn lesson(language: Language) -> Lesson {
    let (all, sentence) = words(language);
    let tasks = contents(language)
        .into_iter()
        .enumerate()
        .map(|(n, (kind, version, content))| {
            let body = TaskBody::from_stored(kind, version, content);
            assert_eq!(body.validate(), [], "{language} {kind}");
            let title = if n % 2 == 0 { all[n % 4].to_owned() } else { long(all[n % 4]) };
            support::task(n as u128 + 10, &title, sentence, body)
        })
        .collect();
    support::lesson(language, &format!("{} {}", long(all[0]), all[1]), tasks)
}

/// The bounding box of a word, in points from the top left.
struct Placed {
    page: usize,
    x: (f64, f64),
    y: (f64, f64),
    text: String,
}

impl Placed {
    /// Poppler reports a right-to-left word broken over two lines as one box.
    fn is_of_two_lines(&self) -> bool {
        self.y.1 - self.y.0 > 33.0
    }
}

impl std::fmt::Debug for Placed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} on page {} at {:?} {:?}", self.text, self.page, self.x, self.y)
    }
}

fn placed(pdf: &[u8]) -> Vec<Placed> {
    let xml = String::from_utf8(piped("pdftotext", &["-bbox", "-", "-"], pdf)).expect("UTF-8");
    let mut page = 0;
    let mut all = Vec::new();
    for line in xml.lines().map(str::trim) {
        if line.starts_with("<page") {
            page += 1;
        }
        let Some(rest) = line.strip_prefix("<word ") else { continue };
        let number = |name: &str| -> f64 {
            let from = rest.find(&format!("{name}=\"")).expect("an edge") + name.len() + 2;
            rest[from..].split('"').next().expect("a number").parse().expect("a number")
        };
        let text = rest.split('>').nth(1).unwrap_or_default().split('<').next().unwrap_or_default().to_owned();
        all.push(Placed { page, x: (number("xMin"), number("xMax")), y: (number("yMin"), number("yMax")), text });
    }
    all
}

const MM: f64 = 72.0 / 25.4;

fn over(a: (f64, f64), b: (f64, f64)) -> f64 {
    a.1.min(b.1) - a.0.max(b.0)
}

/// Asserts that nothing is outside the margins and nothing overlaps.
fn check_places(pdf: &[u8], at: &str) {
    let all = placed(pdf);
    assert!(all.len() > 50, "{at}: only {} words", all.len());
    for word in &all {
        // At the top of a page, the box of an Arabic line begins in the margin; the ink is checked separately.
        let inside =
            word.x.0 > 15.5 * MM && word.x.1 < (210.0 - 15.5) * MM && word.y.0 > 11.0 * MM && word.y.1 < 292.0 * MM;
        assert!(inside, "{at}: outside the margins: {word:?}");
    }
    let all: Vec<&Placed> = all.iter().filter(|word| !word.is_of_two_lines()).collect();
    for (n, one) in all.iter().enumerate() {
        for two in all[n + 1..].iter().filter(|two| two.page == one.page) {
            // A line's box is taller than its letters (for Arabic, twice as tall), so half of it may overlap the next
            // line.
            let (x, y) = (over(one.x, two.x), over(one.y, two.y));
            let low = (one.y.1 - one.y.0).min(two.y.1 - two.y.0);
            assert!(
                x < 1.5 || y < low * if low > 18.0 { 0.6 } else { 0.45 },
                "{at}: one over the other: {one:?} {two:?}"
            );
        }
    }
}

/// Asserts that every page's margins are white, whatever was drawn.
fn check_pixels(pdf: &[u8], at: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("page");
    let root = root.to_str().expect("a path");
    piped("pdftoppm", &["-r", "50", "-gray", "-", root], pdf);
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    pages.sort();
    assert!(!pages.is_empty());
    for path in pages {
        let bytes = std::fs::read(&path).expect("a page");
        // P5 <width> <height> <maximum>, then one byte per pixel.
        let mut head = bytes.splitn(4, |byte| byte.is_ascii_whitespace());
        assert_eq!(head.next(), Some(&b"P5"[..]));
        let mut number = || -> usize {
            std::str::from_utf8(head.next().expect("a field")).expect("text").parse().expect("a number")
        };
        let (width, height) = (number(), number());
        let pixels = &bytes[bytes.len() - width * height..];
        let mm = |mm: usize| mm * 50 / 25;
        let mut ink = 0;
        for (n, pixel) in pixels.iter().enumerate().filter(|(_, pixel)| **pixel < 200) {
            let (x, y) = (n % width, n / width);
            let inside = (mm(14)..width - mm(14)).contains(&x) && (mm(12)..height - mm(4)).contains(&y);
            assert!(inside, "{at}: ink {pixel} at {x}, {y} of {width} × {height} on {}", path.display());
            ink += 1;
        }
        assert!(ink > 20, "{at}: an empty page");
    }
}

/// Letters and digits only: line breaks add and remove hyphens and spaces.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The words of the texts in a JSON value, without those of fewer than three letters.
fn words_in(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            out.extend(text.split_whitespace().map(letters).filter(|word| word.chars().count() >= 3));
        }
        Value::Array(all) => all.iter().for_each(|one| words_in(one, out)),
        // Blocks name their type in `t`.
        Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "t").for_each(|(_, one)| words_in(one, out));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Fails unless every word that the tasks print is in the text.
fn check_contents(lesson: &Lesson, paper: Paper, text: &str, at: &str) {
    // Poppler reorders right-to-left text, so words that are broken can't be found.
    let longest = if lesson.target_language.is_rtl() { 12 } else { usize::MAX };
    for task in lesson.sections.iter().flat_map(|section| &section.tasks) {
        let blocks = task.body.print_form(paper, 7, &PrintWords::of(lesson.target_language));
        let mut printed = Vec::new();
        words_in(&serde_json::to_value(&blocks).expect("blocks"), &mut printed);
        let kind = task.body.kind();
        assert!(paper == Paper::Key || !printed.is_empty(), "{at}: {kind} prints nothing");
        for word in printed.iter().filter(|word| word.chars().count() <= longest) {
            assert!(text.contains(word), "{at}: {word} of {kind} is not in {text}");
        }
    }
}

#[test]
fn every_kind_is_printed_in_every_language() {
    let printer = Printer::new(None);
    // The longest test of the crate: on two threads.
    std::thread::scope(|threads| {
        for languages in Language::ALL.chunks(Language::ALL.len().div_ceil(2)) {
            let printer = &printer;
            threads.spawn(move || languages.iter().for_each(|language| check_language(printer, *language)));
        }
    });
}

/// Prints a lesson of all kinds in a language, and reads it back.
fn check_language(printer: &Printer, language: Language) {
    let lesson = lesson(language);
    for papers in [Papers::Worksheet, Papers::Key] {
        let at = format!("{language} {papers:?}");
        let document = Document::of_lesson(&lesson, papers, Locale::Ru);
        assert_eq!(printer.missing(&document).expect("looked up"), "", "{at}: run ./dev setup for the fonts");
        let pdf = printer.render(&document, false).unwrap_or_else(|error| panic!("{at}: {error}"));
        if let Some(folder) = std::env::var_os("LG_KEEP_PDF") {
            std::fs::write(PathBuf::from(folder).join(format!("{language}-{papers:?}.pdf")), &pdf).expect("kept");
        }
        check_places(&pdf, &at);
        check_pixels(&pdf, &at);
        let text = letters(&text_of(&pdf, "-raw"));
        check_contents(&lesson, if papers == Papers::Key { Paper::Key } else { Paper::Worksheet }, &text, &at);
        let (all, sentence) = words(language);
        // Poppler reorders right-to-left text, so only single words can be compared.
        let looked_for: Vec<String> = if language.is_rtl() {
            all.iter().map(|word| letters(word)).collect()
        } else if papers == Papers::Key {
            [long(all[0]).as_str(), all[3]].map(letters).to_vec()
        } else {
            [sentence, all[0], all[1], all[2], all[3], long(all[0]).as_str(), long(all[1]).as_str()]
                .map(letters)
                .to_vec()
        };
        for word in looked_for {
            assert!(text.contains(&word), "{at}: {word} is not in {text}");
        }
    }
}

#[test]
fn emoji_are_printed_as_pictures() {
    let mut lesson = lesson(Language::En);
    lesson.title = "Food 🍎🥐 and 👩‍🚀".into();
    let printer = Printer::new(None);
    let document = Document::of_lesson(&lesson, Papers::Worksheet, Locale::En);
    assert_eq!(printer.missing(&document).expect("looked up"), "");
    let plain = printer.render(&Document::of_lesson(&self::lesson(Language::En), Papers::Worksheet, Locale::En), false);
    let pdf = printer.render(&document, false).expect("drawn");
    // Only the glyphs used are embedded, not the whole 10 MB font.
    assert!(pdf.len() < plain.expect("drawn").len() + 400_000, "{}", pdf.len());
}

#[test]
fn the_same_character_has_the_forms_of_the_lessons_language() {
    let printer = Printer::new(None);
    let font = |language| {
        let document = Document::of_lesson(&lesson(language), Papers::Worksheet, Locale::En);
        let pdf = printer.render(&document, false).expect("drawn");
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("x.pdf");
        std::fs::write(&path, &pdf).expect("written");
        String::from_utf8(piped("pdffonts", &[path.to_str().expect("a path")], b"")).expect("UTF-8")
    };
    for (language, name) in [(Language::Zh, "CJKsc"), (Language::Ja, "CJKjp"), (Language::Ko, "CJKkr")] {
        let fonts = font(language);
        assert!(fonts.contains(name), "{language}: {fonts}");
    }
}

#[test]
fn a_character_without_a_font_is_told_and_never_a_box() {
    let empty = tempfile::tempdir().expect("a folder");
    let printer = Printer::new(Some(empty.path().to_owned()));
    let mut lesson = lesson(Language::En);
    lesson.title = "Beijing 北京 🍎".into();
    let document = Document::of_lesson(&lesson, Papers::Both, Locale::En);
    assert_eq!(printer.missing(&document).expect("looked up"), "京北🍎");
    match printer.render(&document, false) {
        Err(DocumentError::Missing(characters)) => assert_eq!(characters, "京北🍎"),
        other => panic!("{other:?}"),
    }
    let pdf = printer.render(&document, true).expect("drawn without them");
    let text = String::from_utf8(piped("pdftotext", &["-", "-"], &pdf)).expect("UTF-8");
    assert!(text.contains("Beijing") && !text.contains('北'), "{text}");
}
