//! Parses a model's reply into a draft: drops prose around the JSON, strips markup, truncates lists.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The longest reply accepted, in bytes.
pub(super) const REPLY_MAX: usize = 256 * 1024;
/// Longer lists are truncated: no request needs that many.
const LIST_MAX: usize = 60;
/// Longer texts are discarded: a genuine item is shorter. In characters.
const TEXT_MAX: usize = 20_000;

/// Parses a draft from a reply.
///
/// The error says what is wrong and can be sent to the model.
pub(super) fn read<D: DeserializeOwned>(text: &str) -> Result<D, String> {
    if text.len() > REPLY_MAX {
        return Err("the reply is far too long".to_owned());
    }
    let json = object_in(text).ok_or("the reply holds no JSON object")?;
    let mut value: Value = serde_json::from_str(json).map_err(|error| format!("the JSON can't be read: {error}"))?;
    clean(&mut value);
    serde_json::from_value(value).map_err(|error| format!("the JSON has another form: {error}"))
}

/// The first complete JSON object in a text.
fn object_in(text: &str) -> Option<&str> {
    let start = text.find('{')?;
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate().skip(start) {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return text.get(start..=at);
                }
            }
            _ => {}
        }
    }
    None
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            *text = without_markup(text);
            if text.chars().count() > TEXT_MAX {
                *text = String::new();
            }
        }
        Value::Array(list) => {
            list.truncate(LIST_MAX);
            list.iter_mut().for_each(clean);
        }
        Value::Object(map) => map.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Removes tags and control characters, keeping the words between them. `a < b` is not a tag.
fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let is_tag = tail[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        match tail.find('>') {
            Some(end) if is_tag => rest = &tail[end + 1..],
            _ => {
                out.push('<');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    out.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Draft {
        words: Vec<String>,
    }

    fn words(text: &str) -> Result<Vec<String>, String> {
        read::<Draft>(text).map(|draft| draft.words)
    }

    #[test]
    fn prose_fences_and_tags_are_taken_away() {
        assert_eq!(
            words("Sure! ```json\n{\"words\": [\"a} {\", \"<b>bold</b>\", \"1 < 2\"]}\n``` Enjoy {}").unwrap(),
            ["a} {", "bold", "1 < 2"]
        );
    }

    #[test]
    fn a_cut_off_or_strange_reply_says_what_is_wrong() {
        assert!(words("{\"words\": [\"a\"").unwrap_err().contains("no JSON object"));
        assert!(words("I can't help with that.").is_err());
        assert!(words("{\"word\": 1}").unwrap_err().contains("missing field"));
        assert!(words(&"x".repeat(REPLY_MAX + 1)).unwrap_err().contains("too long"));
    }

    #[test]
    fn ten_thousand_items_are_cut() {
        let all: Vec<String> = (0..10_000).map(|n| format!("w{n}")).collect();
        let reply = serde_json::json!({ "words": all }).to_string();
        assert_eq!(words(&reply).unwrap().len(), LIST_MAX);
    }

    proptest! {
        #[test]
        fn any_reply_is_a_draft_or_an_error(text in "\\PC{0,200}") {
            let _ = words(&text);
        }
    }
}
