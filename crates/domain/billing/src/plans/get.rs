//! `plan.get`

use aedile_kernel::{Context, Effect, Error, Operation, Permission, Query, Result, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::UserPlan;
use super::port::Plans;

/// Shows a user's plan and the credits that are left.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetPlan {
    /// Whose.
    pub user_id: UserId,
}

impl Operation for GetPlan {
    const NAME: &'static str = "plan.get";
    const PERMISSION: Permission = Permission::AdminRead;
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
