//! All tiers.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RESOURCE, Tier, Tiers};

/// Lists all tiers, lowest first.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListTiers {}

impl Operation for ListTiers {
    const NAME: &'static str = "tier.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Tiers;
    type Output = Vec<Tier>;
}

impl Query for ListTiers {
    fn run(&self, tiers: &mut Self::Repository, _cx: &Context) -> Result<Vec<Tier>> {
        tiers.list_tiers()
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::{MockTiers, samples};
    use super::*;

    #[test]
    fn all_are_listed() {
        let mut tiers = MockTiers::new();
        tiers.expect_list_tiers().returning(|| Ok(samples::built_in()));
        let listed = ListTiers {}.run(&mut tiers, &context_of("boss", [Permission::AdminRead])).unwrap();
        assert_eq!(listed, samples::built_in());
    }
}
