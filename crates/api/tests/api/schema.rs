//! Whether Diesel's schema matches the migrations, whether they can be reverted, and the API's document.

use std::collections::BTreeMap;

use serde_json::Value;
use types::problem::ProblemCode;

use crate::support::TestApp;

type Columns = BTreeMap<String, BTreeMap<String, String>>;

/// The tables according to `schema.rs`, with PostgreSQL's type names.
fn believed() -> Columns {
    let text = include_str!("../../../store/src/schema.rs");
    let mut tables = Columns::new();
    let mut table = String::new();
    let mut in_sql = None;
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
        } else if let Some(name) = line.strip_prefix("#[sql_name = \"") {
            in_sql = name.strip_suffix("\"]");
        } else if let Some((column, kind)) = line.split_once(" -> ") {
            let column = in_sql.take().unwrap_or(column);
            let kind = kind.trim_end_matches(',');
            let (kind, null) = match kind.strip_prefix("Nullable<").and_then(|k| k.strip_suffix('>')) {
                Some(inner) => (inner, " null"),
                None => (kind, ""),
            };
            let kind = match kind {
                "Date" => "date",
                "Uuid" => "uuid",
                "Text" => "text",
                "Timestamptz" => "timestamptz",
                "Bytea" => "bytea",
                "Jsonb" => "jsonb",
                "Integer" => "int4",
                "BigInt" => "int8",
                "SmallInt" => "int2",
                "Bool" => "bool",
                "Array<Text>" => "_text",
                other => panic!("{other} is new: add it here"),
            };
            tables.entry(table.clone()).or_default().insert(column.to_owned(), format!("{kind}{null}"));
        }
    }
    tables
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn diesel_believes_what_the_migrations_made() {
    let test = TestApp::start().await;
    let mut real = Columns::new();
    for (table, column, kind, null) in store::columns(&test.database.url).await.unwrap() {
        if table != "__diesel_schema_migrations" {
            let null = if null { " null" } else { "" };
            real.entry(table).or_default().insert(column, format!("{kind}{null}"));
        }
    }
    assert_eq!(believed(), real);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_migration_has_a_way_back_and_forth() {
    let test = TestApp::start().await;
    let url = test.database.url.clone();
    let back = store::migrate_down(&url).await.unwrap();
    assert!(back >= 3);
    assert_eq!(store::migrate(&url).await.unwrap().len(), back);
}

/// Follows a reference, if it is one.
fn resolved<'a>(api: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.map_or(value, |pointer| api.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there")))
}

fn operations(api: &Value) -> impl Iterator<Item = (String, &Value)> {
    api["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let of_path = item.as_object().unwrap().iter();
        of_path.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    })
}

fn is_empty(text: &Value) -> bool {
    text.as_str().is_none_or(str::is_empty)
}

