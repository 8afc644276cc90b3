//! The caller as flags see them; every family evaluates flags for its callers in this one way.

use std::collections::BTreeMap;

use aedile_platform::flags::{FlagSet, FlagSubject};
use aedile_rbac::gateway::GatewayRules;

use crate::identity::Identity;

/// The caller with the tier that counts for them.
pub(crate) fn subject<'a>(identity: &'a Identity, rules: &'a GatewayRules) -> FlagSubject<'a> {
    FlagSubject {
        user: identity.principal.as_ref().map(|principal| principal.id.as_str()),
        tier: rules.effective_tier_name(identity.tier()),
    }
}

/// Whether each flag is on, by name.
pub(crate) fn all<'a>(flags: &'a FlagSet, subject: FlagSubject<'a>) -> BTreeMap<&'a str, bool> {
    flags.evaluate_all(subject).map(|(name, evaluation)| (name, evaluation.value)).collect()
}
