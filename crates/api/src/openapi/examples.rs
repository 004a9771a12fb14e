//! Example bodies taken from real traffic: `tests/api/examples.rs` plays a teacher's day, records requests and responses,
//! and fails if the committed file differs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::{Content, RefOr, path::Operation};

/// The example bodies of one operation; absent if it has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Value>,
}

/// Examples by `operationId`.
pub type Examples = BTreeMap<String, Example>;

/// The committed examples.
#[must_use]
pub fn committed() -> Examples {
    serde_json::from_str(include_str!("examples.json")).unwrap_or_default()
}

fn set(content: Option<&mut RefOr<Content>>, example: Option<&Value>) {
    if let (Some(RefOr::T(content)), Some(example)) = (content, example) {
        content.example = Some(example.clone());
    }
}

/// Adds an operation's example to the document.
pub fn show(operation: &mut Operation, examples: &Examples) {
    let Some(example) = operation.operation_id.as_ref().and_then(|id| examples.get(id)) else { return };
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        set(body.content.get_mut("application/json"), example.request.as_ref());
    }
    let success = operation.responses.responses.iter_mut().find(|(status, _)| status.starts_with('2'));
    if let Some((_, RefOr::T(response))) = success {
        set(response.content.get_mut("application/json"), example.response.as_ref());
    }
}
