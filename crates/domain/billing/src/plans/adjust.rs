//! `plan_credits.adjust`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result, UserId, text};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::UserPlan;
use super::open::open;
use super::port::Plans;
use crate::ledger::{AccountKind, Posted, Posting, Source};
use crate::wallets::{GRANT, REMOVE};

/// Adds credits to a user's plan, or takes some away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustPlanCredits {
    /// Whose.
    pub user_id: UserId,
    /// How many; negative takes away, no more than there are.
    pub amount: i64,
    /// Why: at most 200 characters.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Operation for AdjustPlanCredits {
    const NAME: &'static str = "plan_credits.adjust";
    const PERMISSION: Permission = Permission::AdminWrite;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Plans;
    type Output = Posted;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Command for AdjustPlanCredits {
    fn run(&self, plans: &mut Self::Repository, cx: &Context) -> Result<Change<Posted>> {
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
        let posting = Posting::with_house(source, account, self.amount, AccountKind::Platform, cx)?;
        let posted = plans.post(&posting.noting(reason.clone()))?;
        let posted = posted.ok_or_else(|| too_much(self.amount, plan.balance))?;
        let change = Change::of(Self::RESOURCE, &self.user_id)
            .from(&json!({ "balance": plan.balance }))
            .to(&json!({ "balance": posted.balance_after, "amount": self.amount, "reason": reason }))
            .as_action(action);
        Ok(change.returning(posted))
    }
}

fn too_much(amount: i64, balance: i64) -> Error {
    let asked = amount.unsigned_abs();
    Error::invalid("amount", format!("takes {asked} credits, and there are {balance}"))
}
