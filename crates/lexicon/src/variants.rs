//! American spellings of our British words.

/// Verbs whose -ll- becomes -l- in American spelling, as the stress is not on the last syllable.
const ONE_L: &[&str] = &[
    "cancel", "channel", "counsel", "dial", "equal", "fuel", "label", "level", "marvel", "model", "pedal", "quarrel",
    "shovel", "signal", "total", "travel", "tunnel", "unravel", "jewel",
];

/// Whole words, British and American.
const WORDS: &[(&str, &str)] = &[
    ("grey", "gray"),
    ("programme", "program"),
    ("practise", "practice"),
    ("tyre", "tire"),
    ("kerb", "curb"),
    ("jewellery", "jewelry"),
    ("pyjamas", "pajamas"),
    ("cosy", "cozy"),
    ("storey", "story"),
    ("licence", "license"),
    ("defence", "defense"),
    ("cheque", "check"),
    ("enrol", "enroll"),
    ("fulfil", "fulfill"),
    ("skilful", "skillful"),
    ("learnt", "learned"),
    ("burnt", "burned"),
    ("dreamt", "dreamed"),
    ("smelt", "smelled"),
    ("spelt", "spelled"),
    ("spilt", "spilled"),
    ("spoilt", "spoiled"),
    ("maths", "math"),
    ("mum", "mom"),
];

/// Stems that differ in one part, British and American.
const STEMS: &[(&str, &str)] = &[
    ("colour", "color"),
    ("favour", "favor"),
    ("flavour", "flavor"),
    ("honour", "honor"),
    ("humour", "humor"),
    ("labour", "labor"),
    ("neighbour", "neighbor"),
    ("behaviour", "behavior"),
    ("centre", "center"),
    ("theatre", "theater"),
    ("metre", "meter"),
    ("litre", "liter"),
    ("fibre", "fiber"),
    ("organis", "organiz"),
    ("recognis", "recogniz"),
    ("realis", "realiz"),
    ("apologis", "apologiz"),
    ("criticis", "criticiz"),
    ("memoris", "memoriz"),
    ("specialis", "specializ"),
    ("analys", "analyz"),
    ("catalogue", "catalog"),
    ("dialogue", "dialog"),
    ("aeroplane", "airplane"),
    ("traveller", "traveler"),
];

/// The American spelling of a word or phrase, if it differs.
#[must_use]
pub fn american(text: &str) -> Option<String> {
    let changed: Vec<String> =
        text.split(' ').map(|word| american_word(word).unwrap_or_else(|| word.to_owned())).collect();
    let changed = changed.join(" ");
    (changed != text).then_some(changed)
}

fn american_word(word: &str) -> Option<String> {
    if let Some((_, other)) = WORDS.iter().find(|(british, _)| *british == word) {
        return Some((*other).to_owned());
    }
    if let Some((british, other)) = STEMS.iter().find(|(british, _)| word.contains(british)) {
        return Some(word.replace(british, other));
    }
    let verb = ONE_L
        .iter()
        .find(|verb| word.strip_prefix(**verb).is_some_and(|rest| matches!(rest, "led" | "ling" | "ler" | "lers")))?;
    word.strip_prefix(verb).and_then(|rest| rest.strip_prefix('l')).map(|rest| format!("{verb}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn american_spellings() {
        assert_eq!(american("has travelled").as_deref(), Some("has traveled"));
        assert_eq!(american("organise").as_deref(), Some("organize"));
        assert_eq!(american("controlled"), None);
        assert_eq!(american("neighbours").as_deref(), Some("neighbors"));
    }
}
