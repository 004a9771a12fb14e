//! Flip cards: round after round of the words that are not known yet. Needs no browser.

/// The state of practising with a deck of `n` words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deck {
    /// The words of this round.
    round: Vec<usize>,
    at: usize,
    turned: bool,
    /// The 1-based round in which each word was known.
    known: Vec<Option<u32>>,
    /// 1-based number of this round.
    number: u32,
}

impl Deck {
    pub fn new(words: usize) -> Self {
        Self { round: (0..words).collect(), at: 0, turned: false, known: vec![None; words], number: 1 }
    }

    /// The word on top; `None` if all are known.
    pub fn word(&self) -> Option<usize> {
        self.round.get(self.at).copied()
    }

    /// The position in this round: “3 of 8”.
    pub fn place(&self) -> (usize, usize) {
        ((self.at + 1).min(self.round.len()), self.round.len())
    }

    pub fn is_turned(&self) -> bool {
        self.turned
    }

    pub fn turn(&mut self) {
        self.turned = !self.turned;
    }

    pub fn know(&mut self) {
        if let Some(word) = self.word() {
            self.known[word].get_or_insert(self.number);
        }
        self.next();
    }

    /// Marks the word as not known yet: it comes again in the next round.
    pub fn not_yet(&mut self) {
        if let Some(word) = self.word() {
            self.known[word] = None;
        }
        self.next();
    }

    pub fn next(&mut self) {
        self.turned = false;
        self.at += 1;
        if self.at >= self.round.len() {
            let left: Vec<usize> = (0..self.known.len()).filter(|word| self.known[*word].is_none()).collect();
            if !left.is_empty() {
                self.number += 1;
                self.at = 0;
            }
            self.round = left;
        }
    }

    pub fn previous(&mut self) {
        if self.at > 0 {
            self.turned = false;
            self.at -= 1;
        }
    }

    pub fn can_go_back(&self) -> bool {
        self.at > 0
    }

    pub fn known(&self) -> usize {
        self.known.iter().flatten().count()
    }

    pub fn known_at_once(&self) -> usize {
        self.known.iter().flatten().filter(|round| **round == 1).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_comes_again() {
        let mut deck = Deck::new(3);
        deck.know();
        deck.turn();
        deck.not_yet();
        assert!(!deck.is_turned(), "the next card shows its face");
        deck.know();
        assert_eq!((deck.word(), deck.place()), (Some(1), (1, 1)));
        deck.know();
        assert_eq!(deck.word(), None);
        assert_eq!((deck.known(), deck.known_at_once()), (3, 2));
    }

    #[test]
    fn leafing_marks_nothing() {
        let mut deck = Deck::new(2);
        assert!(!deck.can_go_back());
        deck.next();
        deck.previous();
        assert_eq!((deck.word(), deck.known()), (Some(0), 0));
        deck.next();
        deck.next();
        assert_eq!(deck.place(), (1, 2), "the round begins anew");
    }

    #[test]
    fn a_card_can_be_thought_over() {
        let mut deck = Deck::new(2);
        deck.know();
        deck.previous();
        deck.not_yet();
        deck.know();
        assert_eq!(deck.word(), Some(0));
    }

    #[test]
    fn no_words_no_cards() {
        let mut deck = Deck::new(0);
        assert_eq!(deck.word(), None);
        deck.know();
        assert_eq!(deck.known(), 0);
    }
}
