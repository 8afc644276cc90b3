//! What can go wrong, in words that belong to no transport.

use std::borrow::Cow;

use crate::assurance::LackingProof;
use crate::permission::Permission;

/// The result of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The cause of an [`Error::Unavailable`] or [`Error::Internal`]; for the log, never for a caller.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// One input field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FieldError {
    /// The field's name as the caller wrote it.
    pub field: Cow<'static, str>,
    /// What is wrong, as a sentence the caller may read.
    pub message: Cow<'static, str>,
}

/// Why an operation was refused or failed. `Display` is what the caller may read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No credential where one is needed, or a bad one.
    #[error("{0}")]
    Unauthenticated(Cow<'static, str>),
    /// The caller lacks a permission.
    #[error("Missing permission: {0}")]
    Denied(Permission),
    /// The caller has yet to prove who they are, as far as this asks for it.
    #[error("{0}")]
    ProofNeeded(LackingProof),
    /// The state of the caller's account does not admit it.
    #[error("{0}")]
    AccountState(Cow<'static, str>),
    /// The caller is known and may not do this, whatever permissions they hold.
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// The thing does not exist.
    #[error("{0} not found")]
    NotFound(Cow<'static, str>),
    /// The state does not allow it.
    #[error("{0}")]
    Conflict(Cow<'static, str>),
    /// A value is malformed or out of range.
    #[error("{}", describe(.0))]
    Invalid(Vec<FieldError>),
    /// The balance does not cover it.
    #[error("{0}")]
    PaymentRequired(Cow<'static, str>),
    /// It was there once and has ended.
    #[error("{0}")]
    Gone(Cow<'static, str>),
    /// An idempotency key was used before with another request.
    #[error("this Idempotency-Key was used with another request")]
    IdempotencyKeyReused,
    /// Too many requests.
    #[error("too many requests; try again in {retry_after_seconds} s")]
    RateLimited {
        /// Whole seconds until the next attempt may pass, at least 1.
        retry_after_seconds: u64,
    },
    /// A dependency is down; the same call may pass later.
    #[error("{what} is unavailable, try again later")]
    Unavailable {
        /// What is down, in the caller's words.
        what: &'static str,
        /// The cause, for the log.
        #[source]
        source: Option<Cause>,
    },
    /// A defect of ours.
    #[error("internal error")]
    Internal(#[source] Cause),
}

fn describe(fields: &[FieldError]) -> String {
    let parts: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect();
    parts.join("; ")
}

impl Error {
    /// A [`Error::NotFound`] of `what`, such as `"Role"`.
    pub fn not_found(what: impl Into<Cow<'static, str>>) -> Self {
        Self::NotFound(what.into())
    }

    /// A [`Error::Conflict`] with a sentence for the caller.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict(message.into())
    }

    /// A [`Error::Forbidden`] with a sentence for the caller.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden(message.into())
    }

    /// A [`Error::Unauthenticated`] with a sentence for the caller.
    pub fn unauthenticated(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Unauthenticated(message.into())
    }

    /// A [`Error::Invalid`] about one field.
    pub fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// A [`Error::Unavailable`] with its cause.
    pub fn unavailable(what: &'static str, source: impl Into<Cause>) -> Self {
        Self::Unavailable { what, source: Some(source.into()) }
    }

    /// A [`Error::Internal`] with its cause.
    pub fn internal(source: impl Into<Cause>) -> Self {
        Self::Internal(source.into())
    }

    /// The stable machine-readable name of this kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "unauthenticated",
            Self::Denied(_) => "permission_denied",
            Self::ProofNeeded(_) => "proof_needed",
            Self::AccountState(_) | Self::Forbidden(_) => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::Conflict(_) => "conflict",
            Self::Invalid(_) => "invalid",
            Self::PaymentRequired(_) => "payment_required",
            Self::Gone(_) => "gone",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// Whether the caller's rights do not reach, as opposed to what a rule says.
    #[must_use]
    pub const fn is_denial(&self) -> bool {
        matches!(self, Self::Unauthenticated(_) | Self::Denied(_) | Self::ProofNeeded(_) | Self::AccountState(_))
    }

    /// Whether a rule or a permission said no, as opposed to a failure of the machinery.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Unavailable { .. } | Self::Internal(_) | Self::RateLimited { .. })
    }
}
