//! The migrations and what Diesel believes of them; the way back; the document of the API.

mod support;

use std::collections::BTreeMap;

use support::TestApp;

type Columns = BTreeMap<String, BTreeMap<String, String>>;

/// The tables as `schema.rs` has them, in PostgreSQL's words.
fn believed() -> Columns {
    let text = include_str!("../../store/src/schema.rs");
    let mut tables = Columns::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
        } else if let Some((column, kind)) = line.split_once(" -> ") {
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
    test.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_migration_has_a_way_back_and_forth() {
    let test = TestApp::start().await;
    let url = test.database.url.clone();
    let back = store::migrate_down(&url).await.unwrap();
    assert!(back >= 3);
    assert_eq!(store::migrate(&url).await.unwrap().len(), back);
    test.end().await;
}

#[test]
fn every_operation_says_what_it_is_who_may_and_how_it_fails() {
    let api = serde_json::to_value(linguaglow_api::openapi::document()).unwrap();
    let mut faults = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            for field in ["summary", "operationId"] {
                if operation[field].as_str().is_none_or(str::is_empty) {
                    faults.push(format!("{name}: no {field}"));
                }
            }
            if !ids.insert(operation["operationId"].to_string()) {
                faults.push(format!("{name}: its operationId is another's too"));
            }
            if operation["tags"].as_array().is_none_or(Vec::is_empty) {
                faults.push(format!("{name}: no tag"));
            }
            if operation["security"].as_array().is_none_or(Vec::is_empty) {
                faults.push(format!("{name}: no security"));
            }
            let responses = operation["responses"].as_object().unwrap();
            if !responses.keys().any(|status| status.starts_with('2')) || !responses.contains_key("429") {
                faults.push(format!("{name}: no success or no failures"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // Two modules' `Content` must not have become one.
    let schemas = api["components"]["schemas"].as_object().unwrap();
    for kind in types::tasks::CATALOGUE.iter().map(|meta| meta.kind) {
        assert!(schemas.contains_key(&format!("tasks.{kind}.Content")), "{kind} has no schema: {:?}", schemas.keys());
    }
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.yaml")).unwrap();
    assert!(committed == linguaglow_api::openapi::yaml().unwrap(), "openapi.yaml is stale: run `just openapi`");
}
