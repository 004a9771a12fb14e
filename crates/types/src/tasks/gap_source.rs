//! The source of a text with gaps, as its author types it: gaps are in square brackets, `We [went] home.` A backslash
//! escapes a bracket or another backslash; before anything else it is literal. A bracket that makes no gap stays in the
//! text, and its position is reported to the author.

use super::gaps::{AnyGap, Part};
use crate::ids::ItemId;

/// Why a bracket makes no gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFault {
    /// `[` without its `]` before the next `[`, the end of the line or the end of the source.
    Unclosed,
    /// `]` without its `[`.
    Unopened,
    /// Nothing between the brackets.
    Empty,
}

/// A bracket that makes no gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    pub fault: SourceFault,
    /// 1-based.
    pub line: usize,
    /// The text around it.
    pub near: String,
}

/// Number of characters shown around a stray bracket.
const NEAR: usize = 18;

/// The source of a text. Reading it back gives the same parts, provided that keys are single lines without surrounding
/// space and no two text parts are adjacent.
pub fn print<G: AnyGap>(parts: &[Part<G>]) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => escape(text),
            Part::Gap(gap) => format!("[{}]", escape(gap.key())),
        })
        .collect()
}

/// A token of a source.
enum Token {
    Text(String),
    Key(String),
    /// A bracket that makes no gap, or none yet: it holds the place of its gap, so that the gap's facts can come back.
    /// Its characters are also in the text.
    Hole,
}

/// Splits a source into tokens.
#[derive(Default)]
struct Scanner {
    tokens: Vec<Token>,
    strays: Vec<(SourceFault, usize)>,
    /// Position of the bracket that is open, and the text after it.
    open: Option<(usize, String)>,
}

impl Scanner {
    fn text(&mut self, text: &str) {
        if let Some(Token::Text(last)) = self.tokens.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.tokens.push(Token::Text(text.to_owned()));
        }
    }

    fn push(&mut self, c: char) {
        match &mut self.open {
            Some((_, inner)) => inner.push(c),
            None => self.text(c.encode_utf8(&mut [0; 4])),
        }
    }

    fn hole(&mut self, fault: SourceFault, at: usize, text: &str) {
        self.strays.push((fault, at));
        // Text continues across a hole, so insert the hole before that text.
        let before = self.tokens.pop_if(|last| matches!(last, Token::Text(_)));
        self.tokens.push(Token::Hole);
        self.tokens.extend(before);
        self.text(text);
    }

    fn give_up(&mut self) {
        if let Some((at, inner)) = self.open.take() {
            self.hole(SourceFault::Unclosed, at, &format!("[{inner}"));
        }
    }

    fn close(&mut self, at: usize) {
        match self.open.take() {
            Some((from, inner)) if inner.trim().is_empty() => {
                self.hole(SourceFault::Empty, from, &format!("[{inner}]"));
            }
            Some((_, inner)) => self.tokens.push(Token::Key(inner.trim().to_owned())),
            None => {
                self.strays.push((SourceFault::Unopened, at));
                self.text("]");
            }
        }
    }
}

fn scan(source: &str) -> Scanner {
    let mut scanner = Scanner::default();
    let mut chars = source.chars().enumerate().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                let letter = chars.next_if(|(_, next)| matches!(next, '[' | ']' | '\\')).map_or(c, |(_, next)| next);
                scanner.push(letter);
            }
            '[' => {
                scanner.give_up();
                scanner.open = Some((at, String::new()));
            }
            ']' => scanner.close(at),
            '\n' => {
                scanner.give_up();
                scanner.push(c);
            }
            c => scanner.push(c),
        }
    }
    scanner.give_up();
    scanner
}

/// Describes a fault's position for the author.
fn stray(source: &str, (fault, at): (SourceFault, usize)) -> Stray {
    let line = source.chars().take(at).filter(|c| *c == '\n').count() + 1;
    let from = at.saturating_sub(if fault == SourceFault::Unopened { NEAR } else { 0 });
    let until = if fault == SourceFault::Unopened { at + 1 } else { at + NEAR };
    let near: String = source.chars().skip(from).take(until - from).collect();
    let near = match fault {
        SourceFault::Unopened => near.rsplit('\n').next(),
        SourceFault::Unclosed | SourceFault::Empty => near.split('\n').next(),
    };
    Stray { fault, line, near: near.unwrap_or_default().trim().to_owned() }
}

