//! Plans a lesson: its sections and the tasks to write, each with a stored plan.
//!
//! There are three ways: from the topic pack (English, A1 to B2), from a teacher's text or word list (any language, as
//! far as rules go), and entirely with a model. A lesson from the pack never uses a model.

use lexicon::{Near, Topic, TopicMatch, find_topic, pack};
use serde_json::Value;
use types::{
    generation::{CreateRun, NearTopic, Source, TopicInfo},
    levels::{CefrLevel, Language},
    problem::FieldCode,
    shuffle::Shuffler,
    tasks::{self as kinds, Template, sentence_builder::CHIPS_MIN},
    text::words,
};

use crate::{
    builtin::{LIST_WORDS, draw_words},
    drill::Drill,
    job::PartJob,
    labels::{Section, TaskVariant, section},
    plan::{ModelPlan, PackPlan, Plan, TextPlan, WordsPlan},
    prose::capitalised,
    registry, source,
    tasks::{
        gap_fill, matching, sentence_builder, sentence_builder::USUAL as SENTENCES_USUAL, single_choice, text,
        true_false, word_bank, word_list,
    },
    typed_topic::{self, TypedTopic},
};

/// What this server can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// A language model is configured: any topic, level and language.
    pub model: bool,
}

/// A lesson before its tasks are written.
#[derive(Clone, Debug, PartialEq)]
pub struct LessonPlan {
    pub title: String,
    pub topic: String,
    /// The requested level, unless the topic names another ('Travel A1').
    pub level: CefrLevel,
    /// Section titles in order, in the language taught.
    pub sections: Vec<String>,
    /// In lesson order.
    pub parts: Vec<PlannedPart>,
}

/// One task to write.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedPart {
    pub kind: String,
    pub title: String,
    /// 0-based index of its section.
    pub section: usize,
    /// Index in [`LessonPlan::parts`] of the part whose result it builds on; that part waits for none itself.
    pub waits_for: Option<usize>,
    /// The generator's plan, opaque to others: stored with the part and passed back in [`PartJob::plan`].
    pub plan: Value,
}

/// Why a request can't be planned.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanError {
    /// The invalid field: `topic`, `level`, `target_language`, `kind`, `source.text` or `source.words`.
    pub field: &'static str,
    pub code: FieldCode,
    /// Topics of the pack that are near the typed one, or that have what was requested.
    pub near: Vec<NearTopic>,
}

impl PlanError {
    fn new(field: &'static str, code: FieldCode) -> Self {
        Self { field, code, near: Vec::new() }
    }
}

/// The language of the built-in pack.
pub const PACK_LANGUAGE: Language = Language::En;

fn info(topic: &Topic) -> TopicInfo {
    TopicInfo { id: topic.id.clone(), title: topic.title.clone(), levels: topic.levels() }
}

/// The kinds of task that [`plan_one`] plans.
pub fn generated_kinds(offer: &Offer) -> impl Iterator<Item = &'static str> {
    let model = offer.model;
    kinds::CATALOGUE
        .iter()
        .filter(move |meta| {
            meta.generated && (model || registry::kind(meta.kind).is_some_and(|kind| kind.can_from_pack))
        })
        .map(|meta| meta.kind)
}

/// The topics of the built-in pack, sorted by title.
#[must_use]
pub fn topics() -> Vec<TopicInfo> {
    let mut all: Vec<TopicInfo> = pack().topics.iter().map(info).collect();
    all.sort_by(|a, b| a.title.cmp(&b.title));
    all
}

fn near_info(near: Near) -> NearTopic {
    let TopicInfo { id, title, levels } = info(near.topic);
    NearTopic { id, title, levels, level: near.level, words: near.words, misspelt: near.misspelt }
}

/// A topic of the pack, with the level and grammar requested.
struct PackTopic {
    topic: &'static Topic,
    level: CefrLevel,
    drill: Option<Drill>,
}

