//! What the rules about profiles need of the store.

use aedile_kernel::{Result, Timestamp, UserId};

use super::model::Profile;

/// What users tell of themselves, and where their accounts stand.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Profiles: Send {
    /// The profile, `None` when the user is unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: &UserId) -> Result<Option<Profile>>;

    /// The profile, locked until the transaction ends; `None` when the user is unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: &UserId) -> Result<Option<Profile>>;

    /// Writes the name and the consent to marketing mail.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, profile: &Profile, now: Timestamp) -> Result<()>;
}
