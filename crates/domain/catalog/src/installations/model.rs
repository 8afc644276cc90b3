//! What an installation is.

use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{InstallationId, SkillId};
use crate::skills::Source;

/// A skill, as far as its installations are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledSkill {
    /// Its number.
    pub id: SkillId,
    /// Where it comes from.
    pub source: Source,
    /// What it costs; 0 when it is free.
    pub price_cents: i64,
    /// Who sells it; `None` while nobody owns it.
    pub seller_id: Option<UserId>,
}

/// An installation that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewInstallation {
    /// Of which skill.
    pub skill_id: SkillId,
    /// ID of the user.
    pub user_id: UserId,
    /// Which version.
    pub version: Option<String>,
    /// Where the package came from.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub source: Option<String>,
    /// What installed it.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub client: Option<String>,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recorded {
    /// The installation's number; `None` when no record of it is kept, since nobody signed in for it.
    pub id: Option<InstallationId>,
    /// Whether it counts in the number of installations.
    pub is_counted: bool,
    /// The skill's slug.
    pub skill_slug: String,
}
