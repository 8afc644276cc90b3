//! `announcement.update`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result, Timestamp, Topic,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Announcement, AnnouncementId, Severity, body, check_window, title};
use super::port::Announcements;
use crate::input::nullable;

/// Updates an announcement; omitted fields stay.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAnnouncement {
    /// ID of the announcement.
    pub id: AnnouncementId,
    /// One line of at most 200 characters.
    #[serde(default)]
    pub title: Option<String>,
    /// Markdown of at most 10,000 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub body: Option<String>,
    /// Severity.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Start of display; null for immediately.
    #[serde(default, deserialize_with = "nullable")]
    pub active_from: Option<Option<Timestamp>>,
    /// End of display, after `active_from`; null for never.
    #[serde(default, deserialize_with = "nullable")]
    pub active_until: Option<Option<Timestamp>>,
    /// Whether the announcement is active. An inactive one is never shown.
    #[serde(default)]
    pub is_active: Option<bool>,
}

impl Operation for UpdateAnnouncement {
    const NAME: &'static str = "announcement.update";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "announcement.get", key: Some("id") });
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Announcements;
    type Output = Announcement;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for UpdateAnnouncement {
    fn run(&self, announcements: &mut Self::Repository, cx: &Context) -> Result<Change<Announcement>> {
        if self.says_nothing() {
            return Err(Error::invalid("input", "at least one field is needed"));
        }
        let before = announcements.lock_announcement(self.id)?.ok_or_else(|| Error::not_found("Announcement"))?;
        let mut after = self.applied_to(&before)?;
        if after == before {
            return Ok(Change::none().returning(before));
        }
        after.updated_at = cx.now;
        announcements.update(&after)?;
        Ok(Change::of(Self::RESOURCE, self.id)
            .before(&before)
            .after(&after)
            .invalidate(Topic::Announcements)
            .returning(after))
    }
}

impl UpdateAnnouncement {
    fn says_nothing(&self) -> bool {
        self.title.is_none()
            && self.body.is_none()
            && self.severity.is_none()
            && self.active_from.is_none()
            && self.active_until.is_none()
            && self.is_active.is_none()
    }

    fn applied_to(&self, before: &Announcement) -> Result<Announcement> {
        let mut announcement = before.clone();
        if let Some(text) = &self.title {
            announcement.title = title(text)?;
        }
        if let Some(text) = &self.body {
            announcement.body = body(text)?;
        }
        announcement.severity = self.severity.unwrap_or(announcement.severity);
        announcement.active_from = self.active_from.unwrap_or(announcement.active_from);
        announcement.active_until = self.active_until.unwrap_or(announcement.active_until);
        announcement.is_active = self.is_active.unwrap_or(announcement.is_active);
        check_window(announcement.active_from, announcement.active_until)?;
        Ok(announcement)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use serde_json::json;

    use super::super::port::MockAnnouncements;
    use super::super::samples::announcement;
    use super::*;

    fn in_january() -> Announcement {
        let at = |text| Some(Timestamp::parse("t", text).unwrap());
        Announcement {
            active_from: at("2026-01-10T00:00:00Z"),
            active_until: at("2026-01-20T00:00:00Z"),
            ..announcement(1)
        }
    }

    fn update(json: serde_json::Value, writes: usize) -> Result<Change<Announcement>> {
        let mut announcements = MockAnnouncements::new();
        announcements.expect_lock_announcement().returning(|id| Ok((id.0 == 1).then(in_january)));
        announcements.expect_update().times(writes).returning(|_| Ok(()));
        let command = serde_json::from_value::<UpdateAnnouncement>(json).unwrap();
        command.run(&mut announcements, &context_of("user_admin", []))
    }

    #[test]
    fn only_what_was_said_changes() {
        let change = update(json!({"id": 1, "is_active": false, "severity": "error"}), 1).unwrap();
        let expected = Announcement {
            is_active: false,
            severity: Severity::Error,
            updated_at: Timestamp::from_micros(NOW),
            ..in_january()
        };
        assert_eq!(change.output(), &expected);
        let old = change.records()[0].old_values.clone();
        assert_eq!(old, Some(json!({"is_active": true, "severity": "warning"})));
    }

    #[test]
    fn null_opens_the_window() {
        let input = json!({"id": 1, "active_from": null, "active_until": null, "title": "T", "body": "B"});
        let after = update(input, 1).unwrap().output().clone();
        assert_eq!((after.active_from, after.active_until), (None, None));
        assert_eq!((after.title.as_str(), after.body.as_str()), ("T", "B"));
    }

    #[test]
    fn the_window_is_judged_as_it_will_be() {
        for input in [
            json!({"id": 1, "active_until": "2026-01-10T00:00:00Z"}),
            json!({"id": 1, "active_from": "2026-01-20T00:00:00Z"}),
        ] {
            assert!(matches!(update(input, 0), Err(Error::Invalid(_))));
        }
        assert!(update(json!({"id": 1, "active_from": null, "active_until": "2026-01-10T00:00:00Z"}), 1).is_ok());
    }

    #[test]
    fn the_same_again_writes_nothing() {
        let change = update(json!({"id": 1, "title": "Scheduled Maintenance", "is_active": true}), 0).unwrap();
        assert!(change.records().is_empty());
        assert_eq!(change.output(), &in_january());
    }

    #[test]
    fn refusals_have_their_kinds() {
        assert!(matches!(update(json!({"id": 2, "is_active": true}), 0), Err(Error::NotFound(_))));
        for input in [json!({"id": 1}), json!({"id": 1, "title": null}), json!({"id": 1, "title": " "})] {
            assert!(matches!(update(input.clone(), 0), Err(Error::Invalid(_))), "{input}");
        }
        assert!(serde_json::from_value::<UpdateAnnouncement>(json!({"id": 1, "created_by": "x"})).is_err());
    }
}
