//! A demo school: one teacher, three students, a course, and lessons made by the built-in generator.

use generation::{Offer, PartJob};
use serde_json::json;
use store::{NewLesson, NewTask, NewUser, Placement};
use types::{
    account::Role,
    generation::CreateRun,
    ids::{TaskId, UserId},
    lesson::CreateCourse,
    levels::{CefrLevel, Language},
    locale::Locale,
};
use uuid::Uuid;

use crate::{auth, config::Config, limits::Strictness, measure::measure, passwords, server, state::App};

type Error = Box<dyn std::error::Error + Send + Sync>;

const TEACHER: (&str, &str) = ("Anna Sergeeva", "anna@demo.example");
const STUDENTS: [(&str, &str); 3] = [
    ("Dasha Orlova", "dasha@demo.example"),
    ("Ilya Petrov", "ilya@demo.example"),
    ("Marina Kim", "marina@demo.example"),
];
const LESSONS: [(&str, CefrLevel); 4] = [
    ("Travel", CefrLevel::A2),
    ("Health", CefrLevel::A2),
    ("Weather and climate", CefrLevel::B2),
    ("Jobs", CefrLevel::B1),
];

/// Creates the school and prints the logins. If it exists already, says so and changes nothing.
///
/// # Errors
/// If the database fails.
pub async fn fill(config: Config, database_url: &str) -> Result<(), Error> {
    let app = server::assemble(config, database_url, Strictness::Usual)?;
    if app.store.user_by_email(TEACHER.1).await.is_ok() {
        println!(
            "The demo school is there already. To set a new password: 'Forgot your password?' on the login page, for {}.",
            TEACHER.1
        );
        return Ok(());
    }
    println!("A demo school. Everybody's password was made just now and is shown this once:\n");
    let teacher = person(&app, TEACHER, Role::Teacher).await?;
    for student in STUDENTS {
        person(&app, student, Role::Student).await?;
    }
    let course = CreateCourse {
        title: "Evening group".into(),
        target_language: Language::En,
        students_language: Language::Ru,
        level: CefrLevel::A2,
    };
    let course = app.store.create_course(teacher, &course).await?;
    for (topic, level) in LESSONS {
        let request = CreateRun {
            request_id: Uuid::now_v7(),
            topic: topic.into(),
            level,
            target_language: Language::En,
            students_language: Language::Ru,
            course_id: Some(course.id),
            notes: String::new(),
            source: None,
        };
        lesson(&app, teacher, &request).await?;
    }
    println!("\n4 lessons in the course 'Evening group'.");
    Ok(())
}

async fn person(app: &App, (name, email): (&str, &str), role: Role) -> Result<UserId, Error> {
    let password: String = auth::new_secret().chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let user = NewUser {
        name: name.into(),
        email: Some(email.into()),
        password_hash: Some(passwords::hash(&password).await.map_err(|e| e.to_string())?),
        roles: vec![role],
        locale: Locale::En,
        email_confirmed: true,
    };
    let me = app.store.create_user(&user).await?;
    println!("  {:<8} {email:<22} {password}", role.as_str());
    Ok(me.id)
}

/// Plans and writes a lesson right away, with the code that the jobs use.
async fn lesson(app: &App, owner: UserId, request: &CreateRun) -> Result<(), Error> {
    let plan = generation::plan(request, &Offer { model: false })
        .map_err(|e| format!("the demo's topic {}: {}", request.topic, e.field))?;
    let new = NewLesson {
        title: plan.title,
        topic: plan.topic.clone(),
        level: request.level,
        target_language: request.target_language,
        students_language: request.students_language,
        notes: String::new(),
        course_id: request.course_id,
    };
    let mut sections = plan.sections.iter();
    let lesson = app.store.create_lesson(owner, &new, sections.next().map_or("", String::as_str)).await?;
    let mut section_ids = vec![lesson.sections[0].id];
    for title in sections {
        section_ids.push(app.store.create_section(owner, lesson.id, title, None).await?.id);
    }
    for part in plan.parts {
        let now = app.store.lesson(owner, lesson.id).await?;
        let id = Uuid::now_v7();
        let job = PartJob {
            kind: part.kind,
            title: part.title,
            plan: part.plan,
            topic: plan.topic.clone(),
            notes: String::new(),
            wish: None,
            level: request.level,
            target_language: request.target_language,
            students_language: request.students_language,
            tasks: now.tasks().cloned().collect(),
            replaces: None,
            seed: id.as_u64_pair().1,
        };
        let written =
            app.generator.write(&job).await.map_err(|e| format!("the demo's {}: {}", job.kind, json!(e.fault)))?;
        let evidence = measure(app, &written.body, request.level, request.target_language, now.tasks());
        let task = NewTask {
            id: TaskId(id),
            section_id: section_ids[part.section],
            place: Placement::Last,
            title: written.title,
            instructions: written.instructions,
            body: written.body,
            origin: written.origin,
            evidence,
        };
        app.store.create_task(owner, lesson.id, &task).await?;
    }
    Ok(())
}
