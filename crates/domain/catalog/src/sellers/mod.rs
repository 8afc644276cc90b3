//! Sellers: how users become some, and their public pages.

mod connect;
mod get;
mod list_skills;
mod model;
mod port;
mod register;
mod status;

pub use connect::ConnectSeller;
pub use get::GetSeller;
pub use list_skills::ListSellerSkills;
pub use model::{SellerAccount, SellerPage};
#[cfg(any(test, feature = "mock"))]
pub use port::MockSellers;
pub use port::Sellers;
pub use register::RegisterSeller;
pub use status::GetSellerStatus;

/// The kind of thing in the audit log.
const RESOURCE: &str = "seller";
