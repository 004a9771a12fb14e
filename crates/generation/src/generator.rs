//! Writes one planned task, by rules from the pack or a teacher's material, or with a model, and checks it before
//! returning it.

use std::sync::Arc;

use lexicon::Levels;
use types::{
    evidence::{Finding, FindingCode, GateReport, Severity},
    generation::{PartFault, Source},
    lesson::{Author, Origin},
    tasks::TaskBody,
};

use crate::{
    gate::GateInput,
    job::{PartFailure, PartJob, WrittenTask},
    made::Made,
    measure::check,
    model::{ModelConfig, PROMPT_VERSION, Request},
    plan::{ModelPlan, Plan},
    registry::{self, Kind, prepare, taught_words},
    source::read_words,
    writer::ModelWriter,
};

/// The version of the pack and the rules, recorded with every task made by rules.
const RULES_VERSION: &str = "rules-1";
/// Orders of a topic's words tried before the best result is taken.
const ATTEMPTS_MAX: u64 = 12;
/// Orders tried if none makes a task at all.
const ORDERS_MAX: u64 = 144;

/// Writes tasks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Generator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    model: Option<ModelWriter>,
    levels: Levels,
}

/// Whether a finding is about item writing: a task with one is made again, if by rules.
fn of_item_writing(code: FindingCode) -> bool {
    match code {
        FindingCode::KeyLongest
        | FindingCode::ArticleCue
        | FindingCode::NumberCue
        | FindingCode::AnswerLeaked
        | FindingCode::AnswerInStem
        | FindingCode::KeySkewed
        | FindingCode::DuplicateOption
        | FindingCode::AllOfTheAbove
        | FindingCode::BankAmbiguous
        | FindingCode::Typography
        | FindingCode::StrangeLetter => true,
        FindingCode::Structure
        | FindingCode::WrongLanguage
        | FindingCode::WordAboveLevel
        | FindingCode::TooHard
        | FindingCode::LongSentences
        | FindingCode::NoLevelData
        | FindingCode::FewerItems
        | FindingCode::Unknown => false,
    }
}

/// Weighs more than any number of warnings.
const FAULT: usize = 1_000;

/// How far a report is from clean; 0 is clean.
fn weight(report: &GateReport) -> usize {
    report
        .findings
        .iter()
        .map(|finding| match finding.severity {
            Severity::Fault => FAULT,
            Severity::Warning if of_item_writing(finding.code) => 1,
            Severity::Warning | Severity::Note => 0,
        })
        .sum()
}

/// The kind of the job.
fn kind(job: &PartJob) -> Result<Kind, PartFailure> {
    registry::kind(&job.kind).ok_or(PartFailure { fault: PartFault::NeedsModel, detail: None })
}

impl Generator {
    /// Creates a generator, with a model if one is configured. `levels` are used to measure its tasks.
    #[must_use]
    pub fn new(model: Option<ModelConfig>, levels: Levels) -> Self {
        let model = model.as_ref().map(ModelWriter::new);
        Self { inner: Arc::new(Inner { model, levels }) }
    }

    /// What it can make.
    #[must_use]
    pub fn offer(&self) -> crate::Offer {
        crate::Offer { model: self.inner.model.is_some() }
    }

    /// The levels used to measure tasks.
    #[must_use]
    pub fn levels(&self) -> &Levels {
        &self.inner.levels
    }

    fn gate(&self, job: &PartJob, taught: &[String], body: &TaskBody) -> GateReport {
        check(&GateInput { body, level: job.level, language: job.target_language, levels: &self.inner.levels, taught })
    }

    /// Writes a task.
    ///
    /// # Errors
    /// [`PartFailure`], which says why there is no task.
    pub async fn write(&self, job: &PartJob) -> Result<WrittenTask, PartFailure> {
        let mut written = self.write_as_planned(job).await?;
        let items = job.plan.get("items").and_then(serde_json::Value::as_u64).and_then(|n| usize::try_from(n).ok());
        // Without a requested number nothing counts as missing, unless a model wrote less than half of the usual
        // number.
        let made = registry::entries(&written.body);
        let asked = match (items, written.origin.author) {
            (Some(asked), _) => Some(asked),
            (None, Author::Model) => {
                registry::kind(&job.kind).and_then(|kind| kind.usual).filter(|usual| made * 2 < *usual)
            }
            (None, Author::BuiltIn | Author::Teacher | Author::Unknown) => None,
        };
        written.evidence = self.gate(job, &taught_words(job.others()), &written.body);
        written.evidence.findings.extend(asked.filter(|asked| made < *asked).map(|asked| fewer_items(made, asked)));
        Ok(written)
    }

    async fn write_as_planned(&self, job: &PartJob) -> Result<WrittenTask, PartFailure> {
        let plan: Plan = serde_json::from_value(job.plan.clone()).map_err(|_| PartFailure {
            fault: PartFault::Internal,
            detail: Some("the plan of this part can't be read".to_owned()),
        })?;
        let kind = kind(job)?;
        let wished = job.wish.as_deref().is_some_and(|wish| !wish.trim().is_empty());
        match plan {
            Plan::Model(plan) => self.by_model(job, &plan).await,
            // Only a model can follow a wish, whoever made the task before.
            Plan::Pack(plan) if wished => self.by_model(job, &ModelPlan { items: plan.items, source: None }).await,
            Plan::Text(plan) if wished => {
                let source = Some(Source::Text(plan.text));
                self.by_model(job, &ModelPlan { items: plan.items, source }).await
            }
            Plan::Words(plan) if wished => {
                let source = Some(Source::Words(plan.lines));
                self.by_model(job, &ModelPlan { items: plan.items, source }).await
            }
            Plan::Pack(mut plan) => {
                let mut taught = taught_words(&job.tasks);
                plan.taught.clone_from(&taught);
                taught.extend(plan.words.iter().cloned());
                self.by_rules(job, &taught, |attempt| (kind.from_pack)(job, &plan, attempt))
            }
            Plan::Text(plan) => {
                self.by_rules(job, &taught_words(&job.tasks), |attempt| (kind.from_text)(job, &plan, attempt))
            }
            Plan::Words(plan) => {
                self.by_rules(job, &taught_words(&job.tasks), |attempt| (kind.from_words)(job, &plan, attempt))
            }
        }
    }

