//! Purchases of skills.

mod attach;
mod checkout;
mod complete;
mod find;
mod list;
mod list_sales;
mod model;
mod port;
mod start;

pub use attach::AttachCheckout;
pub use checkout::{confirm_payment, open_checkout};
pub use complete::{CompletePurchase, complete};
pub use find::FindPurchase;
pub use list::ListPurchases;
pub use list_sales::ListAllSales;
pub use model::{NewPurchase, Offer, Purchase, PurchaseId, PurchaseStatus, SaleFilter};
#[cfg(any(test, feature = "mock"))]
pub use port::MockPurchases;
pub use port::Purchases;
pub use start::{StartPurchase, Started};

/// The kind of thing in the audit log.
pub(crate) const RESOURCE: &str = "purchase";
