//! JSON Schemas as strict servers accept them: every field required, no others allowed.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

/// The strict schema of a draft.
pub(super) fn strict<D: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema =
        serde_json::to_value(settings.into_generator().into_root_schema_for::<D>()).unwrap_or_else(|_| json!({}));
    tighten(&mut schema);
    schema
}

fn tighten(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                let names: Vec<Value> = properties.keys().map(|name| Value::String(name.clone())).collect();
                map.insert("required".into(), Value::Array(names));
                map.insert("additionalProperties".into(), Value::Bool(false));
            }
            // Strict servers reject formats and bounds; our own checks cover them.
            for keyword in ["format", "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "default"]
            {
                if map.get(keyword).is_some_and(|value| !value.is_object()) {
                    map.remove(keyword);
                }
            }
            map.values_mut().for_each(tighten);
        }
        Value::Array(list) => list.iter_mut().for_each(tighten),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Inner {
        word: String,
        note: Option<String>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Outer {
        items: Vec<Inner>,
        count: u32,
    }

    #[test]
    fn every_object_is_closed_and_every_field_required() {
        let schema = strict::<Outer>();
        assert_eq!(schema["additionalProperties"], false);
        let inner = &schema["properties"]["items"]["items"];
        assert_eq!(inner["additionalProperties"], false);
        assert_eq!(inner["required"].as_array().map(Vec::len), Some(2));
        assert!(!schema.to_string().contains("\"format\""));
    }
}
