//! What is known of a route without serving it.

use aedile_kernel::{Authority, Permission};
use serde::Serialize;

/// What stands at a path.
#[derive(Debug, Clone, Serialize)]
pub struct RouteDescription {
    /// The method.
    pub method: String,
    /// The path, with names in braces.
    pub path: &'static str,
    /// The operation; `None` for what is decided from cached facts.
    pub operation: Option<&'static str>,
    /// The permission it needs.
    pub permission: Permission,
    /// What gives permissions there.
    pub authorities: &'static [Authority],
    /// What gives permissions for the operation by its name.
    #[serde(skip)]
    pub operation_authorities: &'static [Authority],
    /// The class it is limited by.
    pub rate: &'static str,
}
