//! The good tasks: written by hand (`good.toml`), made by the rules, and taken from the pack's examples unchanged.

use std::collections::BTreeMap;

use lexicon::{Levels, pack};
use linguaglow_generation::{GateInput, Generator, Offer, PartJob, check, plan, taught_words, topics};
use serde::Deserialize;
use types::{
    evidence::{FindingCode, GateReport},
    generation::CreateRun,
    ids::{ItemId, SectionId, TaskId},
    lesson::Task,
    levels::{CefrLevel, Language},
    tasks::{
        TaskBody, gap_fill, gap_source::Memory, gaps, inline_choice, matching, multiple_choice, ordering,
        sentence_builder, single_choice, sorting, text, true_false, true_false::Truth, unscramble, word_bank,
        word_list,
    },
};
use uuid::Uuid;

/// Where a good task comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maker {
    ByHand,
    ByRules,
    FromPack,
}

/// A task without item-writing faults.
#[derive(Clone, Debug)]
pub struct Good {
    pub maker: Maker,
    pub name: String,
    pub body: TaskBody,
    pub level: CefrLevel,
    pub language: Language,
    pub taught: Vec<String>,
}

impl Good {
    /// The gate's report on `body` in place of this task's.
    pub fn report(&self, body: &TaskBody, levels: &Levels) -> GateReport {
        let (level, language, taught) = (self.level, self.language, &self.taught);
        check(&GateInput { body, level, language, levels, taught })
    }
}

/// A task in `good.toml` or `bad.toml`, with the fields of its kind set.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    /// The fault of a bad task.
    code: Option<FindingCode>,
    /// No mutation tests the rule that catches this bad task, so it must not be missed.
    alone: bool,
    kind: String,
    level: Option<CefrLevel>,
    /// English by default.
    language: Option<Language>,
    /// The language of the translations, for readers of the file.
    #[serde(rename = "students")]
    _students: Option<Language>,
    questions: Vec<Vec<String>>,
    statements: Vec<(String, bool)>,
    text: String,
    extra: Vec<String>,
    pairs: Vec<(String, String)>,
    sentences: Vec<String>,
    words: Vec<(String, String, String)>,
    markdown: String,
}

pub fn choice(all: &[Vec<String>]) -> TaskBody {
    let questions = all
        .iter()
        .enumerate()
        .map(|(n, texts)| single_choice::Question {
            id: ItemId::nth(n),
            stem: texts[0].clone(),
            right: texts[1].clone(),
            distractors: texts[2..].to_vec(),
            explanation: None,
        })
        .collect();
    TaskBody::SingleChoice(single_choice::Content { questions })
}

/// A question's right options begin with `+`.
fn choices(all: &[Vec<String>]) -> TaskBody {
    let question = |(n, texts): (usize, &Vec<String>)| {
        let (right, distractors): (Vec<_>, Vec<_>) = texts[1..].iter().partition(|text| text.starts_with('+'));
        multiple_choice::Question {
            id: ItemId::nth(n),
            stem: texts[0].clone(),
            right: right.into_iter().map(|text| text[1..].to_owned()).collect(),
            distractors: distractors.into_iter().cloned().collect(),
            explanation: None,
        }
    };
    let questions = all.iter().enumerate().map(question).collect();
    TaskBody::MultipleChoice(multiple_choice::Content { questions, rule: multiple_choice::Rule::Exact })
}

pub fn truths(all: &[(String, bool)]) -> TaskBody {
    let statements = all
        .iter()
        .enumerate()
        .map(|(n, (text, truth))| true_false::Statement {
            id: ItemId::nth(n),
            text: text.clone(),
            truth: if *truth { Truth::True } else { Truth::False },
            explanation: None,
        })
        .collect();
    TaskBody::TrueFalse(true_false::Content { statements, with_not_stated: false })
}

pub fn bank(text: &str, extra: &[String]) -> TaskBody {
    let make =
        |key, _: Option<&_>, used: &[ItemId]| word_bank::Gap { id: ItemId::fresh(used), key, variants: Vec::new() };
    let (parts, _) = Memory::default().read(text.trim(), &[], make);
    TaskBody::WordBank(word_bank::Content { parts, distractors: extra.to_vec() })
}

pub fn typed(text: &str) -> TaskBody {
    let (parts, _) = Memory::default().read(text.trim(), &[], gap_fill::gap_of);
    TaskBody::GapFill(gap_fill::Content { parts, typos: false, contractions_matter: false })
}

