//! `overview.get`

use std::collections::BTreeMap;

use aedile_kernel::{Authority, Context, Day, Effect, Operation, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{DayFigures, Overview};
use super::port::Figures;

/// How many days there are figures of, today included.
const DAYS: u32 = 30;

/// Shows the overview: totals, work that waits for a decision, and the history of the last 30 days.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetOverview {}

impl Operation for GetOverview {
    const NAME: &'static str = "overview.get";
    const PERMISSION: Permission = Permission::MetricsRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "overview";
    type Repository = dyn Figures;
    type Output = Overview;
}

impl Query for GetOverview {
    fn cost(&self) -> ReadCost {
        ReadCost::Large
    }

    fn run(&self, figures: &mut Self::Repository, cx: &Context) -> Result<Overview> {
        let today = Day::of(cx.now);
        let new = figures.by_day(today.minus(DAYS - 1))?;
        let new: BTreeMap<Day, DayFigures> = new.into_iter().map(|day| (day.date, day)).collect();
        let days = (0..DAYS).rev().map(|ago| today.minus(ago));
        let days = days.map(|day| new.get(&day).copied().unwrap_or(DayFigures::nothing_on(day))).collect();
        Ok(Overview { counts: figures.counts()?, mail_trouble: figures.mail_trouble()?, days })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::model::Counts;
    use super::super::port::MockFigures;
    use super::*;

    #[test]
    fn each_day_is_told_and_today_is_the_last() {
        let mut figures = MockFigures::new();
        let counts = Counts { users: 7, ..Counts::default() };
        figures.expect_counts().return_once(move || Ok(counts));
        figures.expect_mail_trouble().return_once(|| Ok(None));
        let since: Day = "2025-12-17".parse().unwrap();
        figures.expect_by_day().withf(move |day| *day == since).return_once(|_| {
            let date = "2026-01-14".parse().unwrap();
            Ok(vec![DayFigures { sales: 3, ..DayFigures::nothing_on(date) }])
        });
        let overview = GetOverview {}.run(&mut figures, &context_of("user_admin", [])).unwrap();
        let sales: Vec<i64> = overview.days.iter().map(|day| day.sales).collect();
        assert_eq!((sales.len(), sales[28], sales.iter().sum::<i64>()), (30, 3, 3));
        assert_eq!(overview.days[29].date, "2026-01-15".parse().unwrap());
        assert_eq!(overview.counts, counts);
    }
}
