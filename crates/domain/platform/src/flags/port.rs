//! What flags need from a store.

use aedile_kernel::{Page, PageRequest, Result};

use super::model::{Flag, FlagId, NewFlag};

/// A user as flags see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user's number.
    pub number: i64,
    /// ID of the user.
    pub user_id: String,
    /// The tier that counts for them.
    pub tier: String,
}

/// The feature flags.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Flags: Send {
    /// A part of the flags, in the order of their numbers; a cursor's `key` and `id` both are the last number seen.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<Flag>>;

    /// Every flag, in the order of their numbers: what a [`FlagSet`](super::FlagSet) is made from.
    ///
    /// # Errors
    /// If the store fails.
    fn list_all(&mut self) -> Result<Vec<Flag>>;

    /// The number of the flag with exactly this name, `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_name(&mut self, flag_name: &str) -> Result<Option<FlagId>>;

    /// The flag; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_flag(&mut self, id: FlagId) -> Result<Option<Flag>>;

    /// Up to `limit` users with numbers above `after`, in order, but those whose accounts were deleted. Who signs in with a
    /// password kept here and is an admin has the tier `admin`; of others only their tokens say so, and here they have the
    /// tier they were given. A disabled tier counts as the next lower one, as it does for callers.
    ///
    /// # Errors
    /// If the store fails.
    fn list_members(&mut self, after: i64, limit: u32) -> Result<Vec<Member>>;

    /// The flag, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_flag(&mut self, id: FlagId) -> Result<Option<Flag>>;

    /// The names of all tiers, active or not.
    ///
    /// # Errors
    /// If the store fails.
    fn known_tiers(&mut self) -> Result<Vec<String>>;

    /// Adds a flag and gives it its number.
    ///
    /// # Errors
    /// `Conflict` when the name is taken, also by a transaction that committed meanwhile.
    fn insert(&mut self, flag: &NewFlag) -> Result<Flag>;

    /// Writes every field of the flag with this number but `created_by` and `created_at`.
    ///
    /// # Errors
    /// `Conflict` when the name is taken, also by a transaction that committed meanwhile.
    fn update(&mut self, flag: &Flag) -> Result<()>;

    /// Takes the flag away, if it is there.
    ///
    /// # Errors
    /// If the store fails.
    fn delete(&mut self, id: FlagId) -> Result<()>;
}