    /// Tries orders of the words until one makes a clean task, else returns the cleanest without a fault. If one order
    /// leaves too few words, another usually does not.
    fn by_rules(
        &self,
        job: &PartJob,
        taught: &[String],
        make: impl Fn(u64) -> Result<Made, PartFailure>,
    ) -> Result<WrittenTask, PartFailure> {
        let mut best: Option<(usize, Made)> = None;
        let mut refused = Vec::new();
        let mut failed = None;
        for attempt in 0..ORDERS_MAX {
            if attempt >= ATTEMPTS_MAX && best.is_some() {
                break;
            }
            let made = match make(attempt) {
                Ok(made) => made,
                Err(failure) => {
                    let hopeless = failure.fault != PartFault::NotEnoughWords;
                    failed = Some(failure);
                    if hopeless {
                        break;
                    }
                    continue;
                }
            };
            let report = self.gate(job, taught, &made.body);
            let weight = weight(&report);
            if weight >= FAULT {
                refused = report.findings.iter().filter(|f| f.severity == Severity::Fault).map(|f| f.code).collect();
            }
            if best.as_ref().is_none_or(|(least, _)| weight < *least) {
                best = Some((weight, made));
            }
            if weight == 0 {
                break;
            }
        }
        match (best, failed) {
            (Some((weight, made)), _) if weight < FAULT => {
                let origin = Origin {
                    author: Author::BuiltIn,
                    model: None,
                    version: Some(RULES_VERSION.to_owned()),
                    edited: false,
                    seed: seed32(job.seed),
                };
                Ok(finish(job, made, origin))
            }
            (Some(_), _) => Err(PartFailure {
                fault: PartFault::ReplyRefused,
                detail: Some(format!("what the rules made did not pass the checks: {refused:?}")),
            }),
            (None, Some(failure)) => Err(failure),
            (None, None) => Err(PartFailure { fault: PartFault::Internal, detail: None }),
        }
    }

    async fn by_model(&self, job: &PartJob, plan: &ModelPlan) -> Result<WrittenTask, PartFailure> {
        let Some(model) = &self.inner.model else {
            return Err(PartFailure { fault: PartFault::NeedsModel, detail: None });
        };
        let (words, text) = about_lesson(job, plan.source.as_ref());
        let request = Request::new(job, plan.items, words, text);
        let taught = request.words.clone();
        let made = model.write(&request, &|body| self.gate(job, &taught, body)).await?;
        let origin = Origin {
            author: Author::Model,
            model: Some(model.model().to_owned()),
            version: Some(PROMPT_VERSION.to_owned()),
            edited: false,
            seed: seed32(job.seed),
        };
        Ok(finish(job, made, origin))
    }
}

/// What a model is told about the lesson: its words, and its text unless the task is itself a text to read.
fn about_lesson(job: &PartJob, source: Option<&Source>) -> (Vec<String>, Option<String>) {
    let is_reading = |name: &str| registry::kind(name).is_some_and(|kind| kind.is_reading);
    let mut words = taught_words(&job.tasks);
    let mut text = None;
    match source {
        Some(Source::Text(own)) => text = Some(own.clone()),
        Some(Source::Words(lines)) if words.is_empty() => {
            words = read_words(lines).into_iter().map(|line| line.word).collect();
        }
        Some(Source::Words(_)) | None => {}
    }
    for task in job.tasks.iter().filter(|task| is_reading(task.body.kind())) {
        if words.is_empty() {
            words = registry::key_words(&task.body);
        }
        text.get_or_insert_with(|| task.body.plain_text());
    }
    (words, text.filter(|_| !is_reading(&job.kind)))
}

/// The finding that items are missing: shown with the task until somebody saves it as it is.
fn fewer_items(made: usize, asked: usize) -> Finding {
    Finding {
        code: FindingCode::FewerItems,
        severity: Severity::Warning,
        item: None,
        path: None,
        text: Some(made.to_string()),
        other: Some(asked.to_string()),
    }
}

fn seed32(seed: u64) -> u32 {
    u32::try_from((seed ^ (seed >> 32)) & u64::from(u32::MAX)).unwrap_or(0)
}

fn finish(job: &PartJob, made: Made, origin: Origin) -> WrittenTask {
    let instructions =
        made.instructions.unwrap_or_else(|| made.variant.instructions(job.level, job.students_language).to_owned());
    let planned = job.title.trim();
    let title = match made.title {
        Some(title) => title,
        None if planned.is_empty() => made.variant.title(job.target_language).to_owned(),
        None => planned.to_owned(),
    };
    WrittenTask {
        title,
        instructions,
        body: prepare(made.body, job.target_language),
        origin,
        evidence: GateReport::default(),
    }
}
