//! The API's error type, which becomes `application/problem+json`. Causes go to the log with the trace id, never to the
//! caller.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use store::StoreError;
use types::problem::{FieldCode, FieldError, Problem, ProblemCode};

tokio::task_local! {
    /// The trace id of the request that this task serves.
    pub static TRACE_ID: String;
}

/// A refused request, or a failure on our side.
#[derive(Debug)]
pub struct ApiError(pub Box<Problem>);

pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self(Box::new(Problem::new(code)))
    }

    /// Several invalid fields.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self(Box::new(Problem::invalid(errors)))
    }

    /// One invalid field.
    #[must_use]
    pub fn field(path: &str, code: FieldCode) -> Self {
        Self::invalid(vec![FieldError::new(path, code)])
    }

    /// Too many requests: retry after `seconds`.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        let mut problem = Problem::new(ProblemCode::TooManyRequests);
        problem.retry_after = Some(u32::try_from(seconds.max(1)).unwrap_or(60));
        Self(Box::new(problem))
    }

    /// A failure on our side. Logs the cause, here and nowhere else.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        let trace = trace_id();
        tracing::error!(trace_id = %trace, cause = %cause, "request failed");
        Self::new(ProblemCode::Internal)
    }
}

/// Refuses a value that has errors.
///
/// # Errors
/// If there are any.
pub fn check(errors: Vec<FieldError>) -> ApiResult<()> {
    if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(errors)) }
}

/// The trace id of the current request.
#[must_use]
pub fn trace_id() -> String {
    TRACE_ID.try_with(Clone::clone).unwrap_or_default()
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status, self.0.code.as_str())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut problem = (*self.0).clone();
        let trace = trace_id();
        problem.trace_id = (!trace.is_empty()).then_some(trace);
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = problem.retry_after {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        response
            .insert_header(("Content-Type", "application/problem+json"))
            .insert_header(("Cache-Control", "no-store"))
            .body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::new(ProblemCode::NotFound),
            StoreError::Stale(current) => {
                let mut problem = Problem::new(ProblemCode::Stale);
                problem.current = Some(*current);
                Self(Box::new(problem))
            }
            StoreError::EmailTaken => {
                let mut problem = Problem::new(ProblemCode::EmailTaken);
                problem.errors = vec![FieldError::new("email", FieldCode::Duplicate)];
                Self(Box::new(problem))
            }
            StoreError::Invalid(field) => Self::invalid(vec![field]),
            StoreError::Limit(field) => {
                let mut problem = Problem::new(ProblemCode::LimitReached);
                problem.errors = vec![field];
                Self(Box::new(problem))
            }
            StoreError::DoorClosed => Self::new(ProblemCode::DoorClosed),
            StoreError::RemovedFromClass => Self::new(ProblemCode::RemovedFromClass),
            StoreError::ClassFull(most) => {
                let mut problem = Problem::new(ProblemCode::ClassFull);
                problem.errors = vec![FieldError::with_limit("members", FieldCode::TooMany, most)];
                Self(Box::new(problem))
            }
            StoreError::InvitationExpired => Self::new(ProblemCode::InvitationExpired),
            StoreError::AlreadyRunning => Self::new(ProblemCode::AlreadyRunning),
            StoreError::Unavailable(why) => {
                tracing::warn!(trace_id = %trace_id(), cause = %why, "database unavailable");
                let mut problem = Problem::new(ProblemCode::Unavailable);
                problem.retry_after = Some(2);
                Self(Box::new(problem))
            }
            StoreError::Database(error) => Self::internal(error),
        }
    }
}
