//! Endpoint overrides: what the gateway asks of callers on a path, in place of its default.

mod create;
mod delete;
mod demands;
mod list;
mod method;
mod model;
mod pattern;
mod port;
mod update;

pub use create::CreateEndpoint;
pub use delete::DeleteEndpoint;
pub use list::ListEndpoints;
pub use method::{Method, MethodPattern};
pub use model::{EndpointId, EndpointOverride, NewEndpoint};
pub use pattern::PathPattern;
pub use port::Endpoints;
#[cfg(any(test, feature = "mock"))]
pub use port::MockEndpoints;
pub use update::UpdateEndpoint;

#[cfg(test)]
pub(crate) use model::samples;

/// The kind of thing, as the audit log names it.
pub(crate) const RESOURCE: &str = "endpoint_auth_override";
