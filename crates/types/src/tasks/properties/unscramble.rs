//! `unscramble` contents for the property tests.

use proptest::prelude::*;

use super::{Specimen, distinct_words};
use crate::{
    ids::ItemId,
    tasks::unscramble::{Content, View, Word},
};

fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

impl Specimen for Content {
    fn any() -> BoxedStrategy<Self> {
        distinct_words(1..6)
            .prop_filter("letters that are all alike can't be put in order", |words| {
                words.iter().all(|word| letters(word).windows(2).any(|two| two[0] != two[1]))
            })
            .prop_map(|words| {
                let word = |(n, word): (usize, String)| Word {
                    id: ItemId::nth(n),
                    clue: (n % 2 == 0).then(|| format!("the clue of {n}")),
                    word,
                };
                Self { words: words.into_iter().enumerate().map(word).collect() }
            })
            .boxed()
    }

    /// Everybody sees its letters; the key is their order.
    fn hide(&mut self, _secret: &mut dyn FnMut() -> String) {}

    fn with_another_key(&self) -> Self {
        let mut other = self.clone();
        for word in &mut other.words {
            let mut letters: Vec<char> = word.word.chars().collect();
            letters.rotate_left(1);
            word.word = letters.into_iter().collect();
        }
        other
    }

    /// A start must not spell the word, so the two views must agree only where the shared draw spells neither word.
    fn look_alike((one, a): (&Self, &View), (other, b): (&Self, &View)) -> bool {
        one.words.iter().zip(&other.words).zip(a.words.iter().zip(&b.words)).all(|((one, other), (x, y))| {
            let drawn_alike = x.letters.concat() != other.word && y.letters.concat() != one.word;
            x.letters.concat() != one.word && (!drawn_alike || x == y)
        })
    }
}

#[test]
fn letters_are_what_a_reader_takes_for_them() {
    let content = |word: &str| Content { words: vec![Word { id: ItemId::nth(0), word: word.into(), clue: None }] };
    let letters = |word: &str| {
        let mut letters = super::Template::student_view(&content(word), 1).words.remove(0).letters;
        letters.sort();
        letters
    };
    // No capital gives the first letter away.
    assert_eq!(letters("Monday"), ["a", "d", "m", "n", "o", "y"]);
    assert_eq!(letters("USA"), ["A", "S", "U"]);
    assert_eq!(letters("Işık"), ["I", "k", "ı", "ş"], "not the dotted letter");
    assert_eq!(letters("й\u{301}ога").len(), 4, "a mark stays at its letter");
    assert_eq!(super::Template::student_view(&content("boarding pass"), 1).words[0].lengths, [8, 4]);
    for word in ["", "ab", "aaa"] {
        assert_eq!(super::Template::validate(&content(word)).len(), 1, "{word:?}");
    }
    let (two, item) = (content("Boarding pass"), ItemId::nth(0));
    assert_eq!(super::Template::key_text(&two, &item).as_deref(), Some("Boarding pass"));
}