/// The wrong options of each gap, separated by bars.
fn picked(text: &str, wrong: &[String]) -> TaskBody {
    let (mut parts, _) = Memory::default().read(text.trim(), &[], inline_choice::gap_of);
    let gaps = parts.iter_mut().filter_map(|part| match part {
        gaps::Part::Gap(gap) => Some(gap),
        gaps::Part::Text(_) => None,
    });
    for (gap, wrong) in gaps.zip(wrong) {
        gap.distractors = wrong.split('|').map(|option| option.trim().to_owned()).collect();
    }
    TaskBody::InlineChoice(inline_choice::Content { parts })
}

fn pairs(all: &[(String, String)]) -> TaskBody {
    let side = |text: &String| matching::Side::from(text.clone());
    let pairs = all
        .iter()
        .enumerate()
        .map(|(n, (left, right))| matching::Pair { id: ItemId::nth(n), left: side(left), right: side(right) })
        .collect();
    TaskBody::Matching(matching::Content { pairs, extra: Vec::new() })
}

/// The first text of a list is the column's title.
fn sorted(all: &[Vec<String>]) -> TaskBody {
    let mut entries: Vec<sorting::Entry> = Vec::new();
    for (n, column) in all.iter().enumerate() {
        for text in &column[1..] {
            let columns = vec![u8::try_from(n).unwrap()];
            entries.push(sorting::Entry { id: ItemId::nth(entries.len()), text: text.clone(), columns });
        }
    }
    TaskBody::Sorting(sorting::Content { columns: all.iter().map(|column| column[0].clone()).collect(), entries })
}

/// A speaker stands before a colon.
fn ordered(all: &[Vec<String>]) -> TaskBody {
    let line = |text: &String| match text.split_once(": ") {
        Some((speaker, said)) => ordering::PassageLine { speaker: Some(speaker.to_owned()), text: said.to_owned() },
        None => ordering::PassageLine { speaker: None, text: text.clone() },
    };
    let passage = |(n, lines): (usize, &Vec<String>)| ordering::Passage {
        id: ItemId::nth(n),
        lines: lines.iter().map(line).collect(),
    };
    TaskBody::Ordering(ordering::Content { passages: all.iter().enumerate().map(passage).collect() })
}

/// Words with their clues; an empty clue means none.
fn letters(all: &[(String, String)]) -> TaskBody {
    let word = |(n, (word, clue)): (usize, &(String, String))| unscramble::Word {
        id: ItemId::nth(n),
        word: word.clone(),
        clue: Some(clue.clone()).filter(|clue| !clue.is_empty()),
    };
    TaskBody::Unscramble(unscramble::Content { words: all.iter().enumerate().map(word).collect() })
}

/// Sentences such as `my sister | works | in a bank.`: the last character is the ending.
fn built(all: &[String]) -> TaskBody {
    let sentences = all
        .iter()
        .enumerate()
        .map(|(n, sentence)| {
            let ending: String = sentence.chars().next_back().into_iter().collect();
            let chips = sentence.trim_end_matches(&ending).split('|').map(|chip| chip.trim().to_owned()).collect();
            sentence_builder::Sentence { id: ItemId::nth(n), orders: vec![chips], ending }
        })
        .collect();
    TaskBody::SentenceBuilder(sentence_builder::Content { sentences })
}

fn list(all: &[(String, String, String)]) -> TaskBody {
    let words = all
        .iter()
        .enumerate()
        .map(|(n, (word, definition, translation))| word_list::Word {
            id: ItemId::nth(n),
            word: word.clone(),
            meaning: word_list::Meaning {
                definition: Some(definition.clone()),
                translation: Some(translation.clone()),
                ..word_list::Meaning::default()
            },
        })
        .collect();
    TaskBody::WordList(word_list::Content { words })
}

impl Written {
    fn body(&self, kind: &str) -> TaskBody {
        match kind {
            "single_choice" => choice(&self.questions),
            "multiple_choice" => choices(&self.questions),
            "inline_choice" => picked(&self.text, &self.extra),
            "sorting" => sorted(&self.questions),
            "ordering" => ordered(&self.questions),
            "true_false" => truths(&self.statements),
            "word_bank" => bank(&self.text, &self.extra),
            "gap_fill" => typed(&self.text),
            "matching" => pairs(&self.pairs),
            "sentence_builder" => built(&self.sentences),
            "word_list" => list(&self.words),
            "unscramble" => letters(&self.pairs),
            "text" => TaskBody::Text(text::Content { markdown: self.markdown.trim().to_owned() }),
            other => panic!("no such kind: {other}"),
        }
    }

