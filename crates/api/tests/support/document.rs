//! The API's document, with which every test compares the responses it gets.

use std::{collections::BTreeMap, sync::LazyLock};

use reqwest::Method;
use serde_json::Value;

type Operations = BTreeMap<(String, String), Value>;

static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| {
    let api = serde_json::to_value(linguaglow_api::document::document()).unwrap();
    let paths = api["paths"].as_object().unwrap().iter();
    let of_path = |(path, item): (&String, &Value)| {
        let path = path.clone();
        let methods = item.as_object().unwrap().clone();
        methods.into_iter().map(move |(method, operation)| ((path.clone(), method), operation))
    };
    paths.flat_map(of_path).collect()
});

fn fits(template: &str, path: &str) -> bool {
    let (mut own, mut asked) = (template.split('/'), path.split('/'));
    loop {
        match (own.next(), asked.next()) {
            (None, None) => return true,
            (Some(own), Some(asked)) if own.starts_with('{') || own == asked => {}
            (_, _) => return false,
        }
    }
}

/// The operation at a path.
pub fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let method = method.as_str().to_lowercase();
    let mut found = OPERATIONS.iter().filter(|((template, of), _)| *of == method && fits(template, path));
    found.next().map(|(_, operation)| operation)
}

/// Fails if an operation responds with a status that the document doesn't list for it.
#[track_caller]
pub fn names(method: &Method, path: &str, status: u16) {
    if let Some(operation) = operation(method, path) {
        let named = operation["responses"].as_object().unwrap();
        let id = &operation["operationId"];
        assert!(named.contains_key(&status.to_string()), "{id} answers {status}, which its document doesn't name");
    }
}
