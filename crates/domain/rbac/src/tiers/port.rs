//! What the tier operations need from the store.

use aedile_kernel::{Result, Timestamp};

use super::model::{NewTier, Tier, TierId};

/// Who refers to a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TierUses {
    /// A scope requires it.
    pub by_scopes: bool,
    /// An endpoint override, active or not, requires it.
    pub by_endpoints: bool,
    /// A user was given it explicitly.
    pub by_users: bool,
}

/// The stored tiers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Tiers: Send {
    /// All tiers by rank, lowest first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_tiers(&mut self) -> Result<Vec<Tier>>;

    /// The tier of this name, locked until the transaction ends against change, removal and new references to it; `None`
    /// when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_tier(&mut self, name: &str) -> Result<Option<Tier>>;

    /// The name of the tier that has this rank; `None` when the rank is free.
    ///
    /// # Errors
    /// If the store fails.
    fn find_rank_holder(&mut self, order_rank: u32) -> Result<Option<String>>;

    /// Who refers to the tier. Call it with the tier locked, so that no reference can be added meanwhile.
    ///
    /// # Errors
    /// If the store fails.
    fn find_tier_uses(&mut self, name: &str) -> Result<TierUses>;

    /// Adds a tier.
    ///
    /// # Errors
    /// `Conflict` when the name or the rank is taken, also by a transaction that commits first.
    fn insert_tier(&mut self, tier: &NewTier, now: Timestamp) -> Result<Tier>;

    /// Writes all of a tier but its number, name and `created_at`.
    ///
    /// # Errors
    /// `Conflict` when the rank is taken, also by a transaction that commits first.
    fn update_tier(&mut self, tier: &Tier) -> Result<()>;

    /// Removes a tier that was locked before.
    ///
    /// # Errors
    /// If the store fails.
    fn delete_tier(&mut self, id: TierId) -> Result<()>;
}
