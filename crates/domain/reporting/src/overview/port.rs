//! What the overview needs from a store.

use aedile_kernel::{Day, Result};

use super::model::{Counts, DayFigures, MailTrouble};

/// Figures over everything that is kept.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Figures: Send {
    /// What there is now.
    ///
    /// # Errors
    /// If the store fails.
    fn counts(&mut self) -> Result<Counts>;

    /// The mail that waits because the mail server can't be used; `None` when none does.
    ///
    /// # Errors
    /// If the store fails.
    fn mail_trouble(&mut self) -> Result<Option<MailTrouble>>;

    /// What was new on each day from `since` on, in any order; days without anything may be left out.
    ///
    /// # Errors
    /// If the store fails.
    fn by_day(&mut self, since: Day) -> Result<Vec<DayFigures>>;
}
