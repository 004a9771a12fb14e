//! The forms of English words: irregular ones from our own list, all others by the spelling rules.
//!
//! In a verb or adjective of several words the first word is inflected (`check in`, `checked in`), in a noun the last.

use crate::irregular::irregular;

/// A form that a word can have in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The dictionary form.
    Base,
    Plural,
    ThirdPerson,
    Past,
    Participle,
    Ing,
    Comparative,
    Superlative,
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

fn ends_in_consonant_y(word: &str) -> bool {
    let mut chars = word.chars().rev();
    chars.next() == Some('y') && chars.next().is_some_and(|c| !is_vowel(c))
}

fn hisses(word: &str) -> bool {
    ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end))
}

/// Applies `to` to the first word of a phrase.
fn first_word(phrase: &str, to: impl Fn(&str) -> String) -> String {
    match phrase.split_once(' ') {
        Some((first, rest)) => format!("{} {rest}", to(first)),
        None => to(phrase),
    }
}

fn doubled(word: &str) -> String {
    let mut out = word.to_owned();
    out.extend(word.chars().last());
    out
}

/// The plural of a noun.
#[must_use]
pub fn plural(noun: &str) -> String {
    if let Some(plural) = irregular().nouns.get(noun) {
        return plural.clone();
    }
    if let Some((first, last)) = noun.rsplit_once(' ') {
        return format!("{first} {}", plural(last));
    }
    if hisses(noun) {
        format!("{noun}es")
    } else if ends_in_consonant_y(noun) {
        format!("{}ies", &noun[..noun.len() - 1])
    } else {
        format!("{noun}s")
    }
}

/// The third person singular of the present.
#[must_use]
pub fn third_person(verb: &str) -> String {
    first_word(verb, |word| {
        if let Some(third) = irregular().verbs.get(word).and_then(|verb| verb.third.clone()) {
            return third;
        }
        if hisses(word) || word.ends_with('o') {
            format!("{word}es")
        } else if ends_in_consonant_y(word) {
            format!("{}ies", &word[..word.len() - 1])
        } else {
            format!("{word}s")
        }
    })
}

fn regular_past(word: &str) -> String {
    if word.ends_with('e') {
        format!("{word}d")
    } else if ends_in_consonant_y(word) {
        format!("{}ied", &word[..word.len() - 1])
    } else if irregular().double.contains(word) {
        format!("{}ed", doubled(word))
    } else {
        format!("{word}ed")
    }
}

fn each(verb: &str, irregular: Option<&Vec<String>>) -> Vec<String> {
    let word = verb.split(' ').next().unwrap_or(verb);
    let forms = irregular.cloned().unwrap_or_else(|| vec![regular_past(word)]);
    forms.into_iter().map(|form| first_word(verb, |_| form.clone())).collect()
}

fn head(verb: &str) -> &str {
    verb.split(' ').next().unwrap_or(verb)
}

/// The forms of the simple past, the one taught first. For `be`, the singular.
#[must_use]
pub fn past(verb: &str) -> Vec<String> {
    each(verb, irregular().verbs.get(head(verb)).map(|verb| &verb.past))
}

/// The simple past after *they*: differs only for `be`.
#[must_use]
pub fn past_plural(verb: &str) -> Vec<String> {
    match irregular().verbs.get(head(verb)).and_then(|verb| verb.past_plural.as_ref()) {
        Some(form) => vec![first_word(verb, |_| form.clone())],
        None => past(verb),
    }
}

/// The forms of the past participle, the one taught first.
#[must_use]
pub fn participles(verb: &str) -> Vec<String> {
    each(verb, irregular().verbs.get(head(verb)).map(|verb| &verb.participle))
}

/// The -ing form.
#[must_use]
pub fn ing(verb: &str) -> String {
    first_word(verb, |word| {
        if let Some(ing) = irregular().verbs.get(word).and_then(|verb| verb.ing.clone()) {
            return ing;
        }
        if let Some(stem) = word.strip_suffix("ie") {
            format!("{stem}ying")
        } else if word.ends_with('e') && !["ee", "oe", "ye"].iter().any(|end| word.ends_with(end)) && word.len() > 2 {
            format!("{}ing", &word[..word.len() - 1])
        } else if irregular().double.contains(word) {
            format!("{}ing", doubled(word))
        } else {
            format!("{word}ing")
        }
    })
}

/// Whether the verb's past comes from our list rather than from the rules.
#[must_use]
pub fn is_irregular(verb: &str) -> bool {
    irregular().verbs.contains_key(head(verb))
}

fn compare(adjective: &str, end: &str, more: &str) -> String {
    let lists = irregular();
    if lists.more_double.contains(adjective) {
        format!("{}{end}", doubled(adjective))
    } else if !lists.er.contains(adjective) {
        format!("{more} {adjective}")
    } else if let Some(stem) = adjective.strip_suffix('e') {
        format!("{stem}{end}")
    } else if ends_in_consonant_y(adjective) {
        format!("{}i{end}", &adjective[..adjective.len() - 1])
    } else {
        format!("{adjective}{end}")
    }
}

/// `bigger`, `more useful`.
#[must_use]
pub fn comparative(adjective: &str) -> String {
    irregular().adjectives.get(adjective).map_or_else(|| compare(adjective, "er", "more"), |a| a.comparative.clone())
}

