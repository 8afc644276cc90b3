//! `plan.set`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Refilled, UserPlan};
use super::open::open;
use super::port::Plans;
use super::refill::{refill, tier};

/// Puts a user on a plan: what is left of their credits expires, and the plan's allotment takes its place.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlan {
    /// Whom.
    pub user_id: UserId,
    /// Which plan: `free`, `starter`, `pro` or `enterprise`, unless this installation has others.
    pub tier: String,
}

impl Operation for SetPlan {
    const NAME: &'static str = "plan.set";
    const PERMISSION: Permission = Permission::AdminWrite;
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
        let change = Change::of(Self::RESOURCE, &self.user_id).from(&before);
        let change = change.to(&Set { plan: &after, credits_granted: tier.allotment });
        Ok(change.returning(Refilled { plan: after, granted: tier.allotment }))
    }
}
