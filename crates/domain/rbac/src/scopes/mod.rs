//! Scopes: named uses of the services behind the gateway, each with the tier it takes.

mod delete;
mod list;
mod model;
mod port;
mod update;

pub use delete::DeleteScope;
pub use list::ListScopes;
pub use model::{NewScope, Scope, ScopeId, ScopeUpdate};
#[cfg(any(test, feature = "mock"))]
pub use port::MockScopes;
pub use port::Scopes;
pub use update::UpdateScope;

#[cfg(test)]
pub(crate) use model::samples;

/// The kind of thing, as the audit log names it.
const RESOURCE: &str = "scope_config";
