//! What sellers earn.

mod activity;
mod breakdown;
mod figures;
mod model;
mod port;
mod sales;

pub use activity::ListSellerActivity;
pub use breakdown::{BreakDownRevenue, BreakdownBy};
pub use figures::{GetEarnings, GetRevenue, ListSkillFigures};
pub use model::{Activity, ActivityKind, BreakdownRow, Earnings, Period, Sale, SkillFigures};
#[cfg(any(test, feature = "mock"))]
pub use port::MockSellerBooks;
pub use port::SellerBooks;
pub use sales::ListSales;

/// The kind of thing in the audit log.
const RESOURCE: &str = "seller";
