//! Users with the `is_admin` flag, who run the marketplace.

mod appoint_owner;
mod check;
mod demote;
mod list;
mod model;
mod port;
mod promote;

pub use appoint_owner::AppointOwner;
pub use check::CheckAdmin;
pub use demote::DemoteAdmin;
pub use list::ListAdmins;
pub use model::{AdminCheck, AdminProfile, AdminStatus};
pub use port::MarketplaceAdmins;
#[cfg(any(test, feature = "mock"))]
pub use port::MockMarketplaceAdmins;
pub use promote::PromoteAdmin;
