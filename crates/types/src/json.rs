//! Deserializes our types from JSON values. Like `serde_json::from_value`, but a struct is read from an object only.
//!
//! Derived impls also read structs from arrays, and that code is compiled for each of them. Nobody sends such arrays,
//! yet a phone on bad Wi-Fi would have to download the code.

#![expect(clippy::wildcard_enum_match_arm, reason = "whatever else a value may be, it is not what was expected")]

use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer, MapAccess,
        SeqAccess, Unexpected, VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

/// Deserializes a type from a value.
///
/// # Errors
/// If the value doesn't fit the type.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Reader(value))
}

/// Deserializes a type from a text by way of a [`Value`], so that each type's code is compiled once, not once for texts
/// and again for the values inside tasks.
///
/// # Errors
/// If the text is not JSON or doesn't fit the type.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    from_value(serde_json::from_str(text)?)
}

/// A [`Deserializer`] over a JSON value, for callers that need more detail than [`from_value`] reports.
pub struct Reader(Value);

impl Reader {
    #[must_use]
    pub fn new(value: Value) -> Self {
        Self(value)
    }
}

// Not generic, so it is compiled once for all types.
fn wrong(found: &Value, expected: &dyn Expected) -> Error {
    let found = match found {
        Value::Null => Unexpected::Unit,
        Value::Bool(on) => Unexpected::Bool(*on),
        Value::Number(_) => Unexpected::Other("number"),
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    };
    Error::invalid_type(found, expected)
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(on) => visitor.visit_bool(on),
            Value::Number(number) => number.deserialize_any(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(on) => visitor.visit_bool(on),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => {
                let mut items = Items(items.into_iter());
                let value = visitor.visit_seq(&mut items)?;
                // A pair of three elements is not a pair.
                if items.0.len() == 0 { Ok(value) } else { Err(too_long()) }
            }
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(Variant::of(self.0)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct
    }
}

fn too_long() -> Error {
    Error::custom("fewer items were expected")
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|value| seed.deserialize(Reader(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Fields {
    rest: serde_json::map::IntoIter,
    value: Option<Value>,
}

impl Fields {
    fn of(fields: Map<String, Value>) -> Self {
        Self { rest: fields.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        // A key needn't be a plain string: ids, for example, are parsed from one.
        seed.deserialize(Reader(Value::String(name))).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Reader(self.value.take().unwrap_or_default()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// An enum's variant: its name alone, or an object with one field.
struct Variant {
    name: String,
    value: Option<Value>,
}

impl Variant {
    fn of(value: Value) -> Result<Self, Error> {
        match value {
            Value::String(name) => Ok(Self { name, value: None }),
            Value::Object(fields) if fields.len() == 1 => {
                let (name, value) = fields.into_iter().next().unwrap_or_default();
                Ok(Self { name, value: Some(value) })
            }
            other => Err(wrong(&other, &"a name, or an object of one field")),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = VariantValue;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, VariantValue), Error> {
        let name = IntoDeserializer::<Error>::into_deserializer(self.name);
        Ok((seed.deserialize(name)?, VariantValue(self.value)))
    }
}

struct VariantValue(Option<Value>);

impl VariantValue {
    fn value(self) -> Result<Reader, Error> {
        self.0.map(Reader).ok_or_else(|| Error::invalid_type(Unexpected::UnitVariant, &"a variant with a value"))
    }
}

impl<'de> VariantAccess<'de> for VariantValue {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0 {
            None | Some(Value::Null) => Ok(()),
            Some(other) => Err(wrong(&other, &"unit variant")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.value()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.value()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.value()?.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Shape {
        Point,
        Name(String),
        Pair(u8, i64),
        Box { width: f64, tag: Option<String> },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(u16);

    #[derive(Debug, PartialEq, Deserialize)]
    struct All {
        on: bool,
        wrapped: Wrapped,
        shapes: Vec<Shape>,
        by_id: BTreeMap<Uuid, (String, i32)>,
        #[serde(default)]
        rest: Value,
        none: Option<u8>,
    }

    fn all() -> Value {
        json!({
            "on": true, "wrapped": 7, "unknown": [{}],
            "shapes": ["point", {"name": "x"}, {"pair": [1, -2]}, {"box": {"width": 1, "tag": null}}, {"point": null}],
            "by_id": {"00000000-0000-0000-0000-000000000001": ["a", -1]},
            "rest": {"deep": [1, 2.5, null, "t", {"a": false}]}, "none": null,
        })
    }

    #[test]
    fn what_serde_json_reads_out_of_objects_is_read_the_same() {
        let ours: All = from_value(all()).unwrap();
        assert_eq!(ours, serde_json::from_value(all()).unwrap());
        assert_eq!(from_str::<All>(&all().to_string()).unwrap(), ours);
    }

    #[test]
    fn what_has_another_form_is_refused() {
        for (field, wrong) in [
            ("on", json!(1)),
            ("wrapped", json!(70_000)),
            ("wrapped", json!(-1)),
            ("shapes", json!({})),
            ("shapes", json!(["circle"])),
            ("shapes", json!(["name"])),
            ("shapes", json!([{"point": 1}])),
            ("shapes", json!([{"pair": [1, 2, 3]}])),
            ("shapes", json!([{"name": "a", "point": null}])),
            ("shapes", json!([{"box": [1, null]}])),
            ("by_id", json!({"x": ["a", 1]})),
            ("by_id", json!({"00000000-0000-0000-0000-000000000001": ["a", 1, 2]})),
        ] {
            let mut value = all();
            value[field] = wrong.clone();
            assert!(from_value::<All>(value).is_err(), "{field}: {wrong}");
        }
        let mut short = all();
        short.as_object_mut().unwrap().remove("on");
        assert!(from_value::<All>(short).is_err());
        assert!(from_value::<All>(json!([true, 7, [], {}, null, null])).is_err(), "a struct is no array");
        assert!(from_str::<All>("{").is_err());
    }
}
