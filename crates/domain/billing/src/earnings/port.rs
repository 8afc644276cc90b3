//! What the figures need of a store.

use aedile_kernel::{Page, PageRequest, Result, UserId};

use super::model::{Activity, BreakdownRow, Earnings, Period, Sale, SkillFigures};

/// The books of sellers. Sales count to the time they were paid in, with whatever was given back of them since.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SellerBooks: Send {
    /// The seller's sums, of all times or of one.
    ///
    /// # Errors
    /// If the store fails.
    fn earnings(&mut self, seller: &UserId, range: Option<Period>) -> Result<Earnings>;

    /// The seller's sums by skill, the greatest first.
    ///
    /// # Errors
    /// If the store fails.
    fn by_skill(&mut self, seller: &UserId, range: Period) -> Result<Vec<BreakdownRow>>;

    /// The seller's sums by day in UTC, the earliest first; days without sales are left out.
    ///
    /// # Errors
    /// If the store fails.
    fn by_day(&mut self, seller: &UserId, range: Period) -> Result<Vec<BreakdownRow>>;

    /// A part of the seller's sales, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn sales(&mut self, seller: &UserId, page: &PageRequest) -> Result<Page<Sale>>;

    /// A part of the seller's skills with their sums, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn skills(&mut self, seller: &UserId, page: &PageRequest) -> Result<Page<SkillFigures>>;

    /// A part of what happened to the seller's skills, the newest first; a cursor holds the time in microseconds and a
    /// number that settles ties. It is not counted.
    ///
    /// # Errors
    /// If the store fails.
    fn activity(&mut self, seller: &UserId, page: &PageRequest) -> Result<Page<Activity>>;
}
