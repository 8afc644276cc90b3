//! Removing a tier.

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RESOURCE, Tier, TierUses, Tiers};

/// Deletes a tier that nothing refers to. `anonymous` and `admin` can't be deleted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteTier {
    /// Name of the tier.
    pub tier_name: String,
}

impl Operation for DeleteTier {
    const NAME: &'static str = "tier.delete";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Tiers;
    type Output = Tier;

    fn resource_id(&self) -> Option<String> {
        Some(self.tier_name.clone())
    }
}

impl Command for DeleteTier {
    fn run(&self, tiers: &mut Self::Repository, _cx: &Context) -> Result<Change<Tier>> {
        let name = text::identifier("tier_name", &self.tier_name)?;
        let tier = tiers.lock_tier(&name)?.ok_or_else(|| Error::not_found("Tier"))?;
        if tier.is_built_in() {
            return Err(Error::conflict("the tiers anonymous and admin can't be deleted"));
        }
        refuse_used(tiers.find_tier_uses(&tier.tier_name)?)?;
        tiers.delete_tier(tier.id)?;
        Ok(Change::of(RESOURCE, &tier.tier_name).before(&tier).invalidate(Topic::Rules).returning(tier))
    }
}

fn refuse_used(uses: TierUses) -> Result<()> {
    let message = match uses {
        TierUses { by_scopes: true, .. } => "a scope requires this tier; change the scope first",
        TierUses { by_endpoints: true, .. } => "an endpoint override requires this tier; change the override first",
        TierUses { by_users: true, .. } => "users have this tier; give them another one first",
        TierUses { by_scopes: false, by_endpoints: false, by_users: false } => return Ok(()),
    };
    Err(Error::conflict(message))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use mockall::predicate::eq;

    use super::super::{ADMIN, ANONYMOUS, MockTiers, samples};
    use super::*;

    fn run(tiers: &mut MockTiers, name: &str) -> Result<Change<Tier>> {
        let command = DeleteTier { tier_name: name.to_owned() };
        command.run(tiers, &context_of("boss", [Permission::ConfigWrite]))
    }

    fn store(uses: TierUses) -> MockTiers {
        let mut tiers = MockTiers::new();
        tiers
            .expect_lock_tier()
            .returning(|name| Ok(samples::built_in().into_iter().find(|tier| tier.tier_name == name)));
        tiers.expect_find_tier_uses().returning(move |_| Ok(uses));
        tiers
    }

    #[test]
    fn c_31_the_row_that_was_read_is_the_one_that_goes() {
        let mut tiers = store(TierUses::default());
        tiers.expect_delete_tier().once().with(eq(samples::tier("pro", 2).id)).returning(|_| Ok(()));
        let change = run(&mut tiers, "pro").unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_id.as_str(), &record.new_values), ("pro", &None));
        assert!(record.old_values.is_some());
    }

    #[test]
    fn an_unknown_tier_is_not_found() {
        assert!(matches!(run(&mut store(TierUses::default()), "gold"), Err(Error::NotFound(_))));
        assert!(matches!(run(&mut MockTiers::new(), "a\0b"), Err(Error::Invalid(_))));
    }

    #[test]
    fn the_ends_of_the_order_stay() {
        for name in [ANONYMOUS, ADMIN] {
            assert!(matches!(run(&mut store(TierUses::default()), name), Err(Error::Conflict(_))), "{name}");
        }
    }

    #[test]
    fn a_tier_in_use_stays() {
        let unused = TierUses::default();
        for uses in [
            TierUses { by_scopes: true, ..unused },
            TierUses { by_endpoints: true, ..unused },
            TierUses { by_users: true, ..unused },
        ] {
            assert!(matches!(run(&mut store(uses), "pro"), Err(Error::Conflict(_))), "{uses:?}");
        }
    }
}
