//! Several short texts in one line, as an author types them: `one; another`. A backslash escapes the separator or
//! another backslash; before anything else it is literal.

/// Joins texts into a line. [`parted`] splits it into the same texts, provided that they are trimmed and not empty.
#[must_use]
pub fn joined(parts: &[String], mark: char, between: &str) -> String {
    parts.iter().map(|part| escaped(part, mark)).collect::<Vec<_>>().join(between)
}

fn escaped(part: &str, mark: char) -> String {
    let mut out = String::with_capacity(part.len());
    for c in part.chars() {
        if c == mark || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Splits a line into its texts, trimmed and without empty ones.
#[must_use]
pub fn parted(line: &str, mark: char) -> Vec<String> {
    cut(line, mark, |c| c == mark)
}

/// Splits at every separator or, if there is none, at white space.
#[must_use]
pub fn parted_or_words(line: &str, mark: char) -> Vec<String> {
    let mut chars = line.chars();
    let mut has_mark = false;
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        }
        has_mark |= c == mark;
    }
    if has_mark { parted(line, mark) } else { cut(line, mark, char::is_whitespace) }
}

fn cut(line: &str, mark: char, ends: impl Fn(char) -> bool) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if ends(c) {
            parts.push(String::new());
            continue;
        }
        let letter = if c == '\\' { chars.next_if(|next| *next == mark || *next == '\\').unwrap_or(c) } else { c };
        if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Splits a line of a list into a word and its meaning: at a tab, a dash with spaces, or `=`.
#[must_use]
pub fn pair_of(line: &str) -> Option<(&str, &str)> {
    let (word, meaning) = ["\t", " — ", " – ", " - ", "="].iter().find_map(|mark| line.split_once(mark))?;
    Some((word.trim(), meaning.trim()))
}

/// Reads a list of pairs, one per line. `None` if it isn't such a list: it has a single line, or a line without two
/// sides.
#[must_use]
pub fn pairs_of(text: &str) -> Option<Vec<(String, String)>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let pairs: Option<Vec<_>> = lines
        .iter()
        .map(|line| pair_of(line).filter(|(left, right)| !left.is_empty() && !right.is_empty()))
        .map(|pair| pair.map(|(left, right)| (left.to_owned(), right.to_owned())))
        .collect();
    pairs.filter(|pairs| pairs.len() > 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_typed() {
        assert_eq!(parted(" he's ; he is;; ", ';'), ["he's", "he is"]);
        assert_eq!(parted(r"at 5\; at five; C:\new; \\", ';'), ["at 5; at five", r"C:\new", r"\"]);
        assert_eq!(parted_or_words(" Have you ever ", '|'), ["Have", "you", "ever"]);
        assert_eq!(parted_or_words(r"a\|b c", '|'), ["a|b", "c"]);
        assert_eq!(parted_or_words("Have you | ever", '|'), ["Have you", "ever"]);
    }

    #[test]
    fn a_table_or_a_list_is_pairs_and_prose_is_not() {
        let pairs = |text| pairs_of(text).map(|pairs| pairs.len());
        assert_eq!(pairs("dog\tсобака\ncat\tкошка\n"), Some(2));
        assert_eq!(pairs("dog — собака\n\nwell-known - известный\na=b"), Some(3));
        assert_eq!(pairs("a place to sit — and talk"), None, "one line is a text");
        assert_eq!(pairs("dog\tсобака\ncat"), None);
        assert_eq!(pairs("first line\nsecond line"), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(parts in proptest::collection::vec(r"[a-z;|\\ ]{1,12}", 0..6)) {
            let parts: Vec<String> = parts.iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
            for mark in [';', '|'] {
                prop_assert_eq!(&parted(&joined(&parts, mark, &format!(" {mark} ")), mark), &parts);
            }
        }
    }
}
