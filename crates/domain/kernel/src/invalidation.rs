//! What caches must forget once a change is committed.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

/// A body of facts that caches keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What users may do: roles, assignments, holds, tiers of users.
    Access,
    /// What the gateway decides by: tiers, scopes, endpoint overrides.
    Rules,
    /// Feature flags.
    Flags,
    /// Announcements.
    Announcements,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 4] = [Self::Access, Self::Rules, Self::Flags, Self::Announcements];
}

/// A count of changes for each topic. A cached fact is good while its topic's count is what it was before the fact was
/// read, so a read that overlaps a commit can't outlive it.
#[derive(Debug, Default)]
pub struct Epochs {
    access: AtomicU64,
    rules: AtomicU64,
    flags: AtomicU64,
    announcements: AtomicU64,
}

impl Epochs {
    /// The present count of `topic`.
    #[must_use]
    pub fn current(&self, topic: Topic) -> u64 {
        self.of(topic).load(Ordering::Acquire)
    }

    /// Makes every cached fact of `topic` stale.
    pub fn advance(&self, topic: Topic) {
        self.of(topic).fetch_add(1, Ordering::AcqRel);
    }

    /// Makes every cached fact of these topics stale.
    pub fn advance_all(&self, topics: &[Topic]) {
        topics.iter().for_each(|topic| self.advance(*topic));
    }

    fn of(&self, topic: Topic) -> &AtomicU64 {
        match topic {
            Topic::Access => &self.access,
            Topic::Rules => &self.rules,
            Topic::Flags => &self.flags,
            Topic::Announcements => &self.announcements,
        }
    }
}