/// The topic of the pack for a request, or why there is none.
fn pack_topic(typed: &str, level: CefrLevel, language: Language) -> Result<PackTopic, PlanError> {
    if language != PACK_LANGUAGE {
        return Err(PlanError::new("target_language", FieldCode::NotAllowed));
    }
    let TypedTopic { topic, level: named, drill } = typed_topic::read(typed);
    let level = named.unwrap_or(level);
    // The error for a level that the topic lacks, or one below that of the grammar: offers what there is instead.
    let other_level = |topic: &'static Topic, level: CefrLevel| {
        let near = near_info(Near { topic, level, words: Vec::new(), misspelt: false });
        PlanError { near: vec![near], ..PlanError::new("level", FieldCode::NotAllowed) }
    };
    match find_topic(&topic, level) {
        TopicMatch::Found(topic) => match (level.nearest(&topic.levels()), drill) {
            (Some(at), _) if at != level => Err(other_level(topic, at)),
            (_, Some(drill)) if drill.level() > level => Err(other_level(topic, drill.level())),
            (_, drill) => Ok(PackTopic { topic, level, drill }),
        },
        TopicMatch::Near(near) => {
            let near = near.into_iter().map(near_info).collect();
            Err(PlanError { near, ..PlanError::new("topic", FieldCode::NoSuchReference) })
        }
    }
}

/// Builds a plan part by part.
struct Builder {
    language: Language,
    sections: Vec<Section>,
    parts: Vec<PlannedPart>,
}

impl Builder {
    fn new(language: Language, sections: &[Section]) -> Self {
        Self { language, sections: sections.to_vec(), parts: Vec::new() }
    }

    fn add<T: Template>(&mut self, of: Section, variant: TaskVariant, plan: &Plan) -> &mut PlannedPart {
        self.add_kind(T::META.kind, of, variant, plan)
    }

    fn add_kind(&mut self, kind: &str, of: Section, variant: TaskVariant, plan: &Plan) -> &mut PlannedPart {
        let section = self.sections.iter().position(|other| *other == of).unwrap_or(0);
        self.parts.push(PlannedPart {
            kind: kind.to_owned(),
            title: variant.title(self.language).to_owned(),
            section,
            waits_for: None,
            plan: plan.to_value(),
        });
        let last = self.parts.len() - 1;
        &mut self.parts[last]
    }

    fn finish(mut self, topic: &str, fallback: &str, level: CefrLevel) -> LessonPlan {
        // Drop sections without parts.
        let used: Vec<usize> =
            (0..self.sections.len()).filter(|n| self.parts.iter().any(|part| part.section == *n)).collect();
        for part in &mut self.parts {
            part.section = used.iter().position(|n| *n == part.section).unwrap_or(0);
        }
        let typed = topic.trim();
        let name = if typed.is_empty() { fallback } else { typed };
        LessonPlan {
            title: capitalised(name),
            topic: name.to_owned(),
            level,
            sections: used.iter().map(|n| section(self.sections[*n], self.language).to_owned()).collect(),
            parts: self.parts,
        }
    }
}

/// Plans a lesson.
///
/// # Errors
/// [`PlanError`] if the built-in pack can't serve the request and no model is configured, or if the source is too
/// short.
pub fn plan(request: &CreateRun, offer: &Offer) -> Result<LessonPlan, PlanError> {
    match &request.source {
        Some(Source::Text(text)) => plan_text(request, text, offer),
        Some(Source::Words(lines)) => plan_words(request, lines, offer),
        None if offer.model => Ok(plan_model(request)),
        None => plan_pack(request),
    }
}

fn seed(request: &CreateRun) -> u64 {
    let (high, low) = request.request_id.as_u64_pair();
    high ^ low.rotate_left(17)
}

