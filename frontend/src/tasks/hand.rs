//! Picking up and putting down: tap a word, tap a place, in either order. Needs no browser.

use std::collections::BTreeSet;

use serde_json::Value;
use types::ids::ItemId;

use super::sheet::Answers;

/// What is currently picked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hand {
    #[default]
    Empty,
    /// A word, by its index in the bank.
    Word(usize),
    /// A place that waits for a word.
    Place(ItemId),
}

/// What a tap did besides changing the hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tapped {
    Nothing,
    Put { place: ItemId, word: usize },
    Return(ItemId),
}

impl Hand {
    pub fn word(&self) -> Option<usize> {
        match self {
            Self::Word(word) => Some(*word),
            Self::Empty | Self::Place(_) => None,
        }
    }

    /// A tap on a word in the bank.
    pub fn tap_word(&mut self, word: usize) -> Tapped {
        match std::mem::take(self) {
            Self::Place(place) => Tapped::Put { place, word },
            Self::Word(held) if held == word => Tapped::Nothing,
            Self::Word(_) | Self::Empty => {
                *self = Self::Word(word);
                Tapped::Nothing
            }
        }
    }

    /// A tap on a place. A word in the hand replaces the one that is there.
    pub fn tap_place(&mut self, place: &ItemId, filled: bool) -> Tapped {
        match std::mem::take(self) {
            Self::Word(word) => Tapped::Put { place: place.clone(), word },
            Self::Place(held) if held == *place => Tapped::Nothing,
            Self::Place(_) | Self::Empty if filled => Tapped::Return(place.clone()),
            Self::Place(_) | Self::Empty => {
                *self = Self::Place(place.clone());
                Tapped::Nothing
            }
        }
    }

    /// Esc: drops what is picked up. Returns whether there was anything.
    pub fn drop_it(&mut self) -> bool {
        std::mem::take(self) != Self::Empty
    }
}

/// The text of one field of an answer.
pub fn text_of<'a>(answers: &'a Answers, item: &ItemId, field: &str) -> Option<&'a str> {
    answers.get(item)?.get(field).and_then(Value::as_str)
}

/// For each place, the index of the bank's word in it. Answers go by text, and equal words are interchangeable: each
/// place takes the first free one. If there are too few, closed places come first: the key that the teacher shows must
/// be visible, whatever else holds its word.
pub fn placed<S: AsRef<str>>(
    bank: &[S],
    answers: &Answers,
    places: &[ItemId],
    closed: &BTreeSet<ItemId>,
    field: &str,
) -> Vec<Option<usize>> {
    let mut taken = vec![false; bank.len()];
    let mut placed = vec![None; places.len()];
    let (first, then): (Vec<_>, Vec<_>) = places.iter().enumerate().partition(|(_, place)| closed.contains(*place));
    for (at, place) in first.into_iter().chain(then) {
        let text = text_of(answers, place, field);
        let word = text.and_then(|text| (0..bank.len()).find(|n| !taken[*n] && bank[*n].as_ref() == text));
        if let Some(word) = word {
            taken[word] = true;
            placed[at] = Some(word);
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn gap(n: usize) -> ItemId {
        ItemId::nth(n)
    }

    #[test]
    fn a_word_then_a_gap_or_a_gap_then_a_word() {
        let mut hand = Hand::default();
        assert_eq!(hand.tap_word(2), Tapped::Nothing);
        assert_eq!(hand.tap_place(&gap(0), false), Tapped::Put { place: gap(0), word: 2 });
        assert_eq!(hand, Hand::Empty);
        assert_eq!(hand.tap_place(&gap(1), false), Tapped::Nothing);
        assert_eq!(hand.tap_word(3), Tapped::Put { place: gap(1), word: 3 });
        assert_eq!(hand, Hand::Empty);
    }

    #[test]
    fn a_filled_gap_gives_its_word_back_and_a_second_tap_lets_go() {
        let mut hand = Hand::default();
        assert_eq!(hand.tap_place(&gap(0), true), Tapped::Return(gap(0)));
        hand.tap_word(1);
        hand.tap_word(1);
        assert_eq!(hand, Hand::Empty);
        hand.tap_word(1);
        assert_eq!(hand.tap_place(&gap(0), true), Tapped::Put { place: gap(0), word: 1 });
        hand.tap_word(1);
        assert!(hand.drop_it());
        assert!(!hand.drop_it());
    }

    #[test]
    fn equal_words_are_interchangeable() {
        let answers = Answers::from([
            (gap(0), json!({"text": "since"})),
            (gap(2), json!({"text": "since"})),
            (gap(3), json!({"text": "gone"})),
        ]);
        let places: Vec<ItemId> = (0..4).map(gap).collect();
        let none = BTreeSet::new();
        assert_eq!(
            placed(&["since", "for", "since"], &answers, &places, &none, "text"),
            [Some(0), None, Some(2), None]
        );
    }

    #[test]
    fn a_shown_key_has_its_word_though_another_place_holds_it() {
        let answers = Answers::from([(gap(0), json!({"text": "since"})), (gap(1), json!({"text": "since"}))]);
        let closed = BTreeSet::from([gap(1)]);
        assert_eq!(placed(&["for", "since"], &answers, &[gap(0), gap(1)], &closed, "text"), [None, Some(1)]);
    }
}
