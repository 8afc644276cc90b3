//! What detectors need of a store.

use aedile_kernel::{Result, Timestamp, UserId};

use crate::flags::{AbuseFlag, NewFlag};

/// What detectors look at, and where they say what they saw.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait AbuseSignals: Send {
    /// How many reviews of the seller's skills were written since then, this transaction's own included. Who counts those
    /// of the same seller at the same time waits, so that none is missed.
    ///
    /// # Errors
    /// If the store fails.
    fn count_reviews_of(&mut self, seller: &UserId, since: Timestamp) -> Result<u64>;

    /// How many purchases of the buyer from the seller were paid since then, this transaction's own included. Who counts
    /// those of the same buyer at the same time waits, so that none is missed.
    ///
    /// # Errors
    /// If the store fails.
    fn count_purchases(&mut self, buyer: &UserId, seller: &UserId, since: Timestamp) -> Result<u64>;

    /// How many refunds the buyer got since then, this transaction's own included; counted one after the other, too.
    ///
    /// # Errors
    /// If the store fails.
    fn count_refunds(&mut self, buyer: &UserId, since: Timestamp) -> Result<u64>;

    /// The user's e-mail address, when known.
    ///
    /// # Errors
    /// If the store fails.
    fn find_email(&mut self, user: &UserId) -> Result<Option<String>>;

    /// Adds the flag; `None` when one of its type about the same people is open.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_flag(&mut self, flag: &NewFlag) -> Result<Option<AbuseFlag>>;
}
