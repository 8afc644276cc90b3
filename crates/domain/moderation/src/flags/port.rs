//! What the rules about abuse flags need of a store.

use aedile_kernel::{Page, PageRequest, Result};

use super::model::{AbuseFlag, AbuseFlagId, FlagFilter};

/// The abuse flags.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait AbuseFlags: Send {
    /// A part of the flags that pass, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, filter: &FlagFilter, page: &PageRequest) -> Result<Page<AbuseFlag>>;

    /// The flag; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: AbuseFlagId) -> Result<Option<AbuseFlag>>;

    /// The flag, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: AbuseFlagId) -> Result<Option<AbuseFlag>>;

    /// Writes where the flag stands, who decided, when and why.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, flag: &AbuseFlag) -> Result<()>;
}
