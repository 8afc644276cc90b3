//! An announcement for tests.

use aedile_kernel::Timestamp;
use aedile_kernel::mock::NOW;

use super::{Announcement, AnnouncementId, NewAnnouncement, Severity};

pub(super) fn announcement(id: i64) -> Announcement {
    let made = Timestamp::from_micros(NOW).plus_seconds(-60);
    Announcement {
        id: AnnouncementId(id),
        title: "Scheduled Maintenance".into(),
        body: "Back at **four**.".into(),
        severity: Severity::Warning,
        active_from: None,
        active_until: None,
        is_active: true,
        created_by: "user_2abc123".into(),
        created_at: made,
        updated_at: made,
    }
}

/// What a store does with a new announcement.
pub(super) fn stored(new: &NewAnnouncement) -> Announcement {
    Announcement {
        id: AnnouncementId(7),
        title: new.title.clone(),
        body: new.body.clone(),
        severity: new.severity,
        active_from: new.active_from,
        active_until: new.active_until,
        is_active: true,
        created_by: new.created_by.clone(),
        created_at: new.created_at,
        updated_at: new.created_at,
    }
}
