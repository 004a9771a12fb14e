//! An example sentence with its target in brackets and its chunk bars: `We waited | at [customs].`

/// An authored sentence, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// As a student reads it.
    pub sentence: String,
    /// The text before the target.
    pub before: String,
    /// The lemma or a form of it.
    pub target: String,
    /// The text after it, including the full stop.
    pub after: String,
    /// The chunks in order, without the sentence's ending.
    pub chunks: Vec<String>,
    /// `.`, `?` or `!`.
    pub ending: String,
}

impl Example {
    /// Parses a marked sentence.
    ///
    /// # Errors
    /// A message that says what is wrong: not exactly one target, a bar inside it, no ending.
    pub fn parse(marked: &str) -> Result<Self, String> {
        let (open, close) = (marked.matches('[').count(), marked.matches(']').count());
        if (open, close) != (1, 1) {
            return Err("the target must stand in brackets once".into());
        }
        let bare = |text: &str| text.replace(" | ", " ");
        let (before, rest) = marked.split_once('[').unwrap_or_default();
        let (target, after) = rest.split_once(']').ok_or("the brackets are the wrong way round")?;
        if target.contains('|') || target.trim() != target || target.is_empty() {
            return Err("a chunk bar or a space stands inside the brackets".into());
        }
        let ending = match after.chars().last() {
            Some(c @ ('.' | '?' | '!')) => c.to_string(),
            Some(_) | None => return Err("the sentence has no ending".into()),
        };
        let (before, target, after) = (bare(before), target.to_owned(), bare(after));
        let whole = marked.replace(['[', ']'], "");
        let chunks = whole
            .strip_suffix(ending.as_str())
            .unwrap_or(&whole)
            .split(" | ")
            .map(|chunk| chunk.trim().to_owned())
            .collect::<Vec<_>>();
        if chunks.iter().any(|chunk| chunk.is_empty() || chunk.contains('|')) {
            return Err("a chunk bar stands without spaces around it, or beside another".into());
        }
        Ok(Self { sentence: format!("{before}{target}{after}"), before, target, after, chunks, ending })
    }

    /// The word right before the target, lower case; empty at the sentence's start.
    #[must_use]
    pub fn word_before(&self) -> String {
        last_word(&self.before)
    }

    /// The word right after the target, lower case; empty at the sentence's end.
    #[must_use]
    pub fn word_after(&self) -> String {
        if !self.after.starts_with(' ') {
            return String::new();
        }
        types::text::words(&self.after).next().unwrap_or_default().to_lowercase()
    }
}

/// The last word of a text, lower case; empty if anything but spaces follows it.
pub(crate) fn last_word(text: &str) -> String {
    let trimmed = text.trim_end();
    if !trimmed.ends_with(|c: char| c.is_alphanumeric()) {
        return String::new();
    }
    types::text::words(trimmed).last().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_sentence_comes_apart() {
        let example = Example::parse("We waited | an hour | at [customs] | with our bags.").expect("it is there");
        assert_eq!(example.sentence, "We waited an hour at customs with our bags.");
        assert_eq!(example.chunks, ["We waited", "an hour", "at customs", "with our bags"]);
        assert_eq!((example.word_before().as_str(), example.word_after().as_str()), ("at", "with"));
        assert_eq!(Example::parse("[Tidy] | your room!").expect("it is there").word_before(), "");
    }

    #[test]
    fn what_is_badly_marked_is_refused() {
        for bad in
            ["No target here.", "Two [a] and [b].", "A bar [in | side].", "No [ending]", "A || [bar].", "[ a] b."]
        {
            assert!(Example::parse(bad).is_err(), "{bad}");
        }
    }
}