/// A lesson by rules from the pack. All tasks share its words, but start with different ones; the two tasks that show
/// whole example sentences use different sentences.
fn plan_pack(request: &CreateRun) -> Result<LessonPlan, PlanError> {
    let PackTopic { topic, level, drill } = pack_topic(&request.topic, request.level, request.target_language)?;
    let mut shuffler = Shuffler::new(seed(request), "lesson");
    let drawn = draw_words(topic, level, &mut shuffler, LIST_WORDS);
    let words: Vec<String> = drawn.iter().map(|entry| entry.lemma.clone()).collect();
    let turned = |by: usize| {
        let mut words = words.clone();
        let len = words.len().max(1);
        words.rotate_left(by % len);
        words
    };
    let of = |words: Vec<String>| Plan::Pack(PackPlan { topic: topic.id.clone(), words, ..PackPlan::default() });
    let mut lesson = Builder::new(Language::En, &[Section::Words, Section::Practice, Section::Grammar]);
    lesson.add::<kinds::word_list::Content>(Section::Words, word_list::WORDS, &of(words.clone())).title =
        list_title(topic);
    let translations = level == CefrLevel::A1 && request.students_language == Language::Ru;
    let variant = if translations { matching::TRANSLATIONS } else { matching::MEANINGS };
    let pairs = PackPlan { topic: topic.id.clone(), words: turned(0), translations, ..PackPlan::default() };
    lesson.add::<kinds::matching::Content>(Section::Words, variant, &Plan::Pack(pairs));
    lesson.add::<kinds::single_choice::Content>(Section::Practice, single_choice::WORD, &of(turned(6)));
    lesson.add::<kinds::true_false::Content>(Section::Practice, true_false::MEANINGS, &of(turned(3)));
    let build = examples_to_build(&turned(words.len() / 2), topic);
    let bank =
        PackPlan { topic: topic.id.clone(), words: words.clone(), keep_off: build.clone(), ..PackPlan::default() };
    lesson.add::<kinds::word_bank::Content>(Section::Practice, word_bank::with_extra(2), &Plan::Pack(bank));
    let drills = Drill::of_level(level);
    let drill = drill.unwrap_or_else(|| drills[shuffler.below(drills.len())]);
    lesson.add::<kinds::sentence_builder::Content>(Section::Grammar, sentence_builder::BUILD, &of(build));
    let practised = PackPlan { topic: topic.id.clone(), words, drill: Some(drill), ..PackPlan::default() };
    lesson.add::<kinds::gap_fill::Content>(Section::Grammar, gap_fill::FORMS, &Plan::Pack(practised)).title =
        drill.title().to_owned();
    Ok(lesson.finish(&request.topic, &topic.title, level))
}

/// The title of a word list: 'Travel words' if the topic is one plain word.
fn list_title(topic: &Topic) -> String {
    if topic.title.contains(' ') || topic.title.ends_with('s') {
        word_list::WORDS.title(Language::En).to_owned()
    } else {
        format!("{} words", topic.title)
    }
}

/// The words whose examples become sentences to build; the lesson's gap task never uses them. Those of more than four
/// chunks come first: they are better to build than to fill.
fn examples_to_build(words: &[String], topic: &Topic) -> Vec<String> {
    let chunks = |lemma: &String| topic.entry(lemma).map_or(0, |entry| entry.example.chunks.len());
    let mut build: Vec<String> = words.iter().filter(|lemma| chunks(lemma) >= CHIPS_MIN).cloned().collect();
    build.sort_by_key(|lemma| chunks(lemma) <= 4);
    build.truncate(SENTENCES_USUAL);
    build
}

/// A lesson from a teacher's text: the text itself, and tasks made from it by rules or a model.
fn plan_text(request: &CreateRun, text: &str, offer: &Offer) -> Result<LessonPlan, PlanError> {
    if words(text).count() < 15 && source::has_words(request.target_language) || text.trim().chars().count() < 40 {
        return Err(PlanError::new("source.text", FieldCode::TooShort));
    }
    let mut lesson =
        Builder::new(request.target_language, &[Section::Reading, Section::Words, Section::Practice, Section::Grammar]);
    let by_rule = |share| Plan::Text(TextPlan { text: text.to_owned(), items: None, share });
    lesson.add::<kinds::text::Content>(Section::Reading, text::READ, &by_rule(None));
    if offer.model {
        let by_model = Plan::Model(ModelPlan { items: None, source: Some(Source::Text(text.to_owned())) });
        lesson.add::<kinds::true_false::Content>(Section::Reading, true_false::OF_TEXT, &by_model);
        lesson.add::<kinds::single_choice::Content>(Section::Reading, single_choice::ANSWER, &by_model);
        lesson.add::<kinds::word_list::Content>(Section::Words, word_list::WORDS, &by_model);
        lesson.add::<kinds::matching::Content>(Section::Words, matching::MEANINGS, &by_model);
        lesson.add::<kinds::word_bank::Content>(Section::Practice, word_bank::with_extra(2), &by_model);
        lesson.add::<kinds::sentence_builder::Content>(Section::Grammar, sentence_builder::BUILD, &by_model);
        lesson.add::<kinds::gap_fill::Content>(Section::Grammar, gap_fill::FORMS, &by_model);
        make_others_wait::<kinds::word_list::Content>(&mut lesson.parts);
    } else {
        if !source::has_words(request.target_language) {
            return Err(PlanError::new("target_language", FieldCode::NotAllowed));
        }
        let mut made = 0;
        for (kind, variant, share) in [
            (kinds::word_bank::Content::META.kind, word_bank::OF_TEXT, Some((0, 2))),
            (kinds::sentence_builder::Content::META.kind, sentence_builder::AS_IN_TEXT, None),
            (kinds::gap_fill::Content::META.kind, gap_fill::WORDS, Some((1, 2))),
        ] {
            if can_make(request, kind, &by_rule(share)) {
                lesson.add_kind(kind, Section::Practice, variant, &by_rule(share));
                made += 1;
            }
        }
        if made == 0 {
            return Err(PlanError::new("source.text", FieldCode::TooShort));
        }
    }
    let fallback: String = words(text).take(5).collect::<Vec<_>>().join(" ");
    Ok(lesson.finish(&request.topic, &fallback.chars().take(80).collect::<String>(), request.level))
}

