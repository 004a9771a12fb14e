//! The built-in generator over every topic and level, with many seeds: what a teacher without a model key gets.

#![expect(clippy::wildcard_enum_match_arm, reason = "what only some kinds have is asked of those")]

use std::collections::BTreeSet;

use lexicon::{Levels, find_topic};
use linguaglow_generation::{
    GateInput, Generator, LessonPlan, Offer, PartJob, WrittenTask, check, plan, plan_one, taught_words, topics,
};
use tokio::task::JoinSet;
use types::{
    evidence::{FindingCode, Severity},
    generation::{CreateRun, PartFault, Source, TopicInfo},
    ids::{SectionId, TaskId},
    lesson::Task,
    levels::{CefrLevel, Language},
    problem::FieldCode,
    tasks::{CATALOGUE, TaskBody, Template},
    text::fold,
};
use uuid::Uuid;

const RULES: Offer = Offer { model: false };

fn request(topic: &str, level: CefrLevel, seed: u64) -> CreateRun {
    CreateRun {
        request_id: Uuid::from_u64_pair(seed, !seed),
        topic: topic.to_owned(),
        level,
        target_language: Language::En,
        students_language: if seed.is_multiple_of(2) { Language::Ru } else { Language::De },
        course_id: None,
        notes: String::new(),
        source: None,
    }
}

fn job(request: &CreateRun, lesson: &LessonPlan, part: usize, tasks: &[Task], seed: u64) -> PartJob {
    let part = &lesson.parts[part];
    PartJob {
        kind: part.kind.clone(),
        title: part.title.clone(),
        plan: part.plan.clone(),
        topic: lesson.topic.clone(),
        notes: String::new(),
        wish: None,
        level: request.level,
        target_language: request.target_language,
        students_language: request.students_language,
        tasks: tasks.to_vec(),
        replaces: None,
        seed,
    }
}

