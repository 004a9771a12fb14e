//! A text with gaps, each with a few words to choose from.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use types::{
    ids::ItemId,
    levels::Language,
    tasks::{
        TaskBody,
        gaps::{self, Part},
        inline_choice::{Content, DISTRACTORS_MAX, Gap},
    },
    text::fold,
};

use crate::{
    cut::cut_out,
    gate::{Findings, Piece, Role, choices, gaps as gap_rules, lines},
    labels::TaskVariant,
    made::Made,
    model::{Draft, DraftFault, Request, short, text},
    tasks::Generated,
    without_lines::without_lines,
};

pub(crate) const FORMS: TaskVariant = TaskVariant::new(
    ["Choose the right word", "Выберите нужное слово"],
    ["Choose the right word in each sentence.", "Выберите нужное слово в каждом предложении."],
);

const USUAL: usize = 6;
const MOST: usize = 12;

impl Generated for Content {
    const VARIANT: TaskVariant = FORMS;
    const USUAL: Option<usize> = Some(USUAL);
    /// The pack has no wrong forms yet.
    const FROM_PACK: bool = false;
    type Draft = InlineChoiceDraft;

    fn without(&self, bad: &BTreeSet<&ItemId>) -> Option<Self> {
        Some(Self { parts: without_lines(&self.parts, bad) })
    }

    fn pieces(&self) -> Vec<Piece> {
        let options = gaps::gaps(&self.parts)
            .flat_map(|gap| gap.distractors.iter().map(|option| Piece::of(&gap.id, Role::Option, option)));
        lines(&self.parts).into_iter().chain(options).collect()
    }

    fn check(&self, language: Language, found: &mut Findings) -> Option<u32> {
        gap_rules::check(&self.parts, language, found);
        for gap in gaps::gaps(&self.parts) {
            choices::check_inline(gap, found);
        }
        None
    }
}

/// What the model fills in.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct InlineChoiceDraft {
    /// What is practised, short: 'Since, for or from?'.
    title: String,
    sentences: Vec<SentenceDraft>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct SentenceDraft {
    /// The whole sentence, with the right words in it.
    sentence: String,
    /// The words to take out, exactly as they stand in the sentence, where they stand once.
    answer: String,
    /// One to three words that are wrong there.
    wrong: Vec<String>,
}

impl Draft for InlineChoiceDraft {
    const KIND: &'static str = "inline_choice";

    fn instructions(request: &Request<'_>) -> String {
        format!(
            "Write {} sentences on one point of grammar or vocabulary that belongs to this level and fits the topic. In each \
             one word or form is taken out and put among one to three others: real words that learners confuse with it, each \
             clearly wrong in this sentence. The context decides, not the ear.",
            request.items.unwrap_or(USUAL)
        )
    }

    fn into_made(self, request: &Request<'_>) -> Result<Made, DraftFault> {
        let title = short("title", &self.title)?;
        let mut parts: Vec<Part<Gap>> = Vec::new();
        let mut count = 0;
        for draft in self.sentences.into_iter().take(request.most(MOST)) {
            let (sentence, key) =
                (text("sentences.sentence", &draft.sentence)?, short("sentences.answer", &draft.answer)?);
            let Some((before, key, after)) = cut_out(&sentence, &key) else { continue };
            let mut distractors: Vec<String> = Vec::new();
            for option in draft.wrong.iter().take(DISTRACTORS_MAX) {
                let option = short("sentences.wrong", option)?;
                if fold(&option) != fold(&key) && !distractors.iter().any(|other| fold(other) == fold(&option)) {
                    distractors.push(option);
                }
            }
            if distractors.is_empty() {
                continue;
            }
            let before = if count > 0 { format!("\n{before}") } else { before };
            match parts.last_mut() {
                Some(Part::Text(last)) => last.push_str(&before),
                Some(Part::Gap(_)) | None => parts.push(Part::Text(before)),
            }
            parts.push(Part::Gap(Gap { id: ItemId::nth(count), key, distractors }));
            parts.push(Part::Text(after));
            count += 1;
        }
        parts.retain(|part| *part != Part::Text(String::new()));
        let least = request.least(3);
        if count < least {
            return Err(DraftFault::new(
                "sentences",
                format!(
                    "at least {least} sentences are needed that hold their own answer just once, with a wrong word"
                ),
            ));
        }
        let mut made = Made::new(FORMS, TaskBody::InlineChoice(Content { parts }));
        made.title = Some(title);
        Ok(made)
    }
}
