//! What detectors need of a store.

use aedile_kernel::{Result, Timestamp, UserId};

use crate::flags::{AbuseFlag, NewFlag};

/// What detectors look at, and where they say what they saw.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Sightings: Send {
    /// How many reviews of the seller's skills were written since then, this transaction's own included. Who counts those
    /// of the same seller at the same time waits, so that none is missed.
    ///
    /// # Errors
    /// Only the store's own.
    fn count_reviews_of(&mut self, seller: &UserId, since: Timestamp) -> Result<u64>;

    /// Adds the flag; `None` when one of its type about the same people is open.
    ///
    /// # Errors
    /// Only the store's own.
    fn insert_flag(&mut self, flag: &NewFlag) -> Result<Option<AbuseFlag>>;
}
