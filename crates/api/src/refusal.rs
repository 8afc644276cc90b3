//! Why a request was refused, and its status; each dialect gives it its own body.

use actix_web::http::StatusCode;
use aedile_kernel::rate::Allowance;
use aedile_kernel::{Error, FieldError};

/// An error of an operation, or of the door itself.
#[derive(Debug)]
pub(crate) enum Refusal {
    Operation(Error),
    /// Out of requests; the answer says how many there are.
    OverLimit(Allowance),
    UnknownPath,
    MethodNotAllowed,
    BodyTooLarge,
    BodyTooSlow,
    NotJson,
    NotForm,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Operation(error)
    }
}

impl Refusal {
    /// One status for one meaning, in every family.
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Operation(error) => match error {
                Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
                Error::Denied(_) | Error::Forbidden(_) => StatusCode::FORBIDDEN,
                Error::NotFound(_) => StatusCode::NOT_FOUND,
                Error::Conflict(_) => StatusCode::CONFLICT,
                Error::Invalid(_) => StatusCode::BAD_REQUEST,
                Error::PaymentRequired(_) => StatusCode::PAYMENT_REQUIRED,
                Error::Gone(_) => StatusCode::GONE,
                Error::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
                Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
                Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::OverLimit(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotJson | Self::NotForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// The stable machine-readable name.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Operation(error) => error.code(),
            Self::OverLimit(_) => "rate_limited",
            Self::UnknownPath => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BodyTooLarge => "too_large",
            Self::BodyTooSlow => "request_timeout",
            Self::NotJson | Self::NotForm => "unsupported_media_type",
        }
    }

    /// What the caller may read.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Operation(error) => error.to_string(),
            Self::OverLimit(_) => {
                format!("too many requests; try again in {} s", self.retry_after_seconds().unwrap_or(1))
            }
            Self::UnknownPath => "there is nothing at this path".to_owned(),
            Self::MethodNotAllowed => "this path does not take that method".to_owned(),
            Self::BodyTooLarge => "the body is larger than 1 MiB".to_owned(),
            Self::BodyTooSlow => "the body did not arrive within 30 s".to_owned(),
            Self::NotJson => "the body must be JSON, with Content-Type: application/json".to_owned(),
            Self::NotForm => "the body must be a form, with Content-Type: application/x-www-form-urlencoded".to_owned(),
        }
    }

    /// The fields that are wrong, if that is the trouble.
    pub(crate) fn fields(&self) -> &[FieldError] {
        match self {
            Self::Operation(Error::Invalid(fields)) => fields,
            _ => &[],
        }
    }

    /// Seconds after which the same request may pass.
    pub(crate) const fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::Operation(Error::RateLimited { retry_after_seconds }) => Some(*retry_after_seconds),
            Self::OverLimit(allowance) => {
                Some(if allowance.retry_after_seconds == 0 { 1 } else { allowance.retry_after_seconds })
            }
            _ => None,
        }
    }
}
