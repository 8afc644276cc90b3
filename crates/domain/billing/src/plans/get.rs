//! `plan.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::UserPlan;
use super::port::Plans;

/// Shows a user's plan and remaining credits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetPlan {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for GetPlan {
    const NAME: &'static str = "plan.get";
    const PERMISSION: Permission = Permission::BillingRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Plans;
    type Output = UserPlan;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Query for GetPlan {
    fn run(&self, plans: &mut Self::Repository, cx: &Context) -> Result<UserPlan> {
        let plan = plans.find_plan(&self.user_id)?.ok_or_else(|| Error::not_found("User"))?;
        if plan.monthly_credits > 0 {
            return Ok(plan);
        }
        // A plan that is not reset has months all the same.
        Ok(UserPlan { reset_date: UserPlan::next_reset(plan.started_at, cx.now), ..plan })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::memory::{MemoryPlans, day, stranger, user};
    use super::*;

    fn get(plans: &mut MemoryPlans, user_id: UserId) -> Result<UserPlan> {
        let query = GetPlan { user_id };
        assert_eq!(query.resource_id(), Some(query.user_id.to_string()));
        query.run(plans, &context_of("user_root", []))
    }

    #[test]
    fn a_plan_that_is_reset_shows_the_date_that_is_kept() {
        let plan = get(&mut MemoryPlans::on("pro", 30, day(-100)), user()).unwrap();
        assert_eq!((plan.balance, plan.reset_date), (30, day(-100).plus_months(1)));
    }

    #[test]
    fn a_plan_that_is_not_reset_shows_the_end_of_its_month() {
        let plan = get(&mut MemoryPlans::on("free", 30, day(-100)), user()).unwrap();
        assert_eq!(plan.reset_date, UserPlan::next_reset(day(-100), day(0)));
        assert!(matches!(get(&mut MemoryPlans::empty(), stranger()), Err(Error::NotFound(_))));
    }
}
