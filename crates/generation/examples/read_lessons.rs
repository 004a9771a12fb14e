//! Prints built-in lessons as a teacher would read them: `read_lessons <topic> <level> [seed] [ru]`, or
//! `read_lessons all`.

use lexicon::Levels;
use linguaglow_generation::{GateInput, Generator, PartJob, WrittenTask, check, plan, taught_words, topics};
use types::{
    evidence::Severity,
    generation::CreateRun,
    ids::{SectionId, TaskId},
    lesson::Task,
    levels::{CefrLevel, Language},
    print::{Paper, PrintWords},
    tasks::TaskBody,
};
use uuid::Uuid;

fn request(topic: &str, level: CefrLevel, seed: u64, students: Language) -> CreateRun {
    CreateRun {
        request_id: Uuid::from_u64_pair(seed, seed.rotate_left(32)),
        topic: topic.to_owned(),
        level,
        target_language: Language::En,
        students_language: students,
        course_id: None,
        notes: String::new(),
        source: None,
    }
}

/// Prints the worksheet and the key of a task.
fn print_body(body: &TaskBody) {
    let words = PrintWords::of(Language::En);
    for paper in [Paper::Worksheet, Paper::Key] {
        for block in body.print_form(paper, 1, &words) {
            let json = serde_json::to_value(&block).unwrap_or_default();
            print_texts(&json, "   ");
        }
    }
}

/// Prints the texts of a block, a list on one line.
fn print_texts(value: &serde_json::Value, indent: &str) {
    match value {
        serde_json::Value::Array(all) if all.iter().all(|one| !one.is_array() && !one.is_object()) => {
            println!("{indent}{}", all.iter().filter_map(|one| one.as_str()).collect::<Vec<_>>().join(" | "));
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| print_texts(one, indent)),
        serde_json::Value::Object(fields) => {
            for (name, one) in fields {
                if name != "t" {
                    print_texts(one, &format!("{indent} "));
                }
            }
        }
        serde_json::Value::String(text) => println!("{indent}{text}"),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

fn task(id: u64, written: WrittenTask) -> Task {
    Task {
        id: TaskId(Uuid::from_u64_pair(id, 0)),
        section_id: SectionId(Uuid::from_u64_pair(0, 0)),
        title: written.title,
        instructions: written.instructions,
        body: written.body,
        origin: written.origin,
        evidence: types::evidence::GateReport::default(),
        revision: 1,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}

async fn lesson(topic: &str, level: CefrLevel, seed: u64, students: Language) {
    let request = request(topic, level, seed, students);
    let generator = Generator::new(None, Levels::built_in());
    let lesson = match plan(&request, &generator.offer()) {
        Ok(lesson) => lesson,
        Err(error) => return println!("{topic} {level}: {error:?}"),
    };
    println!("\n════ {} · {level} · seed {seed} ════  {}", lesson.title, lesson.sections.join(" / "));
    let mut tasks: Vec<Task> = Vec::new();
    for (n, part) in lesson.parts.iter().enumerate() {
        let job = PartJob {
            kind: part.kind.clone(),
            title: part.title.clone(),
            plan: part.plan.clone(),
            topic: lesson.topic.clone(),
            notes: String::new(),
            wish: None,
            level,
            target_language: Language::En,
            students_language: students,
            tasks: tasks.clone(),
            replaces: None,
            seed,
        };
        match generator.write(&job).await {
            Ok(written) => {
                println!("\n{}. {} — {}", n + 1, written.title, written.instructions);
                print_body(&written.body);
                let taught = taught_words(&tasks);
                let input = GateInput {
                    body: &written.body,
                    level,
                    language: Language::En,
                    levels: generator.levels(),
                    taught: &taught,
                };
                let report = check(&input);
                for finding in report.findings.iter().filter(|finding| finding.severity >= Severity::Warning) {
                    println!("   !! {:?} {:?} {:?} {:?}", finding.severity, finding.code, finding.text, finding.other);
                }
                tasks.push(task(n as u64, written));
            }
            Err(failure) => println!("\n{}. {}: {failure:?}", n + 1, part.title),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let students = if args.iter().any(|arg| arg == "ru") { Language::Ru } else { Language::De };
    if args.first().is_some_and(|first| first == "all") {
        for topic in topics() {
            for level in topic.levels {
                lesson(&topic.id, level, 1, students).await;
            }
        }
        return;
    }
    let topic = args.first().map_or("travel", String::as_str);
    let level = args.get(1).and_then(|level| level.parse().ok()).unwrap_or(CefrLevel::A1);
    let seed = args.get(2).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    lesson(topic, level, seed, students).await;
}
