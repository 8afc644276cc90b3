//! What the endpoint operations need from the store.

use aedile_kernel::{Result, Timestamp};

use super::model::{EndpointId, EndpointOverride, NewEndpoint};
use super::{MethodPattern, PathPattern};

/// The stored endpoint overrides. Locks are taken in one order everywhere: the override, the tier, the scopes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Endpoints: Send {
    /// All overrides by number.
    ///
    /// # Errors
    /// Only the store's own.
    fn list_endpoints(&mut self) -> Result<Vec<EndpointOverride>>;

    /// The override of this number, locked until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock_endpoint(&mut self, id: EndpointId) -> Result<Option<EndpointOverride>>;

    /// The override of exactly this pattern and method, active or not; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn find_endpoint(&mut self, path_pattern: &PathPattern, method: MethodPattern) -> Result<Option<EndpointId>>;

    /// Whether the tier exists; if so it can't be deleted before the transaction ends.
    ///
    /// # Errors
    /// Only the store's own.
    fn hold_tier(&mut self, name: &str) -> Result<bool>;

    /// Those of the scopes that exist, by name; they can't be deleted before the transaction ends.
    ///
    /// # Errors
    /// Only the store's own.
    fn hold_scopes(&mut self, names: &[String]) -> Result<Vec<String>>;

    /// Adds an override.
    ///
    /// # Errors
    /// `Conflict` when there is one of this pattern and method, also by a transaction that commits first.
    fn insert_endpoint(&mut self, endpoint: &NewEndpoint, now: Timestamp) -> Result<EndpointOverride>;

    /// Writes all of an override but its number, pattern, method and `created_at`.
    ///
    /// # Errors
    /// Only the store's own.
    fn update_endpoint(&mut self, endpoint: &EndpointOverride) -> Result<()>;

    /// Removes an override that was locked before.
    ///
    /// # Errors
    /// Only the store's own.
    fn delete_endpoint(&mut self, id: EndpointId) -> Result<()>;
}
