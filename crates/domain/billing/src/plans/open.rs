//! How a user comes to their first plan.

use std::sync::Arc;

use aedile_kernel::{Change, Context, Error, Event, Result, UserId, View, Watcher};

use super::FIRST_TIER;
use super::model::UserPlan;
use super::port::Plans;
use super::refill::tier;
use crate::ledger::{AccountKind, LedgerTransaction, Source};

/// The watcher that gives each new user their first plan.
#[must_use]
pub fn watch<K: View<dyn Plans>>() -> Watcher<K> {
    Arc::new(|connection, event, cx| match event {
        // The row that tells of the user tells of this, too.
        Event::UserRegistered { user } => open(connection.view(), user, cx).map(|_| Change::none()),
        _ => Ok(Change::none()),
    })
}

/// The user's plan, held until the transaction ends, and whether it is a new one: who has none gets the
/// first, with its credits.
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
        let (account, platform) = (UserPlan::account(user), AccountKind::Promotions);
        let grant = LedgerTransaction::with_platform(Source::SignupGrant, account, first.allotment, platform, cx)?;
        plans.post(&grant.once_for(format!("signup_grant:{user}")))?;
    }
    Ok((plan, true))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::memory::{MemoryPlans, day, user};
    use super::*;

    struct Connection(MemoryPlans);

    impl View<dyn Plans> for Connection {
        fn view(&mut self) -> &mut (dyn Plans + 'static) {
            &mut self.0
        }
    }

    #[test]
    fn each_new_user_gets_the_first_plan_once() {
        let (mut connection, cx) = (Connection(MemoryPlans::empty()), context_of("user_root", []));
        let registered = Event::UserRegistered { user: user() };
        for _ in 0..2 {
            assert_eq!(watch::<Connection>()(&mut connection, &registered, &cx).unwrap().records().len(), 0);
        }
        assert_eq!(connection.0.ledger.told(), [("signup_grant", 5_000, Some("signup_grant:user_a"))]);
        assert!(connection.0.plan.is_some_and(|plan| plan.user_id == user()));
    }

    #[test]
    fn a_plan_that_is_there_stays_as_it_is() {
        let mut plans = MemoryPlans::on("pro", 30, day(-1));
        let (plan, is_new) = open(&mut plans, &user(), &context_of("user_root", [])).unwrap();
        assert_eq!((plan.tier.as_str(), plan.balance, is_new), ("pro", 30, false));
    }
}
