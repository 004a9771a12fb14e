//! Where long words may break: on paper nothing breaks them otherwise, and they would run out of their column.

use types::print::{Block, Inline, KeyEntry, PrintQuestion, PrintSide, PrintWord};

/// Longest unbroken run where a whole line is available, in letters.
const WIDE: usize = 40;
/// The same in a column.
const NARROW: usize = 12;
/// The same in the larger type of a title.
const TITLE: usize = 20;
/// Letters kept together at each end of a word.
const ENDS: usize = 4;

const SOFT_HYPHEN: char = '\u{AD}';
const SPACE_OF_NO_WIDTH: char = '\u{200B}';

/// Chinese, Japanese and Korean text breaks anywhere as it is.
fn breaks_anywhere(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{FFEF}' | '\u{1F000}'..)
}

/// A soft hyphen after a Hebrew letter is not a break opportunity (UAX 14, LB21a); Hebrew is not hyphenated anyway.
fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{05D0}'..='\u{05F4}' | '\u{FB1D}'..='\u{FB4F}')
}

/// Inserts break opportunities into every run of more than `most` characters.
fn broken(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<char> = Vec::new();
    let end = |run: &mut Vec<char>, out: &mut String| {
        let long = run.len() > most;
        for (n, c) in run.iter().enumerate() {
            if long && n >= ENDS && n + ENDS <= run.len() {
                // Words get soft hyphens, anything else a plain break. A letter and its combining mark stay together.
                match (run.get(n - 1), c.is_alphanumeric()) {
                    (Some(before), true) if before.is_alphanumeric() => {
                        out.push(if before.is_alphabetic() && c.is_alphabetic() && !is_hebrew(*before) {
                            SOFT_HYPHEN
                        } else {
                            SPACE_OF_NO_WIDTH
                        });
                    }
                    (Some(_), false) if c.is_ascii_punctuation() => out.push(SPACE_OF_NO_WIDTH),
                    _ => {}
                }
            }
            out.push(*c);
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_whitespace() || breaks_anywhere(c) {
            end(&mut run, &mut out);
            out.push(c);
        } else {
            run.push(c);
        }
    }
    end(&mut run, &mut out);
    out
}

pub(crate) fn title(text: &str) -> String {
    broken(text, TITLE)
}

pub(crate) fn wide(text: &str) -> String {
    broken(text, WIDE)
}

fn narrow(text: &str) -> String {
    broken(text, NARROW)
}

fn line(pieces: Vec<Inline>) -> Vec<Inline> {
    pieces
        .into_iter()
        .map(|piece| match piece {
            Inline::Text(text) => Inline::Text(wide(&text)),
            Inline::Strong(text) => Inline::Strong(wide(&text)),
            Inline::Emphasis(text) => Inline::Emphasis(wide(&text)),
            Inline::Answer(text) => Inline::Answer(wide(&text)),
            Inline::Gap(number) => Inline::Gap(number),
        })
        .collect()
}

fn side(side: PrintSide) -> PrintSide {
    PrintSide { text: narrow(&side.text), ..side }
}

/// Inserts break opportunities into the long words of a block.
pub(crate) fn block(block: Block) -> Block {
    let all = |texts: Vec<String>| texts.iter().map(|text| narrow(text)).collect::<Vec<_>>();
    match block {
        Block::Paragraph(pieces) => Block::Paragraph(line(pieces)),
        Block::Heading(text) => Block::Heading(wide(&text)),
        Block::List { ordered, items } => Block::List { ordered, items: items.into_iter().map(line).collect() },
        Block::Chips(words) => Block::Chips(words.iter().map(|word| wide(word)).collect()),
        Block::Questions(questions) => {
            let one = |q: PrintQuestion| {
                let narrow_stem = q.columns == 0;
                let stem = q.stem.into_iter().map(|piece| match piece {
                    Inline::Text(text) if narrow_stem => Inline::Text(narrow(&text)),
                    piece @ (Inline::Text(_)
                    | Inline::Strong(_)
                    | Inline::Emphasis(_)
                    | Inline::Answer(_)
                    | Inline::Gap(_)) => piece,
                });
                PrintQuestion { stem: line(stem.collect()), options: all(q.options), ..q }
            };
            Block::Questions(questions.into_iter().map(one).collect())
        }
        Block::Match { left, right } => {
            Block::Match { left: left.into_iter().map(side).collect(), right: right.into_iter().map(side).collect() }
        }
        Block::Table { head, rows } => Block::Table { head: all(head), rows: rows.into_iter().map(all).collect() },
        Block::Words(words) => Block::Words(
            words
                .into_iter()
                .map(|word| PrintWord { word: narrow(&word.word), gloss: narrow(&word.gloss), ..word })
                .collect(),
        ),
        Block::Order { number, clue, chips } => Block::Order {
            number,
            clue: clue.map(|clue| wide(&clue)),
            chips: chips.iter().map(|chip| wide(chip)).collect(),
        },
        Block::Lines(count) => Block::Lines(count),
        Block::KeyLine(entries) => {
            Block::KeyLine(entries.into_iter().map(|entry| KeyEntry { answer: wide(&entry.answer), ..entry }).collect())
        }
        Block::Note(text) => Block::Note(wide(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_words_are_touched_and_their_letters_stay() {
        assert_eq!(narrow("a seat beside the way"), "a seat beside the way");
        let long = "Donaudampfschifffahrtsgesellschaftskapitän";
        let broken = narrow(long);
        assert!(broken.contains(SOFT_HYPHEN) && broken.starts_with("Dona"));
        assert_eq!(broken.replace(SOFT_HYPHEN, ""), long);
        assert_eq!(wide("internationalisation"), "internationalisation");
        assert!(narrow("____________________").contains(SPACE_OF_NO_WIDTH));
        let accents = "e\u{301}".repeat(20);
        assert!(!narrow(&accents).contains("\u{AD}\u{301}"), "a mark stays with its letter");
        assert_eq!(narrow("北京北京北京北京北京北京北京北京"), "北京北京北京北京北京北京北京北京");
    }
}
