//! The comparable form of an answer, by the rules of its language.

use std::borrow::Cow;

use super::{
    Tested, Verdict,
    rules::{Accents, Rules},
};
use crate::text::{composed, decomposed, readings, seen};

/// How to fold the texts of one gap.
#[derive(Clone, Copy)]
pub(super) struct Folding<'a> {
    pub rules: &'a Rules,
    pub tested: Tested<'a>,
}

impl Folding<'_> {
    /// The text in its comparable form.
    pub fn fold(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in composed(&seen(text)).chars() {
            match c {
                '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{02BB}' | '\u{0060}' | '\u{00B4}'
                | '\u{2032}' => out.push('\''),
                '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{00AB}' | '\u{00BB}' | '\u{2033}' => out.push('"'),
                '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
                '\u{3002}' => out.push('.'),
                c if c.is_whitespace() => out.push(' '),
                c => self.push(&mut out, c),
            }
        }
        let mut out = if self.tested.capital { out } else { self.lower(&out) };
        if self.rules.hyphen_is_space && !self.rules.hyphenated.iter().any(|word| out.contains(word)) {
            out = out.replace('-', " ");
        }
        let mut out = out.split_whitespace().collect::<Vec<_>>().join(if self.rules.one_word { "" } else { " " });
        if out.chars().count() > 1 && out.ends_with('.') {
            out.pop();
            out.truncate(out.trim_end().len());
        }
        if self.rules.free_marks {
            out = out.replace(" ?", "?").replace(" !", "!");
        }
        if self.rules.decimal_comma { decimal_points(&out) } else { out }
    }

    fn push(&self, out: &mut String, c: char) {
        let of = |table: &'static [(char, &'static str)]| table.iter().find(|(from, _)| *from == c).map(|(_, to)| *to);
        let same = of(self.rules.same);
        let same = same.or_else(|| if self.tested.accent { None } else { of(self.rules.same_unless_tested) });
        match same {
            Some(same) => out.push_str(same),
            None => out.push(c),
        }
    }

    fn lower(&self, text: &str) -> String {
        if !self.rules.dotted_i {
            return text.to_lowercase();
        }
        let lower = |c: char| match c {
            'I' => 'ı',
            'İ' => 'i',
            c => c.to_lowercase().next().unwrap_or(c),
        };
        // What some programs make of İ.
        text.replace("i\u{307}", "i").chars().map(lower).collect()
    }

    /// The words of a folded text.
    pub fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        text.split(' ').collect()
    }

    /// Whether two folded texts are the same answer.
    pub fn is_same(&self, typed: &str, key: &str) -> bool {
        if typed == key || self.is_spelt(typed, key) {
            return true;
        }
        if !self.rules.contractions || self.tested.contraction {
            return false;
        }
        let keys = readings(key);
        readings(typed).iter().any(|reading| keys.contains(reading))
    }

    /// Whether the answer is the key, spelt with what a keyboard has in place of the key's letters.
    pub fn is_spelt(&self, typed: &str, key: &str) -> bool {
        let mut rest = typed;
        for c in key.chars() {
            let replacement = self.rules.replacements.iter().find(|(of, _)| *of == c).map(|(_, by)| *by);
            rest = match (rest.strip_prefix(c), replacement) {
                (Some(rest), _) => rest,
                (None, Some(by)) if !self.tested.accent => match rest.strip_prefix(by) {
                    Some(rest) => rest,
                    None => return false,
                },
                (None, _) => return false,
            };
        }
        rest.is_empty()
    }

    /// The spellings of a key from which slips are counted.
    pub fn spellings<'t>(&self, key: &'t str) -> Vec<Cow<'t, str>> {
        let mut all = vec![Cow::Borrowed(key)];
        if !self.tested.accent && key.chars().any(|c| self.rules.replacements.iter().any(|(of, _)| *of == c)) {
            let mut spelt = key.to_owned();
            for (of, by) in self.rules.replacements {
                spelt = spelt.replace(*of, by);
            }
            all.push(Cow::Owned(spelt));
        }
        all
    }

    /// Whether the words are two that only an accent tells apart.
    pub fn is_pair(&self, a: &str, b: &str) -> bool {
        let (a, b) = (self.lower(a), self.lower(b));
        self.rules.pairs.iter().any(|(one, other)| (*one == a && *other == b) || (*one == b && *other == a))
    }

    /// The text without what the language calls accents.
    fn bare(&self, text: &str) -> String {
        match self.rules.accents {
            Accents::None => text.to_owned(),
            Accents::Marks(of) | Accents::Missing(of) => {
                let marks = decomposed(text);
                composed(&marks.chars().filter(|c| !of.contains(c)).collect::<String>()).into_owned()
            }
            Accents::Letters { anywhere, at_end } => {
                let to =
                    |table: &[(char, char)], c: char| table.iter().find(|(of, _)| *of == c).map_or(c, |(_, to)| *to);
                let bare = |word: &str| {
                    let length = word.chars().count();
                    let letters = word.chars().enumerate();
                    letters
                        .map(|(n, c)| to(if n + 1 == length { at_end } else { &[] }, to(anywhere, c)))
                        .collect::<String>()
                };
                text.split(' ').map(bare).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// The marks of a word, for where they are tested: its letters that are no plain ones, in order.
    pub fn marks(&self, word: &str) -> Vec<char> {
        decomposed(word).chars().filter(|c| !c.is_ascii() && !is_plain(*c)).collect()
    }

    pub fn capitals(&self, word: &str) -> usize {
        word.chars().filter(|c| c.is_uppercase()).count()
    }

    /// The verdict if answer and key differ in accents only.
    pub fn by_accents(&self, typed: &str, key: &str, ending: &str, neighbours: &[String]) -> Option<Verdict> {
        let spelt = if self.rules.apostrophe_is_accent { accented(typed, key) } else { Cow::Borrowed(typed) };
        if self.bare(&spelt) != self.bare(key) {
            return None;
        }
        let missing = match self.rules.accents {
            Accents::Missing(of) => key_without(key, &spelt, of),
            Accents::None | Accents::Marks(_) | Accents::Letters { .. } => true,
        };
        let forgiven = !self.tested.accent && missing && spelt.ends_with(ending);
        let words = self.words(&spelt);
        let is_other = words
            .iter()
            .zip(self.words(key))
            .any(|(word, key)| *word != key && (neighbours.contains(&(*word).to_owned()) || self.is_pair(word, key)));
        let by_apostrophe = spelt != typed;
        Some(if forgiven && (by_apostrophe || !is_other) { Verdict::Accent } else { Verdict::Wrong })
    }
}

/// Letters of scripts whose alphabet has no accents in the decomposed form.
fn is_plain(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'ё' | 'Ё' | 'ß' | 'ł' | 'ı' | 'أ' | 'إ' | 'آ' | 'ة' | 'ى')
}

/// Whether the answer has no mark that the key lacks at its place: letters are compared one by one.
fn key_without(key: &str, typed: &str, of: &[char]) -> bool {
    let has_mark = |c: char| decomposed(c.encode_utf8(&mut [0; 4])).chars().any(|mark| of.contains(&mark));
    key.chars().zip(typed.chars()).all(|(key, typed)| key == typed || !has_mark(typed))
}

/// An answer whose words have an apostrophe behind their last vowel in place of the key's accent, without it.
fn accented<'t>(typed: &'t str, key: &str) -> Cow<'t, str> {
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    let keys: Vec<&str> = key.split(' ').collect();
    let words: Vec<&str> = typed.split(' ').collect();
    if words.len() != keys.len() || !typed.contains('\'') {
        return Cow::Borrowed(typed);
    }
    let mended = words.iter().zip(&keys).map(|(word, key)| match word.strip_suffix('\'') {
        Some(stem) if stem.ends_with(is_vowel) && !key.ends_with('\'') => stem,
        _ => word,
    });
    Cow::Owned(mended.collect::<Vec<_>>().join(" "))
}

/// A comma between figures as a point, where one or two figures follow: in '1.500' it parts thousands.
fn decimal_points(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_figure = |n: usize| letters.get(n).is_some_and(char::is_ascii_digit);
    let point = |(n, c): (usize, &char)| {
        let figures = (n + 1..).take_while(|at| is_figure(*at)).count();
        if *c == ',' && n > 0 && is_figure(n - 1) && (1..=2).contains(&figures) { '.' } else { *c }
    };
    letters.iter().enumerate().map(point).collect()
}