#[test]
fn every_operation_says_what_it_is_who_may_and_how_it_fails() {
    let api = serde_json::to_value(linguaglow_api::document::document()).unwrap();
    let mut faults = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for (name, operation) in operations(&api) {
        let mut check = |fine: bool, what: &str| {
            if !fine {
                faults.push(format!("{name}: {what}"));
            }
        };
        let id = operation["operationId"].as_str().unwrap_or_default();
        check(
            id.starts_with(|c: char| c.is_ascii_lowercase()) && !id.contains('_'),
            "its operationId is not camelCase",
        );
        check(ids.insert(id.to_owned()), "its operationId is another's too");
        let summary = operation["summary"].as_str().unwrap_or_default();
        check(!summary.is_empty() && summary.len() < 60 && !summary.ends_with('.'), "its summary is no short heading");
        check(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "not one tag");
        check(operation["security"].as_array().is_some_and(|ways| !ways.is_empty()), "no security");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            check(!is_empty(&parameter["description"]), &format!("{} says nothing", parameter["name"]));
        }
        let responses = operation["responses"].as_object().unwrap();
        check(responses.keys().any(|status| status.starts_with(['1', '2'])), "no success");
        for (status, response) in responses {
            let response = resolved(&api, response);
            check(!is_empty(&response["description"]), &format!("{status} says nothing"));
            if status.starts_with(['4', '5']) {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                check(schema == "#/components/schemas/Problem", &format!("{status} is no problem"));
                for line in response["description"].as_str().unwrap_or_default().lines() {
                    let code = line.split('`').nth(1).unwrap_or_default();
                    let known = ProblemCode::ALL.iter().find(|known| known.as_str() == code);
                    let fits = known.is_some_and(|known| known.status().to_string() == *status);
                    check(fits, &format!("{status} has {line:?}, which is no code of that status"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // The `Content` types of two modules must not have been merged.
    let schemas = api["components"]["schemas"].as_object().unwrap();
    for kind in types::tasks::CATALOGUE.iter().map(|meta| meta.kind) {
        assert!(schemas.contains_key(&format!("tasks.{kind}.Content")), "{kind} has no schema: {:?}", schemas.keys());
    }
}

/// Compares the body that a handler takes, read from its source, with the one in its attribute, which is all that the
/// generator sees.
#[test]
fn every_body_that_a_handler_reads_is_described_by_its_type() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/handlers");
    let mut bodies = 0;
    let mut faults = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for handler in text.split("#[utoipa::path(").skip(1) {
            let signature = handler.split_once("pub async fn ").unwrap().1.split_once(") ->").unwrap().0;
            let (name, parameters) = signature.split_once('(').unwrap();
            let body = parameters.split_once("Body<").map(|(_, rest)| rest.split_once('>').unwrap().0);
            let described =
                handler.split_once("request_body = ").map(|(_, rest)| rest.split([',', '\n']).next().unwrap());
            let described =
                described.filter(|_| handler.find("request_body").unwrap() < handler.find("pub async fn").unwrap());
            bodies += usize::from(body.is_some());
            if body != described {
                faults.push(format!("{name} reads {body:?} and describes {described:?}"));
            }
        }
    }
    assert!(bodies > 25, "the handlers are not found any more: {bodies}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_schema_and_property_is_described() {
    let api = serde_json::to_value(linguaglow_api::document::document()).unwrap();
    let mut faults = Vec::new();
    for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
        if is_empty(&schema["description"]) {
            faults.push(name.clone());
        }
        for (property, of) in schema["properties"].as_object().into_iter().flatten() {
            // For a nullable property, the description is at the type.
            let mut places = of["oneOf"].as_array().into_iter().flatten().chain([of]);
            if places.all(|place| is_empty(&place["description"])) {
                faults.push(format!("{name}.{property}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Schema attributes take literals only, so compare them with the constants that the code checks.
#[test]
fn the_documents_limits_are_those_that_are_checked() {
    use types::{account, lesson, tasks};
    let api = serde_json::to_value(linguaglow_api::document::document()).unwrap();
    let passwords = ["Register", "FirstAdmin", "ResetPassword", "ChangePassword"].map(|of| {
        [(of, "password", "minLength", account::PASSWORD_MIN), (of, "password", "maxLength", account::PASSWORD_MAX)]
    });
    let titles = [
        "CreateCourse",
        "UpdateCourse",
        "CreateLesson",
        "UpdateLesson",
        "CreateSection",
        "UpdateSection",
        "CreateTask",
        "UpdateTask",
    ]
    .map(|of| (of, "title", "maxLength", lesson::TITLE_MAX));
    let names = ["Register", "FirstAdmin", "UpdateMe", "CreateApiToken", "GuestJoin"]
        .map(|of| (of, "name", "maxLength", account::NAME_MAX));
    let topics = ["CreateLesson", "UpdateLesson", "CreateRun", "GenerateTask"]
        .map(|of| (of, "topic", "maxLength", lesson::TOPIC_MAX));
    let others = [
        ("Register", "email", "maxLength", account::EMAIL_MAX),
        ("FirstAdmin", "email", "maxLength", account::EMAIL_MAX),
        ("CreateApiToken", "expires_in_days", "maximum", account::TOKEN_DAYS_MAX as usize),
        ("CreateApiToken", "scopes", "maxItems", account::Scope::ALL.len()),
        ("UpdateLesson", "notes", "maxLength", lesson::NOTES_MAX),
        ("CreateRun", "notes", "maxLength", lesson::NOTES_MAX),
        ("CreateTask", "instructions", "maxLength", lesson::INSTRUCTIONS_MAX),
        ("UpdateTask", "instructions", "maxLength", lesson::INSTRUCTIONS_MAX),
        ("MarkRequest", "answers", "maxItems", tasks::ITEMS_MAX),
        ("CreateClass", "title", "maxLength", lesson::TITLE_MAX),
        ("Regenerate", "wish", "maxLength", lesson::NOTES_MAX),
        ("GenerateTask", "items", "maximum", 20),
    ];
    let contents = [
        ("tasks.gap_fill.Gap", "key", "maxLength", tasks::SHORT_TEXT_MAX),
        ("tasks.gap_fill.Gap", "hint", "maxLength", tasks::ITEM_TEXT_MAX),
        ("tasks.gap_fill.Gap", "variants", "maxItems", tasks::VARIANTS_MAX),
        ("tasks.matching.Content", "pairs", "maxItems", tasks::ITEMS_MAX),
        ("tasks.matching.Side", "text", "maxLength", tasks::SHORT_TEXT_MAX),
        ("tasks.sentence_builder.Content", "sentences", "maxItems", tasks::ITEMS_MAX),
        ("tasks.sentence_builder.Sentence", "orders", "maxItems", tasks::sentence_builder::ORDERS_MAX),
        ("tasks.single_choice.Content", "questions", "maxItems", tasks::ITEMS_MAX),
        ("tasks.single_choice.Question", "stem", "maxLength", tasks::ITEM_TEXT_MAX),
        ("tasks.text.Content", "markdown", "maxLength", tasks::READING_TEXT_MAX),
        ("tasks.true_false.Content", "statements", "maxItems", tasks::ITEMS_MAX),
        ("tasks.true_false.Statement", "text", "maxLength", tasks::ITEM_TEXT_MAX),
        ("tasks.unscramble.Content", "words", "maxItems", tasks::ITEMS_MAX),
        ("tasks.unscramble.Word", "word", "maxLength", tasks::SHORT_TEXT_MAX),
        ("tasks.word_bank.Content", "distractors", "maxItems", tasks::ITEMS_MAX),
        ("tasks.word_bank.Gap", "variants", "maxItems", tasks::VARIANTS_MAX),
        ("tasks.word_list.Content", "words", "maxItems", tasks::ITEMS_MAX),
        ("tasks.word_list.Meaning", "definition", "maxLength", tasks::ITEM_TEXT_MAX),
    ];
    let whole = [
        ("tasks.ShortText", "maxLength", tasks::SHORT_TEXT_MAX),
        ("tasks.ItemText", "maxLength", tasks::ITEM_TEXT_MAX),
        ("SourceText", "maxLength", types::generation::SOURCE_MAX),
        ("ItemId", "maxLength", types::ids::LOCAL_ID_MAX),
    ];
    for (schema, keyword, limit) in whole {
        assert_eq!(api["components"]["schemas"][schema][keyword].as_u64(), Some(limit as u64), "{schema} {keyword}");
    }
    for (schema, property, keyword, limit) in
        passwords.into_iter().flatten().chain(titles).chain(names).chain(topics).chain(others).chain(contents)
    {
        let said = &api["components"]["schemas"][schema]["properties"][property][keyword];
        assert_eq!(said.as_u64(), Some(limit as u64), "{schema}.{property} {keyword}");
    }
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.yaml")).unwrap();
    assert!(committed == linguaglow_api::document::yaml().unwrap(), "openapi.yaml is stale: run `just openapi`");
}
