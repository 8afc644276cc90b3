//! `plan_credits.adjust`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, UserId, text};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::UserPlan;
use super::open::open;
use super::port::Plans;
use crate::ledger::{AccountKind, LedgerTransaction, PostedTransaction, Source};
use crate::wallets::{GRANT, REMOVE};

/// Adjusts a user's plan credits: adds or removes them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustPlanCredits {
    /// ID of the user.
    pub user_id: UserId,
    /// Number of credits; negative removes credits, at most the balance.
    pub amount: i64,
    /// Reason, at most 200 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub reason: Option<String>,
}

impl Operation for AdjustPlanCredits {
    const NAME: &'static str = "plan_credits.adjust";
    const PERMISSION: Permission = Permission::BillingGrant;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Plans;
    type Output = PostedTransaction;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Command for AdjustPlanCredits {
    fn run(&self, plans: &mut Self::Repository, cx: &Context) -> Result<Change<PostedTransaction>> {
        let reason = self.reason.as_deref().map(|reason| text::line("reason", reason, 200)).transpose()?;
        if self.amount == 0 {
            return Err(Error::invalid("amount", "must not be zero"));
        }
        if !plans.is_known(&self.user_id)? {
            return Err(Error::not_found("User"));
        }
        let (plan, _) = open(plans, &self.user_id, cx)?;
        let (source, action) = if self.amount > 0 { (Source::AdminAdd, GRANT) } else { (Source::AdminRemove, REMOVE) };
        let account = UserPlan::account(&self.user_id);
        let transaction = LedgerTransaction::with_platform(source, account, self.amount, AccountKind::Platform, cx)?;
        let posted = plans.post(&transaction.noting(reason.clone()))?;
        let posted = posted.ok_or_else(|| too_much(self.amount, plan.balance))?;
        let change = Change::of(Self::RESOURCE, &self.user_id)
            .before(&json!({ "balance": plan.balance }))
            .after(&json!({ "balance": posted.balance_after, "amount": self.amount, "reason": reason }))
            .personal(&["reason"])
            .as_action(action);
        Ok(change.returning(posted))
    }
}

fn too_much(amount: i64, balance: i64) -> Error {
    let asked = amount.unsigned_abs();
    Error::invalid("amount", format!("takes {asked} credits, and there are {balance}"))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::memory::{MemoryPlans, day, stranger, user};
    use super::*;
    use crate::ledger::Ledger;

    fn adjust(plans: &mut MemoryPlans, user_id: UserId, amount: i64) -> Result<Change<PostedTransaction>> {
        let command = AdjustPlanCredits { user_id, amount, reason: Some("goodwill".into()) };
        assert_eq!(command.resource_id(), Some(command.user_id.to_string()));
        command.run(plans, &context_of("user_root", [Permission::BillingGrant]))
    }

    #[test]
    fn credits_are_added_and_taken_under_a_name_each() {
        let mut plans = MemoryPlans::on("free", 100, day(-1));
        for (amount, action, balance) in [(50, "credits.grant", 150), (-150, "credits.remove", 0)] {
            let change = adjust(&mut plans, user(), amount).unwrap();
            assert_eq!((change.records()[0].action, change.output().balance_after), (Some(action), balance));
            assert_eq!(change.records()[0].new_values.as_ref().unwrap()["reason"], "goodwill");
        }
        assert_eq!(plans.told(), [("admin_add", 50, None), ("admin_remove", -150, None)]);
        assert_eq!(plans.ledger.transactions.last().unwrap().note.as_deref(), Some("goodwill"));
        assert_eq!(plans.ledger.balance(&UserPlan::account(&user())).unwrap(), 0);
    }

    #[test]
    fn no_more_is_taken_than_there_is() {
        let mut plans = MemoryPlans::on("free", 100, day(-1));
        let refused = adjust(&mut plans, user(), -101).unwrap_err().to_string();
        assert_eq!(refused, "amount: takes 101 credits, and there are 100");
        assert!(matches!(adjust(&mut plans, user(), 0), Err(Error::Invalid(_))));
        assert!(matches!(adjust(&mut plans, stranger(), 1), Err(Error::NotFound(_))));
        assert_eq!(plans.told(), []);
    }
}
