//! Extractors for bodies, paths and queries: parsed strictly, within limits, with the paths of invalid fields.

use std::{fmt, future::Future, pin::Pin, str::FromStr, time::Duration};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use futures::StreamExt;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use tokio::time::timeout;
use types::{
    files::UPLOAD_MAX,
    json::Reader,
    lesson::TaskBodyInput,
    problem::{FieldCode, FieldError, ProblemCode},
    tasks::{ContentReader, TaskBody},
};

use crate::{
    error::{ApiError, ApiResult},
    state::App,
};

/// The largest JSON body, in bytes: enough for a task of 100 items of 2,000 characters.
pub const BODY_MAX: usize = 1024 * 1024;

/// A JSON body, parsed strictly: unknown fields are refused.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// The request's media type, in lower case and without parameters.
pub(crate) fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The time limit for receiving a body.
fn patience(request: &HttpRequest) -> Duration {
    request.app_data::<web::Data<App>>().map_or(Duration::from_secs(30), |app| app.config.body_timeout)
}

/// Reads a body of at most `max` bytes.
///
/// # Errors
/// `too_large`, `too_slow`, `malformed`.
pub(crate) async fn read_all(mut payload: Payload, max: usize, patience: Duration) -> ApiResult<web::BytesMut> {
    let all = async move {
        let mut bytes = web::BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| ApiError::new(ProblemCode::Malformed))?;
            if bytes.len() + chunk.len() > max {
                return Err(ApiError::new(ProblemCode::TooLarge));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    timeout(patience, all).await.map_err(|_| ApiError::new(ProblemCode::TooSlow))?
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (media, declared, patience) = (media_type(request), declared_length(request), patience(request));
        let payload = payload.take();
        Box::pin(async move {
            if media.as_deref() != Some("application/json") {
                return Err(ApiError::new(ProblemCode::WrongMediaType));
            }
            if declared.is_some_and(|length| length > BODY_MAX) {
                return Err(ApiError::new(ProblemCode::TooLarge));
            }
            let bytes = read_all(payload, BODY_MAX, patience).await?;
            read_json(&bytes).map(Self)
        })
    }
}

/// A picture's bytes as the body. Call [`PictureBody::read`] once the sender is authenticated.
pub struct PictureBody {
    declared: Option<usize>,
    media: Option<String>,
    payload: Payload,
    patience: Duration,
}

/// The time limit for a picture, as a multiple of the limit for other bodies.
pub const UPLOAD_TIMES: u32 = 4;
/// Number of bytes of an oversized body to read and discard. A browser that is cut off while sending shows "no
/// connection" instead of the response.
const UPLOAD_THROWN_AWAY: usize = 4 * UPLOAD_MAX;

impl FromRequest for PictureBody {
    type Error = ApiError;
    type Future = std::future::Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self {
            declared: declared_length(request),
            media: media_type(request),
            payload: payload.take(),
            patience: patience(request) * UPLOAD_TIMES,
        }))
    }
}

impl PictureBody {
    /// # Errors
    /// `wrong_media_type` (a form on another site can't send `image/…`), `picture_too_large`, `too_slow`, `malformed`.
    pub async fn read(mut self) -> ApiResult<Vec<u8>> {
        if !self.media.is_some_and(|media| media.starts_with("image/")) {
            return Err(ApiError::new(ProblemCode::WrongMediaType));
        }
        let (declared, payload) = (self.declared.unwrap_or_default(), &mut self.payload);
        let all = async move {
            let (mut bytes, mut length) = (Vec::new(), 0);
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|_| ApiError::new(ProblemCode::Malformed))?;
                length += chunk.len();
                if length.max(declared) <= UPLOAD_MAX {
                    bytes.extend_from_slice(&chunk);
                } else if length > UPLOAD_THROWN_AWAY {
                    break;
                }
            }
            if length.max(declared) > UPLOAD_MAX {
                return Err(ApiError::new(ProblemCode::PictureTooLarge));
            }
            Ok(bytes)
        };
        timeout(self.patience, all).await.map_err(|_| ApiError::new(ProblemCode::TooSlow))?
    }
}

