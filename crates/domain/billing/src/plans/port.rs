//! What the rules about plans need of a store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{CreditEvent, PlanTier, UserPlan};
use crate::ledger::Ledger;

/// The plans, beside the ledger.
pub trait Plans: Ledger {
    /// The plans there are, the smallest first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_tiers(&mut self) -> Result<Vec<PlanTier>>;

    /// Whether there is such a user, who was not deleted.
    ///
    /// # Errors
    /// If the store fails.
    fn is_known(&mut self, user: &UserId) -> Result<bool>;

    /// The user's plan; `None` before they have one, and for whoever was deleted.
    ///
    /// # Errors
    /// If the store fails.
    fn find_plan(&mut self, user: &UserId) -> Result<Option<UserPlan>>;

    /// The same, held until the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_plan(&mut self, user: &UserId) -> Result<Option<UserPlan>>;

    /// Adds a plan, whatever its balance; `false` when the user has one.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_plan(&mut self, plan: &UserPlan) -> Result<bool>;

    /// Writes which plan it is, its start and the end of its month.
    ///
    /// # Errors
    /// If the store fails.
    fn update_plan(&mut self, plan: &UserPlan) -> Result<()>;

    /// A part of the changes of the user's credits, the newest first; a cursor holds 0 and the number of the ledger
    /// transaction. They are not counted.
    ///
    /// # Errors
    /// If the store fails.
    fn list_events(&mut self, user: &UserId, page: &PageRequest) -> Result<Page<CreditEvent>>;

    /// Whose plans with monthly credits had come to the end of their month at `now`, at most `limit`.
    ///
    /// # Errors
    /// If the store fails.
    fn list_due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<UserId>>;

    /// Who has no plan, at most `limit`: users who were written down past the system.
    ///
    /// # Errors
    /// If the store fails.
    fn list_without_plan(&mut self, limit: u32) -> Result<Vec<UserId>>;
}

#[cfg(any(test, feature = "mock"))]
mod mock {
    use super::{CreditEvent, Ledger, Page, PageRequest, PlanTier, Plans, Result, Timestamp, UserId, UserPlan};
    use crate::ledger::{Account, LedgerTransaction, PostedTransaction};

    mockall::mock! {
        pub Plans {}

        impl Ledger for Plans {
            fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>>;
            fn balance(&mut self, account: &Account) -> Result<i64>;
        }

        impl Plans for Plans {
            fn list_tiers(&mut self) -> Result<Vec<PlanTier>>;
            fn is_known(&mut self, user: &UserId) -> Result<bool>;
            fn find_plan(&mut self, user: &UserId) -> Result<Option<UserPlan>>;
            fn lock_plan(&mut self, user: &UserId) -> Result<Option<UserPlan>>;
            fn insert_plan(&mut self, plan: &UserPlan) -> Result<bool>;
            fn update_plan(&mut self, plan: &UserPlan) -> Result<()>;
            fn list_events(&mut self, user: &UserId, page: &PageRequest) -> Result<Page<CreditEvent>>;
            fn list_due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<UserId>>;
            fn list_without_plan(&mut self, limit: u32) -> Result<Vec<UserId>>;
        }
    }
}
#[cfg(any(test, feature = "mock"))]
pub use mock::MockPlans;
