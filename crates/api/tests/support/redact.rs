//! Bodies as they are compared with committed ones: ids, times, secrets and URLs differ on each run.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::Value;
use types::problem::{FieldCode, ProblemCode};
use uuid::Uuid;

use super::TestApp;

/// Whether a code says what is wrong; others are of invitations.
fn is_fault(code: &str) -> bool {
    let field: FieldCode = serde_json::from_value(code.into()).unwrap();
    field != FieldCode::Other || ProblemCode::ALL.iter().any(|known| known.as_str() == code)
}

/// Replaces what differs between runs by fixed values.
pub struct Redactor {
    ids: BTreeMap<Uuid, Uuid>,
    base: String,
}

impl Redactor {
    pub fn of(test: &TestApp) -> Self {
        Self { ids: BTreeMap::new(), base: test.base.clone() }
    }

    /// The same id is replaced by the same value everywhere.
    fn id(&mut self, id: Uuid) -> Uuid {
        let next = 0x0199_0000_0000_7000_8000_0000_0000_0001 + self.ids.len() as u128;
        *self.ids.entry(id).or_insert(Uuid::from_u128(next))
    }

    fn text(&mut self, name: &str, text: &str) -> String {
        if name == "trace_id" {
            return "0199000000007000800000000000ffff".to_owned();
        }
        if let Ok(id) = text.parse::<Uuid>() {
            return self.id(id).to_string();
        }
        if DateTime::parse_from_rfc3339(text).is_ok() {
            return "2026-11-27T09:00:00Z".to_owned();
        }
        let text = text.replace(&self.base, "https://lingua.example");
        match name {
            "code" if !text.contains('_') && !is_fault(&text) => "k7m2p9qx".to_owned(),
            "url" => format!("{}…", text.trim_end_matches(|c| c != '/' && c != '=')),
            "qr_svg" => "<svg …>".to_owned(),
            "secret" => "lgt_…".to_owned(),
            "token" => "…".to_owned(),
            _ => text,
        }
    }

    /// A body, or the field `name` of one.
    pub fn value(&mut self, name: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(name, text).into(),
            Value::Array(list) => list.iter().map(|value| self.value(name, value)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.value(name, value))).collect()
            }
            Value::Number(_) if name == "retry_after" => 60.into(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}
