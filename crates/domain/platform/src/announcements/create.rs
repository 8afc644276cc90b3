//! `announcement.create`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Operation, Permission, Result, Timestamp, Together, Topic,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Announcement, NewAnnouncement, Severity, body, check_window, title};
use super::port::Announcements;

/// Creates an announcement to all users, shown immediately or in a time window.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAnnouncement {
    /// One line of at most 200 characters.
    pub title: String,
    /// Markdown of at most 10,000 characters.
    #[schemars(extend("x-multiline" = true))]
    pub body: String,
    /// Severity; default: `info`.
    #[serde(default)]
    pub severity: Severity,
    /// Start of display; immediately when omitted.
    #[serde(default)]
    pub active_from: Option<Timestamp>,
    /// End of display, after `active_from`; never when omitted.
    #[serde(default)]
    pub active_until: Option<Timestamp>,
}

impl Operation for CreateAnnouncement {
    const NAME: &'static str = "announcement.create";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Announcements;
    type Output = Announcement;
}

impl Command for CreateAnnouncement {
    fn run(&self, announcements: &mut Self::Repository, cx: &Context) -> Result<Change<Announcement>> {
        let (title, body, ()) =
            (title(&self.title), body(&self.body), check_window(self.active_from, self.active_until)).together()?;
        let announcement = announcements.insert(&NewAnnouncement {
            title,
            body,
            severity: self.severity,
            active_from: self.active_from,
            active_until: self.active_until,
            created_by: cx.caller.actor_id.clone(),
            created_at: cx.now,
        })?;
        Ok(Change::of(Self::RESOURCE, announcement.id)
            .after(&announcement)
            .invalidate(Topic::Announcements)
            .returning(announcement))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Error;
    use aedile_kernel::mock::context_of;
    use serde_json::json;

    use super::super::port::MockAnnouncements;
    use super::super::samples::stored;
    use super::*;

    fn create(json: serde_json::Value) -> Result<Change<Announcement>> {
        let mut announcements = MockAnnouncements::new();
        announcements.expect_insert().returning(|new| Ok(stored(new)));
        let command = serde_json::from_value::<CreateAnnouncement>(json).unwrap();
        command.run(&mut announcements, &context_of("user_admin", []))
    }

    #[test]
    fn it_is_information_for_now_by_default() {
        let change = create(json!({"title": " Hello ", "body": "# Hi\n\n*you*"})).unwrap();
        let made = change.output();
        assert_eq!((made.title.as_str(), made.body.as_str()), ("Hello", "# Hi\n\n*you*"));
        assert_eq!((made.severity, made.active_from, made.active_until), (Severity::Info, None, None));
        assert_eq!((made.is_active, made.created_by.as_str()), (true, "user_admin"));
        assert_eq!(change.records()[0].resource_type, "announcement");
    }

    #[test]
    fn bad_values_are_refused() {
        for input in [
            json!({"title": "", "body": "b"}),
            json!({"title": "t", "body": "  "}),
            json!({"title": "two\nlines", "body": "b"}),
            json!({"title": "x".repeat(201), "body": "b"}),
            json!({"title": "t", "body": "x".repeat(10_001)}),
            json!({"title": "t", "body": "a\u{0}b"}),
            json!({"title": "t", "body": "b", "active_from": "2026-02-01T00:00:00Z", "active_until": "2026-01-01T00:00:00Z"}),
            json!({"title": "t", "body": "b", "active_from": "2026-02-01T00:00:00Z", "active_until": "2026-02-01T00:00:00"}),
        ] {
            assert!(matches!(create(input.clone()), Err(Error::Invalid(_))), "{input}");
        }
    }

    #[test]
    fn c_28_what_the_server_decides_is_not_taken() {
        for field in ["id", "created_by", "created_at", "updated_at", "is_active"] {
            let input = json!({"title": "t", "body": "b", field: 1});
            assert!(serde_json::from_value::<CreateAnnouncement>(input).is_err(), "{field}");
        }
        let input = json!({"title": "t", "body": "b", "severity": "fatal"});
        assert!(serde_json::from_value::<CreateAnnouncement>(input).is_err());
    }
}
