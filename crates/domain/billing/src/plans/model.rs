//! What a plan is.

use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ledger::{Account, TransactionId, Unit};

/// A plan that users may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanTier {
    /// Its name.
    pub name: String,
    /// The credits that come with it when it is set.
    pub allotment: i64,
    /// The credits of each month; 0 when the plan is not reset.
    pub monthly_credits: i64,
}

/// The plan that a user has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPlan {
    /// ID of the user.
    pub user_id: UserId,
    /// Name of the plan.
    pub tier: String,
    /// The credits of each month; 0 when the plan is not reset.
    pub monthly_credits: i64,
    /// The credits that are left.
    pub balance: i64,
    /// The instant its months are counted from.
    pub started_at: Timestamp,
    /// When its month ends.
    pub reset_date: Timestamp,
}

impl UserPlan {
    /// Where a user's credits are counted.
    #[must_use]
    pub fn account(user: &UserId) -> Account {
        Account::of(user, Unit::Credits)
    }

    /// When the month ends that holds `now`: so many calendar months in UTC after the start.
    #[must_use]
    pub fn next_reset(started_at: Timestamp, now: Timestamp) -> Timestamp {
        let months = started_at.months_until(now).max(1);
        // The day of the month decides whether this month's reset lies behind.
        let this = started_at.plus_months(months);
        if this > now { this } else { started_at.plus_months(months.saturating_add(1)) }
    }
}

/// What a change of a plan gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refilled {
    /// The plan after it.
    pub plan: UserPlan,
    /// The credits that came with it.
    pub granted: i64,
}

/// A change of somebody's credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreditEvent {
    /// The transaction's number.
    pub id: TransactionId,
    /// Time of creation.
    pub created_at: Timestamp,
    /// What was added; negative was taken away.
    pub amount: i64,
    /// Reason given by whoever caused it.
    pub reason: String,
    /// What was left after it.
    pub balance_after: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_on_the_day_it_began_or_the_last_one() {
        let at = |text| Timestamp::parse("t", text).unwrap();
        let start = at("2026-01-31T10:00:00Z");
        for (now, reset) in [
            ("2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z"),
            ("2026-02-28T09:59:59Z", "2026-02-28T10:00:00Z"),
            ("2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z"),
            ("2026-03-31T10:00:00Z", "2026-04-30T10:00:00Z"),
            ("2026-12-31T12:00:00Z", "2027-01-31T10:00:00Z"),
            ("2028-02-01T00:00:00Z", "2028-02-29T10:00:00Z"),
            ("2025-01-01T00:00:00Z", "2026-02-28T10:00:00Z"),
        ] {
            assert_eq!(UserPlan::next_reset(start, at(now)), at(reset), "{now}");
        }
    }
}
