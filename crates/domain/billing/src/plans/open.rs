//! How a user comes to their first plan.

use std::sync::Arc;

use aedile_kernel::{Change, Context, Error, Event, Result, UserId, View, Watcher};

use super::FIRST_TIER;
use super::model::UserPlan;
use super::port::Plans;
use super::refill::tier;
use crate::ledger::{AccountKind, Posting, Source};

/// The watcher that gives each new user their first plan.
#[must_use]
pub fn watch<K: View<dyn Plans>>() -> Watcher<K> {
    Arc::new(|connection, event, cx| match event {
        // The row that tells of the user tells of this, too.
        Event::UserRegistered { user } => open(connection.view(), user, cx).map(|_| Change::none()),
        _ => Ok(Change::none()),
    })
}

/// The user's plan, held until the transaction ends, and whether it is a new one: who has none gets the first, with its
/// credits.
pub(super) fn open(plans: &mut dyn Plans, user: &UserId, cx: &Context) -> Result<(UserPlan, bool)> {
    let first = tier(plans, FIRST_TIER)?;
    let plan = UserPlan {
        user_id: user.clone(),
        tier: first.name,
        monthly_credits: first.monthly_credits,
        balance: first.allotment,
        started_at: cx.now,
        reset_date: UserPlan::next_reset(cx.now, cx.now),
    };
    if !plans.insert_plan(&plan)? {
        let known = plans.lock_plan(user)?.ok_or_else(|| Error::internal("a plan that is neither there nor not"))?;
        return Ok((known, false));
    }
    if first.allotment > 0 {
        let (account, house) = (UserPlan::account(user), AccountKind::Promotions);
        let grant = Posting::with_house(Source::SignupGrant, account, first.allotment, house, cx)?;
        plans.post(&grant.once_for(format!("signup_grant:{user}")))?;
    }
    Ok((plan, true))
}
