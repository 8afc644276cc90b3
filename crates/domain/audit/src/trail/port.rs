//! What reading the audit trail needs from a store.

use aedile_kernel::{Page, PageRequest, Result};

use super::model::{AuditFilter, AuditRow};

/// The audit trail.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait AuditTrail: Send {
    /// The rows that pass `filter`, newest first, which is by falling number. The total is exact, and `None` behind a
    /// cursor. The cursor's id is the number of the last row of the page.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, filter: &AuditFilter, page: &PageRequest) -> Result<Page<AuditRow>>;
}
