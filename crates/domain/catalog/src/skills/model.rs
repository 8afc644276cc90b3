//! What a skill is.

use aedile_kernel::{Error, Timestamp, UserId};
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::id::{CategoryId, SkillId};
use crate::packages::Package;

/// The currency of all prices.
pub const CURRENCY: &str = "usd";

/// Where a skill comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Published here, with a package.
    Native,
    /// Known from another registry; it has neither package nor price here.
    External,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 2] = [Self::Native, Self::External];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::External => "external",
        }
    }
}

/// A seller as the public sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seller {
    /// Their name in URLs.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub slug: String,
    /// Their name for people.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub display_name: String,
}

/// What reviewers gave, as exact counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rating {
    /// The sum of all ratings.
    pub sum: i64,
    /// How many there are.
    pub count: i64,
}

impl Rating {
    /// The average in hundredths, rounded half up; `None` when nobody has rated.
    #[must_use]
    pub fn average_hundredths(self) -> Option<i32> {
        let twice = self.sum.checked_mul(200)?.checked_add(self.count)?;
        i32::try_from(twice.checked_div(self.count.checked_mul(2)?)?).ok()
    }
}

/// A skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skill {
    /// Its number.
    pub id: SkillId,
    /// Its name in URLs, in one space with those of categories.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it does, in several lines.
    pub description: String,
    /// The slug of its category.
    pub category: String,
    /// Its price in hundredths of the currency; 0 when it is free.
    pub price_cents: i64,
    /// The currency of the price.
    pub currency: String,
    /// The newest version; `None` of one that was never published here.
    pub version: Option<String>,
    /// Who sells it; `None` while nobody owns it.
    pub seller: Option<Seller>,
    /// The seller's id, which the public does not see.
    pub seller_id: Option<UserId>,
    /// What reviewers gave.
    pub rating: Rating,
    /// How often a package of it was downloaded.
    pub downloads: i64,
    /// Where it comes from.
    pub source: Source,
    /// When it came to the marketplace.
    pub created_at: Timestamp,
    /// When it was last published.
    pub updated_at: Timestamp,
}

/// Where an external skill was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The registry's name.
    pub registry: String,
    /// What the registry calls the skill.
    pub external_id: String,
    /// The e-mail address of its owner there, lower-cased. Whoever has it verified may claim the skill.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub owner_email: Option<String>,
}

/// A skill that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSkill {
    /// Its name in URLs.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its category.
    pub category: CategoryId,
    /// Its price; 0 when it is free.
    pub price_cents: i64,
    /// The first version; `None` of an external one.
    pub version: Option<String>,
    /// Who sells it; `None` of an external one.
    pub seller_id: Option<UserId>,
    /// Where it was found; `None` of one that is published here.
    pub origin: Option<Origin>,
    /// When it comes to the marketplace.
    pub created_at: Timestamp,
}

/// What a new version says of its skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillChanges {
    /// Its name for people.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its category.
    pub category: CategoryId,
    /// Its price; 0 when it is free.
    pub price_cents: i64,
    /// The version.
    pub version: String,
    /// When it is published.
    pub updated_at: Timestamp,
}

/// A version with its package, as it is put away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// The version.
    pub version: String,
    /// Its package.
    pub package: Package,
    /// When it is published.
    pub created_at: Timestamp,
}

/// A published version, as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkillVersion {
    /// The version.
    pub version: String,
    /// The SHA-256 of its package, in lower-case hexadecimal.
    pub sha256: String,
    /// The size of its package in bytes.
    pub size_bytes: i64,
    /// How many files the package holds.
    pub entries: i64,
    /// When it was published.
    pub created_at: Timestamp,
}

/// A seller, as far as publishing is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Whether Stripe can pay them.
    pub is_connected: bool,
}

/// A category, as far as its skills are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillCategory {
    /// Its number.
    pub id: CategoryId,
    /// Its name for people.
    pub name: String,
    /// Words by which its skills are found, too.
    pub sample_keywords: String,
}

/// A version by semantic versioning (semver.org), in its one spelling.
pub(super) fn version(text: &str) -> Result<Version, Error> {
    Some(text.trim())
        .filter(|text| text.len() <= 64)
        .and_then(|text| Version::parse(text).ok())
        .ok_or_else(|| Error::invalid("version", "must be a semantic version of at most 64 characters, such as 1.4.0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_rounded_half_up_to_hundredths() {
        let average = |sum, count| Rating { sum, count }.average_hundredths();
        assert_eq!(average(0, 0), None);
        assert_eq!(average(9, 2), Some(450));
        assert_eq!(average(14, 3), Some(467));
        assert_eq!(average(13, 3), Some(433));
        assert_eq!(average(33, 8), Some(413), "4.125");
        assert_eq!(average(i64::MAX, 1), None);
    }

    #[test]
    fn sources_have_one_name_each() {
        for source in Source::ALL {
            assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
        }
    }

    #[test]
    fn a_version_is_semantic() {
        for good in ["0.1.0", " 1.2.3 ", "1.0.0-beta.2+build.7"] {
            assert_eq!(version(good).unwrap().to_string(), good.trim());
        }
        for bad in ["", "1", "1.2", "v1.2.3", "1.02.3", "1.2.3.4", "1.2.-3", "99999999999999999999.0.0", "1.0.0\0"] {
            assert!(version(bad).is_err(), "{bad}");
        }
        assert!(version(&format!("1.0.0-{}", "a".repeat(60))).is_err());
    }
}