/// Maps serde's message to a field's error code.
fn field_code(message: &str) -> FieldCode {
    if message == NUL {
        FieldCode::NotAllowed
    } else if message.starts_with("unknown field") {
        FieldCode::UnknownField
    } else if message.starts_with("missing field") {
        FieldCode::Required
    } else if message.starts_with("duplicate field") {
        FieldCode::Duplicate
    } else if message.starts_with("unknown variant") {
        FieldCode::NotAllowed
    } else {
        FieldCode::Malformed
    }
}

/// The name in serde's message: ``unknown field `x`, expected…``.
fn named(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

fn fault(path: String, message: &str) -> FieldError {
    let path = if path == "." { String::new() } else { path };
    let code = field_code(message);
    let path = match (code, named(message)) {
        // `serde_path_to_error` stops above a missing field.
        (FieldCode::Required | FieldCode::UnknownField | FieldCode::Duplicate, Some(name)) if !path.ends_with(name) => {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        }
        (_, _) => path,
    };
    // Paths come as `items[2].text` and as `items.2.text`; we use the latter.
    FieldError::new(path.replace('[', ".").replace(']', ""), code)
}

/// A JSON value without anything that lenient parsers let pass: no duplicate names, and no NUL in any text, since the
/// database can't store it.
struct Whole(Value);

/// The message for a NUL.
const NUL: &str = "a NUL is not text";

fn without_nul<E: serde::de::Error>(text: String) -> Result<String, E> {
    if text.contains('\0') { Err(E::custom(NUL)) } else { Ok(text) }
}

struct WholeVisitor;

impl<'de> Visitor<'de> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Whole, E> {
        Ok(Whole(Value::Null))
    }

    fn visit_bool<E>(self, on: bool) -> Result<Whole, E> {
        Ok(Whole(on.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Whole, E> {
        Ok(Whole(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Whole, E> {
        Ok(Whole(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Whole, E> {
        Ok(Whole(number.into()))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Whole, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Whole, E> {
        Ok(Whole(without_nul(text)?.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Whole, A::Error> {
        let mut all = Vec::new();
        while let Some(Whole(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Whole(all.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Whole, A::Error> {
        let mut all = serde_json::Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let name = without_nul::<A::Error>(name)?;
            if all.contains_key(&name) {
                return Err(serde::de::Error::custom(format_args!("duplicate field `{name}`")));
            }
            let Whole(value) = fields.next_value()?;
            all.insert(name, value);
        }
        Ok(Whole(all.into()))
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeVisitor)
    }
}

fn refused(error: serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let path = error.path().to_string();
    let inner = error.into_inner();
    match inner.classify() {
        serde_json::error::Category::Data => {
            let message = inner.to_string();
            // A message about a text ends with its position; the path says it better.
            let message = message.split(" at line ").next().unwrap_or_default();
            ApiError::invalid(vec![fault(path, message)])
        }
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof | serde_json::error::Category::Io => {
            ApiError::new(ProblemCode::Malformed)
        }
    }
}

/// Deserializes a type from JSON. A struct must be an object, though serde would also accept an array.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let Whole(value) = serde_path_to_error::deserialize(&mut deserializer).map_err(refused)?;
    deserializer.end().map_err(|_| ApiError::new(ProblemCode::Malformed))?;
    serde_path_to_error::deserialize(Reader::new(value)).map_err(refused)
}

/// Reads a template's content and refuses unknown fields.
struct Strict;

impl ContentReader for Strict {
    type Error = Vec<FieldError>;

    fn read<T: DeserializeOwned>(&self, content: Value) -> Result<T, Self::Error> {
        let mut unknown = Vec::new();
        let mut track = serde_path_to_error::Track::new();
        let tracked = serde_path_to_error::Deserializer::new(Reader::new(content), &mut track);
        let mut note = |path: serde_ignored::Path<'_>| {
            if unknown.len() < 20 {
                unknown
                    .push(FieldError::new(format!("body.content.{path}").replace(".?", ""), FieldCode::UnknownField));
            }
        };
        let read = T::deserialize(serde_ignored::Deserializer::new(tracked, &mut note));
        match read {
            Ok(value) if unknown.is_empty() => Ok(value),
            Ok(_) => Err(unknown),
            Err(error) => {
                let mut fault = fault(track.path().to_string(), &error.to_string());
                fault.path =
                    if fault.path.is_empty() { "body.content".into() } else { format!("body.content.{}", fault.path) };
                Err(vec![fault])
            }
        }
    }
}

/// The body of a task sent by a caller, parsed strictly and validated.
///
/// # Errors
/// Field errors under `body`.
pub fn task_body(input: TaskBodyInput) -> ApiResult<TaskBody> {
    let mut content = input.content;
    types::text::clean_json(&mut content);
    let body = TaskBody::read(&input.kind, content, &Strict)
        .map_err(ApiError::invalid)?
        .ok_or_else(|| ApiError::field("body.kind", FieldCode::NotAllowed))?
        .tidied();
    let faults: Vec<FieldError> = body
        .validate()
        .into_iter()
        .map(|mut fault| {
            fault.path = format!("body.content.{}", fault.path);
            fault
        })
        .collect();
    crate::error::check(faults)?;
    Ok(body)
}

/// An id in the path. If it can't be parsed, the object doesn't exist: 404.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<T: FromStr + 'static> FromRequest for Id<T> {
    type Error = ApiError;
    type Future = std::future::Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        std::future::ready(id.map(Self).ok_or_else(|| ApiError::new(ProblemCode::NotFound)))
    }
}

/// A class's code in the path, in its stored form. People also type codes by hand. What can't be a code doesn't exist:
/// 404.
#[derive(Debug)]
pub struct Code(pub String);

/// Much longer than any code.
const CODE_MAX: usize = 64;

/// Whether a text can be a code.
#[must_use]
pub fn is_code(code: &str) -> bool {
    (1..=CODE_MAX).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl FromRequest for Code {
    type Error = ApiError;
    type Future = std::future::Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let code = request.match_info().get("code").unwrap_or_default().trim().to_lowercase();
        std::future::ready(if is_code(&code) { Ok(Self(code)) } else { Err(ApiError::new(ProblemCode::NotFound)) })
    }
}

/// The query string, parsed strictly.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = std::future::Ready<ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        // A query can hold a NUL in this form only. The database accepts none.
        if request.query_string().contains("%00") {
            return std::future::ready(Err(ApiError::new(ProblemCode::Malformed)));
        }
        let read = web::Query::<T>::from_query(request.query_string()).map(|query| Self(query.into_inner())).map_err(
            |error| {
                let message = error.to_string();
                let message = message.rsplit_once("error: ").map_or(message.as_str(), |(_, tail)| tail);
                ApiError::invalid(vec![fault(String::new(), message)])
            },
        );
        std::future::ready(read)
    }
}

/// Raw bytes.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Binary(pub Vec<u8>);

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn errors(kind: &str, content: Value) -> Vec<FieldError> {
        task_body(TaskBodyInput { kind: kind.into(), content }).err().map(|e| e.0.errors).unwrap_or_default()
    }

    #[test]
    fn a_tasks_faults_come_with_their_paths() {
        assert_eq!(errors("crossword", json!({})), [FieldError::new("body.kind", FieldCode::NotAllowed)]);
        assert_eq!(errors("matching", json!({})), [FieldError::new("body.content.pairs", FieldCode::Required)]);
        assert_eq!(
            errors("matching", json!({"pairs": [{"id": "a", "left": {"text": 7}, "right": {"text": "x"}}]})),
            [FieldError::new("body.content.pairs.0.left.text", FieldCode::Malformed)]
        );
        let extra = json!({"pairs": [
            {"id": "a", "left": {"text": "1", "colour": "red"}, "right": {"text": "x"}},
            {"id": "b", "left": {"text": "2"}, "right": {"text": "y"}}
        ]});
        assert_eq!(
            errors("matching", extra),
            [FieldError::new("body.content.pairs.0.left.colour", FieldCode::UnknownField)]
        );
        assert_eq!(
            errors("gap_fill", json!({"parts": [{"gap": {"id": "a b", "key": "x"}}]})),
            [FieldError::new("body.content.parts.0.gap.id", FieldCode::Malformed)]
        );
    }
}
