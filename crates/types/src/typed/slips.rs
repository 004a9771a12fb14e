//! Slips of the finger: edits between words, and how many are forgiven.

use super::fold::Folding;

/// The number of edits (insert, delete, replace, swap of neighbours) between two words; `None` if above `most`. Optimal
/// string alignment (Damerau 1964, restricted).
#[must_use]
pub fn edits(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    (last[b.len()] <= most).then_some(last[b.len()])
}

/// Most edits that count as a slip in a word of this many letters: 1 above 3 letters, 2 above 9 letters.
#[must_use]
pub fn slips_allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=9 => 1,
        10.. => 2,
    }
}

fn has_figure(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

impl Folding<'_> {
    /// Whether the answer is the key with slips that are forgiven: word by word, none in what is tested, and none that
    /// makes another word. All texts are folded.
    pub(super) fn is_slip(&self, typed: &str, key: &str, ending: &str, neighbours: &[String]) -> bool {
        let (words, keys) = (self.words(typed), self.words(key));
        if words.len() != keys.len() || !typed.ends_with(ending) {
            return false;
        }
        words.iter().zip(&keys).all(|(word, key)| {
            word == key
                || self.is_spelt(word, key)
                || !has_figure(word)
                    && !has_figure(key)
                    && self.is_near(word, key)
                    && !neighbours.contains(&(*word).to_owned())
        })
    }

    fn is_near(&self, word: &str, key: &str) -> bool {
        let letters = key.chars().filter(|c| !matches!(c, '\'' | '-')).count();
        let most = slips_allowed(letters);
        // A contraction is a word of its own: "we're" is no slip for 'were'.
        let is_contraction = self.rules.contractions && word.contains('\'') && !key.contains('\'');
        if self.is_pair(word, key)
            || is_contraction
            || self.tested.contraction && word.matches('\'').count() != key.matches('\'').count()
            || self.tested.accent && self.marks(word) != self.marks(key)
            || self.tested.capital && self.capitals(word) != self.capitals(key)
        {
            return false;
        }
        self.spellings(key).iter().any(|key| edits(word, key, most).is_some())
    }
}
