//! Purchases of skills.

mod attach;
mod checkout;
mod complete;
mod find;
mod get;
mod licence;
mod list;
mod list_sales;
mod model;
mod port;
#[cfg(test)]
pub(crate) mod samples;
mod settle_checkout;
mod start;

pub use attach::AttachCheckout;
pub use checkout::{confirm_payment, open_checkout};
pub(crate) use complete::complete;
pub use find::FindPurchase;
pub use get::GetPurchase;
pub(crate) use licence::follow as follow_licence;
pub use list::ListPurchases;
pub use list_sales::ListAllSales;
pub use model::{CheckoutStatus, NewPurchase, Offer, Purchase, PurchaseId, PurchaseStatus, SaleFilter};
#[cfg(any(test, feature = "mock"))]
pub use port::MockPurchases;
pub use port::Purchases;
pub use settle_checkout::SettleCheckout;
pub use start::{StartPurchase, Started};

/// The kind of thing in the audit log.
pub(crate) const RESOURCE: &str = "purchase";
