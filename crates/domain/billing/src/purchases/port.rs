//! What the rules about purchases need of a store.

use aedile_kernel::{Page, PageRequest, Reference, Result, Timestamp, UserId};

use super::model::{NewPurchase, Offer, Purchase, PurchaseId, SaleFilter};
use crate::ledger::Ledger;

/// The purchases, beside the ledger.
pub trait Purchases: Ledger {
    /// The skill that is offered under this slug; `None` when none is.
    ///
    /// # Errors
    /// If the store fails.
    fn find_offer(&mut self, slug: &str) -> Result<Option<Offer>>;

    /// Whether the user holds a licence of the skill. Until the transaction ends, nobody begins a purchase
    /// for the user meanwhile.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_licence(&mut self, user: &UserId, skill_id: i64) -> Result<bool>;

    /// The user's purchases of the skill that are not paid and still may be, the newest first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_pending(&mut self, user: &UserId, skill_id: i64) -> Result<Vec<Purchase>>;

    /// The oldest purchase of the skill by the user, but this one, that is paid and not wholly given back.
    ///
    /// # Errors
    /// If the store fails.
    fn find_standing(&mut self, user: &UserId, skill_id: i64, but: PurchaseId) -> Result<Option<Purchase>>;

    /// Adds a purchase that is not paid.
    ///
    /// # Errors
    /// If the store fails.
    fn insert(&mut self, purchase: &NewPurchase) -> Result<Purchase>;

    /// The purchase, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: PurchaseId) -> Result<Option<Purchase>>;

    /// The purchase that is paid on this page of the provider's; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_session(&mut self, session_id: &str) -> Result<Option<Purchase>>;

    /// The number of the purchase that the provider knows by this reference; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_reference(&mut self, reference: &Reference) -> Result<Option<PurchaseId>>;

    /// The purchase; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: PurchaseId) -> Result<Option<Purchase>>;

    /// The number of the purchase that was paid by this payment; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_payment(&mut self, payment_intent: &str) -> Result<Option<PurchaseId>>;

    /// Writes where the purchase and its paying stand, its page and payment, what was given back and when it was paid.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, purchase: &Purchase) -> Result<()>;

    /// Gives the buyer a licence by this purchase, or gives it back after it was ended; nothing when they hold
    /// one of the skill.
    ///
    /// # Errors
    /// If the store fails.
    fn grant_licence(&mut self, purchase: &Purchase, now: Timestamp) -> Result<()>;

    /// Ends the licence that came with the purchase.
    ///
    /// # Errors
    /// If the store fails.
    fn end_licence(&mut self, id: PurchaseId, now: Timestamp) -> Result<()>;

    /// Notes an event of the provider's; `false` when it was noted before.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_event(&mut self, event_id: &str, now: Timestamp) -> Result<bool>;

    /// A part of the user's purchases, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, buyer: &UserId, page: &PageRequest) -> Result<Page<Purchase>>;

    /// A part of the purchases that pass, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list_all(&mut self, filter: &SaleFilter, page: &PageRequest) -> Result<Page<Purchase>>;
}

#[cfg(any(test, feature = "mock"))]
mod mock {
    use super::{
        Ledger, NewPurchase, Offer, Page, PageRequest, Purchase, PurchaseId, Purchases, Reference, Result, SaleFilter,
        Timestamp, UserId,
    };
    use crate::ledger::{Account, LedgerTransaction, PostedTransaction};

    mockall::mock! {
        pub Purchases {}

        impl Ledger for Purchases {
            fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>>;
            fn balance(&mut self, account: &Account) -> Result<i64>;
        }

        impl Purchases for Purchases {
            fn find_offer(&mut self, slug: &str) -> Result<Option<Offer>>;
            fn lock_licence(&mut self, user: &UserId, skill_id: i64) -> Result<bool>;
            fn list_pending(&mut self, user: &UserId, skill_id: i64) -> Result<Vec<Purchase>>;
            fn find_standing(&mut self, user: &UserId, skill_id: i64, but: PurchaseId) -> Result<Option<Purchase>>;
            fn insert(&mut self, purchase: &NewPurchase) -> Result<Purchase>;
            fn lock(&mut self, id: PurchaseId) -> Result<Option<Purchase>>;
            fn find_by_session(&mut self, session_id: &str) -> Result<Option<Purchase>>;
            fn find_by_reference(&mut self, reference: &Reference) -> Result<Option<PurchaseId>>;
            fn find(&mut self, id: PurchaseId) -> Result<Option<Purchase>>;
            fn find_by_payment(&mut self, payment_intent: &str) -> Result<Option<PurchaseId>>;
            fn update(&mut self, purchase: &Purchase) -> Result<()>;
            fn grant_licence(&mut self, purchase: &Purchase, now: Timestamp) -> Result<()>;
            fn end_licence(&mut self, id: PurchaseId, now: Timestamp) -> Result<()>;
            fn insert_event(&mut self, event_id: &str, now: Timestamp) -> Result<bool>;
            fn list(&mut self, buyer: &UserId, page: &PageRequest) -> Result<Page<Purchase>>;
            fn list_all(&mut self, filter: &SaleFilter, page: &PageRequest) -> Result<Page<Purchase>>;
        }
    }
}
#[cfg(any(test, feature = "mock"))]
pub use mock::MockPurchases;
