//! Picking up and putting down, without a browser: tap a word, tap a place, in either order.

use serde_json::Value;
use types::ids::ItemId;

use super::sheet::Answers;

/// What is picked up at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hand {
    #[default]
    Empty,
    /// A word by its place in the bank.
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

    /// A tap on a word that lies in the bank.
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

    /// A tap on a place. A word in the hand takes the place of the one that is there.
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

    /// Esc. Was there anything to drop?
    pub fn drop_it(&mut self) -> bool {
        std::mem::take(self) != Self::Empty
    }
}

/// The text of an answer's field.
pub fn text_of<'a>(answers: &'a Answers, item: &ItemId, field: &str) -> Option<&'a str> {
    answers.get(item)?.get(field).and_then(Value::as_str)
}

/// For each place the word of the bank that stands there. Answers go by their text, and equal words are
/// interchangeable: each takes the first that nobody has.
pub fn placed<S: AsRef<str>>(bank: &[S], answers: &Answers, places: &[ItemId], field: &str) -> Vec<Option<usize>> {
    let mut taken = vec![false; bank.len()];
    places
        .iter()
        .map(|place| {
            let text = text_of(answers, place, field)?;
            let word = (0..bank.len()).find(|n| !taken[*n] && bank[*n].as_ref() == text)?;
            taken[word] = true;
            Some(word)
        })
        .collect()
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
        assert_eq!(placed(&["since", "for", "since"], &answers, &places, "text"), [Some(0), None, Some(2), None]);
    }
}
