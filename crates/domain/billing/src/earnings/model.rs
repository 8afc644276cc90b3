//! What the figures are.

use aedile_kernel::{Error, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::purchases::{PurchaseId, PurchaseStatus};

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// The longest time that figures may be asked for.
const MOST_DAYS: i64 = 3_660;

/// Exact sums in hundredths of a US dollar. What buyers paid, less what was given back and what the marketplace kept, is what
/// the seller has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Earnings {
    /// How many purchases were paid.
    pub sales: i64,
    /// What buyers paid.
    pub gross_cents: i64,
    /// What the marketplace kept.
    pub fee_cents: i64,
    /// What was given back to buyers.
    pub refunded_cents: i64,
}

impl Earnings {
    /// What the seller has.
    #[must_use]
    pub const fn net_cents(&self) -> i64 {
        self.gross_cents.saturating_sub(self.fee_cents).saturating_sub(self.refunded_cents)
    }

    /// The sums of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            sales: self.sales.saturating_add(other.sales),
            gross_cents: self.gross_cents.saturating_add(other.gross_cents),
            fee_cents: self.fee_cents.saturating_add(other.fee_cents),
            refunded_cents: self.refunded_cents.saturating_add(other.refunded_cents),
        }
    }
}

/// A time, from its first instant on, before its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From then on.
    pub from: Timestamp,
    /// Before then.
    pub to: Timestamp,
}

impl Period {
    /// The time that was asked for; the thirty days before its end, which is now, where nothing is said.
    ///
    /// # Errors
    /// `Invalid` when it ends before it begins, or is longer than ten years.
    pub fn new(from: Option<Timestamp>, to: Option<Timestamp>, now: Timestamp) -> Result<Self> {
        let to = to.unwrap_or(now);
        let from = from.unwrap_or_else(|| to.plus_seconds(-30 * DAY_SECONDS));
        if from >= to || from.plus_seconds(MOST_DAYS * DAY_SECONDS) < to {
            return Err(Error::invalid("from", "must be before to, and at most ten years"));
        }
        Ok(Self { from, to })
    }
}

/// A paid purchase, as its seller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sale {
    /// ID of the purchase.
    pub purchase: PurchaseId,
    /// Of which skill.
    pub skill_slug: String,
    /// Where it stands.
    pub status: PurchaseStatus,
    /// Its sums.
    pub earnings: Earnings,
    /// When it was paid.
    pub completed_at: Timestamp,
}

/// A skill with what it earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkillFigures {
    /// Its number.
    pub id: i64,
    /// Its slug.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it costs now.
    pub price_cents: i64,
    /// Whether it is offered.
    pub is_active: bool,
    /// How often a package of it was downloaded.
    pub downloads: i64,
    /// Its sums.
    pub earnings: Earnings,
}

/// The sums of a skill, a day or a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BreakdownRow {
    /// The skill's slug, the day as `2026-01-15`, or the month as `2026-01`.
    pub key: String,
    /// Its sums.
    pub earnings: Earnings,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A skill was bought.
    Sale,
    /// A refund was asked for or made.
    Refund,
    /// A skill was reviewed.
    Review,
}

/// Something that happened to a seller's skills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    /// Kind of the event.
    pub kind: ActivityKind,
    /// To which skill.
    pub skill_slug: String,
    /// How much money it was about.
    pub amount_cents: Option<i64>,
    /// The rating, of a review.
    pub rating: Option<i64>,
    /// Time of the event.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_thirty_days_unless_it_is_said() {
        let at = |text| Timestamp::parse("t", text).unwrap();
        let now = at("2026-03-31T12:00:00Z");
        assert_eq!(Period::new(None, None, now).unwrap(), Period { from: at("2026-03-01T12:00:00Z"), to: now });
        let (from, to) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        assert_eq!(Period::new(Some(from), Some(to), now).unwrap(), Period { from, to });
        assert!(Period::new(Some(to), Some(from), now).is_err() && Period::new(Some(to), Some(to), now).is_err());
        assert!(Period::new(Some(at("2000-01-01T00:00:00Z")), None, now).is_err());
    }

    #[test]
    fn the_net_is_what_is_left() {
        let one = Earnings { sales: 1, gross_cents: 999, fee_cents: 100, refunded_cents: 333 };
        assert_eq!((one.net_cents(), one.and(one).net_cents(), one.and(one).sales), (566, 1_132, 2));
    }
}
