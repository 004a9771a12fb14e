//! Error messages: what happened, what is safe, what to do next.

use types::{
    locale::{Key, Locale, Plural, plural, text, text_with},
    problem::{FieldCode, FieldError, ProblemCode},
};

use crate::{api::ApiError, i18n};

/// The message for a failed request, in the interface's language.
pub fn problem(error: &ApiError) -> String {
    problem_in(i18n::locale(), error)
}

/// The message for an invalid field, in the interface's language.
pub fn field(error: &FieldError) -> String {
    field_in(i18n::locale(), error)
}

fn problem_in(locale: Locale, error: &ApiError) -> String {
    let problem = match error {
        ApiError::Problem(problem) => problem,
        ApiError::Offline => return text(locale, Key::ProblemsOffline).to_owned(),
        // Never shown: the page that made the request is gone.
        ApiError::Aborted => return String::new(),
        ApiError::Other => return text(locale, Key::ProblemsOther).to_owned(),
    };
    if problem.code == ProblemCode::TooManyRequests
        && let Some(seconds) = problem.retry_after
    {
        return plural(locale, Plural::ProblemsRetryAfter, u64::from(seconds));
    }
    if let Some((key, limit)) = problem.errors.first().and_then(|error| limit_of(problem.code, error)) {
        return text_with(locale, key, &[("n", &limit.to_string())]);
    }
    let sentence = text(locale, key(problem.code));
    match (&problem.trace_id, problem.code) {
        (Some(id), ProblemCode::Internal | ProblemCode::Unknown) => {
            format!("{sentence} {}", text_with(locale, Key::ProblemsTrace, &[("id", id)]))
        }
        (_, _) => sentence.to_owned(),
    }
}

/// The text for a limit that is reached, and the limit.
fn limit_of(code: ProblemCode, error: &FieldError) -> Option<(Key, u64)> {
    let limit = error.limit?;
    let key = match (code, error.path.as_str()) {
        (ProblemCode::ClassFull, _) => Key::ProblemsClassFullOf,
        (ProblemCode::LimitReached, "lessons") => Key::ProblemsLimitLessons,
        (ProblemCode::LimitReached, "courses") => Key::ProblemsLimitCourses,
        (ProblemCode::LimitReached, "sections") if error.code == FieldCode::TooFew => Key::ProblemsLastSection,
        (ProblemCode::LimitReached, "sections") => Key::ProblemsLimitSections,
        (ProblemCode::LimitReached, "tasks") => Key::ProblemsLimitTasks,
        (ProblemCode::LimitReached, "files") => Key::ProblemsLimitFiles,
        (ProblemCode::LimitReached, "classes") => Key::ProblemsLimitClasses,
        (ProblemCode::LimitReached, "tokens") => Key::ProblemsLimitTokens,
        (ProblemCode::LimitReached, "runs") => Key::ProblemsLimitRuns,
        (_, _) => return None,
    };
    Some((key, limit))
}

fn key(code: ProblemCode) -> Key {
    match code {
        ProblemCode::Malformed => Key::ProblemsMalformed,
        ProblemCode::Invalid => Key::ProblemsInvalid,
        ProblemCode::NotLoggedIn => Key::ProblemsNotLoggedIn,
        ProblemCode::WrongCredentials => Key::ProblemsWrongCredentials,
        ProblemCode::Forbidden => Key::ProblemsForbidden,
        ProblemCode::WrongOrigin => Key::ProblemsWrongOrigin,
        ProblemCode::MissingScope => Key::ProblemsMissingScope,
        ProblemCode::EmailNotConfirmed => Key::ProblemsEmailNotConfirmed,
        ProblemCode::NotFound => Key::ProblemsNotFound,
        ProblemCode::MethodNotAllowed => Key::ProblemsMethodNotAllowed,
        ProblemCode::Stale => Key::ProblemsStale,
        ProblemCode::EmailTaken => Key::ProblemsEmailTaken,
        ProblemCode::DoorClosed => Key::ProblemsDoorClosed,
        ProblemCode::RemovedFromClass => Key::ProblemsRemovedFromClass,
        ProblemCode::TooSlow => Key::ProblemsTooSlow,
        ProblemCode::ClassFull => Key::ProblemsClassFull,
        ProblemCode::InvitationExpired => Key::ProblemsInvitationExpired,
        ProblemCode::AlreadyRunning => Key::ProblemsAlreadyRunning,
        ProblemCode::LinkExpired => Key::ProblemsLinkExpired,
        ProblemCode::TooLarge => Key::ProblemsTooLarge,
        ProblemCode::NotAPicture => Key::ProblemsNotAPicture,
        ProblemCode::PictureCutOff => Key::ProblemsPictureCutOff,
        ProblemCode::PictureTooLarge => Key::ProblemsPictureTooLarge,
        ProblemCode::WrongMediaType => Key::ProblemsWrongMediaType,
        ProblemCode::TooManyRequests => Key::ProblemsTooManyRequests,
        ProblemCode::TopicNotInPack => Key::ProblemsTopicNotInPack,
        ProblemCode::CannotPrint => Key::ProblemsCannotPrint,
        ProblemCode::LimitReached => Key::ProblemsLimitReached,
        ProblemCode::Internal => Key::ProblemsInternal,
        ProblemCode::Unavailable => Key::ProblemsUnavailable,
        ProblemCode::Unknown => Key::ProblemsUnknown,
    }
}

