//! Sentences with gaps, and their missing words in a box.

use std::collections::BTreeSet;

use lexicon::{Entry, agrees, could_fill};
use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        gaps::Part,
        word_bank::{Content, Gap},
    },
    text::fold,
};

use crate::{
    builtin::MakerContext,
    cut::cut_out,
    gate::{Findings, Piece, bank, gaps as gap_rules, lines},
    job::{PartFailure, PartJob},
    labels::TaskVariant,
    made::{Made, not_enough},
    model::{Draft, DraftFault, Request, short, text},
    plan::{PackPlan, TextPlan},
    prose::{Haystack, mentions, mentions_form},
    source::{GapSentence, gap_lines, shuffler},
    tasks::Generated,
    without_lines::without_lines,
};

/// Sentences from the lesson's text.
pub(crate) const OF_TEXT: TaskVariant = TaskVariant::new(
    ["Words from the text", "Слова из текста"],
    [
        "Complete these sentences from the text with the words from the box.",
        "Вставьте слова из рамки в предложения из текста.",
    ],
);

/// Sentences, and a box with `extra` words too many.
pub(crate) const fn with_extra(extra: usize) -> TaskVariant {
    let instructions = match extra {
        0 => ["Complete the sentences with the words from the box.", "Вставьте слова из рамки в предложения."],
        1 => [
            "Complete the sentences with the words from the box. There is one extra word.",
            "Вставьте слова из рамки в предложения. Одно слово лишнее.",
        ],
        2 => [
            "Complete the sentences with the words from the box. There are two extra words.",
            "Вставьте слова из рамки в предложения. Два слова лишние.",
        ],
        _ => [
            "Complete the sentences with the words from the box. Some words are extra.",
            "Вставьте слова из рамки в предложения. Некоторые слова лишние.",
        ],
    };
    TaskVariant::new(["Fill the gaps", "Вставьте слова"], instructions)
}

const USUAL: usize = 6;
const LEAST: usize = 4;
const MOST: usize = 10;

