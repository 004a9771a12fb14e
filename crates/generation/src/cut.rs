//! Cuts an answer or a phrase out of a sentence, as whole words and only once.

/// Characters of scripts that don't put spaces between words.
fn unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() && !unspaced(c))
}

/// The byte ranges where `phrase` occurs in `text` as whole words, ignoring case.
fn places(text: &str, phrase: &str) -> Vec<(usize, usize)> {
    let wanted: Vec<char> = phrase.chars().flat_map(char::to_lowercase).map(straight).collect();
    let mut found = Vec::new();
    for (at, _) in text.char_indices() {
        let mut rest =
            text[at..].char_indices().flat_map(|(n, c)| c.to_lowercase().map(move |l| (n + c.len_utf8(), straight(l))));
        let mut end = None;
        let same = wanted.iter().all(|w| {
            rest.next().is_some_and(|(next, c)| {
                end = Some(at + next);
                c == *w
            })
        });
        let Some(end) = end.filter(|_| same) else { continue };
        if !joins(text[..at].chars().next_back()) && !joins(text[end..].chars().next()) {
            found.push((at, end));
        }
    }
    found
}

fn straight(c: char) -> char {
    if c == '’' { '\'' } else { c }
}

/// Cuts an answer out of its sentence: the text before it, the answer as spelt there, the text after it. `None` unless
/// it occurs exactly once. Accepts a sentence that already has a blank in the answer's place.
pub(crate) fn cut_out(sentence: &str, answer: &str) -> Option<(String, String, String)> {
    let answer = answer.trim().trim_matches(['[', ']']);
    if answer.is_empty() {
        return None;
    }
    if let Some(at) = sentence.find("__") {
        let (before, rest) = sentence.split_at(at);
        let after = rest.trim_start_matches('_');
        let clean = !after.contains("__") && places(before, answer).is_empty() && places(after, answer).is_empty();
        return clean.then(|| (before.to_owned(), answer.to_owned(), after.to_owned()));
    }
    let bare = sentence.replace(['[', ']'], "");
    let found = places(&bare, answer);
    let [(from, to)] = found.as_slice() else { return None };
    // A sentence that is only a gap asks nothing.
    let rest = bare[..*from].chars().chain(bare[*to..].chars()).any(char::is_alphanumeric);
    rest.then(|| (bare[..*from].to_owned(), bare[*from..*to].to_owned(), bare[*to..].to_owned()))
}

/// The first occurrence of a phrase in a text: before, the phrase as spelt there, after.
pub(crate) fn first_of<'a>(text: &'a str, phrase: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (from, to) = places(text, phrase).first().copied()?;
    // Not inside text that is already bold.
    let inside = text[..from].matches("**").count() % 2 == 1;
    (!inside).then(|| (&text[..from], &text[from..to], &text[to..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_out_once_and_whole() {
        let cut = |sentence: &str, answer: &str| cut_out(sentence, answer).map(|(a, b, c)| format!("{a}|{b}|{c}"));
        assert_eq!(cut("We waited at customs.", "customs").as_deref(), Some("We waited at |customs|."));
        assert_eq!(cut("Customs was slow.", "customs").as_deref(), Some("|Customs| was slow."));
        assert_eq!(cut("She ___ home.", "went").as_deref(), Some("She |went| home."));
        assert_eq!(cut("She [went] home.", "went").as_deref(), Some("She |went| home."));
        assert_eq!(cut("He doesn’t know.", "doesn't").as_deref(), Some("He |doesn’t| know."));
        assert_eq!(cut("我去医院看病。", "医院").as_deref(), Some("我去|医院|看病。"));
        for (sentence, answer) in [
            ("A cat and a cat.", "cat"),
            ("The trainer.", "train"),
            ("Yes!", "yes"),
            ("No.", ""),
            ("a ___ b ___ c", "x"),
        ] {
            assert_eq!(cut(sentence, answer), None, "{sentence}");
        }
    }
}
