//! The texts of a task, independent of its template.

use types::{
    ids::ItemId,
    tasks::gaps::{AnyGap, Part},
};

/// The role of a text in its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Whole sentences, which must end with a stop.
    Sentence,
    /// A word, a phrase, or a text that may end without a stop.
    Phrase,
    /// One side of a pair. One of an item's sides may be a translation.
    Side,
    /// The question. It may be a translation if the options are in the language taught.
    Stem,
    /// An option to choose.
    Option,
}

/// A text of a task that should be in the language taught, and its item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub item: Option<ItemId>,
    pub role: Role,
    pub text: String,
}

impl Piece {
    pub fn of(item: &ItemId, role: Role, text: impl Into<String>) -> Self {
        Self { item: Some(item.clone()), role, text: text.into() }
    }

    /// A text that belongs to no item.
    pub fn free(role: Role, text: impl Into<String>) -> Self {
        Self { item: None, role, text: text.into() }
    }
}

/// A gapped text as lines with the keys filled in, each line attributed to its first gap.
pub(crate) fn lines<G: AnyGap>(parts: &[Part<G>]) -> Vec<Piece> {
    let mut out = vec![Piece::free(Role::Sentence, "")];
    for part in parts {
        match part {
            Part::Text(text) => {
                for (n, line) in text.split('\n').enumerate() {
                    if n > 0 {
                        out.push(Piece::free(Role::Sentence, ""));
                    }
                    if let Some(last) = out.last_mut() {
                        last.text.push_str(line);
                    }
                }
            }
            Part::Gap(gap) => {
                if let Some(last) = out.last_mut() {
                    last.text.push_str(gap.key());
                    last.item.get_or_insert_with(|| gap.id().clone());
                }
            }
        }
    }
    out.retain(|piece| !piece.text.trim().is_empty());
    out
}
