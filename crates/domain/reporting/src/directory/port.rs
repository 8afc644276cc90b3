//! What looking users up needs of the store.

use aedile_kernel::{Page, PageRequest, Result, UserId};

use super::model::{DirectoryEntry, SortBy, SortOrder, UserDetail, UserFilter};

/// All users.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Directory: Send {
    /// A part of the list. The total is there unless it would have to be counted behind a cursor.
    ///
    /// # Errors
    /// `Invalid` for a cursor of a list that was sorted by something else.
    fn list(
        &mut self,
        filter: &UserFilter,
        sort_by: SortBy,
        order: SortOrder,
        page: &PageRequest,
    ) -> Result<Page<DirectoryEntry>>;

    /// One user, `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: &UserId) -> Result<Option<UserDetail>>;
}