/// A gap as it is now, and as it was with other keys.
struct Kept<G> {
    latest: G,
    earlier: Vec<G>,
}

/// Remembers what belongs to the gaps of a text (variants, hints) while its source is edited: a bracket that is
/// retyped, or a sentence that is moved, gets back what it had.
pub struct Memory<G> {
    kept: Vec<Kept<G>>,
    /// The gap of each bracket in the source as last read.
    slots: Vec<Option<ItemId>>,
}

impl<G> Default for Memory<G> {
    fn default() -> Self {
        Self { kept: Vec::new(), slots: Vec::new() }
    }
}

impl<G: AnyGap + Clone> Memory<G> {
    /// The gap in the content wins: its fields may have been edited in the meantime.
    fn keep(&mut self, gap: &G) {
        match self.kept.iter_mut().find(|kept| kept.latest.id() == gap.id()) {
            Some(kept) => {
                if kept.latest.key() != gap.key() {
                    let before = std::mem::replace(&mut kept.latest, gap.clone());
                    kept.earlier.retain(|other| other.key() != before.key());
                    kept.earlier.push(before);
                } else {
                    kept.latest = gap.clone();
                }
            }
            None => self.kept.push(Kept { latest: gap.clone(), earlier: Vec::new() }),
        }
    }

    fn has_key(&self, id: &ItemId, key: &str) -> bool {
        self.kept.iter().any(|kept| kept.latest.id() == id && kept.latest.key() == key)
    }

    /// Finds the gap of each bracket: first the gaps whose key is unchanged, then those at the same position, then gaps
    /// that had disappeared and come back.
    fn assign(&self, keys: &[Option<&str>]) -> Vec<Option<ItemId>> {
        let mut free: Vec<Option<&ItemId>> = self.slots.iter().map(Option::as_ref).collect();
        let mut slots: Vec<Option<ItemId>> = keys
            .iter()
            .map(|key| {
                let key = (*key)?;
                let found = free.iter_mut().find(|slot| slot.is_some_and(|id| self.has_key(id, key)))?;
                found.take().cloned()
            })
            .collect();
        if slots.len() == free.len() {
            for (slot, old) in slots.iter_mut().zip(&mut free) {
                if slot.is_none() {
                    *slot = old.take().cloned();
                }
            }
        }
        for (n, key) in keys.iter().enumerate() {
            let (None, Some(key)) = (&slots[n], key) else { continue };
            let back = self.kept.iter().find(|kept| {
                let had_it = kept.latest.key() == *key || kept.earlier.iter().any(|gap| gap.key() == *key);
                had_it && !slots.iter().flatten().any(|id| id == kept.latest.id())
            });
            slots[n] = back.map(|kept| kept.latest.id().clone());
        }
        slots
    }

