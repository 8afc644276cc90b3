//! What the gateway needs from the store.

use aedile_kernel::Result;

use crate::endpoints::EndpointOverride;
use crate::principal::Principals;
use crate::scopes::Scope;
use crate::tiers::Tier;

/// All the gateway decides by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleSet {
    /// All tiers, active or not.
    pub tiers: Vec<Tier>,
    /// All scopes, active or not.
    pub scopes: Vec<Scope>,
    /// The active endpoint overrides; others are ignored.
    pub overrides: Vec<EndpointOverride>,
}

/// Where the rules are kept.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait GatewaySource: Send {
    /// All rules as of one instant.
    ///
    /// # Errors
    /// If the store fails.
    fn load(&mut self) -> Result<RuleSet>;
}

/// The rules and the callers, seen at one instant.
pub trait GatewayFacts: GatewaySource + Principals {}

impl<T: GatewaySource + Principals> GatewayFacts for T {}
