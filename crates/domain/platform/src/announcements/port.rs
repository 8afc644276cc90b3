//! What announcements need from a store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp};

use super::model::{Announcement, AnnouncementId, NewAnnouncement};

/// The announcements.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Announcements: Send {
    /// A part of the announcements, the newest first; a cursor holds `created_at` in microseconds and the number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<Announcement>>;

    /// Every active announcement that has not ended by `now`, begun or not, the newest first. A cache may keep it, as
    /// long as [`Announcement::is_showing`] is asked each time.
    ///
    /// # Errors
    /// If the store fails.
    fn list_current(&mut self, now: Timestamp) -> Result<Vec<Announcement>>;

    /// The announcement; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_announcement(&mut self, id: AnnouncementId) -> Result<Option<Announcement>>;

    /// The announcement, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_announcement(&mut self, id: AnnouncementId) -> Result<Option<Announcement>>;

    /// Adds an active announcement and gives it its number.
    ///
    /// # Errors
    /// If the store fails.
    fn insert(&mut self, announcement: &NewAnnouncement) -> Result<Announcement>;

    /// Writes every field of the announcement with this number but `created_by` and `created_at`.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, announcement: &Announcement) -> Result<()>;

    /// Takes the announcement away, if it is there.
    ///
    /// # Errors
    /// If the store fails.
    fn delete(&mut self, id: AnnouncementId) -> Result<()>;
}