    /// Reads a source. `now` has the parts as they are in the content. `make` makes a gap from the text in its brackets
    /// and the gap that was there before, with an id that is not among those given.
    pub fn read(
        &mut self,
        source: &str,
        now: &[Part<G>],
        make: impl Fn(String, Option<&G>, &[ItemId]) -> G,
    ) -> (Vec<Part<G>>, Vec<Stray>) {
        let is_first = self.kept.is_empty();
        for gap in super::gaps::gaps(now) {
            self.keep(gap);
            if is_first {
                self.slots.push(Some(gap.id().clone()));
            }
        }
        let Scanner { tokens, strays, .. } = scan(source);
        let keys: Vec<Option<&str>> = tokens
            .iter()
            .filter_map(|token| match token {
                Token::Text(_) => None,
                Token::Key(key) => Some(Some(key.as_str())),
                Token::Hole => Some(None),
            })
            .collect();
        self.slots = self.assign(&keys);
        let mut used: Vec<ItemId> = self.kept.iter().map(|kept| kept.latest.id().clone()).collect();
        let mut count = 0;
        let mut parts: Vec<Part<G>> = Vec::new();
        for token in tokens {
            match token {
                Token::Text(text) => match parts.last_mut() {
                    Some(Part::Text(last)) => last.push_str(&text),
                    Some(Part::Gap(_)) | None => parts.push(Part::Text(text)),
                },
                Token::Hole => count += 1,
                Token::Key(key) => {
                    let id = self.slots.get(count).and_then(Option::as_ref);
                    let kept = id.and_then(|id| self.kept.iter().find(|kept| kept.latest.id() == id));
                    let earlier = kept.and_then(|kept| kept.earlier.iter().find(|gap| gap.key() == key));
                    let mut gap = make(key, kept.map(|kept| &kept.latest), &used);
                    if let Some(earlier) = earlier.filter(|_| kept.is_some_and(|k| k.latest.key() != gap.key())) {
                        gap.take_key_facts(earlier);
                    }
                    used.push(gap.id().clone());
                    if let Some(slot) = self.slots.get_mut(count) {
                        *slot = Some(gap.id().clone());
                    }
                    self.keep(&gap);
                    parts.push(Part::Gap(gap));
                    count += 1;
                }
            }
        }
        (parts, strays.into_iter().map(|found| stray(source, found)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::gap_fill::{self, Gap},
        *,
    };

    fn gap(id: usize, key: &str, variant: &str) -> Part<Gap> {
        Part::Gap(Gap {
            id: ItemId::nth(id),
            key: key.to_owned(),
            variants: vec![variant.to_owned()],
            hint: Some(format!("hint of {key}")),
            tested: Some((0, 1)),
            neighbours: Vec::new(),
        })
    }

    /// An editor with its memory and content.
    struct Editor {
        memory: Memory<Gap>,
        parts: Vec<Part<Gap>>,
        strays: Vec<Stray>,
    }

    impl Editor {
        fn open(parts: Vec<Part<Gap>>) -> Self {
            Self { memory: Memory::default(), parts, strays: Vec::new() }
        }

        fn type_in(&mut self, source: &str) -> &mut Self {
            (self.parts, self.strays) = self.memory.read(source, &self.parts, gap_fill::gap_of);
            self
        }

        fn hanging(&self) -> Vec<(String, String, String)> {
            super::super::gaps::gaps(&self.parts)
                .map(|gap| (gap.key.clone(), gap.variants.join(","), gap.hint.clone().unwrap_or_default()))
                .collect()
        }
    }

    fn two() -> Editor {
        Editor::open(vec![
            Part::Text("We ".into()),
            gap(0, "went", "walked"),
            Part::Text(" home.\nShe ".into()),
            gap(1, "ate", "had"),
            Part::Text(" soup.".into()),
        ])
    }

    #[test]
    fn a_bracket_that_is_retyped_gets_back_what_hung_on_it() {
        let before = two().hanging();
        let mut editor = two();
        for step in ["We  home.\nShe [ate] soup.", "We [ home.\nShe [ate] soup.", "We [went home.\nShe [ate] soup."] {
            editor.type_in(step);
        }
        assert_eq!(editor.type_in("We [went] home.\nShe [ate] soup.").hanging(), before);
        // Letter by letter, through empty brackets, to another word.
        for step in ["We [wen] home.\nShe [ate] soup.", "We [] home.\nShe [ate] soup.", "We [d] home.\nShe [ate] soup."]
        {
            editor.type_in(step);
        }
        let now = editor.type_in("We [drove] home.\nShe [ate] soup.").hanging();
        assert_eq!(now[0], ("drove".into(), "walked".into(), "hint of went".into()));
        // And back: what was known of the old word is restored.
        editor.type_in("We [went] home.\nShe [ate] soup.");
        assert_eq!(editor.parts, two().parts);
    }

    #[test]
    fn a_sentence_that_is_moved_takes_everything_along() {
        let before = two().hanging();
        let mut editor = two();
        editor.type_in("We [went] home.").type_in("");
        let moved = editor.type_in("She [ate] soup.\nWe [went] home.").hanging();
        assert_eq!(moved, [before[1].clone(), before[0].clone()]);
    }

    #[test]
    fn what_was_written_meanwhile_is_what_comes_back() {
        let mut editor = two();
        editor.type_in("We [went] home.\nShe [ate] soup.");
        if let Some(Part::Gap(gap)) = editor.parts.get_mut(1) {
            gap.hint = Some("new".into());
        }
        editor.type_in("").type_in("We [went]");
        assert_eq!(editor.hanging(), [("went".to_owned(), "walked".to_owned(), "new".to_owned())]);
    }

    #[test]
    fn a_new_bracket_takes_nothing_from_one_that_is_gone() {
        let mut editor = two();
        editor.type_in("She [ate] soup.");
        let made = editor.type_in("She [ate] soup with [bread].").hanging();
        assert_eq!(made[1], ("bread".into(), String::new(), String::new()));
        let ids: Vec<_> = super::super::gaps::gaps(&editor.parts).map(|gap| gap.id.clone()).collect();
        assert_eq!(ids, [ItemId::nth(1), ItemId::nth(2)], "an id is not given twice");
    }

    #[test]
    fn a_bracket_that_makes_no_gap_is_told_with_its_place_and_kept() {
        let cases = [
            ("We [[went]] home.", SourceFault::Unclosed, 1, "[[went]] home."),
            ("One.\nWe [] home.", SourceFault::Empty, 2, "[] home."),
            ("We [went home.\nShe ate.", SourceFault::Unclosed, 1, "[went home."),
            ("We went] home.", SourceFault::Unopened, 1, "We went]"),
        ];
        for (source, fault, line, near) in cases {
            let mut editor = Editor::open(Vec::new());
            editor.type_in(source);
            assert_eq!(editor.strays[0], Stray { fault, line, near: near.into() }, "{source}");
            // No letter is lost: reading the printed source gives the same text.
            let printed = print(&editor.parts);
            assert_eq!(printed.replace('\\', ""), source);
            assert_eq!(Editor::open(Vec::new()).type_in(&printed).strays, []);
        }
        assert_eq!(Editor::open(Vec::new()).type_in(r"C:\new \[x\] \\").strays, []);
    }

    #[test]
    fn a_backslash_is_itself_unless_it_stands_before_a_bracket() {
        let mut editor = Editor::open(Vec::new());
        editor.type_in(r"Type C:\new \[x\] [a\]b] \\");
        assert_eq!(editor.parts[0], Part::Text(r"Type C:\new [x] ".into()));
        let Part::Gap(gap) = &editor.parts[1] else { panic!("a gap") };
        assert_eq!(gap.key, "a]b");
        assert_eq!(editor.parts[2], Part::Text(r" \".into()));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(pieces in proptest::collection::vec((r"[a-z\[\]\\ \n]{1,10}", r"[a-z\[\]\\;| ]{1,8}"), 0..6)) {
            let mut parts = Vec::new();
            for (n, (text, key)) in pieces.iter().enumerate() {
                parts.push(Part::Text(text.clone()));
                let key = key.trim();
                if !key.is_empty() {
                    parts.push(gap(n, key, "v"));
                } else if let Some(Part::Text(last)) = parts.last_mut() {
                    last.push('.');
                    parts.push(gap(n, "k", "v"));
                }
            }
            let mut editor = Editor::open(parts.clone());
            editor.type_in(&print(&parts));
            prop_assert_eq!(&editor.strays, &vec![]);
            prop_assert_eq!(editor.parts, parts);
        }

        #[test]
        fn any_source_is_read_and_prints_to_what_reads_the_same(source in r"[a-c\[\]\\ \n]{0,24}") {
            let mut editor = Editor::open(Vec::new());
            editor.type_in(&source);
            let printed = print(&editor.parts);
            let mut again = Editor::open(Vec::new());
            again.type_in(&printed);
            prop_assert_eq!(&again.strays, &vec![]);
            prop_assert_eq!(again.parts, editor.parts);
        }
    }
}