/// One line per sentence.
pub(crate) fn content(lines: Vec<GapSentence>, distractors: Vec<String>) -> Content {
    let mut parts: Vec<Part<Gap>> = Vec::new();
    let mut text = String::new();
    for (n, line) in lines.into_iter().enumerate() {
        if n > 0 {
            text.push('\n');
        }
        text.push_str(&line.before);
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        parts.push(Part::Gap(Gap { id: ItemId::nth(n), key: line.key, variants: Vec::new() }));
        text.push_str(&line.after);
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Content { parts, distractors }
}

/// Whether the two may share a box: neither fits the other's gap or occurs in the other's sentence.
fn apart(a: &Entry, b: &Entry) -> bool {
    let names = |sentence: &str, entry: &Entry| {
        mentions(sentence, &entry.example.target) || mentions_form(sentence, &entry.lemma)
    };
    fold(&a.example.target) != fold(&b.example.target)
        && !could_fill(a, b)
        && !could_fill(b, a)
        && !names(&a.example.sentence, b)
        && !names(&b.example.sentence, a)
}

/// Whether an article before a gap gives the answer away: only the key agrees with it.
fn article_tells(chosen: &[&Entry], extra: &[&Entry]) -> bool {
    chosen.iter().any(|entry| {
        let before = entry.example.word_before();
        matches!(before.as_str(), "a" | "an")
            && chosen.iter().chain(extra).filter(|other| lexicon::article(&other.example.target) == before).count() < 2
    })
}

/// By rules: no two words of the box fit the same gap.
fn make(context: &mut MakerContext<'_>) -> Result<Made, PartFailure> {
    context.spare_examples_of_other_tasks();
    let count = context.count(USUAL, MOST);
    // A capitalised word in the box would show that it starts a sentence.
    let usable: Vec<&'static Entry> =
        context.entries.iter().copied().filter(|entry| !entry.example.before.trim().is_empty()).collect();
    let mut chosen: Vec<&'static Entry> = Vec::new();
    for entry in &usable {
        if chosen.len() < count && chosen.iter().all(|other| apart(entry, other)) {
            chosen.push(entry);
        }
    }
    if chosen.len() < LEAST.min(count) {
        return Err(not_enough());
    }
    let extras = if count > 4 { 2 } else { 1 };
    let mut extra: Vec<&'static Entry> = Vec::new();
    // First those that could tempt a student: they agree with some gap.
    let mut candidates: Vec<&'static Entry> = usable
        .iter()
        .copied()
        .filter(|entry| chosen.iter().chain(&extra).all(|other| entry.lemma != other.lemma && apart(entry, other)))
        .collect();
    candidates.sort_by_key(|entry| std::cmp::Reverse(chosen.iter().filter(|gap| agrees(gap, entry)).count().min(2)));
    for entry in candidates {
        if extra.len() < extras && extra.iter().all(|other| apart(entry, other)) {
            extra.push(entry);
        }
    }
    if article_tells(&chosen, &extra) {
        let keep: Vec<&'static Entry> = chosen
            .iter()
            .copied()
            .filter(|entry| !matches!(entry.example.word_before().as_str(), "a" | "an"))
            .collect();
        if keep.len() >= LEAST.min(count) {
            chosen = keep;
        }
    }
    let lines = chosen
        .iter()
        .map(|entry| GapSentence {
            before: entry.example.before.clone(),
            key: entry.example.target.clone(),
            after: entry.example.after.clone(),
        })
        .collect();
    let distractors: Vec<String> = extra.iter().map(|entry| entry.example.target.clone()).collect();
    let variant = with_extra(distractors.len());
    Ok(Made::new(variant, TaskBody::WordBank(content(lines, distractors))))
}

impl Generated for Content {
    const VARIANT: TaskVariant = with_extra(0);
    const USUAL: Option<usize> = Some(USUAL);
    type Draft = WordBankDraft;

    fn from_pack(job: &PartJob, plan: &PackPlan, attempt: u64) -> Result<Made, PartFailure> {
        make(&mut MakerContext::new(job, plan, attempt)?)
    }

    fn from_text(job: &PartJob, plan: &TextPlan, attempt: u64) -> Result<Made, PartFailure> {
        let lines = gap_lines(job, plan, &mut shuffler(job, attempt))?;
        Ok(Made::new(OF_TEXT, TaskBody::WordBank(content(lines, Vec::new()))))
    }

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self { parts: without_lines(&self.parts, bad), distractors: self.distractors.clone() })
    }

    fn pieces(&self) -> Vec<Piece> {
        lines(&self.parts)
    }

    fn check(&self, language: Language, found: &mut Findings) -> Option<u32> {
        gap_rules::check(&self.parts, language, found);
        gap_rules::check_cues(&self.parts, language, found);
        gap_rules::check_articles(self, language, found);
        gap_rules::check_frames(self, found);
        let single_answers = bank::check(self, language, found);
        bank::check_dead_ends(self, found);
        single_answers
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WordBankDraft {
    sentences: Vec<SentenceDraft>,
    /// One or two more words that fit none of the sentences.
    extra_words: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct SentenceDraft {
    /// The whole sentence, with the answer in it.
    sentence: String,
    /// The word to take out, exactly as it stands in the sentence, where it stands once.
    answer: String,
}

impl Draft for WordBankDraft {
    const KIND: &'static str = "word_bank";

    fn instructions(request: &Request<'_>) -> String {
        format!(
            "Write {} natural sentences, each with one word of the lesson that will be taken out and put into a box with the \
             others. The rest of the sentence must show which word is missing: no other word of the box may fit the gap. No \
             answer stands in another sentence.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let mut lines: Vec<GapSentence> = Vec::new();
        for draft in self.sentences.into_iter().take(request.most(MOST)) {
            let (sentence, key) =
                (text("sentences.sentence", &draft.sentence)?, short("sentences.answer", &draft.answer)?);
            let Some((before, key, after)) = cut_out(&sentence, &key) else { continue };
            if !lines.iter().any(|line| fold(&line.key) == fold(&key)) {
                lines.push(GapSentence { before, key, after });
            }
        }
        let least = request.least(3);
        if lines.len() < least {
            return Err(DraftFault::new(
                "sentences",
                format!("at least {least} sentences are needed that hold their own answer just once"),
            ));
        }
        let sentences: Vec<Haystack> =
            lines.iter().map(|line| Haystack::new(&format!("{}{}{}", line.before, line.key, line.after))).collect();
        let mut distractors: Vec<String> = Vec::new();
        for word in self.extra_words.into_iter().take(2) {
            let word = short("extra_words", &word)?;
            let known = lines.iter().any(|line| fold(&line.key) == fold(&word))
                || distractors.iter().any(|d| fold(d) == fold(&word));
            if !known && !sentences.iter().any(|sentence| sentence.holds(&word)) {
                distractors.push(word);
            }
        }
        let variant = with_extra(distractors.len());
        Ok(Made::new(variant, TaskBody::WordBank(content(lines, distractors))))
    }
}
