//! The gateway: whether a request may pass to the services behind it, and how often.
//!
//! All of it is pure. The rules are compiled once after each change of tiers, scopes or overrides, and deciding about a
//! request walks the segments of its path once, whatever the number of overrides.

mod decision;
pub mod path;
mod port;
pub(crate) mod protected;
mod routes;
mod rules;
mod test;
mod tier_order;

pub use decision::{Decision, GatewayCaller, Verdict, is_safe};
pub use path::{NormalPath, normalise};
#[cfg(any(test, feature = "mock"))]
pub use port::MockGatewaySource;
pub use port::{GatewayFacts, GatewaySource, RuleSet};
pub use rules::GatewayRules;
pub use test::{EndpointTest, Outcome, TestEndpoint};
