//! The templates that can be generated, a file each: what a model must fill in (the draft), what it is told, how the
//! draft becomes content, and how the rules make the same from the pack.

pub(crate) mod drill;
pub(crate) mod gap_fill;
pub(crate) mod matching;
pub(crate) mod sentence_builder;
pub(crate) mod single_choice;
pub(crate) mod text;
pub(crate) mod true_false;
pub(crate) mod word_bank;
pub(crate) mod word_list;
