//! `seller.revenue_breakdown`

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{BreakdownRow, Period};
use super::port::SellerBooks;
use crate::wallets::own;

/// What revenue is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakdownBy {
    /// Skill by skill, the greatest first.
    #[default]
    Skill,
    /// Day by day in UTC.
    Day,
    /// Month by month in UTC.
    Month,
}

/// Breaks down what the caller has earned by the sales of a time, the last thirty days unless said.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakDownRevenue {
    /// By what.
    #[serde(default)]
    pub by: BreakdownBy,
    /// From then on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Before then.
    #[serde(default)]
    pub to: Option<Timestamp>,
}

impl Operation for BreakDownRevenue {
    const NAME: &'static str = "seller.revenue_breakdown";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Vec<BreakdownRow>;
}

impl Query for BreakDownRevenue {
    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Vec<BreakdownRow>> {
        let (seller, range) = (own(cx)?, Period::new(self.from, self.to, cx.now)?);
        match self.by {
            BreakdownBy::Skill => books.by_skill(seller, range),
            BreakdownBy::Day => books.by_day(seller, range),
            BreakdownBy::Month => Ok(by_month(books.by_day(seller, range)?)),
        }
    }
}

/// Days, which come one after the other, as months.
fn by_month(days: Vec<BreakdownRow>) -> Vec<BreakdownRow> {
    let mut months: Vec<BreakdownRow> = Vec::new();
    for day in days {
        let key: String = day.key.chars().take("2026-01".len()).collect();
        match months.last_mut().filter(|month| month.key == key) {
            Some(month) => month.earnings = month.earnings.and(day.earnings),
            None => months.push(BreakdownRow { key, earnings: day.earnings }),
        }
    }
    months
}

#[cfg(test)]
mod tests {
    use super::super::model::Earnings;
    use super::*;

    #[test]
    fn days_make_months() {
        let day = |key: &str, gross_cents| BreakdownRow {
            key: key.into(),
            earnings: Earnings { sales: 1, gross_cents, ..Earnings::default() },
        };
        let months = by_month(vec![day("2025-12-31", 1), day("2026-01-01", 2), day("2026-01-31", 3)]);
        let told: Vec<_> = months.iter().map(|m| (m.key.as_str(), m.earnings.gross_cents, m.earnings.sales)).collect();
        assert_eq!(told, [("2025-12", 1, 1), ("2026-01", 5, 2)]);
    }
}
