//! From a word as a student reads it to the pack entries it may belong to.

use std::{collections::HashMap, sync::OnceLock};

use types::text::fold;

use crate::{
    forms::{self, Form},
    pack::{Entry, Pos, pack},
};

/// An entry that a surface form may belong to.
#[derive(Clone, Debug)]
pub struct Reading {
    pub entry: &'static Entry,
    pub forms: Vec<Form>,
}

fn surfaces(entry: &Entry) -> Vec<String> {
    let lemma = entry.lemma.to_lowercase();
    let mut all = vec![lemma.clone(), entry.example.target.to_lowercase()];
    match entry.pos {
        Pos::Noun => all.push(forms::plural(&lemma)),
        Pos::Verb | Pos::Phrase => {
            all.extend([forms::third_person(&lemma), forms::ing(&lemma)]);
            all.extend(forms::past(&lemma));
            all.extend(forms::past_plural(&lemma));
            all.extend(forms::participles(&lemma));
        }
        Pos::Adjective | Pos::Adverb => all.extend([forms::comparative(&lemma), forms::superlative(&lemma)]),
    }
    all.sort();
    all.dedup();
    all
}

/// Every entry of the pack that `surface` is a form of.
#[must_use]
pub fn readings_of(surface: &str) -> &'static [Reading] {
    static INDEX: OnceLock<HashMap<String, Vec<Reading>>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut index: HashMap<String, Vec<Reading>> = HashMap::new();
        for entry in pack().entries() {
            for surface in surfaces(entry) {
                let forms = forms::forms_of(&entry.lemma, entry.pos, &surface);
                index.entry(fold(&surface)).or_default().push(Reading { entry, forms });
            }
        }
        index
    });
    index.get(&fold(surface)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_to_entries() {
        let topics: Vec<&str> = readings_of("Cancelled").iter().map(|reading| reading.entry.topic.as_str()).collect();
        assert!(topics.contains(&"travel"), "{topics:?}");
        assert!(readings_of("photosynthesis").is_empty());
    }
}
