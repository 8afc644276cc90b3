//! What the rules about the provider's events need of the store.

use aedile_kernel::{Administrators, Result, Timestamp, UserId};

use super::model::EventStamp;
use crate::users::Users;

/// The time at which [`ProviderEvents::advance`] writes down that a user is gone: nothing that is told of them is newer.
#[must_use]
pub fn gone() -> Timestamp {
    Timestamp::from_micros(i64::MAX)
}

/// The provider's events, and the users they tell of.
pub trait ProviderEvents: Users {
    /// Writes down that an event was taken, and answers whether that is new. Waits for another transaction that is taking
    /// the same event.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_event(&mut self, event: &EventStamp, now: Timestamp) -> Result<bool>;

    /// Writes down of when the newest that was told of a user is, whether or not the user is known here, and answers
    /// whether `at` is it; what is as new as the newest counts, too. Until the transaction ends no other event of the same
    /// user gets past this.
    ///
    /// # Errors
    /// If the store fails.
    fn advance(&mut self, user: &UserId, at: Timestamp) -> Result<bool>;

    /// Switches a user's access off or on again. Local users, whose access an admin switches, are left alone. Answers whether
    /// anything changed.
    ///
    /// # Errors
    /// If the store fails.
    fn set_access_off(&mut self, user: &UserId, is_off: bool, now: Timestamp) -> Result<bool>;

    /// All who can administer, under the lock of `LocalUsers::lock_admins`.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_all_admins(&mut self) -> Result<Administrators>;

    /// Leaves of the user a nameless record that says it is deleted, and removes their role and what their command line
    /// signed in with. Answers the name of the role.
    ///
    /// # Errors
    /// If the store fails.
    fn mark_deleted(&mut self, user: &UserId, now: Timestamp) -> Result<Option<String>>;
}

#[cfg(any(test, feature = "mock"))]
mod mock {
    use super::{Administrators, EventStamp, ProviderEvents, Result, Timestamp, UserId, Users};
    use crate::users::User;

    mockall::mock! {
        pub ProviderEvents {}

        impl Users for ProviderEvents {
            fn find(&mut self, id: &UserId) -> Result<Option<User>>;
            fn insert_if_absent(&mut self, user: &User) -> Result<bool>;
            fn lock_is_gone(&mut self, id: &UserId) -> Result<bool>;
            fn set_identity(&mut self, user: &User) -> Result<bool>;
        }

        impl ProviderEvents for ProviderEvents {
            fn insert_event(&mut self, event: &EventStamp, now: Timestamp) -> Result<bool>;
            fn advance(&mut self, user: &UserId, at: Timestamp) -> Result<bool>;
            fn set_access_off(&mut self, user: &UserId, is_off: bool, now: Timestamp) -> Result<bool>;
            fn lock_all_admins(&mut self) -> Result<Administrators>;
            fn mark_deleted(&mut self, user: &UserId, now: Timestamp) -> Result<Option<String>>;
        }
    }
}
#[cfg(any(test, feature = "mock"))]
pub use mock::MockProviderEvents;
