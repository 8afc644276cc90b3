//! `plan.set`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Refilled, UserPlan};
use super::open::open;
use super::port::Plans;
use super::refill::{refill, tier};

/// Sets a user's plan. The remaining plan credits expire and are replaced by the new plan's allotment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlan {
    /// ID of the user.
    pub user_id: UserId,
    /// Which plan: `free`, `starter`, `pro` or `enterprise`, unless this installation has others.
    pub tier: String,
}

impl Operation for SetPlan {
    const NAME: &'static str = "plan.set";
    const PERMISSION: Permission = Permission::BillingWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Plans;
    type Output = Refilled;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

/// What the audit log keeps.
#[derive(Serialize)]
struct Set<'a> {
    #[serde(flatten)]
    plan: &'a UserPlan,
    credits_granted: i64,
}

impl Command for SetPlan {
    fn run(&self, plans: &mut Self::Repository, cx: &Context) -> Result<Change<Refilled>> {
        let tier = tier(plans, &self.tier)?;
        if !plans.is_known(&self.user_id)? {
            return Err(Error::not_found("User"));
        }
        let (before, _) = open(plans, &self.user_id, cx)?;
        let balance = refill(plans, &before, tier.allotment, None, cx)?;
        let after = UserPlan {
            tier: tier.name,
            monthly_credits: tier.monthly_credits,
            balance,
            started_at: cx.now,
            reset_date: UserPlan::next_reset(cx.now, cx.now),
            ..before.clone()
        };
        plans.update_plan(&after)?;
        let change = Change::of(Self::RESOURCE, &self.user_id).before(&before);
        let change = change.after(&Set { plan: &after, credits_granted: tier.allotment });
        Ok(change.returning(Refilled { plan: after, granted: tier.allotment }))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::memory::{MemoryPlans, day, stranger, user};
    use super::*;

    fn set(plans: &mut MemoryPlans, user_id: UserId, tier: &str) -> Result<Change<Refilled>> {
        SetPlan { user_id, tier: tier.into() }.run(plans, &context_of("user_root", [Permission::BillingWrite]))
    }

    #[test]
    fn what_is_left_expires_and_the_allotment_takes_its_place() {
        let mut plans = MemoryPlans::on("free", 700, day(-10));
        let change = set(&mut plans, user(), "pro").unwrap();
        assert_eq!(plans.told(), [("plan_expire", -700, None), ("plan_reset", 100_000, None)]);
        let plan = plans.lock_plan(&user()).unwrap().unwrap();
        assert_eq!((plan.tier.as_str(), plan.balance, plan.monthly_credits), ("pro", 100_000, 90_000));
        assert_eq!((plan.started_at, plan.reset_date), (day(0), day(0).plus_months(1)));
        assert_eq!(*change.output(), Refilled { plan, granted: 100_000 });
        let row = &change.records()[0];
        assert_eq!(
            (row.resource_id.as_str(), row.new_values.as_ref().unwrap()["credits_granted"].as_i64()),
            ("user_a", Some(100_000))
        );
        assert_eq!(row.old_values.as_ref().unwrap()["tier"], "free");
    }

    #[test]
    fn a_plan_without_credits_leaves_none() {
        let mut plans = MemoryPlans::on("free", 0, day(-10));
        assert_eq!(set(&mut plans, user(), "empty").unwrap().output().plan.balance, 0);
        assert_eq!(plans.told(), []);
    }

    #[test]
    fn unknown_plans_and_users_are_refused() {
        let mut plans = MemoryPlans::on("free", 0, day(-10));
        let refused = set(&mut plans, user(), "gold").unwrap_err().to_string();
        assert_eq!(refused, "tier: must be one of free, pro, empty");
        assert!(matches!(set(&mut plans, stranger(), "pro"), Err(Error::NotFound(_))));
        assert_eq!(SetPlan { user_id: user(), tier: "pro".into() }.resource_id().as_deref(), Some("user_a"));
    }
}
