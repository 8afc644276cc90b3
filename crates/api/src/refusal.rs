//! Why a request was refused, and its status; each API family gives it its own body.

use actix_web::http::StatusCode;
use aedile_kernel::rate::Allowance;
use aedile_kernel::{Error, FieldError};

/// An error of an operation, or of the request guard.
#[derive(Debug)]
pub(crate) enum Refusal {
    Operation(Error),
    /// Out of requests; the answer says how many there are.
    OverLimit(Allowance),
    UnknownPath,
    MethodNotAllowed,
    BodyTooLarge,
    BodyTooSlow,
    /// A part of a form; the sentence says which.
    TooLarge(&'static str),
    UploadStalled,
    NotJson,
    NotForm,
    NotMultipart,
    /// The body's `charset` is another than UTF-8.
    NotUtf8,
    /// The body is compressed, or coded in another way.
    ContentCoding,
    /// The caller takes nothing that there is an answer in.
    NotAcceptable,
    /// What the caller wants to be so is not so.
    PreconditionFailed,
    RangeNotSatisfiable,
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
                Error::Unauthenticated(_) | Error::ProofNeeded(_) => StatusCode::UNAUTHORIZED,
                Error::Denied(_) | Error::AccountState(_) | Error::Forbidden(_) => StatusCode::FORBIDDEN,
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
            Self::BodyTooLarge | Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow | Self::UploadStalled => StatusCode::REQUEST_TIMEOUT,
            Self::NotJson | Self::NotForm | Self::NotMultipart | Self::NotUtf8 | Self::ContentCoding => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }

    /// The stable machine-readable name.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Operation(error) => error.code(),
            Self::OverLimit(_) => "rate_limited",
            Self::UnknownPath => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BodyTooLarge | Self::TooLarge(_) => "too_large",
            Self::BodyTooSlow | Self::UploadStalled => "request_timeout",
            Self::NotJson | Self::NotForm | Self::NotMultipart | Self::NotUtf8 => "unsupported_media_type",
            Self::ContentCoding => "unsupported_content_coding",
            Self::NotAcceptable => "not_acceptable",
            Self::PreconditionFailed => "precondition_failed",
            Self::RangeNotSatisfiable => "range_not_satisfiable",
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
            Self::TooLarge(sentence) => (*sentence).to_owned(),
            Self::UploadStalled => "nothing of the body came for 30 s, or not all of it within 10 min".to_owned(),
            Self::NotJson => "the body must be JSON, with Content-Type: application/json".to_owned(),
            Self::NotForm => "the body must be a form, with Content-Type: application/x-www-form-urlencoded".to_owned(),
            Self::NotMultipart => "the body must be a form, with Content-Type: multipart/form-data".to_owned(),
            Self::NotUtf8 => "the body must be UTF-8: send charset=utf-8, or no charset".to_owned(),
            Self::ContentCoding => "the body must be sent as it is, without Content-Encoding".to_owned(),
            Self::NotAcceptable => "the answer is application/json, which Accept must allow".to_owned(),
            Self::PreconditionFailed => "this is not the content that If-Match asks for".to_owned(),
            Self::RangeNotSatisfiable => "the range begins behind the end".to_owned(),
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