/// Whether the material is enough for this kind. Tries it out: only the maker knows.
fn can_make(request: &CreateRun, kind: &str, plan: &Plan) -> bool {
    let job = PartJob {
        kind: kind.to_owned(),
        title: String::new(),
        plan: Value::Null,
        topic: request.topic.clone(),
        notes: String::new(),
        wish: None,
        level: request.level,
        target_language: request.target_language,
        students_language: request.students_language,
        tasks: Vec::new(),
        replaces: None,
        seed: seed(request),
    };
    let Some(maker) = registry::kind(kind) else { return false };
    match plan {
        Plan::Text(plan) => (maker.from_text)(&job, plan, 0).is_ok(),
        Plan::Words(plan) => (maker.from_words)(&job, plan, 0).is_ok(),
        Plan::Pack(_) | Plan::Model(_) => true,
    }
}

/// Makes parts written by a model wait for the first part of this kind. Parts made by rules from the teacher's own
/// material wait for nothing.
fn make_others_wait<T: Template>(parts: &mut [PlannedPart]) {
    let first = parts.iter().position(|part| part.kind == T::META.kind);
    for (n, part) in parts.iter_mut().enumerate() {
        let by_model = part.plan.get("maker").is_some_and(|maker| maker == "model");
        part.waits_for = first.filter(|first| *first != n && by_model);
    }
}

/// A lesson from a teacher's word list.
fn plan_words(request: &CreateRun, lines: &str, offer: &Offer) -> Result<LessonPlan, PlanError> {
    let all = source::read_words(lines);
    let pairs = source::with_meaning(&all).len();
    if all.len() < 3 || (pairs < 3 && !offer.model) {
        return Err(PlanError::new("source.words", FieldCode::TooShort));
    }
    let mut lesson =
        Builder::new(request.target_language, &[Section::Words, Section::Reading, Section::Practice, Section::Grammar]);
    let by_rule = Plan::Words(WordsPlan { lines: lines.to_owned(), items: None });
    lesson.add::<kinds::word_list::Content>(Section::Words, word_list::WORDS, &by_rule);
    if pairs >= 3 {
        lesson.add::<kinds::matching::Content>(Section::Words, matching::TRANSLATIONS, &by_rule);
    }
    if offer.model {
        let by_model = Plan::Model(ModelPlan { items: None, source: Some(Source::Words(lines.to_owned())) });
        lesson.add::<kinds::text::Content>(Section::Reading, text::READ, &by_model);
        lesson.add::<kinds::word_bank::Content>(Section::Practice, word_bank::with_extra(2), &by_model);
        lesson.add::<kinds::single_choice::Content>(Section::Practice, single_choice::WORD, &by_model);
        lesson.add::<kinds::true_false::Content>(Section::Practice, true_false::MEANINGS, &by_model);
        lesson.add::<kinds::sentence_builder::Content>(Section::Grammar, sentence_builder::BUILD, &by_model);
        lesson.add::<kinds::gap_fill::Content>(Section::Grammar, gap_fill::FORMS, &by_model);
        make_others_wait::<kinds::word_list::Content>(&mut lesson.parts);
    } else if can_make(request, kinds::single_choice::Content::META.kind, &by_rule) {
        lesson.add::<kinds::single_choice::Content>(Section::Practice, single_choice::WORD, &by_rule);
    }
    let fallback: Vec<&str> = all.iter().take(3).map(|line| line.word.as_str()).collect();
    Ok(lesson.finish(&request.topic, &fallback.join(", "), request.level))
}

