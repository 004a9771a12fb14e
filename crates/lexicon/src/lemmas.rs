//! From a word in a text to the words it may be a form of.

use crate::irregular::irregular;

/// Every base that `word` may be a form of, itself first. These are only candidates: check them against a vocabulary.
#[must_use]
pub fn lemmas_of(word: &str) -> Vec<String> {
    let word = types::text::fold(word);
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix('\'')).unwrap_or(&word);
    let mut out = vec![word.to_owned()];
    let mut add = |lemma: String| {
        if lemma.chars().count() > 1 && !out.contains(&lemma) {
            out.push(lemma);
        }
    };
    if let Some(bases) = irregular().bases.get(word) {
        bases.iter().cloned().for_each(&mut add);
    }
    if let Some(stem) = word.strip_suffix("ies") {
        add(format!("{stem}y"));
        add(format!("{stem}ie"));
    }
    if let Some(stem) = word.strip_suffix("es") {
        add(stem.to_owned());
    }
    if let Some(stem) = word.strip_suffix('s')
        && !stem.ends_with('s')
    {
        add(stem.to_owned());
    }
    for end in ["ed", "ing", "er", "est"] {
        let Some(stem) = word.strip_suffix(end) else { continue };
        // 'red' is not a form of 'r': a stem has at least two letters and a vowel.
        if stem.len() < 2 || !stem.contains(['a', 'e', 'i', 'o', 'u', 'y']) {
            continue;
        }
        add(stem.to_owned());
        add(format!("{stem}e"));
        if let Some(y) = stem.strip_suffix('i') {
            add(format!("{y}y"));
        }
        if end == "ing"
            && let Some(y) = stem.strip_suffix('y')
        {
            add(format!("{y}ie"));
        }
        let mut chars = stem.chars().rev();
        if let (Some(a), Some(b)) = (chars.next(), chars.next())
            && a == b
        {
            add(stem[..stem.len() - a.len_utf8()].to_owned());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_back_to_their_words() {
        for (form, lemma) in [
            ("went", "go"),
            ("cities", "city"),
            ("buses", "bus"),
            ("stopped", "stop"),
            ("making", "make"),
            ("lying", "lie"),
            ("happiest", "happy"),
            ("bigger", "big"),
            ("children", "child"),
            ("Tom's", "tom"),
            ("were", "be"),
            ("travelled", "travel"),
            ("knives", "knife"),
        ] {
            assert!(lemmas_of(form).contains(&lemma.to_owned()), "{form}: {:?}", lemmas_of(form));
        }
        assert!(!lemmas_of("red").contains(&"r".to_owned()));
    }
}
