//! `plan.reset`, each month.

use aedile_kernel::{
    Caller, Change, Command, Context, Effect, Error, Operation, Permission, Result, Runner, UnitOfWork, UserId, View,
};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::UserPlan;
use super::open::open;
use super::port::Plans;
use super::refill::refill;

/// Begins a new month of a user's plan: what is left of the credits expires, and the month's take its place. A user without
/// a plan gets their first one. Run by a worker; no door offers it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPlan {
    /// Whose.
    pub user_id: UserId,
}

/// The audit action when it is a first plan.
const OPENED: &str = "plan.open";

impl Operation for ResetPlan {
    const NAME: &'static str = "plan.reset";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Plans;
    type Output = ();
}

impl Command for ResetPlan {
    fn run(&self, plans: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        if !plans.is_known(&self.user_id)? {
            return Ok(Change::none());
        }
        let (before, is_new) = open(plans, &self.user_id, cx)?;
        if is_new {
            return Ok(Change::of(Self::RESOURCE, &self.user_id).to(&before).as_action(OPENED));
        }
        if before.monthly_credits == 0 || before.reset_date > cx.now {
            return Ok(Change::none());
        }
        let period = before.reset_date.to_rfc3339();
        let balance = refill(plans, &before, before.monthly_credits, Some(&period), cx)?;
        // Months that went by while no worker ran are over: credits don't pile up.
        let reset_date = UserPlan::next_reset(before.started_at, cx.now);
        let after = UserPlan { balance, reset_date, ..before.clone() };
        plans.update_plan(&after)?;
        Ok(Change::of(Self::RESOURCE, &self.user_id).from(&before).to(&after))
    }
}

/// Begins new months, over a store it does not name.
#[async_trait]
pub trait ResetsPlans: Send + Sync {
    /// Resets the plans that are due and opens those that are missing, at most `limit` of each, each in a transaction of
    /// their own. Answers whose could not be, and why.
    ///
    /// # Errors
    /// Only the store's own, before anything was changed.
    async fn reset_due(&self, limit: u32) -> Result<Vec<(UserId, Error)>>;
}

#[async_trait]
impl<S> ResetsPlans for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Plans>,
{
    async fn reset_due(&self, limit: u32) -> Result<Vec<(UserId, Error)>> {
        let now = self.now();
        let due = self.store().read(move |connection| {
            let plans: &mut dyn Plans = connection.view();
            let mut due = plans.list_due(now, limit)?;
            due.extend(plans.list_without_plan(limit)?);
            Ok(due)
        });
        let mut left = Vec::new();
        for user_id in due.await? {
            let reset = self.command(&Caller::system(), ResetPlan { user_id: user_id.clone() }).await;
            left.extend(reset.err().map(|error| (user_id, error)));
        }
        Ok(left)
    }
}
