//! What an announcement is.

use aedile_kernel::{Error, Result, Timestamp, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

aedile_kernel::numeric_id! {
    /// An announcement's number.
    AnnouncementId
}

/// How much an announcement matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    #[default]
    Info,
    /// Something to prepare for.
    Warning,
    /// Something is wrong.
    Error,
    /// Something was achieved or is over.
    Success,
}

impl Severity {
    /// Every severity.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Success];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Success => "success",
        }
    }
}

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Announcement {
    /// Its number.
    pub id: AnnouncementId,
    /// One line.
    pub title: String,
    /// Markdown, kept as it was written.
    pub body: String,
    /// Severity.
    pub severity: Severity,
    /// From when it shows; `None` for at once.
    pub active_from: Option<Timestamp>,
    /// From when it no longer shows; `None` for never.
    pub active_until: Option<Timestamp>,
    /// Whether the announcement is active. An inactive one is never shown.
    pub is_active: bool,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Announcement {
    /// Whether it shows at `now`: it is active, has begun and has not ended.
    #[must_use]
    pub fn is_showing(&self, now: Timestamp) -> bool {
        self.is_active
            && self.active_from.is_none_or(|from| from <= now)
            && self.active_until.is_none_or(|until| now < until)
    }
}

/// An announcement that has no number yet; it begins active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnnouncement {
    /// One line.
    pub title: String,
    /// Markdown, kept as it was written.
    pub body: String,
    /// Severity.
    pub severity: Severity,
    /// From when it shows; `None` for at once.
    pub active_from: Option<Timestamp>,
    /// From when it no longer shows; `None` for never.
    pub active_until: Option<Timestamp>,
    /// Who makes it.
    pub created_by: String,
    /// When it is made, which is also its first `updated_at`.
    pub created_at: Timestamp,
}

pub(super) fn title(title: &str) -> Result<String> {
    text::line("title", title, 200)
}

pub(super) fn body(body: &str) -> Result<String> {
    text::paragraphs("body", body, 10_000)
}

/// An announcement that ends before it begins would never show, which nobody means.
pub(super) fn check_window(from: Option<Timestamp>, until: Option<Timestamp>) -> Result<()> {
    match (from, until) {
        (Some(from), Some(until)) if until <= from => Err(Error::invalid("active_until", "must be after active_from")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;

    use super::super::samples::announcement;
    use super::*;

    #[test]
    fn the_window_is_closed_at_its_beginning_and_open_at_its_end() {
        let at = |seconds| Some(Timestamp::from_micros(NOW).plus_seconds(seconds));
        let now = Timestamp::from_micros(NOW);
        for (active_from, active_until, is_active, shows) in [
            (None, None, true, true),
            (None, None, false, false),
            (at(0), None, true, true),
            (at(1), None, true, false),
            (None, at(0), true, false),
            (None, at(1), true, true),
            (at(-1), at(1), true, true),
            (at(-1), at(1), false, false),
            (at(-2), at(-1), true, false),
        ] {
            let announcement = Announcement { active_from, active_until, is_active, ..announcement(1) };
            assert_eq!(announcement.is_showing(now), shows, "{active_from:?} {active_until:?} {is_active}");
        }
    }

    #[test]
    fn a_window_has_a_length() {
        let at = |seconds| Some(Timestamp::from_seconds(seconds));
        assert!(check_window(at(1), at(2)).is_ok() && check_window(None, at(1)).is_ok());
        assert!(check_window(at(1), at(1)).is_err() && check_window(at(2), at(1)).is_err());
    }

    #[test]
    fn severities_have_one_name_each() {
        for severity in Severity::ALL {
            assert_eq!(serde_json::to_value(severity).unwrap(), severity.as_str());
        }
    }
}
