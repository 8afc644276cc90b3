//! The caller as flags see them; every family evaluates flags for its callers in this one way.

use std::collections::BTreeMap;

use aedile_platform::flags::{FlagSet, Visitor};
use aedile_rbac::gateway::GatewayRules;

use crate::identity::Identity;

/// The caller with the tier that counts for them.
pub(crate) fn visitor<'a>(identity: &'a Identity, rules: &'a GatewayRules) -> Visitor<'a> {
    Visitor {
        user: identity.principal.as_ref().map(|principal| principal.id.as_str()),
        tier: rules.effective_tier_name(identity.tier()),
    }
}

/// Whether each flag is on, by name.
pub(crate) fn all<'a>(flags: &'a FlagSet, visitor: Visitor<'a>) -> BTreeMap<&'a str, bool> {
    flags.evaluate_all(visitor).map(|(name, evaluation)| (name, evaluation.value)).collect()
}
