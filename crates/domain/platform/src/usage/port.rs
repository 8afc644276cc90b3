//! What usage needs from a store.

use aedile_kernel::{Day, Result, UserId};

use super::model::{RouteCount, UsageCount, UsageTotal};

/// The counts of calls.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Usage: Send {
    /// All calls the user ever made; `None` when none was written down.
    ///
    /// # Errors
    /// If the store fails.
    fn find_total(&mut self, user_id: &UserId) -> Result<Option<UsageTotal>>;

    /// The user's calls by day and route from the day `since` on, the newest day first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_routes(&mut self, user_id: &UserId, since: Day) -> Result<Vec<RouteCount>>;

    /// Adds counts to what is there, in a fixed order, so that two instances never wait for each other in a circle. The
    /// names of routes go through [`RouteSet`](super::RouteSet); what several instances add at the same moment may
    /// pass its bound by what they add.
    ///
    /// # Errors
    /// If the store fails; nothing is added then.
    fn add(&mut self, batch: &[UsageCount]) -> Result<()>;
}