fn as_task(n: usize, written: &WrittenTask) -> Task {
    Task {
        id: TaskId(Uuid::from_u64_pair(n as u64, 1)),
        section_id: SectionId(Uuid::nil()),
        title: written.title.clone(),
        instructions: written.instructions.clone(),
        body: written.body.clone(),
        origin: written.origin.clone(),
        evidence: types::evidence::GateReport::default(),
        revision: 1,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}

async fn write_all(request: &CreateRun, seed: u64) -> Vec<Task> {
    let generator = Generator::new(None, Levels::built_in());
    let lesson = plan(request, &RULES).expect("the pack has it");
    let mut tasks: Vec<Task> = Vec::new();
    for n in 0..lesson.parts.len() {
        // Parts are written concurrently, in any order: none sees another.
        let written = generator.write(&job(request, &lesson, n, &[], seed)).await;
        let written = written.unwrap_or_else(|failed| {
            panic!("{} {} seed {seed}, {}: {failed:?}", request.topic, request.level, lesson.parts[n].kind)
        });
        tasks.push(as_task(n, &written));
    }
    tasks
}

fn words_of(tasks: &[Task]) -> BTreeSet<String> {
    taught_words(tasks).into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_topic_and_level_makes_a_whole_clean_lesson_with_any_seed() {
    let mut topics: JoinSet<Counts> = topics().into_iter().map(make_clean_lessons).collect();
    let mut all = Counts::default();
    while let Some(counts) = topics.join_next().await {
        let counts = counts.expect("every lesson is clean");
        all.tasks += counts.tasks;
        all.warnings += counts.warnings;
        all.gaps += counts.gaps;
        all.proved += counts.proved;
    }
    println!(
        "{} tasks, {} warnings; {} of {} gaps proved to have one answer",
        all.tasks, all.warnings, all.proved, all.gaps
    );
    assert_eq!(all.gaps, all.proved);
}

#[derive(Default)]
struct Counts {
    tasks: usize,
    warnings: usize,
    gaps: usize,
    proved: usize,
}

/// Makes and checks the lessons of a topic, at each of its levels with several seeds.
async fn make_clean_lessons(topic: TopicInfo) -> Counts {
    let (mut tasks_made, mut warnings, mut gaps, mut proved) = (0, 0, 0, 0);
    for level in topic.levels {
        for seed in 1..=6 {
            let request = request(&topic.id, level, seed);
            let tasks = write_all(&request, seed).await;
            let at = || format!("{} {level} seed {seed}", topic.id);
            assert_eq!(tasks.len(), 7, "{}", at());
            let taught = taught_words(&tasks);
            assert!((8..=14).contains(&taught.len()), "{}: {} words", at(), taught.len());
            let mut sentences: BTreeSet<String> = BTreeSet::new();
            for task in &tasks {
                tasks_made += 1;
                assert!(!task.title.trim().is_empty() && !task.instructions.trim().is_empty());
                assert_eq!(task.body.validate(), [], "{} {}", at(), task.body.kind());
                let levels = Levels::built_in();
                let report = check(&GateInput {
                    body: &task.body,
                    level,
                    language: Language::En,
                    levels: &levels,
                    taught: &taught,
                });
                assert!(report.worst() < Some(Severity::Fault), "{} {}: {report:?}", at(), task.body.kind());
                warnings += report.findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
                match &task.body {
                    TaskBody::WordBank(bank) => {
                        gaps += bank.items().len();
                        proved += report.single_answers.unwrap_or(0) as usize;
                        assert_eq!(report.single_answers, Some(bank.items().len() as u32), "{}: {report:?}", at());
                        sentences.extend(bank.plain_text().lines().map(fold));
                    }
                    TaskBody::SentenceBuilder(builder) => {
                        for sentence in &builder.sentences {
                            assert!(
                                !sentences.contains(&fold(&sentence.shown())),
                                "{}: {:?} stands in two tasks",
                                at(),
                                sentence.shown()
                            );
                        }
                    }
                    TaskBody::SingleChoice(choice) => {
                        for question in &choice.questions {
                            let options: BTreeSet<String> = question
                                .distractors
                                .iter()
                                .chain([&question.right])
                                .map(|option| fold(option))
                                .collect();
                            assert_eq!(options.len(), 4, "{}: {question:?}", at());
                        }
                    }
                    _ => {}
                }
                // Every item's key scores full marks.
                for item in task.body.items() {
                    let key = task.body.key(&item).expect("an item has a key");
                    let mark = task.body.score(&item, &key, Language::En).expect("a key can be marked");
                    assert_eq!(mark.points, mark.max, "{} {}", at(), task.body.kind());
                }
            }
        }
    }
    Counts { tasks: tasks_made, warnings, gaps, proved }
}

/// What needs a model: the pack holds no wrong forms, lines in order or several right answers yet.
const NEEDS_A_MODEL: [&str; 4] = ["text", "inline_choice", "multiple_choice", "ordering"];

/// Tasks that a teacher adds from the palette without a model.
#[tokio::test]
async fn every_kind_that_rules_can_make_is_made_of_every_topic_and_level() {
    let generator = Generator::new(None, Levels::built_in());
    let mut made: BTreeSet<&str> = BTreeSet::new();
    for topic in topics() {
        for level in topic.levels.clone() {
            let request = request(&topic.id, level, 5);
            for meta in CATALOGUE {
                let part = match plan_one(meta.kind, &topic.id, level, Language::En, None, &RULES) {
                    Ok(part) => part,
                    Err(error) => {
                        assert!(NEEDS_A_MODEL.contains(&meta.kind), "{} {topic:?} {level}", meta.kind);
                        assert_eq!(error.field, "kind");
                        continue;
                    }
                };
                let lesson = LessonPlan {
                    title: String::new(),
                    topic: topic.id.clone(),
                    level,
                    sections: Vec::new(),
                    parts: vec![part],
                };
                let written = generator.write(&job(&request, &lesson, 0, &[], 5)).await;
                let written = written.unwrap_or_else(|error| panic!("{} {} {level}: {error:?}", meta.kind, topic.id));
                assert_eq!(written.body.kind(), meta.kind);
                assert_eq!(written.body.validate(), [], "{} {} {level}", meta.kind, topic.id);
                let levels = Levels::built_in();
                let input =
                    GateInput { body: &written.body, level, language: Language::En, levels: &levels, taught: &[] };
                assert!(check(&input).worst() < Some(Severity::Fault), "{} {} {level}", meta.kind, topic.id);
                made.insert(meta.kind);
            }
        }
    }
    let by_rules: BTreeSet<&str> =
        CATALOGUE.iter().map(|meta| meta.kind).filter(|kind| !NEEDS_A_MODEL.contains(kind)).collect();
    assert_eq!(made, by_rules);
}

#[tokio::test]
async fn lessons_differ_by_topic_and_level_and_by_seed_and_are_the_same_for_one() {
    let travel = write_all(&request("Travel", CefrLevel::A1, 1), 1).await;
    let climate = write_all(&request("Climate", CefrLevel::B2, 1), 1).await;
    let common: Vec<String> = words_of(&travel).intersection(&words_of(&climate)).cloned().collect();
    assert!(common.len() <= 1, "{common:?}");
    assert_eq!(travel, write_all(&request("Travel", CefrLevel::A1, 1), 1).await);
    assert_ne!(travel, write_all(&request("Travel", CefrLevel::A1, 3), 3).await);
}

#[tokio::test]
async fn making_again_gives_other_items() {
    let generator = Generator::new(None, Levels::built_in());
    let request = request("health", CefrLevel::B1, 3);
    let tasks = write_all(&request, 3).await;
    for task in &tasks {
        let part = plan_one(task.body.kind(), "health", CefrLevel::B1, Language::En, None, &RULES)
            .expect("it can be made again");
        let lesson = LessonPlan {
            title: String::new(),
            topic: "health".into(),
            level: CefrLevel::A2,
            sections: Vec::new(),
            parts: vec![part],
        };
        let again = PartJob { replaces: Some(task.id), ..job(&request, &lesson, 0, &tasks, 77) };
        let written = generator.write(&again).await.expect("it is made again");
        assert_eq!(written.body.kind(), task.body.kind());
        assert_ne!(written.body, task.body, "{}", task.body.kind());
    }
}

#[test]
fn what_the_pack_can_not_do_is_said_with_the_field_and_what_is_near() {
    let error = plan(&request("quantum physics", CefrLevel::B1, 1), &RULES).expect_err("no such topic");
    assert_eq!((error.field, error.code), ("topic", FieldCode::NoSuchReference));
    let error = plan(&request("a business trip to Berlin", CefrLevel::B1, 1), &RULES).expect_err("no such topic");
    assert!(error.near.iter().any(|topic| topic.id == "travel"), "{:?}", error.near);
    let error = plan(&request("Travel", CefrLevel::C1, 1), &RULES).expect_err("no such level");
    assert_eq!((error.field, error.near.len()), ("level", 1));
    let german = CreateRun { target_language: Language::De, ..request("Travel", CefrLevel::A1, 1) };
    assert_eq!(plan(&german, &RULES).expect_err("no German pack").field, "target_language");
    assert!(plan(&german, &Offer { model: true }).is_ok());
    assert_eq!(
        plan_one("crossword", "Travel", CefrLevel::A1, Language::En, None, &RULES).expect_err("no such kind").field,
        "kind"
    );
    assert_eq!(
        plan_one("text", "Travel", CefrLevel::A1, Language::En, None, &RULES).expect_err("needs a model").field,
        "kind"
    );
    assert!(
        matches!(find_topic("going to the doctor", CefrLevel::A2), lexicon::TopicMatch::Found(topic) if topic.id == "health")
    );
}

#[tokio::test]
async fn a_task_by_itself_has_as_many_items_as_asked_for_and_a_wish_needs_a_model() {
    let generator = Generator::new(None, Levels::built_in());
    for kind in ["matching", "single_choice", "true_false", "word_bank", "sentence_builder", "gap_fill"] {
        let part = plan_one(kind, "food", CefrLevel::A2, Language::En, Some(4), &RULES).expect("it can be planned");
        let lesson = LessonPlan {
            title: String::new(),
            topic: "food".into(),
            level: CefrLevel::A2,
            sections: Vec::new(),
            parts: vec![part],
        };
        let asked = job(&request("food", CefrLevel::A2, 5), &lesson, 0, &[], 5);
        assert_eq!(generator.write(&asked).await.expect("it is made").body.items().len(), 4, "{kind}");
        let wished = PartJob { wish: Some("make it funnier".into()), ..asked };
        assert_eq!(generator.write(&wished).await.expect_err("no model").fault, PartFault::NeedsModel);
    }
}

const GERMAN: &str = "Meine Schwester wohnt seit drei Jahren in einer kleinen Wohnung am Stadtrand. Jeden Morgen fährt sie mit \
dem Fahrrad zur Arbeit. Sie arbeitet als Ärztin in einem großen Krankenhaus. Am Abend kocht sie gern italienische Gerichte für ihre \
Freunde. Im Sommer möchte sie eine lange Reise durch Spanien machen. Ihr Bruder hat einen schwarzen Hund.";

const ENGLISH: &str = "Anna works in a small bakery near the station. She starts at five in the morning. Her brother has an old \
bicycle. Many customers buy fresh bread before breakfast. The owner of the bakery speaks three languages. Anna wants to open her own \
café. She saves a little money every month. Her parents live in a quiet village.";

#[tokio::test]
async fn a_text_in_any_language_gives_gaps_and_sentences() {
    for (text, language) in [(GERMAN, Language::De), (ENGLISH, Language::En)] {
        let request = CreateRun {
            target_language: language,
            source: Some(Source::Text(text.to_owned())),
            topic: String::new(),
            ..request("x", CefrLevel::A2, 1)
        };
        let lesson = plan(&request, &RULES).expect("a text is enough");
        let kinds: BTreeSet<&str> = lesson.parts.iter().map(|part| part.kind.as_str()).collect();
        for kind in ["text", "word_bank", "sentence_builder"] {
            assert!(kinds.contains(kind), "{language}: {kinds:?}");
        }
        assert!(!lesson.title.is_empty());
        for task in write_all(&request, 1).await {
            assert_eq!(task.body.validate(), [], "{}", task.body.kind());
            for sentence in task.body.plain_text().lines().filter(|line| !line.is_empty()) {
                assert!(fold(text).contains(&fold(sentence)), "{language}: {sentence}");
            }
        }
    }
    let short = CreateRun { source: Some(Source::Text("Too short.".into())), ..request("x", CefrLevel::A2, 1) };
    assert_eq!(plan(&short, &RULES).expect_err("too short").field, "source.text");
}

#[tokio::test]
async fn a_word_list_gives_words_pairs_and_questions() {
    let lines = "der Hund — собака\ndie Katze — кошка\ndas Haus — дом\nder Baum — дерево\ndie Blume — цветок\n";
    let request = CreateRun {
        target_language: Language::De,
        students_language: Language::Ru,
        source: Some(Source::Words(lines.to_owned())),
        ..request("Tiere", CefrLevel::A1, 1)
    };
    let tasks = write_all(&request, 1).await;
    let kinds: Vec<&str> = tasks.iter().map(|task| task.body.kind()).collect();
    assert_eq!(kinds, ["word_list", "matching", "single_choice"]);
    let TaskBody::WordList(list) = &tasks[0].body else { panic!("a list") };
    assert_eq!(list.words[0].meaning.translation.as_deref(), Some("собака"));
    // Even a teacher whose students speak the language taught may paste translations.
    let same = CreateRun { students_language: Language::De, ..request.clone() };
    let TaskBody::WordList(list) = &write_all(&same, 1).await[0].body else { panic!("a list") };
    assert_eq!(list.words[0].meaning.translation.as_deref(), Some("собака"));
    let one = CreateRun { source: Some(Source::Words("one\ntwo".into())), ..request };
    assert_eq!(plan(&one, &RULES).expect_err("too short").field, "source.words");
}

#[test]
fn the_gate_says_that_it_has_no_levels_for_other_languages() {
    let body = TaskBody::blank("word_list").expect("a kind");
    let levels = Levels::built_in();
    let report =
        check(&GateInput { body: &body, level: CefrLevel::A1, language: Language::De, levels: &levels, taught: &[] });
    assert!(report.findings.iter().any(|finding| finding.code == FindingCode::NoLevelData));
}

/// Every plan can be carried out: a part waits only for an existing part, which itself waits for none.
#[test]
fn nothing_waits_for_what_never_begins() {
    let words = "der Hund — собака\ndie Katze — кошка\ndas Haus — дом\nder Baum — дерево\n";
    let sources = [None, Some(Source::Text(ENGLISH.to_owned())), Some(Source::Words(words.to_owned()))];
    let mut waiting = 0;
    for (source, offer) in sources.iter().flat_map(|s| [(s, RULES), (s, Offer { model: true })]) {
        let request = CreateRun { source: source.clone(), ..request("travel", CefrLevel::B1, 3) };
        let lesson = plan(&request, &offer).expect("a plan");
        for (n, part) in lesson.parts.iter().enumerate() {
            let Some(other) = part.waits_for else { continue };
            waiting += 1;
            assert_ne!(other, n);
            assert_eq!(lesson.parts[other].waits_for, None, "{}: {part:?}", lesson.title);
        }
    }
    assert!(waiting > 10, "{waiting}");
}
