//! Announcements: what operators tell everybody.

mod active;
mod create;
mod delete;
mod get;
mod list;
mod model;
mod port;
#[cfg(test)]
mod samples;
mod update;

pub use active::{ActiveAnnouncements, Notice, Notices};
pub use create::CreateAnnouncement;
pub use delete::DeleteAnnouncement;
pub use get::GetAnnouncement;
pub use list::ListAnnouncements;
pub use model::{Announcement, AnnouncementId, NewAnnouncement, Severity};
pub use port::Announcements;
#[cfg(any(test, feature = "mock"))]
pub use port::MockAnnouncements;
pub use update::UpdateAnnouncement;

/// The kind of thing in the audit log.
const RESOURCE: &str = "announcement";
