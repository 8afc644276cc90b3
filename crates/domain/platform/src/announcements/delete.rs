//! `announcement.delete`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Announcement, AnnouncementId};
use super::port::Announcements;

/// Deletes an announcement. Returns the deleted announcement.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteAnnouncement {
    /// ID of the announcement.
    pub id: AnnouncementId,
}

impl Operation for DeleteAnnouncement {
    const NAME: &'static str = "announcement.delete";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Announcements;
    type Output = Announcement;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for DeleteAnnouncement {
    fn run(&self, announcements: &mut Self::Repository, _: &Context) -> Result<Change<Announcement>> {
        let announcement = announcements.lock_announcement(self.id)?.ok_or_else(|| Error::not_found("Announcement"))?;
        announcements.delete(self.id)?;
        Ok(Change::of(Self::RESOURCE, self.id)
            .before(&announcement)
            .invalidate(Topic::Announcements)
            .returning(announcement))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockAnnouncements;
    use super::super::samples::announcement;
    use super::*;

    #[test]
    fn what_was_deleted_is_in_the_record() {
        let mut announcements = MockAnnouncements::new();
        announcements.expect_lock_announcement().returning(|id| Ok(Some(announcement(id.0))));
        announcements.expect_delete().withf(|id| id.0 == 3).times(1).returning(|_| Ok(()));
        let change =
            DeleteAnnouncement { id: AnnouncementId(3) }.run(&mut announcements, &context_of("u", [])).unwrap();
        assert_eq!(change.records()[0].resource_id, "3");
        assert_eq!(change.records()[0].new_values, None);
    }

    #[test]
    fn an_unknown_announcement_is_not_found() {
        let mut announcements = MockAnnouncements::new();
        announcements.expect_lock_announcement().returning(|_| Ok(None));
        let refused = DeleteAnnouncement { id: AnnouncementId(3) }.run(&mut announcements, &context_of("u", []));
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
}
