//! `announcement.active`

use aedile_kernel::{Context, Effect, Operation, Permission, Query, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Announcement, AnnouncementId, Severity};
use super::port::Announcements;

/// Lists the announcements that show now, the newest first, at most 100. Anybody may ask.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActiveAnnouncements {}

/// An announcement as the public sees it: without who wrote it and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Its number.
    pub id: AnnouncementId,
    /// One line.
    pub title: String,
    /// Markdown, kept as it was written.
    pub body: String,
    /// Severity.
    pub severity: Severity,
    /// Since when it shows; `None` for always.
    pub active_from: Option<Timestamp>,
    /// From when it no longer shows; `None` for never.
    pub active_until: Option<Timestamp>,
}

/// What shows now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notices {
    /// The announcements, the newest first.
    pub announcements: Vec<Notice>,
}

impl Notices {
    /// What shows at `now` of announcements that are sorted already.
    #[must_use]
    pub fn of<'a>(announcements: impl IntoIterator<Item = &'a Announcement>, now: Timestamp) -> Self {
        let showing = announcements.into_iter().filter(|announcement| announcement.is_showing(now));
        Self { announcements: showing.map(Notice::from).collect() }
    }
}

impl From<&Announcement> for Notice {
    fn from(announcement: &Announcement) -> Self {
        Self {
            id: announcement.id,
            title: announcement.title.clone(),
            body: announcement.body.clone(),
            severity: announcement.severity,
            active_from: announcement.active_from,
            active_until: announcement.active_until,
        }
    }
}

impl Operation for ActiveAnnouncements {
    const NAME: &'static str = "announcement.active";
    const PERMISSION: Permission = Permission::Public;
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Announcements;
    type Output = Notices;
}

impl Query for ActiveAnnouncements {
    fn run(&self, announcements: &mut Self::Repository, cx: &Context) -> Result<Notices> {
        Ok(Notices::of(&announcements.list_current(cx.now)?, cx.now))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::{NOW, context};

    use super::super::port::MockAnnouncements;
    use super::super::samples::announcement;
    use super::*;

    fn active(stored: Vec<Announcement>) -> Vec<Notice> {
        let mut announcements = MockAnnouncements::new();
        announcements.expect_list_current().returning(move |_| Ok(stored.clone()));
        ActiveAnnouncements {}.run(&mut announcements, &context(Caller::anonymous())).unwrap().announcements
    }

    #[test]
    fn c_21_the_window_is_judged_when_asked() {
        let at = |seconds| Some(Timestamp::from_micros(NOW).plus_seconds(seconds));
        let shown = active(vec![
            announcement(1),
            Announcement { active_from: at(1), ..announcement(2) },
            Announcement { active_until: at(0), ..announcement(3) },
            Announcement { is_active: false, ..announcement(4) },
            Announcement { active_from: at(-1), active_until: at(1), ..announcement(5) },
        ]);
        assert_eq!(shown.iter().map(|notice| notice.id.0).collect::<Vec<_>>(), [1, 5]);
    }

    #[test]
    fn the_public_does_not_learn_who_wrote_it() {
        let text = serde_json::to_string(&active(vec![announcement(1)])).unwrap();
        assert!(text.contains("Scheduled") && !text.contains("user_2abc123"), "{text}");
    }

    #[test]
    fn the_list_is_whole() {
        assert_eq!(active((0..150).map(announcement).collect()).len(), 150);
    }
}
