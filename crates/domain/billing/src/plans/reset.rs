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
/// a plan gets their first one. Run by a worker; no entry point offers it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPlan {
    /// ID of the user.
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
            return Ok(Change::of(Self::RESOURCE, &self.user_id).after(&before).as_action(OPENED));
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
        Ok(Change::of(Self::RESOURCE, &self.user_id).before(&before).after(&after))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aedile_kernel::Epochs;
    use aedile_kernel::mock::{self, MockStore, context_of};

    use super::super::memory::{MemoryPlans, day, stranger, user};
    use super::*;
    use crate::test_support::now;

    fn reset(plans: &mut MemoryPlans, user_id: UserId) -> Change<()> {
        ResetPlan { user_id }.run(plans, &context_of("user_root", [])).unwrap()
    }

    #[test]
    fn a_month_that_ended_is_refilled_once() {
        let mut plans = MemoryPlans::on("pro", 30, day(-31));
        assert_eq!(reset(&mut plans, user()).records().len(), 1);
        let period = day(-31).plus_months(1).to_rfc3339();
        let once = |source: &str| format!("{source}:user_a:{period}");
        let (expire, fill) = (once("plan_expire"), once("plan_reset"));
        assert_eq!(
            plans.told(),
            [("plan_expire", -30, Some(expire.as_str())), ("plan_reset", 90_000, Some(fill.as_str()))]
        );
        let plan = plans.lock_plan(&user()).unwrap().unwrap();
        assert_eq!((plan.balance, plan.started_at), (90_000, day(-31)));
        assert!(plan.reset_date > day(0));
        assert_eq!(reset(&mut plans, user()).records().len(), 0);
    }

    #[test]
    fn a_month_ends_at_its_very_instant() {
        let mut plans = MemoryPlans::on("pro", 30, day(-31));
        for (reset_date, rows) in [(day(0).plus_seconds(1), 0), (day(0), 1)] {
            plans.plan.as_mut().unwrap().reset_date = reset_date;
            assert_eq!(reset(&mut plans, user()).records().len(), rows, "{reset_date:?}");
        }
    }

    #[test]
    fn plans_without_monthly_credits_are_left_alone() {
        let mut plans = MemoryPlans::on("free", 30, day(-100));
        assert_eq!(reset(&mut plans, user()).records().len(), 0);
        assert_eq!(plans.told(), []);
    }

    #[test]
    fn whoever_has_no_plan_gets_the_first_one() {
        let mut plans = MemoryPlans::empty();
        let change = reset(&mut plans, user());
        assert_eq!(change.records()[0].action, Some("plan.open"));
        assert_eq!(plans.ledger.told(), [("signup_grant", 5_000, Some("signup_grant:user_a"))]);
        let plan = plans.plan.clone().unwrap();
        assert_eq!((plan.tier.as_str(), plan.balance, plan.started_at), ("free", 5_000, day(0)));
        assert_eq!(plan.reset_date, day(0).plus_months(1));
    }

    #[test]
    fn those_that_are_due_are_reset_and_those_without_a_plan_get_one() {
        let plans: Box<dyn Plans> = Box::new(MemoryPlans::on("pro", 30, day(-31)));
        let store = MockStore::new(plans);
        let runner = mock::runner(store.clone(), &Arc::new(Epochs::default()));
        assert!(now(runner.reset_due(10)).unwrap().is_empty());
        let reset: Vec<String> = store.journal().entries.into_iter().filter_map(|entry| entry.resource_id).collect();
        assert_eq!(reset, ["user_a"], "the stranger is nobody's account");
    }

    #[test]
    fn a_deleted_user_is_passed_over() {
        assert_eq!(reset(&mut MemoryPlans::empty(), stranger()).records().len(), 0);
    }
}
