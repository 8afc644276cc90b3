//! How a plan's credits are emptied and filled.

use aedile_kernel::{Context, Error, Result};

use super::model::{PlanTier, UserPlan};
use super::port::Plans;
use crate::ledger::{AccountKind, LedgerTransaction, Source};

/// The plan of this name.
///
/// # Errors
/// `Invalid`, naming those there are.
pub(super) fn tier(plans: &mut dyn Plans, name: &str) -> Result<PlanTier> {
    let tiers = plans.list_tiers()?;
    let names: Vec<String> = tiers.iter().map(|tier| tier.name.clone()).collect();
    let found = tiers.into_iter().find(|tier| tier.name == name);
    found.ok_or_else(|| Error::invalid("tier", format!("must be one of {}", names.join(", "))))
}

/// Takes what is left of the plan's credits, and gives `credits` in their place; returns the balance. `period` names the
/// refill, when it happens once.
pub(super) fn refill(
    plans: &mut dyn Plans,
    plan: &UserPlan,
    credits: i64,
    period: Option<&str>,
    cx: &Context,
) -> Result<i64> {
    let account = || UserPlan::account(&plan.user_id);
    let once = |transaction: LedgerTransaction, source: Source| match period {
        Some(period) => transaction.once_for(format!("{}:{}:{period}", source.as_str(), plan.user_id)),
        None => transaction,
    };
    if plan.balance > 0 {
        let source = Source::PlanExpire;
        let expire = LedgerTransaction::with_platform(source, account(), -plan.balance, AccountKind::Promotions, cx)?;
        plans.post(&once(expire, source))?.ok_or_else(|| Error::internal("a balance that is not there"))?;
    }
    if credits > 0 {
        let source = Source::PlanReset;
        let fill = LedgerTransaction::with_platform(source, account(), credits, AccountKind::Promotions, cx)?;
        plans.post(&once(fill, source))?;
    }
    Ok(credits)
}
