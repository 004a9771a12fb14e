//! Cursors for lists in pages: the time and the id of the last row, opaque to the caller.

use std::{fmt::Display, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Utc};
use types::problem::FieldCode;

use crate::error::{ApiError, ApiResult};

/// # Errors
/// `invalid` for the field `cursor` if no list returned it.
pub fn read<T: FromStr>(text: &str) -> ApiResult<(DateTime<Utc>, T)> {
    parse(text).ok_or_else(|| ApiError::field("cursor", FieldCode::Malformed))
}

fn parse<T: FromStr>(text: &str) -> Option<(DateTime<Utc>, T)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (micros, id) = text.split_once('.')?;
    let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    // PostgreSQL's timestamps begin in 4713 BC; none of our rows is from before 1970.
    (1970..10_000).contains(&at.year()).then_some(())?;
    Some((at, id.parse().ok()?))
}

#[must_use]
pub fn write<T: Display>((at, id): (DateTime<Utc>, T)) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{id}", at.timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use types::ids::LessonId;

    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_and_rubbish_does_not() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let id = LessonId(uuid::Uuid::now_v7());
        assert_eq!(parse(&write((at, id))), Some((at, id)));
        let ancient = URL_SAFE_NO_PAD.encode(format!("-210866803200000001.{id}"));
        for rubbish in ["rubbish", "", &ancient] {
            assert_eq!(parse::<LessonId>(rubbish), None, "{rubbish}");
        }
    }
}
