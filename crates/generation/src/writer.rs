//! From a prompt to a checked task: draft, content, gate. What is wrong is named for one round of repair.

use std::collections::BTreeSet;

use types::{
    evidence::{FindingCode, GateReport, Severity},
    generation::PartFault,
    ids::ItemId,
    tasks::{TaskBody, Template},
};

use crate::{
    job::PartFailure,
    made::Made,
    model::{Draft, Model, ModelConfig, Request, prompt},
    registry::without_items,
    tasks::Generated,
};

/// Writes tasks with a model.
#[derive(Debug)]
pub(crate) struct ModelWriter {
    model: Model,
}

impl ModelWriter {
    pub fn new(config: &ModelConfig) -> Self {
        Self { model: Model::new(config) }
    }

    pub fn model(&self) -> &str {
        self.model.name()
    }

    async fn draft<D: Draft>(
        &self,
        request: &Request<'_>,
        gate: &(dyn Fn(&TaskBody) -> GateReport + Sync),
    ) -> Result<Made, PartFailure> {
        let (system, user) = (prompt::system(request), prompt::user::<D>(request));
        let asked = self.model.ask(D::KIND, &system, &user, |draft: D| judge(draft, request, gate)).await;
        asked.map_err(|failed| match failed.fault {
            // The model was told what is wrong in its own terms; people get ours.
            PartFault::ReplyRefused => PartFailure {
                fault: PartFault::ReplyRefused,
                detail: Some("what was written did not pass the checks, nor did its repair".to_owned()),
            },
            PartFault::NotEnoughWords
            | PartFault::SourceTooShort
            | PartFault::ModelTimeout
            | PartFault::ModelUnreachable
            | PartFault::ModelBusy
            | PartFault::ReplyCutOff
            | PartFault::ReplyMalformed
            | PartFault::NeedsModel
            | PartFault::Internal
            | PartFault::Unknown => failed,
        })
    }
}

macro_rules! write_by_kind {
    ($($variant:ident $module:ident),+ $(,)?) => {
        impl ModelWriter {
            /// Writes a task that passes `gate`.
            ///
            /// # Errors
            /// [`PartFailure`], which says what failed in terms that a person can act on.
            pub async fn write(
                &self,
                request: &Request<'_>,
                gate: &(dyn Fn(&TaskBody) -> GateReport + Sync),
            ) -> Result<Made, PartFailure> {
                $(if request.job.kind == <types::tasks::$module::Content as Template>::META.kind {
                    return self.draft::<<types::tasks::$module::Content as Generated>::Draft>(request, gate).await;
                })+
                Err(PartFailure { fault: PartFault::Internal, detail: Some("no model writes this kind".to_owned()) })
            }
        }
    };
}

types::for_each_task_template!(write_by_kind);

/// The task, or what is wrong with it, in words that let the model correct it.
fn judge<D: Draft>(
    draft: D,
    request: &Request<'_>,
    gate: &(dyn Fn(&TaskBody) -> GateReport + Sync),
) -> Result<Made, Vec<String>> {
    let mut made = draft.into_made(request).map_err(|fault| vec![fault.to_string()])?;
    let report = gate(&made.body);
    if report.worst() < Some(Severity::Fault) {
        return Ok(made);
    }
    let faults = || report.findings.iter().filter(|finding| finding.severity == Severity::Fault);
    // Faulty items are dropped if enough are left.
    let bad: BTreeSet<&ItemId> = faults().filter_map(|finding| finding.item.as_ref()).collect();
    if faults().all(|finding| finding.item.is_some())
        && let Some(body) = without_items(&made.body, &bad)
        && gate(&body).worst() < Some(Severity::Fault)
    {
        made.body = body;
        return Ok(made);
    }
    Err(faults()
        .map(|finding| format!("{}: {}", named(finding.code), finding.text.as_deref().unwrap_or_default()))
        .collect())
}

/// A finding in words that a model can act on.
fn named(code: FindingCode) -> &'static str {
    match code {
        FindingCode::Structure => "something is missing or doesn't fit together",
        FindingCode::KeyLongest => "the right option is the longest by far",
        FindingCode::ArticleCue => "'a' or 'an' before the gap gives the answer away",
        FindingCode::NumberCue => "only the right option agrees in number",
        FindingCode::AnswerLeaked => "the answer appears in another item",
        FindingCode::AnswerInStem => "the answer appears in its own question",
        FindingCode::KeySkewed => "nearly all the right answers are of one kind",
        FindingCode::DuplicateOption => "two options or statements are the same",
        FindingCode::AllOfTheAbove => "an option refers to the others",
        FindingCode::BankAmbiguous => "two words of the box fit the same gap",
        FindingCode::WrongLanguage => "not in the language of the lesson",
        FindingCode::Typography => "misplaced spaces or full stops",
        FindingCode::StrangeLetter => "letters of two scripts in a word, or a letter that no keyboard has",
        FindingCode::WordAboveLevel | FindingCode::TooHard => "too hard for the level",
        FindingCode::LongSentences => "sentences too long for the level",
        FindingCode::NoLevelData | FindingCode::FewerItems | FindingCode::Unknown => "a fault",
    }
}
