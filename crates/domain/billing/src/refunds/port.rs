//! What the rules about refunds need of a store.

use aedile_kernel::Result;

use super::model::{Refund, RefundId};
use crate::purchases::{PurchaseId, Purchases};

/// The refunds, beside the purchases. Whoever changes a refund has locked its purchase.
pub trait Refunds: Purchases {
    /// The refunds of the purchase, the first one first.
    ///
    /// # Errors
    /// Only the store's own.
    fn list_refunds(&mut self, purchase: PurchaseId) -> Result<Vec<Refund>>;

    /// Adds a refund, and gives it its number.
    ///
    /// # Errors
    /// Only the store's own.
    fn insert_refund(&mut self, refund: &Refund) -> Result<Refund>;

    /// The purchase of a refund; `None` when there is no such refund.
    ///
    /// # Errors
    /// Only the store's own.
    fn find_purchase_of(&mut self, refund: RefundId) -> Result<Option<PurchaseId>>;

    /// Writes where the refund stands, and what the provider calls it.
    ///
    /// # Errors
    /// Only the store's own.
    fn update_refund(&mut self, refund: &Refund) -> Result<()>;
}