/// A lesson by a model. The text comes first; everything else is made from it and its words.
fn plan_model(request: &CreateRun) -> LessonPlan {
    let by_model = Plan::Model(ModelPlan::default());
    let mut lesson =
        Builder::new(request.target_language, &[Section::Reading, Section::Words, Section::Practice, Section::Grammar]);
    lesson.add::<kinds::text::Content>(Section::Reading, text::READ, &by_model);
    lesson.add::<kinds::true_false::Content>(Section::Reading, true_false::OF_TEXT, &by_model);
    lesson.add::<kinds::word_list::Content>(Section::Words, word_list::WORDS, &by_model);
    lesson.add::<kinds::matching::Content>(Section::Words, matching::MEANINGS, &by_model);
    lesson.add::<kinds::word_bank::Content>(Section::Practice, word_bank::with_extra(2), &by_model);
    lesson.add::<kinds::single_choice::Content>(Section::Practice, single_choice::ANSWER, &by_model);
    lesson.add::<kinds::sentence_builder::Content>(Section::Grammar, sentence_builder::BUILD, &by_model);
    lesson.add::<kinds::gap_fill::Content>(Section::Grammar, gap_fill::FORMS, &by_model);
    make_others_wait::<kinds::text::Content>(&mut lesson.parts);
    lesson.finish(&request.topic, "", request.level)
}

/// Plans one more task for a lesson.
///
/// # Errors
/// As for [`plan`]; `kind` if nothing can make that kind here.
pub fn plan_one(
    kind: &str,
    topic: &str,
    level: CefrLevel,
    language: Language,
    items: Option<u32>,
    offer: &Offer,
) -> Result<PlannedPart, PlanError> {
    let maker = registry::kind(kind).ok_or_else(|| PlanError::new("kind", FieldCode::NotAllowed))?;
    let plan = if offer.model {
        Plan::Model(ModelPlan { items, source: None })
    } else {
        if !maker.can_from_pack {
            return Err(PlanError::new("kind", FieldCode::NotAllowed));
        }
        let PackTopic { topic, .. } = pack_topic(topic, level, language)?;
        Plan::Pack(PackPlan { topic: topic.id.clone(), items, ..PackPlan::default() })
    };
    Ok(PlannedPart {
        kind: kind.to_owned(),
        title: maker.variant.title(language).to_owned(),
        section: 0,
        waits_for: None,
        plan: plan.to_value(),
    })
}

/// Plans a task to be made again: the same plan with another seed gives different items. `made_by` is the stored plan
/// that made it: a task from the teacher's own material stays with that material.
///
/// # Errors
/// As for [`plan_one`].
pub fn plan_again(
    made_by: Option<Value>,
    kind: &str,
    topic: &str,
    level: CefrLevel,
    language: Language,
    items: Option<u32>,
    offer: &Offer,
) -> Result<PlannedPart, PlanError> {
    let made_by = made_by.and_then(|plan| serde_json::from_value(plan).ok());
    let plan = match made_by {
        Some(Plan::Text(plan)) if offer.model => {
            Plan::Model(ModelPlan { items, source: Some(Source::Text(plan.text)) })
        }
        Some(Plan::Words(plan)) if offer.model => {
            Plan::Model(ModelPlan { items, source: Some(Source::Words(plan.lines)) })
        }
        Some(own @ (Plan::Text(_) | Plan::Words(_))) => own,
        Some(Plan::Model(ModelPlan { source: Some(source), .. })) => match source {
            source if offer.model => Plan::Model(ModelPlan { items, source: Some(source) }),
            Source::Text(text) => Plan::Text(TextPlan { text, items, share: None }),
            Source::Words(lines) => Plan::Words(WordsPlan { lines, items }),
        },
        Some(Plan::Pack(_) | Plan::Model(ModelPlan { source: None, .. })) | None => {
            return plan_one(kind, topic, level, language, items, offer);
        }
    };
    let maker = registry::kind(kind).ok_or_else(|| PlanError::new("kind", FieldCode::NotAllowed))?;
    Ok(PlannedPart {
        kind: kind.to_owned(),
        title: maker.variant.title(language).to_owned(),
        section: 0,
        waits_for: None,
        plan: plan.to_value(),
    })
}
