//! Cleans incoming text: characters that have no place in text are removed, not refused.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::unseen::{is_unseen, shapes_others};

/// Normalises line ends of every kind (Word's manual break is U+000B) and removes other control characters.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Cleans a short text for comparison: a single line without invisible characters.
#[must_use]
pub fn clean_answer(text: &str) -> String {
    let seen: String = clean(text).chars().filter(|c| !is_unseen(*c) || shapes_others(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cleans every string in a JSON value.
pub fn clean_json(value: &mut Value) {
    match value {
        Value::String(text) => {
            if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
                *text = clean(text);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(clean_json),
        Value::Object(map) => map.values_mut().for_each(clean_json),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A serde helper that cleans a string as it is read.
///
/// # Errors
/// If the value is not a string.
pub fn cleaned<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(clean(&String::deserialize(deserializer)?))
}

/// Like [`cleaned`], for a string that may be missing.
///
/// # Errors
/// If the value is not a string.
pub fn cleaned_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(|text| clean(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_word_and_the_web_put_into_a_text_is_no_fault() {
        assert_eq!(clean("one\u{B}two\r\nthree\rfour\u{2028}five\u{85}six"), "one\ntwo\nthree\nfour\nfive\nsix");
        assert_eq!(clean("a\0b\u{1}c\u{7F}\td"), "abc\td");
        assert_eq!(clean_answer(" went\u{200E}\nhome "), "went home");
        assert_eq!(clean_answer("👩\u{200D}🚀 می\u{200C}روم"), "👩\u{200D}🚀 می\u{200C}روم");
    }

    #[test]
    fn every_text_of_a_value_is_cleaned() {
        let mut value = serde_json::json!({"a": ["x\u{B}y", {"b": "\0"}], "n": 1});
        clean_json(&mut value);
        assert_eq!(value, serde_json::json!({"a": ["x\ny", {"b": ""}], "n": 1}));
    }
}
