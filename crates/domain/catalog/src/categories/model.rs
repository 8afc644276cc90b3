//! What a category is.

use aedile_kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::CategoryId;

/// The picture beside a category, by its name in the Lucide set (lucide.dev).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Icon {
    /// Columns of a chart.
    BarChart,
    /// Angle brackets.
    Code,
    /// Four squares.
    #[default]
    Grid,
    /// A megaphone.
    Megaphone,
    /// A painter's palette.
    Palette,
    /// A shield.
    Shield,
    /// A rising line.
    TrendingUp,
    /// A flash.
    Zap,
}

impl Icon {
    /// Every icon.
    pub const ALL: [Self; 8] = [
        Self::BarChart,
        Self::Code,
        Self::Grid,
        Self::Megaphone,
        Self::Palette,
        Self::Shield,
        Self::TrendingUp,
        Self::Zap,
    ];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BarChart => "bar-chart",
            Self::Code => "code",
            Self::Grid => "grid",
            Self::Megaphone => "megaphone",
            Self::Palette => "palette",
            Self::Shield => "shield",
            Self::TrendingUp => "trending-up",
            Self::Zap => "zap",
        }
    }
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Category {
    /// Its number.
    pub id: CategoryId,
    /// Its name in URLs, in one space with those of skills. It never changes.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What belongs to it.
    pub description: String,
    /// Icon.
    pub icon: Icon,
    /// Words by which its skills are found, too, separated by commas.
    pub sample_keywords: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A category that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCategory {
    /// Its name in URLs.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What belongs to it.
    pub description: String,
    /// Icon.
    pub icon: Icon,
    /// Words by which its skills are found, too.
    pub sample_keywords: String,
    /// When it is made.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_have_one_name_each() {
        for icon in Icon::ALL {
            assert_eq!(serde_json::to_value(icon).unwrap(), icon.as_str());
        }
        assert_eq!(Icon::default().as_str(), "grid");
    }
}
