//! Taking an answer or a phrase out of a sentence, whole and once.

/// Letters that stand without spaces between words.
fn unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() && !unspaced(c))
}

/// Where `phrase` stands in `text` as whole words, whatever its capitals: byte ranges.
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

/// Takes an answer out of its sentence: before, the answer as it stands there, after. `None` where it doesn't stand
/// there just once; a sentence that has a blank already is read too.
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
    // A sentence that is nothing but its gap asks nothing.
    let rest = bare[..*from].chars().chain(bare[*to..].chars()).any(char::is_alphanumeric);
    rest.then(|| (bare[..*from].to_owned(), bare[*from..*to].to_owned(), bare[*to..].to_owned()))
}

/// The first place of a phrase in a text: before, the phrase as it stands there, after.
pub(crate) fn first_of<'a>(text: &'a str, phrase: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (from, to) = places(text, phrase).first().copied()?;
    // Not inside what is marked already.
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
