//! What the endpoint operations need from the store.

use aedile_kernel::{Result, Timestamp};

use super::model::{EndpointId, EndpointOverride, NewEndpoint};

/// The stored endpoint overrides. Locks are taken in one order everywhere: the override, the tier, the scopes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Endpoints: Send {
    /// All overrides by number.
    ///
    /// # Errors
    /// If the store fails.
    fn list_endpoints(&mut self) -> Result<Vec<EndpointOverride>>;

    /// The override of this number, locked until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_endpoint(&mut self, id: EndpointId) -> Result<Option<EndpointOverride>>;

    /// Whether the tier exists; if so it can't be deleted before the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn hold_tier(&mut self, name: &str) -> Result<bool>;

    /// Those of the scopes that exist, by name; they can't be deleted before the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn hold_scopes(&mut self, names: &[String]) -> Result<Vec<String>>;

    /// Adds an override.
    ///
    /// # Errors
    /// `Conflict` when there is one of this method and this pattern, active or not, also by a transaction that commits
    /// first. Patterns are compared as they are written, and without regard to the case of ASCII letters where neither
    /// override is case-sensitive.
    fn insert_endpoint(&mut self, endpoint: &NewEndpoint, now: Timestamp) -> Result<EndpointOverride>;

    /// Writes all of an override but its number, pattern, method and `created_at`.
    ///
    /// # Errors
    /// `Conflict` as [`Endpoints::insert_endpoint`].
    fn update_endpoint(&mut self, endpoint: &EndpointOverride) -> Result<()>;

    /// Removes an override that was locked before.
    ///
    /// # Errors
    /// If the store fails.
    fn delete_endpoint(&mut self, id: EndpointId) -> Result<()>;
}