    fn read(&self, kind: &str, n: usize) -> Good {
        let (level, language) = (self.level.expect("a level"), self.language.unwrap_or(Language::En));
        let name = format!("{kind} {} ({language} {level})", n + 1);
        Good { maker: Maker::ByHand, name, body: self.body(kind), level, language, taught: Vec::new() }
    }
}

/// The tasks of `good.toml`, by kind.
pub fn by_hand() -> Vec<Good> {
    let file: BTreeMap<String, Vec<Written>> =
        toml::from_str(include_str!("good.toml")).expect("good.toml can be read");
    file.iter().flat_map(|(kind, tasks)| tasks.iter().enumerate().map(|(n, task)| task.read(kind, n))).collect()
}

/// The tasks of `bad.toml`, each with its fault and whether it must not be missed.
pub fn bad() -> Vec<(Good, FindingCode, bool)> {
    #[derive(Deserialize)]
    struct File {
        bad: Vec<Written>,
    }
    let file: File = toml::from_str(include_str!("bad.toml")).expect("bad.toml can be read");
    let all = file.bad.into_iter().enumerate();
    all.map(|(n, task)| (task.read(&task.kind, n), task.code.expect("a code"), task.alone)).collect()
}

/// A lesson by rules for every topic and level of the pack.
pub async fn by_rules(seed: u64) -> Vec<Good> {
    let generator = Generator::new(None, Levels::built_in());
    let mut all = Vec::new();
    for topic in topics() {
        for level in topic.levels {
            let request = CreateRun {
                request_id: Uuid::from_u64_pair(seed, !seed),
                topic: topic.id.clone(),
                level,
                target_language: Language::En,
                students_language: Language::Ru,
                course_id: None,
                notes: String::new(),
                source: None,
            };
            let lesson = plan(&request, &Offer { model: false }).expect("the pack has it");
            let mut tasks = Vec::new();
            for part in &lesson.parts {
                let job = PartJob {
                    kind: part.kind.clone(),
                    title: part.title.clone(),
                    plan: part.plan.clone(),
                    topic: lesson.topic.clone(),
                    notes: String::new(),
                    wish: None,
                    level,
                    target_language: Language::En,
                    students_language: Language::Ru,
                    tasks: Vec::new(),
                    replaces: None,
                    seed,
                };
                let written = generator.write(&job).await.expect("it is made");
                tasks.push(Task {
                    id: TaskId(Uuid::nil()),
                    section_id: SectionId(Uuid::nil()),
                    title: written.title,
                    instructions: written.instructions,
                    body: written.body,
                    origin: written.origin,
                    evidence: GateReport::default(),
                    revision: 1,
                    updated_at: chrono::DateTime::UNIX_EPOCH,
                });
            }
            let taught = taught_words(&tasks);
            all.extend(tasks.into_iter().map(|task| Good {
                maker: Maker::ByRules,
                name: format!("{} {level} {}", topic.id, task.body.kind()),
                body: task.body,
                level,
                language: Language::En,
                taught: taught.clone(),
            }));
        }
    }
    all
}

/// The pack's examples as typed gaps, four per task, in the file's order, without any selection.
pub fn from_pack() -> Vec<Good> {
    let mut all = Vec::new();
    for topic in &pack().topics {
        for level in topic.levels() {
            let entries: Vec<_> = topic.at(level).collect();
            for (n, four) in entries.as_chunks::<4>().0.iter().enumerate() {
                let lines: Vec<String> = four
                    .iter()
                    .map(|entry| {
                        let example = &entry.example;
                        format!("{}[{}]{}", example.before, example.target, example.after)
                    })
                    .collect();
                all.push(Good {
                    maker: Maker::FromPack,
                    name: format!("{} {level} examples {n}", topic.id),
                    body: typed(&lines.join("\n")),
                    level,
                    language: Language::En,
                    taught: four.iter().map(|entry| entry.lemma.clone()).collect(),
                });
            }
        }
    }
    all
}
