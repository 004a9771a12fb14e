//! The table of typed answers: what is right, half right and wrong, language by language. In English the words near a
//! key are those that the server stores with a gap when a task is saved.

#![allow(clippy::unwrap_used, reason = "a test may unwrap: that is how it fails")]

use std::collections::{BTreeMap, BTreeSet};

use linguaglow_lexicon::neighbours;
use types::{
    levels::Language,
    typed::{Gap, Slips, Tested, Verdict, judge},
};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../types/tests/typed_answers.tsv");
const VERDICTS: [(&str, Verdict); 4] = [
    ("right", Verdict::Right),
    ("half accent", Verdict::Accent),
    ("half spelling", Verdict::Misspelt),
    ("wrong", Verdict::Wrong),
];

/// `\u{2019}` in the table as the character.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect(text);
        out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect(text));
        out.push_str(rest);
    }
    out
}

struct Row {
    line: usize,
    language: Language,
    keys: Vec<String>,
    tested: String,
    typed: String,
    expected: Verdict,
}

fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let lines = table.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).skip(1);
    lines
        .map(|(n, line)| {
            let at = || format!("line {}: {line}", n + 1);
            let columns: Vec<&str> = line.split('\t').collect();
            let [language, key, tested, typed, expected, why] = columns[..] else { panic!("{}", at()) };
            assert!(!why.is_empty(), "{}", at());
            let known = VERDICTS.iter().find(|(word, _)| *word == expected).unwrap_or_else(|| panic!("{}", at()));
            Row {
                line: n + 1,
                language: language.parse().unwrap_or_else(|_| panic!("{}", at())),
                keys: key.split(" | ").map(unescaped).collect(),
                tested: unescaped(tested),
                typed: unescaped(typed),
                expected: known.1,
            }
        })
        .collect()
}

fn verdict(row: &Row) -> Verdict {
    let mut tested = Tested::default();
    let mut named: Option<Vec<String>> = None;
    for part in row.tested.split("; ").filter(|part| !part.is_empty()) {
        match part.split_once(':') {
            Some(("ending", ending)) => tested.ending = ending,
            Some(("neighbours", words)) => {
                named = Some(words.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect());
            }
            None if part == "contraction" => tested.contraction = true,
            None if part == "capital" => tested.capital = true,
            None if part == "accent" => tested.accent = true,
            _ => panic!("line {}: {part}", row.line),
        }
    }
    if row.language == Language::En {
        let words = row.keys.iter().flat_map(|key| key.split(' ')).flat_map(neighbours);
        named = Some(named.unwrap_or_default().into_iter().chain(words).collect());
    }
    let keys: Vec<&str> = row.keys.iter().map(String::as_str).collect();
    let slips = named.as_ref().map_or(Slips::Wrong, |neighbours| Slips::Half { neighbours });
    judge(&Gap { language: row.language, keys: &keys, tested, slips }, &row.typed)
}

#[test]
fn every_row_gets_its_verdict() {
    let wrong: Vec<String> = rows()
        .iter()
        .filter(|row| verdict(row) != row.expected)
        .map(|row| {
            let Row { line, language, keys, tested, typed, expected } = row;
            format!(
                "line {line}: {language:?} {typed:?} for {keys:?} ({tested}) is {expected:?}, not {:?}",
                verdict(row)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_has_enough_of_each() {
    let mut all: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in rows() {
        let count = all.entry(format!("{:?}", row.language)).or_default();
        count.0 += 1;
        count.1 += usize::from(row.expected == Verdict::Wrong);
        assert!(seen.insert((row.language.as_str(), row.keys, row.tested, row.typed)), "line {} twice", row.line);
    }
    assert_eq!(all.len(), Language::ALL.len());
    for (language, (rows, wrong)) in all {
        assert!(rows >= 40 && wrong * 3 >= rows, "{language}: {rows} rows, {wrong} wrong");
    }
}
