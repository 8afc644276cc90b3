//! What the rules about disputes need of a store.

use aedile_kernel::{Page, PageRequest, Result};

use super::model::Dispute;
use crate::refunds::Refunds;

/// The disputes, beside the refunds. Whoever changes a dispute has locked its purchase.
pub trait Disputes: Refunds {
    /// Adds a dispute, and gives it its number.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_dispute(&mut self, dispute: &Dispute) -> Result<Dispute>;

    /// Writes how much is disputed, why, where it stands, until when it can be answered and when the provider said so.
    ///
    /// # Errors
    /// If the store fails.
    fn update_dispute(&mut self, dispute: &Dispute) -> Result<()>;

    /// A part of the disputes, the newest first, with their number: only those that are decided or are not, if so asked.
    ///
    /// # Errors
    /// If the store fails.
    fn page_of_disputes(&mut self, is_open: Option<bool>, page: &PageRequest) -> Result<Page<Dispute>>;
}
