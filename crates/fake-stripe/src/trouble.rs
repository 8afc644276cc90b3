//! What goes wrong with a request.

use std::time::Duration;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing: one request passes before the next trouble.
    Passes,
    /// It is not done, and answered with 500.
    Fails,
    /// It is done, and answered with 500 by something in between: asked again under its key, it gets its answer.
    FailsAfterwards,
    /// It is done, and answered with this status, now and whenever it is asked again under its key.
    Remembers(u16),
    /// It is not done, and answered so.
    Refuses(Refusal),
    /// It is done, and answered after so long.
    AnswersAfter(Duration),
    /// It takes so long, and is done and answered then; meanwhile its key is in use.
    RunsFor(Duration),
    /// It is done, and the connection is closed without an answer.
    LosesAnswer,
    /// It is not done, and the connection is closed without an answer.
    HangsUp,
}

/// An answer to a request that was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status; 400 says that the idempotency key was used with other parameters.
    pub status: u16,
    /// The header `Stripe-Should-Retry`, if it is sent.
    pub should_retry: Option<bool>,
    /// The header `Retry-After` in seconds, if it is sent.
    pub retry_after: Option<u32>,
}

impl Refusal {
    /// An answer with this status and no advice.
    #[must_use]
    pub const fn with(status: u16) -> Self {
        Self { status, should_retry: None, retry_after: None }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refuses(refusal)
    }
}
