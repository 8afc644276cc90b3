//! What the scope operations need from the store.

use aedile_kernel::{Result, Timestamp};

use super::model::{NewScope, Scope, ScopeId};

/// The stored scopes. Locks are taken in one order everywhere: tiers before scopes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Scopes: Send {
    /// All scopes by number.
    ///
    /// # Errors
    /// If the store fails.
    fn list_scopes(&mut self) -> Result<Vec<Scope>>;

    /// The scope of this name, locked until the transaction ends against change, removal and new references to it;
    /// `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_scope(&mut self, name: &str) -> Result<Option<Scope>>;

    /// Whether the tier exists; if so it can't be deleted before the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn hold_tier(&mut self, name: &str) -> Result<bool>;

    /// The pattern of an endpoint override, active or not, that requires the scope; `None` when none does. Call it with
    /// the scope locked, so that no reference can be added meanwhile.
    ///
    /// # Errors
    /// If the store fails.
    fn find_endpoint_requiring(&mut self, scope: &str) -> Result<Option<String>>;

    /// Adds a scope.
    ///
    /// # Errors
    /// `Conflict` when the name is taken, also by a transaction that commits first.
    fn insert_scope(&mut self, scope: &NewScope, now: Timestamp) -> Result<Scope>;

    /// Writes all of a scope but its number, name and `created_at`.
    ///
    /// # Errors
    /// If the store fails.
    fn update_scope(&mut self, scope: &Scope) -> Result<()>;

    /// Removes a scope that was locked before.
    ///
    /// # Errors
    /// If the store fails.
    fn delete_scope(&mut self, id: ScopeId) -> Result<()>;
}
