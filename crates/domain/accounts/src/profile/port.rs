//! What the rules about profiles need of the store.

use aedile_kernel::{Result, Timestamp, UserId};

use super::model::Profile;

/// Profiles.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Profiles: Send {
    /// The profile, `None` when the user is unknown.
    ///
    /// # Errors
    /// Only the store's own.
    fn find(&mut self, id: &UserId) -> Result<Option<Profile>>;

    /// The profile, locked until the transaction ends; `None` when the user is unknown.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock(&mut self, id: &UserId) -> Result<Option<Profile>>;

    /// Writes the name and the consent to marketing mail.
    ///
    /// # Errors
    /// Only the store's own.
    fn update(&mut self, profile: &Profile, now: Timestamp) -> Result<()>;
}
