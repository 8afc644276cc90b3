//! `announcement.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Announcement, AnnouncementId};
use super::port::Announcements;

/// Shows an announcement.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetAnnouncement {
    /// ID of the announcement.
    pub id: AnnouncementId,
}

impl Operation for GetAnnouncement {
    const NAME: &'static str = "announcement.get";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Announcements;
    type Output = Announcement;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Query for GetAnnouncement {
    fn run(&self, announcements: &mut Self::Repository, _: &Context) -> Result<Announcement> {
        announcements.find_announcement(self.id)?.ok_or_else(|| Error::not_found("Announcement"))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockAnnouncements;
    use super::super::samples::announcement;
    use super::*;

    fn get(found: Option<Announcement>) -> Result<Announcement> {
        let mut announcements = MockAnnouncements::new();
        announcements.expect_find_announcement().withf(|id| id.0 == 3).return_once(move |_| Ok(found));
        GetAnnouncement { id: AnnouncementId(3) }.run(&mut announcements, &context_of("u", []))
    }

    #[test]
    fn the_one_with_this_id_is_shown_or_not_found() {
        assert_eq!(get(Some(announcement(3))).unwrap(), announcement(3));
        assert!(matches!(get(None), Err(Error::NotFound(_))));
    }
}
