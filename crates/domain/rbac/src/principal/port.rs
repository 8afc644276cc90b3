//! What authentication needs from a store.

use aedile_kernel::{Result, UserId};

use super::model::Principal;

/// The users who may call.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Principals: Send {
    /// All that decides what the user may do, from one moment; `None` when the user is unknown, even if a
    /// role waits for them.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, user: &UserId) -> Result<Option<Principal>>;
}
