//! Removes faulty items from a gapped text, with their lines.

use std::collections::BTreeSet;

use types::{
    ids::ItemId,
    tasks::gaps::{AnyGap, Part},
};

/// The lines of a gapped text except those with an item in `bad`.
pub(crate) fn without_lines<G: AnyGap + Clone>(parts: &[Part<G>], bad: &BTreeSet<&ItemId>) -> Vec<Part<G>> {
    let mut all: Vec<Vec<Part<G>>> = vec![Vec::new()];
    for part in parts {
        match part {
            Part::Text(text) => {
                for (n, line) in text.split('\n').enumerate() {
                    if n > 0 {
                        all.push(Vec::new());
                    }
                    if let (false, Some(last)) = (line.is_empty(), all.last_mut()) {
                        last.push(Part::Text(line.to_owned()));
                    }
                }
            }
            Part::Gap(gap) => {
                if let Some(last) = all.last_mut() {
                    last.push(Part::Gap(gap.clone()));
                }
            }
        }
    }
    all.retain(|line| {
        !line.iter().any(|part| match part {
            Part::Gap(gap) => bad.contains(gap.id()),
            Part::Text(_) => false,
        })
    });
    let mut out: Vec<Part<G>> = Vec::new();
    for (n, line) in all.into_iter().enumerate() {
        if n > 0 {
            push_text(&mut out, "\n");
        }
        for part in line {
            match part {
                Part::Text(text) => push_text(&mut out, &text),
                Part::Gap(gap) => out.push(Part::Gap(gap)),
            }
        }
    }
    out
}

fn push_text<G>(parts: &mut Vec<Part<G>>, text: &str) {
    if let Some(Part::Text(last)) = parts.last_mut() {
        last.push_str(text);
    } else {
        parts.push(Part::Text(text.to_owned()));
    }
}