/// `biggest`, `most useful`, without *the*.
#[must_use]
pub fn superlative(adjective: &str) -> String {
    irregular().adjectives.get(adjective).map_or_else(|| compare(adjective, "est", "most"), |a| a.superlative.clone())
}

/// `a` or `an`, by how the phrase begins when spoken.
#[must_use]
pub fn article(phrase: &str) -> &'static str {
    let lists = irregular();
    let word: String = phrase.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
    let lower = word.to_lowercase();
    let stem = lower.split('-').next().unwrap_or(&lower);
    let matches = |list: &[String]| {
        list.iter().any(|item| {
            let item = item.to_lowercase();
            stem == item || (item.len() > 3 && stem.starts_with(&item))
        })
    };
    if matches(&lists.an_exceptions) {
        return "an";
    }
    if matches(&lists.a_exceptions) {
        return "a";
    }
    let mut letters = word.chars();
    let first = letters.next().unwrap_or('x');
    // Such as 'TV' or the X of 'X-ray'.
    let initials = word.len() > 1 && word.split('-').next().is_some_and(|part| part.chars().all(char::is_uppercase));
    let vowel_sound = if initials {
        // Pronounced letter by letter: an FM radio, a TV.
        "AEFHILMNORSX".contains(first)
    } else if first.is_ascii_digit() {
        first == '8' || matches!(stem, "11" | "18")
    } else {
        is_vowel(first.to_ascii_lowercase())
    };
    if vowel_sound { "an" } else { "a" }
}

/// The forms of `lemma` that are spelt like `surface`: several for `put` or `visited`, none for another word.
#[must_use]
pub fn forms_of(lemma: &str, pos: crate::Pos, surface: &str) -> Vec<Form> {
    use crate::Pos;
    let surface = surface.to_lowercase();
    let lower = lemma.to_lowercase();
    let mut found = Vec::new();
    let mut add = |form: Form, text: &str| {
        if text.to_lowercase() == surface {
            found.push(form);
        }
    };
    add(Form::Base, &lower);
    match pos {
        Pos::Noun => add(Form::Plural, &plural(&lower)),
        Pos::Verb | Pos::Phrase => {
            add(Form::ThirdPerson, &third_person(&lower));
            past(&lower).iter().chain(&past_plural(&lower)).for_each(|form| add(Form::Past, form));
            participles(&lower).iter().for_each(|form| add(Form::Participle, form));
            add(Form::Ing, &ing(&lower));
        }
        Pos::Adjective | Pos::Adverb => {
            add(Form::Comparative, &comparative(&lower));
            add(Form::Superlative, &superlative(&lower));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pos;

    #[test]
    fn forms_follow_the_lists_and_the_rules() {
        for (noun, many) in [
            ("bus", "buses"),
            ("city", "cities"),
            ("day", "days"),
            ("knife", "knives"),
            ("photo", "photos"),
            ("bus stop", "bus stops"),
            ("child", "children"),
        ] {
            assert_eq!(plural(noun), many);
        }
        for (verb, s, ed, done, doing) in [
            ("go", "goes", "went", "gone", "going"),
            ("check in", "checks in", "checked in", "checked in", "checking in"),
            ("travel", "travels", "travelled", "travelled", "travelling"),
            ("try", "tries", "tried", "tried", "trying"),
            ("play", "plays", "played", "played", "playing"),
            ("watch", "watches", "watched", "watched", "watching"),
            ("take off", "takes off", "took off", "taken off", "taking off"),
            ("agree", "agrees", "agreed", "agreed", "agreeing"),
            ("visit", "visits", "visited", "visited", "visiting"),
            ("stop", "stops", "stopped", "stopped", "stopping"),
            ("be", "is", "was", "been", "being"),
            ("have", "has", "had", "had", "having"),
            ("see", "sees", "saw", "seen", "seeing"),
        ] {
            assert_eq!(third_person(verb), s);
            assert_eq!(past(verb)[0], ed);
            assert_eq!(participles(verb)[0], done);
            assert_eq!(ing(verb), doing);
        }
        assert_eq!(past_plural("be"), ["were"]);
        for (adjective, more, most) in [
            ("big", "bigger", "biggest"),
            ("happy", "happier", "happiest"),
            ("nice", "nicer", "nicest"),
            ("useful", "more useful", "most useful"),
            ("good", "better", "best"),
        ] {
            assert_eq!((comparative(adjective).as_str(), superlative(adjective).as_str()), (more, most));
        }
    }

    #[test]
    fn articles_go_by_sound() {
        for (phrase, a) in [
            ("apple", "an"),
            ("hour", "an"),
            ("university", "a"),
            ("uniform", "a"),
            ("umbrella", "an"),
            ("one-way ticket", "a"),
            ("European city", "a"),
            ("X-ray", "an"),
            ("TV", "a"),
            ("MP", "an"),
            ("8-hour flight", "an"),
            ("honest person", "an"),
            ("house", "a"),
        ] {
            assert_eq!(article(phrase), a, "{phrase}");
        }
    }

    #[test]
    fn a_surface_tells_its_forms() {
        assert_eq!(forms_of("miss", Pos::Verb, "missed"), [Form::Past, Form::Participle]);
        assert_eq!(forms_of("put", Pos::Verb, "put"), [Form::Base, Form::Past, Form::Participle]);
        assert_eq!(forms_of("customs", Pos::Noun, "customs"), [Form::Base]);
        assert_eq!(forms_of("customs", Pos::Noun, "passport"), []);
    }
}
