//! Plans in memory, for tests of rules.

use aedile_kernel::mock::NOW;
use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{CreditEvent, PlanTier, UserPlan};
use super::port::Plans;
use crate::ledger::{Account, Ledger, LedgerTransaction, MemoryLedger, PostedTransaction};

/// Keeps the contract of [`Plans`] for one user, `user_a`.
pub(super) struct MemoryPlans {
    pub(super) ledger: MemoryLedger,
    pub(super) plan: Option<UserPlan>,
    /// What [`Plans::list_events`] was asked for last.
    pub(super) events_asked: Option<u32>,
}

/// The user whose plan is kept.
pub(super) fn user() -> UserId {
    UserId::parse("user_a").unwrap()
}

/// A user whom nobody knows.
pub(super) fn stranger() -> UserId {
    UserId::parse("user_z").unwrap()
}

/// So many days after the present of all tests.
pub(super) fn day(days: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(days * 86_400)
}

impl MemoryPlans {
    /// The user before their first plan.
    pub(super) fn empty() -> Self {
        Self { ledger: MemoryLedger::default(), plan: None, events_asked: None }
    }

    /// The user on the plan of this name since `started_at`, with credits to use up.
    pub(super) fn on(tier: &str, credits: i64, started_at: Timestamp) -> Self {
        let mut plans = Self::empty();
        let tier = plans.list_tiers().unwrap().into_iter().find(|known| known.name == tier).unwrap();
        plans.plan = Some(UserPlan {
            user_id: user(),
            tier: tier.name,
            monthly_credits: tier.monthly_credits,
            balance: 0,
            started_at,
            reset_date: started_at.plus_months(1),
        });
        let cx = aedile_kernel::mock::context_of("user_root", []);
        let (source, platform) = (crate::ledger::Source::SignupGrant, crate::ledger::AccountKind::Promotions);
        if credits > 0 {
            let grant =
                LedgerTransaction::with_platform(source, UserPlan::account(&user()), credits, platform, &cx).unwrap();
            plans.ledger.post(&grant).unwrap().unwrap();
        }
        plans
    }

    /// What was posted after the plan was set up.
    pub(super) fn told(&self) -> Vec<(&'static str, i64, Option<&str>)> {
        self.ledger.told().into_iter().filter(|(source, ..)| *source != "signup_grant").collect()
    }
}

impl Ledger for MemoryPlans {
    fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>> {
        self.ledger.post(transaction)
    }

    fn balance(&mut self, account: &Account) -> Result<i64> {
        self.ledger.balance(account)
    }
}

impl Plans for MemoryPlans {
    fn list_tiers(&mut self) -> Result<Vec<PlanTier>> {
        let tier = |name: &str, allotment, monthly_credits| PlanTier { name: name.into(), allotment, monthly_credits };
        Ok(vec![tier("free", 5_000, 0), tier("pro", 100_000, 90_000), tier("empty", 0, 0)])
    }

    fn is_known(&mut self, asked: &UserId) -> Result<bool> {
        Ok(*asked == user())
    }

    fn find_plan(&mut self, asked: &UserId) -> Result<Option<UserPlan>> {
        self.lock_plan(asked)
    }

    fn lock_plan(&mut self, asked: &UserId) -> Result<Option<UserPlan>> {
        let balance = self.ledger.balance(&UserPlan::account(asked))?;
        Ok(self.plan.clone().filter(|plan| plan.user_id == *asked).map(|plan| UserPlan { balance, ..plan }))
    }

    fn insert_plan(&mut self, plan: &UserPlan) -> Result<bool> {
        let is_new = self.plan.is_none();
        self.plan.get_or_insert_with(|| plan.clone());
        Ok(is_new)
    }

    fn update_plan(&mut self, plan: &UserPlan) -> Result<()> {
        self.plan = Some(plan.clone());
        Ok(())
    }

    fn list_events(&mut self, _: &UserId, page: &PageRequest) -> Result<Page<CreditEvent>> {
        self.events_asked = Some(page.limit);
        let event = CreditEvent {
            id: crate::ledger::TransactionId(1),
            created_at: day(0),
            amount: 1,
            reason: "r".into(),
            balance_after: 1,
        };
        Ok(Page { items: vec![event], total: None, next: None })
    }

    fn list_due(&mut self, _: Timestamp, _: u32) -> Result<Vec<UserId>> {
        Ok(vec![user()])
    }

    fn list_without_plan(&mut self, _: u32) -> Result<Vec<UserId>> {
        Ok(vec![stranger()])
    }
}
