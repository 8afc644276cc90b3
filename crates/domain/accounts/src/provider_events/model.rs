//! Events, and how they arrive.

use aedile_kernel::{Result, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::users::ProvisionUser;

/// An event as it came in: nothing of it is believed yet.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The id that the sender gave it.
    pub id: &'a str,
    /// When it was sent, in seconds since 1970.
    pub timestamp: &'a str,
    /// The signatures, separated by spaces.
    pub signatures: &'a str,
    /// The body, byte by byte as it was signed.
    pub body: &'a [u8],
}

/// Which event it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventStamp {
    /// The id that the sender gave it, the same each time it is sent.
    pub id: String,
    /// What happened, in the provider's words.
    pub event_type: String,
    /// When what it tells was so.
    pub at: Timestamp,
}

/// An event whose signature was right.
#[derive(Debug, Clone)]
pub struct ProviderEvent {
    /// Which one it is.
    pub stamp: EventStamp,
    /// What it tells.
    pub news: News,
}

/// What an event tells.
#[derive(Debug, Clone)]
pub enum News {
    /// A user is new, or is now like this.
    Changed {
        /// What is told of who they are.
        user: ProvisionUser,
        /// Whether they are banned there; `None` when nothing is told of it.
        is_banned: Option<bool>,
    },
    /// A user is gone.
    Deleted(UserId),
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It counts.
    Applied,
    /// It was taken before.
    Repeated,
    /// Something newer is known.
    Outdated,
    /// It would have taken the last admin away.
    Refused,
}

/// Tells events that the provider sent from all others, and reads them.
pub trait ProviderEventReader: Send + Sync {
    /// The event; `None` when it is of a kind that means nothing here.
    ///
    /// # Errors
    /// `Unauthenticated` unless the provider signed it, at most five minutes from `now`; `Invalid` when it can't be read.
    fn read(&self, delivery: &Delivery<'_>, now: Timestamp) -> Result<Option<ProviderEvent>>;
}
