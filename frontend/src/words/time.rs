//! Times of changes in everyday words.

use chrono::{DateTime, Datelike as _, FixedOffset, Timelike as _, Utc};
use types::locale::{Key, Locale, Plural, plural, text, text_with};

use crate::{i18n, web};

/// “Edited yesterday”.
pub fn edited(then: DateTime<Utc>) -> String {
    edited_in(i18n::locale(), web::local(then), web::local(web::now()))
}

/// “just now”, “5 minutes ago”, “at 14:02”, “yesterday”, “12 March”: for use after a word like “used”.
pub fn moment(then: DateTime<Utc>) -> String {
    moment_in(i18n::locale(), web::local(then), web::local(web::now()))
}

/// Fills a sentence's `{day}`, `{month}` and `{year}`.
pub fn with_day(key: Key, then: DateTime<Utc>) -> String {
    day_in(i18n::locale(), key, web::local(then))
}

fn edited_in(locale: Locale, then: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    text_with(locale, Key::LessonsEdited, &[("when", &moment_in(locale, then, now))])
}

fn moment_in(locale: Locale, then: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    let minutes = (now - then).num_minutes();
    let days = now.date_naive().signed_duration_since(then.date_naive()).num_days();
    // Clocks may be slightly off: never speak of the future.
    if minutes < 1 {
        text(locale, Key::CommonJustNow).to_owned()
    } else if minutes < 60 {
        plural(locale, Plural::CommonMinutesAgo, minutes.unsigned_abs())
    } else if days == 0 {
        text_with(locale, Key::CommonAtTime, &[("time", &format!("{:02}:{:02}", then.hour(), then.minute()))])
    } else if days == 1 {
        text(locale, Key::CommonYesterday).to_owned()
    } else {
        let key = if then.year() == now.year() { Key::CommonDayMonth } else { Key::CommonDayMonthYear };
        day_in(locale, key, then)
    }
}

fn day_in(locale: Locale, key: Key, then: DateTime<FixedOffset>) -> String {
    let month = text(locale, MONTHS[then.month0() as usize]);
    let (day, year) = (then.day().to_string(), then.year().to_string());
    text_with(locale, key, &[("day", &day), ("month", month), ("year", &year)])
}

const MONTHS: [Key; 12] = [
    Key::CommonMonth1,
    Key::CommonMonth2,
    Key::CommonMonth3,
    Key::CommonMonth4,
    Key::CommonMonth5,
    Key::CommonMonth6,
    Key::CommonMonth7,
    Key::CommonMonth8,
    Key::CommonMonth9,
    Key::CommonMonth10,
    Key::CommonMonth11,
    Key::CommonMonth12,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn times_are_told_as_people_tell_them() {
        let now = at("2026-03-12T00:30:00+03:00");
        let en = |then: &str| moment_in(Locale::En, at(then), now);
        assert_eq!(en("2026-03-12T00:29:40+03:00"), "just now");
        assert_eq!(en("2026-03-12T00:31:00+03:00"), "just now");
        assert_eq!(en("2026-03-12T00:25:00+03:00"), "5 minutes ago");
        assert_eq!(en("2026-03-11T23:20:00+03:00"), "yesterday");
        assert_eq!(en("2026-03-04T10:00:00+03:00"), "on 4 March");
        assert_eq!(en("2025-12-31T10:00:00+03:00"), "on 31 December 2025");
        assert_eq!(moment_in(Locale::En, at("2026-03-12T09:05:00+03:00"), at("2026-03-12T12:00:00+03:00")), "at 09:05");
        assert_eq!(edited_in(Locale::Ru, at("2026-03-04T10:00:00+03:00"), now), "Изменён 4 марта");
    }
}