/// “At least {n}” of what: a number alone says nothing.
fn at_least(path: &str) -> Plural {
    match path.rsplit('.').next() {
        Some("parts") => Plural::FieldsAtLeastGaps,
        Some("pairs") => Plural::FieldsAtLeastPairs,
        Some("questions") => Plural::FieldsAtLeastQuestions,
        Some("statements") => Plural::FieldsAtLeastStatements,
        Some("sentences") => Plural::FieldsAtLeastSentences,
        Some("words") => Plural::FieldsAtLeastEntries,
        Some("distractors") => Plural::FieldsAtLeastWrong,
        Some("0") if path.ends_with("orders.0") => Plural::FieldsAtLeastPieces,
        Some(_) | None => Plural::FieldsAtLeast,
    }
}

fn field_in(locale: Locale, error: &FieldError) -> String {
    let counted = |key: Plural| error.limit.map(|n| plural(locale, key, n));
    let (with_number, without) = match error.code {
        FieldCode::Required => (None, Key::FieldsRequired),
        FieldCode::TooShort => (counted(Plural::FieldsAtLeastCharacters), Key::FieldsTooShort),
        FieldCode::TooLong => (counted(Plural::FieldsAtMostCharacters), Key::FieldsTooLong),
        FieldCode::TooFew => (counted(at_least(&error.path)), Key::FieldsTooFew),
        FieldCode::TooMany => (counted(Plural::FieldsAtMost), Key::FieldsTooMany),
        FieldCode::Duplicate => (None, Key::FieldsDuplicate),
        FieldCode::Malformed => (None, Key::FieldsMalformed),
        FieldCode::UnknownField => (None, Key::FieldsUnknownField),
        FieldCode::NotAllowed => (None, Key::FieldsNotAllowed),
        FieldCode::NotAnEmail => (None, Key::FieldsNotAnEmail),
        FieldCode::NoSuchReference => (None, Key::FieldsNoSuchReference),
        FieldCode::TooCommon => (None, Key::FieldsTooCommon),
        FieldCode::SameAsAnother => (None, Key::FieldsSameAsAnother),
        FieldCode::KeyMissing => (None, Key::FieldsKeyMissing),
        FieldCode::Other => (None, Key::FieldsOther),
    };
    with_number.unwrap_or_else(|| text(locale, without).to_owned())
}

#[cfg(test)]
mod tests {
    use types::problem::Problem;

    use super::*;

    #[test]
    fn every_code_has_words_in_every_language() {
        for locale in Locale::ALL {
            let mut seen = std::collections::HashSet::new();
            for code in ProblemCode::ALL {
                let words = problem_in(locale, &ApiError::Problem(Box::new(Problem::new(*code))));
                assert!(!words.is_empty() && words != code.as_str(), "{code:?}");
                assert!(seen.insert(words), "{code:?} says the same as another");
            }
        }
    }

    #[test]
    fn too_few_says_of_what() {
        let words = |path| field_in(Locale::Ru, &FieldError::with_limit(path, FieldCode::TooFew, 1));
        assert_eq!(words("parts"), "Не меньше 1 пропуска");
        for meta in types::tasks::CATALOGUE {
            let Some(body) = types::tasks::TaskBody::blank(meta.kind) else { continue };
            for fault in body.validate().iter().filter(|fault| fault.code == FieldCode::TooFew) {
                let said = field_in(Locale::En, fault);
                assert!(said.split(' ').count() > 3, "{}: {said}", meta.kind);
            }
        }
    }

    #[test]
    fn numbers_stand_where_the_server_gave_them() {
        let error = FieldError::with_limit("password", FieldCode::TooShort, 8);
        assert!(field_in(Locale::En, &error).contains('8'));
        assert!(!field_in(Locale::Ru, &FieldError::new("password", FieldCode::TooShort)).contains('{'));
        let mut problem = Problem::new(ProblemCode::TooManyRequests);
        problem.retry_after = Some(21);
        assert!(problem_in(Locale::Ru, &ApiError::Problem(Box::new(problem))).contains("21 секунд"));
    }

    #[test]
    fn a_limit_says_of_what_and_how_many() {
        let mut problem = Problem::new(ProblemCode::LimitReached);
        problem.errors = vec![FieldError::with_limit("tokens", FieldCode::TooMany, 20)];
        let words = problem_in(Locale::En, &ApiError::Problem(Box::new(problem)));
        assert!(words.contains("20 tokens"), "{words}");
        let mut full = Problem::new(ProblemCode::ClassFull);
        full.errors = vec![FieldError::with_limit("members", FieldCode::TooMany, 40)];
        assert!(problem_in(Locale::Ru, &ApiError::Problem(Box::new(full))).contains("не больше 40"));
    }

    #[test]
    fn a_fault_of_ours_names_what_to_ask_with() {
        let mut problem = Problem::new(ProblemCode::Internal);
        problem.trace_id = Some("abc123".into());
        assert!(problem_in(Locale::En, &ApiError::Problem(Box::new(problem))).contains("abc123"));
    }
}
