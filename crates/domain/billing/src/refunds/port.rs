//! What the rules about refunds need of a store.

use aedile_kernel::{Reference, Result};

use super::model::{Refund, RefundId};
use crate::disputes::Dispute;
use crate::purchases::{PurchaseId, Purchases};

/// The refunds, beside the purchases. Whoever changes a refund has locked its purchase.
pub trait Refunds: Purchases {
    /// The refunds of the purchase, the first one first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_refunds(&mut self, purchase: PurchaseId) -> Result<Vec<Refund>>;

    /// Adds a refund, and gives it its number.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_refund(&mut self, refund: &Refund) -> Result<Refund>;

    /// The purchase of a refund; `None` when there is no such refund.
    ///
    /// # Errors
    /// If the store fails.
    fn find_purchase_of(&mut self, refund: RefundId) -> Result<Option<PurchaseId>>;

    /// The purchase of the refund that the provider knows by this reference.
    ///
    /// # Errors
    /// If the store fails.
    fn find_refund_by_reference(&mut self, reference: &Reference) -> Result<Option<PurchaseId>>;

    /// The purchase of the refund that the provider calls so.
    ///
    /// # Errors
    /// If the store fails.
    fn find_refund_by_provider_id(&mut self, provider_id: &str) -> Result<Option<PurchaseId>>;

    /// Writes how much the refund is, where it stands, what the provider calls it, and how often and when it was asked for.
    ///
    /// # Errors
    /// If the store fails.
    fn update_refund(&mut self, refund: &Refund) -> Result<()>;

    /// The disputes of the purchase's payment, the first one first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_disputes(&mut self, purchase: PurchaseId) -> Result<Vec<Dispute>>;
}

#[cfg(test)]
pub(crate) use mock::MockRefunds;

#[cfg(test)]
mod mock {
    use aedile_kernel::{Page, PageRequest, Timestamp, UserId};

    use super::{Dispute, PurchaseId, Purchases, Reference, Refund, RefundId, Refunds, Result};
    use crate::disputes::Disputes;
    use crate::ledger::{Account, Ledger, LedgerTransaction, PostedTransaction};
    use crate::purchases::{NewPurchase, Offer, Purchase, SaleFilter};

    mockall::mock! {
        pub(crate) Refunds {}

        impl Ledger for Refunds {
            fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>>;
            fn balance(&mut self, account: &Account) -> Result<i64>;
        }

        impl Purchases for Refunds {
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

        impl Refunds for Refunds {
            fn list_refunds(&mut self, purchase: PurchaseId) -> Result<Vec<Refund>>;
            fn insert_refund(&mut self, refund: &Refund) -> Result<Refund>;
            fn find_purchase_of(&mut self, refund: RefundId) -> Result<Option<PurchaseId>>;
            fn find_refund_by_reference(&mut self, reference: &Reference) -> Result<Option<PurchaseId>>;
            fn find_refund_by_provider_id(&mut self, provider_id: &str) -> Result<Option<PurchaseId>>;
            fn update_refund(&mut self, refund: &Refund) -> Result<()>;
            fn list_disputes(&mut self, purchase: PurchaseId) -> Result<Vec<Dispute>>;
        }

        impl Disputes for Refunds {
            fn insert_dispute(&mut self, dispute: &Dispute) -> Result<Dispute>;
            fn update_dispute(&mut self, dispute: &Dispute) -> Result<()>;
            fn page_of_disputes(&mut self, is_open: Option<bool>, page: &PageRequest) -> Result<Page<Dispute>>;
        }
    }
}
