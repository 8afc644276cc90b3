//! The audit trail, as far as it is read: who did what, and what was refused.

mod list;
mod model;
mod port;

pub use list::ListAudit;
pub use model::{AuditFilter, AuditId, AuditRow};
pub use port::AuditTrail;
#[cfg(any(test, feature = "mock"))]
pub use port::MockAuditTrail;
